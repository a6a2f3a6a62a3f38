def t(f, *a):
    try:
        print(repr(f(*a)))
    except Exception as e:
        print(type(e).__name__, e.args)
class A:
    c = 1
    def __init__(self): self.i = 2
    def m(self): return self.i
    @staticmethod
    def s(): return 's'
    @classmethod
    def k(cls): return cls.__name__
a = A()
print(getattr(a, 'c'), getattr(a, 'i'), getattr(a, 'm')(), getattr(A, 's')(), getattr(a, 'k')(), hasattr(a, 'zz'), getattr(a, 'zz', 'd'))
setattr(a, 'new', 5); setattr(A, 'cn', 6)
print(a.new, a.cn, A.cn, sorted(a.__dict__.items()) if 0 else a.__dict__['new'])
print(type(a), type(A), type(a) == A, a.__class__, a.__class__.__name__, A.__name__, type(a).__name__, isinstance(A, type), isinstance(int, type), isinstance(a, object), issubclass(A, object), issubclass(int, object))
print('m' in dir(a), 'i' in dir(a), 'c' in dir(A), 'append' in dir([]), 'upper' in dir(''), 'keys' in dir({}))
print(callable(a), callable(A), callable(a.m), callable(len), callable(lambda: 0), callable(5))
f = a.m
print(f(), a.m == a.m, f.__self__ is a if hasattr(f, '__self__') else True)
a.i = 10
print(f(), A.m(a))
B = type('B', (A,), {'z': 9, 'g': lambda self: self.z + self.c})
b = B()
print(b.z, b.g(), b.i, B.__name__, B.__bases__ == (A,), isinstance(b, A))
t(lambda: type(5)())
t(lambda: type('')('x'))
t(lambda: type([])((1, 2)))
t(lambda: int.__name__ + str.__name__ + type(None).__name__)
for v in (1, 1.5, 'a', b'a', [], (), {}, set(), None, True, len, print, int, A, a.m, A.m, lambda: 0, range(1), Exception, ValueError('x'), (x for x in []), bytearray(), frozenset(), iter([]), map(len, []), zip(), enumerate([]), filter(None, []), reversed([]), object, type, property(), a.s):
    n = type(v).__name__
    print(n if n != 'function' and n != 'closure' else 'fn', end=' ')
print()
for v in (int, str, A, object, type, Exception, list, len(''), None, True, ...):
    print(repr(v), end=' ')
print()
print(repr(a).startswith('<A object at'), str(a).startswith('<A object at'), repr(a.m).startswith('<bound_method'), repr(f).startswith('<bound_method'), repr(A.m).startswith('<function m at'), repr(lambda: 0).startswith('<function <lambda>'), repr((x for x in [])).startswith('<generator object'))
class D:
    def __init__(self): self.log = []
    def __getattr__(self, n):
        if n[0] == '_': raise AttributeError(n)
        return lambda *x: (n, x)
    def __setattr__(self, n, v):
        object.__setattr__(self, n, v) if 0 else super().__setattr__(n, v)
    def __delattr__(self, n):
        super().__delattr__(n)
d = D()
print(d.foo(1, 2), d.bar)if 0 else print(d.foo(1, 2))
d.x = 5
print(d.x)
del d.x
print(d.x(1))
t(lambda: d._p)
class Desc:
    def __get__(self, o, c): return ('get', o is None, c.__name__)
    def __set__(self, o, v): print('set', v)
    def __delete__(self, o): print('delete')
class U:
    d = Desc()
u = U()
print(u.d)
u.d = 3
del u.d
class Cnt:
    n = 0
    def __init__(self): Cnt.n += 1; self.n += 10
print(Cnt().n, Cnt.n, Cnt().n)
class Single:
    _i = None
    def __new__(cls, *a):
        if cls._i is None: cls._i = super().__new__(cls)
        return cls._i
print(Single() is Single(1))
class Ctx:
    def __enter__(self): return self
    def __exit__(self, et, e, tb): return et is KeyError
with Ctx() as c: raise KeyError
t(lambda: exec("with Ctx(): raise ValueError('v')"))
class Node:
    def __init__(self, v, nxt=None): self.v, self.nxt = v, nxt
    def __iter__(self):
        n = self
        while n:
            yield n.v
            n = n.nxt
print(list(Node(1, Node(2, Node(3)))))
class Vec:
    def __init__(self, *c): self.c = c
    def __add__(self, o): return Vec(*[x + y for x, y in zip(self.c, o.c)])
    def __eq__(self, o): return isinstance(o, Vec) and self.c == o.c
    def __repr__(self): return 'Vec' + repr(self.c)
    def __getitem__(self, i): return self.c[i]
    def __len__(self): return len(self.c)
    def __hash__(self): return hash(self.c)
v = Vec(1, 2) + Vec(3, 4)
print(v, v == Vec(4, 6), v != Vec(4, 6), v[0], v[-1], len(v), list(v), {v: 1}[Vec(4, 6)], v in [Vec(4, 6)], [Vec(4, 6)].index(v), sum(v), bool(Vec()))
class Base:
    reg = []
    def hook(self): return 'base'
    def run(self): return self.hook()
class Sub(Base):
    def hook(self): return 'sub+' + super().hook()
print(Sub().run(), Base().run(), Sub.reg is Base.reg)
class Priv:
    def __init__(self): self.__x = 1
    def get(self): return self.__x
print(Priv().get())
def deco(cls):
    cls.extra = 1
    return cls
@deco
class Dd: pass
print(Dd.extra)
class Outer:
    class Inner:
        v = 3
        def f(self): return Outer.Inner.v
    i = Inner()
print(Outer.Inner().f(), Outer.i.v)
class E(Exception):
    def __init__(self, code, msg='m'):
        super().__init__(code, msg)
        self.code = code
    def __str__(self): return 'E%d' % self.code
try: raise E(5)
except E as e: print(e, repr(e), e.args, e.code)
try: raise E
except TypeError as e: print('TypeError')
class E3(E): pass
try: raise E3(7, 'z')
except E as e: print(type(e).__name__, e, e.args)
print(isinstance(E3(1), (ValueError, E)), issubclass(E3, Exception))
