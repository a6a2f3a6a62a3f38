# Order of bases; the output is that of MicroPython 1.27.

class O:
    def f(self): print('O')
class A(O):
    def f(self): print('A'); super().f()
class B(O):
    def f(self): print('B'); super().f()
class C(A,B):
    def f(self): print('C'); super().f()
C().f()
class Base:
    def __init__(self): print('Base')
class L(Base):
    def __init__(self):
        print('L'); super().__init__()
class R(Base):
    def __init__(self):
        print('R'); super().__init__()
class D(L,R):
    def __init__(self):
        super().__init__(); print('D')
D()
# MRO that C3 refuses
class X: pass
class Y(X): pass
try:
    class Z(X, Y): pass
    print('ok', Z.__bases__)
except TypeError as e: print('TE', e)
class P: x=1
class Q(P): pass
class S(P): x=2
class T(Q,S): pass
print(T.x)
print(T().x)
class U(object, P):pass
print(U.x)
class W(P,P): pass
class Foo(Exception, P): pass
print(Foo('a').x, Foo('b').args)
class Foo2(P, Exception): pass
print(Foo2('a').x, Foo2('b').args)
class Li(list):
    def __getitem__(self, i): return 'item%d' % i
l = Li([1,2,3])
print([x for x in l], l[0], list(l), 2 in l, 'item1' in l, len(l))
class Di(dict):
    def __getitem__(self, i): return 'item'
d = Di(a=1)
print([x for x in d], d['q'], list(d.items()))
class Tu(tuple):
    def __getitem__(self, i): return 'item'
t = Tu((1,2))
print([x for x in t], t[0])
class St(str):
    def __getitem__(self, i): return 'item'
t = St('ab')
print([x for x in t], t[0], t)
try:
    class Two(list, dict): pass
    print('two')
except TypeError as e: print('TE', e)
try:
    class Two(list, int): pass
    print('two')
except TypeError as e: print('TE', e)
try:
    class Two(Exception, list): pass
    print('two')
except TypeError as e: print('TE', e)
class M1(list): pass
class M2(list): pass
try:
    class M3(M1, M2): pass
    print('m3', M3([1]))
except TypeError as e: print('TE', e)
class E1(Exception): pass
class E2(ValueError): pass
try:
    class E3(E1, E2): pass
    print('E3')
    print(isinstance(E3(), ValueError), issubclass(E3, ValueError))
    try: raise E3(1)
    except ValueError as e: print('VE', repr(e))
except TypeError as e: print('TE', e)
class G:
    def __getattr__(self, n): return 'G'+n
class H(G):
    def __init__(self): pass
print(H().zz, super(H, H()).zz if 0 else '')
class K:
    @classmethod
    def make(cls): return cls.__name__
    @staticmethod
    def st(): return 's'
    @property
    def p(self): return 'p'
class K2(K):
    @classmethod
    def make(cls): return 'K2' + super().make()
    @staticmethod
    def st(): return 't'
    @property
    def p(self): return 'pp'
print(K2.make(), K2().make(), K2().p)
try:
    print(super(K2, K2()).nope)
except AttributeError as e: print(e)
class N(A, B):
    def f(self):
        A.f(self); B.f(self)
N().f()
print(isinstance(N(), O), issubclass(N, B))
