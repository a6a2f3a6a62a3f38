def t(f, *a):
    try:
        print(f(*a))
    except Exception as e:
        print(type(e).__name__, e.args)
class A:
    x = 1
    def __init__(self, v=0): self.v = v; print('A.init', v)
    def m(self): return 'A.m'
    def who(self): return 'A'
    @classmethod
    def cm(cls, *a): return cls.__name__, a
    @staticmethod
    def sm(*a): return a
class B(A):
    def __init__(self, v): super().__init__(v + 1); print('B.init', v)
    def m(self): return 'B.m>' + super().m()
    def who(self): return 'B' + super().who()
    @classmethod
    def cm(cls, *a): return ('B',) + super().cm(*a)
    @staticmethod
    def sm(*a): return ('sB',) + A.sm(*a)
class M:
    def mix(self): return 'mix'
    def who(self): return 'M'
class C(B, M):
    y = 2
    def who(self): return 'C' + super().who() + M.who(self)
c = C(5)
print(c.m(), c.who(), c.mix(), c.cm(1), C.cm(2), c.sm(3), C.sm(4), c.x, c.y, c.v)
c.x = 10
print(c.x, C.x, A.x, A.__name__, C.__bases__, type(c) is C, isinstance(c, (int, M)), issubclass(C, A), issubclass(A, C))
A.x = 99
print(B.x, C.x, c.x)
del c.x
print(c.x)
t(lambda: c.nope)
t(lambda: C.nope)
t(lambda: A.nope2)
t(lambda: A(w=3))
t(lambda: A.m(c))
t(lambda: object().x)
class D:
    pass
t(lambda: type(D(1)))
t(lambda: type(D(a=1)))
t(lambda: D().foo())
t(lambda: setattr(D(), 'a', 1))
d = D()
d.a = 1
d.__dict__
print(d.__dict__, hasattr(d, 'a'), hasattr(d, 'b'), getattr(d, 'b', 7))
t(lambda: getattr(d, 'b'))
t(lambda: delattr(d, 'b'))
def de(o, n): delattr(o, n)
t(de, d, 'a')
t(de, d, 'a')
# attribute functions on class
def ext(self, k): return ('ext', k)
D.ext = ext
print(d.ext(3))
d.fn = lambda k: ('inst', k)
print(d.fn(4))
# super forms
class S1:
    def f(self): return 's1'
    @property
    def p(self): return 'p1'
    val = 5
class S2(S1):
    def f(self): return 's2' + super(S2, self).f()
    @property
    def p(self): return "p2"
    def g(self):
        return super().val
    def h(self):
        def inner(): return super(S2, self).f()
        return inner()
s = S2()
print(s.f(), s.p, s.g(), s.h())
t(lambda: super(S2, s).zzz)
class Meta1:
    def __new__(cls, *a):
        print('new', a)
        o = super().__new__(cls)
        o.tag = 1
        return o
    def __init__(self, *a): print('init', a)
m = Meta1(1, 2)
print(m.tag)
class New2:
    def __new__(cls): return 42
print(New2())
class Slots:
    __slots__ = ('a',)
q = Slots()
q.a = 1
print(q.a)
class Call:
    def __call__(self, *a, **k): return a, k
print(Call()(1, b=2))
t(lambda: D()())
class GA:
    def __getattr__(self, n):
        if n.startswith('x'): return n * 2
        raise AttributeError(n)
g = GA()
print(g.xa)
t(lambda: g.ya)
print(hasattr(g, 'x1'), hasattr(g, 'y1'), getattr(g, 'y', 'dflt'))
class L(list):
    def app2(self, v): self.append(v); self.append(v)
    def __len__(self): return 100
l = L([1, 2])
l.app2(3)
print(l, len(l), l[0], l[-1], list(l), isinstance(l, list), l == [1, 2, 3, 3])
class Di(dict):
    def __missing__(self, k): return 'missing ' + k
    def __getitem__(self, k): return 'got ' + str(k)
dd = Di(a=1)
print(dd['a'], dd.get('a'), dd)
class I(int):
    def __add__(self, o): return 'add'
    def dbl(self): return self * 2
i = I(5)
print(i + 1, i.dbl(), i - 1, i == 5, hash(i) == hash(5) or 1, '%d' % i, int(i))
class St(str):
    def shout(self): return self.upper() + '!'
print(St('abc').shout(), len(St('abc')), St('q') == 'q', {St('k'): 1})
class E(Exception):
    def __init__(self, a, b): super().__init__(a); self.b = b
try:
    raise E(1, 2)
except E as e:
    print(repr(e), e.args, e.b, str(e))
class E2(ValueError): pass
t(lambda: (_ for _ in ()).throw(E2('a', 'b')))
print(repr(E2('a', 'b')), str(E2('a', 'b')), str(E2('a')), repr(E2()), str(E2()))
class Diamond0:
    def f(self): return ['0']
class D1(Diamond0):
    def f(self): return ['1'] + super().f()
class D2(Diamond0):
    def f(self): return ['2'] + super().f()
class D3(D1, D2):
    def f(self): return ['3'] + super().f()
print(isinstance(D3(), Diamond0))
