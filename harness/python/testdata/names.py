# Scopes, functions, parameters.
count = 0
def inc(by=1):
    global count
    count += by
    return count
print(inc(), inc(5), count)

def outer():
    x = 1
    def mid():
        nonlocal x
        x += 1
        def inner():
            nonlocal x
            x *= 10
            return x
        return inner
    r = mid()
    return r(), x
print(outer())

def make():
    fs = []
    for i in range(3):
        fs.append(lambda: i)
    for i in range(3):
        def h(i=i):
            return i
        fs.append(h)
    return [f() for f in fs]
print(make())

def args(a, b=2, *rest, c, d=4, **kw):
    return a, b, rest, c, d, sorted(kw.items())
print(args(1, c=3))
print(args(1, 5, 6, 7, c=8, e=9, f=10))
print(args(*[1, 2, 3], **{"c": 4, "z": 5}))
def default(l=[]):
    l.append(1)
    return l
default()
print(default())
for bad in (lambda: args(), lambda: args(1), lambda: inc(1, 2), lambda: inc(x=1), lambda: inc(1, by=2)):
    try:
        bad()
    except TypeError:
        print("TypeError")

def deco(f):
    def wrapped(*a, **k):
        return "<" + f(*a, **k) + ">"
    return wrapped
def tag(name):
    def d(f):
        return lambda *a: name + f(*a)
    return d
@tag("x")
@deco
def hello(who):
    return "hello " + who
print(hello("you"))
print((lambda a, *b, c=3, **d: (a, b, c, d))(1, 2, c=5, e=6))
def rec(n):
    return 1 if n <= 1 else n * rec(n - 1)
print(rec(30))
try:
    print(undefined_name)
except NameError as e:
    print("NameError")
def unbound():
    try:
        print(z)
    except NameError:
        print("unbound")
    z = 1
    del z
    try:
        z
    except NameError:
        print("deleted")
unbound()
a = 1
del a
try:
    a
except NameError:
    print("no a")
a, (b, *c), d = 1, (2, 3, 4), 5
print(a, b, c, d)
*e, f = "xyz"
print(e, f)
[g, h] = {"k": 1, "l": 2}
print(g, h)
i = j = [0]
i.append(1)
print(j)
i, j = 1, 2
i, j = j, i
print(i, j)
l = [1, 2, 3]
l[0], l[1] = l[1], l[0]
print(l)
print([x for x in range(3) for y in range(x)], [(x, y) for x in "ab" for y in (1, 2) if y > 1])
x = "kept"
print([x for x in range(2)], x)
print({k: v * 2 for k, v in {"a": 1}.items()}, sorted({c for c in "hello"}))
gen = (n * n for n in range(4) if n)
print(next(gen), list(gen), sum(n for n in range(5)), any(n > 3 for n in range(5)))
print([[j for j in range(i)] for i in range(3)])
print(1 < 2 < 3, 1 < 3 < 2, 3 > 2 == 2, 1 < 2 > 1 != 0)
def side(v):
    print("side", v)
    return v
print(side(1) < side(2) < side(3), side(3) < side(2) < side(1))
print(None is None, [] is [], 1 is not None, "a" in "abc", 5 not in [1, 2], "k" in {"k": 1})
print(1 and 2, 0 or "x", not 0, not [], None or 0 or [], 1 if [] else 2)
def f(x):
    if x: return
    return 5
print(f(1), f(0))
class K:
    v = [1]
    w = [q for q in v]
    def m(self):
        def n():
            return self.v
        return n()
print(K().m(), K.w)
def shadow(list, str="s"):
    print = 3
    return list, str, print
print(shadow(1))
def uses_builtin_later():
    return len([1, 2])
len_before = uses_builtin_later()
print(len_before)
