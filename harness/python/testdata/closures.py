# closures, decorators, generators, with-managers and descriptors


def counter(start=0):
    n = start

    def step(by=1):
        nonlocal n
        n += by
        return n

    def reset():
        nonlocal n
        n = start

    return step, reset


s, r = counter(5)
t, _ = counter()
print(s(), s(2), t(), r(), s())


def deep(a):
    def one(b):
        def two(c):
            return a + b + c

        return two

    return one


print(deep(1)(2)(3), [f() for f in [lambda i=i: i for i in range(3)]])
fns = []
for i in range(3):
    def fn():
        return i
    fns.append(fn)
print([f() for f in fns])


def traced(label):
    def wrap(f):
        def inner(*a, **k):
            print(label, a, sorted(k.items()), end=" -> ")
            v = f(*a, **k)
            print(v)
            return v

        return inner

    return wrap


@traced("outer")
@traced("inner")
def add(a, b=10, *rest, c=0, **more):
    return a + b + c + sum(rest) + sum(more.values())


add(1)
add(1, 2, 3, c=4, d=5)
for bad in (lambda: add(), lambda: (lambda x: x)(1, 2), lambda: (lambda x: x)(y=1), lambda: (lambda *, k: k)(), lambda: int(1, 2, 3, 4)):
    try:
        bad()
    except TypeError:
        print("TypeError", end=" ")
print()


class Manager:
    def __init__(self, name, swallow=False):
        self.name, self.swallow = name, swallow

    def __enter__(self):
        print("enter", self.name, end=" ")
        return self

    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind and kind.__name__, end=" ")
        return self.swallow


def leave(how):
    for i in range(2):
        with Manager("a") as a, Manager("b", True):
            if how == "return":
                return "returned"
            if how == "break":
                break
            if how == "continue":
                continue
            if how == "raise":
                raise ValueError
            print(a.name, end=" ")
    return "end"


for how in ("fall", "return", "break", "continue", "raise"):
    print(how, leave(how))
try:
    with Manager("c"):
        raise KeyError(1)
except KeyError as e:
    print(e.args)


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


def take(n, it):
    for x in it:
        if n == 0:
            return
        n -= 1
        yield x


print(list(take(10, fib())), sum(take(5, fib())), max(take(4, fib())), 21 in fib(), sorted(take(3, fib())), tuple(take(0, fib())))


def echo():
    got = None
    while got != "stop":
        got = yield got
    return "bye"


def outer():
    result = yield from echo()
    print("result", result)
    yield "after"
    yield from [1, 2]
    yield from range(2)


g = outer()
print(next(g), g.send("x"), g.send("stop"), list(g))
try:
    next(g)
except StopIteration as e:
    print("stopped", e.value)


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


print(list(tree(3)), [x for x in (y * y for y in range(5) if y % 2)], dict((k, v) for k, v in zip("ab", tree(2))))
g = (print("lazy", i) or i for i in range(2))
print("made")
print(next(g))


def early():
    raise ValueError("at once")
    yield


g = early()
try:
    next(g)
except ValueError as e:
    print(e)
print(list(g))


class Celsius:
    def __init__(self, d):
        self._d = d

    @property
    def degrees(self):
        return self._d

    @degrees.setter
    def degrees(self, d):
        if d < -273:
            raise ValueError("cold")
        self._d = d

    @classmethod
    def boiling(cls):
        return cls(100)

    @staticmethod
    def to_f(d):
        return d * 9 / 5 + 32


c = Celsius(20)
c.degrees += 5
print(c.degrees, Celsius.boiling().degrees, c.to_f(0), Celsius.to_f(100))
try:
    c.degrees = -300
except ValueError as e:
    print(e)


class Base:
    kind = "base"

    def __init__(self, *a):
        self.a = a

    def who(self):
        return "Base.who " + self.kind

    def __getattr__(self, name):
        if name.startswith("dyn_"):
            return name[4:]
        raise AttributeError(name)


class Left(Base):
    kind = "left"

    def who(self):
        return "Left>" + super().who()


class Leaf(Left):
    def __init__(self, x):
        super().__init__(x, "leaf")
        self.x = x

    def who(self):
        return "Leaf>" + super().who()

    def __eq__(self, other):
        return isinstance(other, Leaf) and self.x == other.x

    def __hash__(self):
        return hash(self.x)

    def __lt__(self, other):
        return self.x < other.x

    def __len__(self):
        return self.x

    def __getitem__(self, i):
        if i >= self.x:
            raise IndexError
        return i * 10

    def __call__(self, *a):
        return a

    def __contains__(self, v):
        return v == "magic"

    def __bool__(self):
        return self.x > 1

    def __add__(self, other):
        return Leaf(self.x + (other.x if isinstance(other, Leaf) else other))

    __radd__ = __add__

    def __iadd__(self, other):
        self.x += other
        return self

    def __neg__(self):
        return Leaf(-self.x)

    def __repr__(self):
        return "Leaf(%d)" % self.x


l = Leaf(3)
print(l.who(), l.a, l.kind, l.dyn_x, hasattr(l, "nope"), isinstance(l, Base), issubclass(Leaf, Left), Leaf.who(l))
print(l == Leaf(3), l != Leaf(3), l == 3, l < Leaf(4), len(l), list(l), l[1], l(1, 2), "magic" in l, 10 in l, bool(Leaf(1)), -l)
print(l + 1, 1 + l, l + l, sorted([Leaf(2), Leaf(1)]), {Leaf(1): "v"}[Leaf(1)], [Leaf(5)].index(Leaf(5)), sum([Leaf(1), Leaf(2)], 0))
l += 10
print(l, getattr(l, "x"), getattr(l, "zz", "default"), setattr(l, "y", 1), l.y, l.__class__.__name__, type(l) is Leaf)
del l.y
print(hasattr(l, "y"), callable(l), callable(3), l.__class__ is Leaf)
