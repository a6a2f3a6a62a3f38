# Classes and generators.
class A:
    count = 0
    def __init__(self, x):
        self.x = x
        A.count += 1
    def get(self):
        return self.x
    @staticmethod
    def s(a):
        return a * 2
    @classmethod
    def make(cls, v):
        return cls(v)
    @property
    def double(self):
        return self.x * 2
    @double.setter
    def double(self, v):
        self.x = v / 2
    def __repr__(self):
        return "A(%r)" % self.x
    def __eq__(self, o):
        return isinstance(o, A) and self.x == o.x
    def __hash__(self):
        return hash(self.x)
    def __lt__(self, o):
        return self.x < o.x
    def __add__(self, o):
        return A(self.x + (o.x if isinstance(o, A) else o))
    def __radd__(self, o):
        return A(o + self.x)
    def __neg__(self):
        return A(-self.x)
    def __len__(self):
        return 3
    def __getitem__(self, i):
        if isinstance(i, slice):
            return (i.start, i.stop, i.step)
        if i > 2:
            raise IndexError
        return i * 10
    def __contains__(self, v):
        return v == 42
    def __call__(self, *a, **k):
        return (a, k)
    def __bool__(self):
        return self.x != 0
    def __iadd__(self, o):
        self.x += o
        return self
a = A(5)
print(a, a.get(), A.s(4), A.make(7), a.double, A.count, a == A(5), a != A(5), a == 5, hash(a) == hash(5))
a.double = 9
print(a.x, sorted([A(3), A(1)]), a + A(1), a + 1, 1 + a, -a, len(a), a[1], a[1:2], a[::3], 42 in a, 1 in a, a(1, k=2), bool(A(0)), [v for v in a], list(a))
b = a
b += 10
print(a is b, a, {A(1): "x"}[A(1)], A(1) in [A(1)], max(A(1), A(2)))
class B(A):
    def __init__(self, x, y):
        super().__init__(x)
        self.y = y
    def get(self):
        return (A.get(self), super(B, self).get(), self.y)
class C:
    def who(self): return "C"
    def __getattr__(self, n):
        if n.startswith("dyn"):
            return n
        raise AttributeError(n)
class D(B, C):
    z = 1
d = D(1, 2)
print(d.get(), d.who(), d.dyn_x, hasattr(d, "nope"), isinstance(d, A), issubclass(D, C), D.__name__, type(d) is D, [k.__name__ for k in D.__bases__])
class M1:
    def f(self): return ["M1"]
class M2(M1):
    def f(self): return ["M2"] + super().f()
class M3(M1):
    def f(self): return ["M3"] + super().f()
class M4(M2, M3):
    def f(self): return ["M4"] + super().f()
print(M4().f())
d.new = 5
setattr(d, "n2", 6)
print(d.new, d.n2, getattr(d, "n3", "def"), sorted(k for k in d.__dict__))
del d.new
print(hasattr(d, "new"))
class E(Exception):
    def __init__(self, code):
        super().__init__("code %d" % code)
        self.code = code
class F(E): pass
try:
    raise F(3)
except E as e:
    print(type(e).__name__, e, e.code, e.args, isinstance(e, Exception))
try:
    raise ValueError
except ValueError as e:
    print(repr(e), str(e) == "")
print(str(ValueError("a", 1)), repr(KeyError("k")), str(KeyError("k")), str(OSError(5, "x")))
class It:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n
print(list(It(3)), [x for x in It(2)], sum(It(4)), max(It(3)))
def gen(n):
    try:
        for i in range(n):
            r = yield i
            if r:
                print("got", r)
        return "result"
    finally:
        print("closed")
g = gen(3)
print(next(g), g.send("hi"), next(g))
try:
    next(g)
except StopIteration as e:
    print("stop", e.value)
def deleg():
    r = yield from gen(2)
    print("r", r)
    yield from [7, 8]
print(list(deleg()))
g = gen(5)
next(g)
try:
    g.throw(ValueError("thrown"))
except ValueError as e:
    print(e)
g = gen(5)
next(g)
g.close()
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
f = fib()
print([next(f) for _ in range(10)])
def bad():
    yield 1
    raise KeyError("in gen")
try:
    for x in bad():
        print(x)
except KeyError as e:
    print("caught", e)
class Slots:
    __slots__ = ("a",)
    def __init__(self): self.a = 1
print(Slots().a)
class Meta:
    class Inner:
        v = 3
    def m(self): return self.Inner.v
print(Meta().m(), Meta.Inner.v)
class L(list):
    def first(self): return self[0]
l = L([3, 4])
l.append(5)
print(l.first(), len(l), l[1:], l, isinstance(l, list))
class S(str): pass
print(S("abc").upper(), len(S("abc")))
class Desc:
    def __get__(self, o, t): return "desc"
class HasDesc:
    d = Desc()
print(HasDesc().d)
class Ctx:
    def __enter__(self): return 1
    def __exit__(self, *a): return False
with Ctx() as c:
    print(c)
print(A.get(a), (lambda self: self.x)(a))
class Counter:
    def __init__(self): self.cb = None
    def on(self, cb): self.cb = cb
    def fire(self): return self.cb(1)
    def handler(self, v): return ("handled", v)
k = Counter(); k.on(k.handler); print(k.fire()); k.on(lambda v: v + 1); print(k.fire())


# A class that type() makes is one like others: attributes learn their names, bases learn of it.
class Named:
    def __set_name__(self, owner, name):
        self.name = owner.__name__ + "." + name


class Watching:
    @classmethod
    def __init_subclass__(cls):
        print("made", cls.__name__)


Made = type("Made", (Watching,), {"field": Named()})
print(Made.field.name)
