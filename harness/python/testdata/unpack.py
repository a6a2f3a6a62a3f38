# star-unpacking, slices, sets and comprehensions
a, *b = [1, 2, 3]
*c, d = "xyz"
e, *f, g = (1, 2)
(h, [i, *j]), k = (1, "abc"), 2
print(a, b, c, d, e, f, g, h, i, j, k)
for bad in ("a, b = 1, 2, 3", "a, b, c = 'xy'", "a, *b, c = [1]", "a, b = 5"):
    try:
        exec(bad)
    except (ValueError, TypeError) as err:
        print(type(err).__name__, end=" ")
print()
x = [0, 1]
i = 0
i, x[i] = 1, 9
print(i, x)
a = b = c = []
b.append(1)
print(a, a is c)
q, w = 1, 2
q, w = w, q
print(q, w)


def f(*a, **k):
    return a, sorted(k.items())


print(f(*[1, 2], *"ab", **{"x": 1}, **{"y": 2}), f(*(), **{}), f(0, *[1], 2))

l = list(range(10))
print(l[2:5], l[:3], l[7:], l[-3:], l[:-7], l[::3], l[1:8:2], l[::-1], l[8:2:-2], l[20:], l[5:2], l[-100:2])
l[2:5] = list("abc")
l[0:0] = [-1, -2]
l[-1:] = []
print(l)
del l[1:3], l[-1]
print(l, l[:] == l, l[:] is l)
t = tuple("abcdef")
s = "abcdef"
bs = b"abcdef"
print(t[1:3], t[-2:], s[1:-1], s[-3:-1], bs[2:], bs[:2], s[10:], s[3:3] == "")
print("añb€c"[1:4], "añb€c"[3], len("añb€c"), "añb€c"[-2])
r = range(0, 20, 3)
print(r[2], r[-1], r[1:3], list(r[::-1]), len(r), 9 in r, 10 in r)

A, B = {1, 2, 3, 4}, {3, 4, 5}
print(sorted(A & B), sorted(A | B), sorted(A - B), sorted(A ^ B), A > {1}, A >= A, A < B, A.isdisjoint({9}))
A.add(9)
A.discard(77)
A.remove(1)
try:
    A.remove(1)
except KeyError as err:
    print("KeyError", err.args)
A.update([10, 11], (12,))
print(sorted(A), len(A), 10 in A, sorted(A.union([100])), sorted(A.difference([9, 10], [11])))
A &= {2, 3, 9}
A |= {4}
A -= {9}
A ^= {4, 5}
print(sorted(A), frozenset([1, 2]) == {1, 2}, {frozenset([1]): "f"}[frozenset([1])])
print(set(), sorted(set("hello")), bool(set()), {1} == {1.0}, sorted(A.symmetric_difference({2, 99})), A.issubset({2, 3, 5, 6}))

print([x * y for x in range(3) for y in range(x)], [x for x in range(10) if x % 2 if x > 3])
print({x: x * x for x in range(3)}, sorted({x % 3 for x in range(9)}), sum(x for x in range(5)))
print([[y for y in range(x)] for x in range(3)], [(x, y) for x, y in zip("ab", [1, 2])])
x = "outer"
print([x for x in "ab"], x, [x for _ in range(2)])
fs = [lambda n, m=m: n + m for m in range(3)]
print([f(10) for f in fs], [f() for f in [lambda: z for z in range(2)]])
print(dict([(1, 2)], a=3) == {1: 2, "a": 3}, dict(zip("ab", range(2))), list(map(lambda a, b: a + b, [1, 2], [3, 4])), list(filter(None, [0, 1, "", "x"])))
print(sorted("bca", reverse=True), sorted([3, -1, 2], key=abs), min([3, 1], key=lambda v: -v), max("abc"), sum([[1], [2]], []))
print(list(reversed([1, 2])), any([]), all([]), list(zip()), list(zip([1], [])))
