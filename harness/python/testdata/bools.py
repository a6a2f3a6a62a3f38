x = 1
y = True
z = 0
print(x == y, y == x, x != y, y != x, z == y, z != y)
def f(a, b):
    print(a, b, a == b, a != b, a in [b], [a] == [b], (a,) == (b,), {a: 1} == {b: 1}, {1: a} == {1: b}, a < b, a <= b, a > b, a >= b, {a: 5}.get(b), {(a, 2): 6}.get((b, 2)), {a} == {b}, a not in (b, 3), b in [[a]], [b] in [[a]])
f(1, True)
f(True, 1)
f(0, False)
f(False, 1)
f(1.0, True)
f(True, 0.0)
f(2, True)
f(False, False)
class C: pass
c = C()
c.a = 1
c.b = True
print(c.a == c.b, c.a != c.b, c.a in [c.b])
l = [3, True, 0, False, 1, 2]
print(sorted(l) == [0, 0, True, True, 2, 3], l.index(1), l.count(1), l.count(True), max(l), min(l))
l.remove(1)
print(l)
l.remove(False)
print(l)
d = {True: 'a'}
d[1] = 'b'
print(d)
d = {1: 'a', 2: 'b'}
d[True] = 'c'
print(len(d), d[1])
print([1, [True, (0, 1)]] == [True, [1, (False, True)]])
print(len([1]) == y, y == len([1]), len([1]) != y)
print([1, 2] < [True, 3], (0,) < (True,))
n = float('nan')
i = float('inf')
print(n == n, n != n, n < 1.0, n > 1.0, n <= n, n >= n, 1.0 < n, 1 > n, n < i, n > i, i == i)
m = n
print(m == n, [n] == [m], n in [m])
def g(flag=False, lim=1):
    return flag < lim, flag <= 0, flag >= lim, lim > flag
print(g(), g(True), g(lim=False))
def h(k, v):
    if k == v == 1: return 'chain'
    return k != v
print(h(1, True), h(True, True), h(0, False))
t = (1, True)
a, b = t
print(a == b, a is b, t == (True, 1), t != (True, 1))
print([a for a in [0, 1, True, 2] if a == y], any(q == y for q in (0, 2)), [q in (y,) for q in (0, 1)])
s = {1, True, 0, False}
print(len(s), 1 in s, True in s)
print(1 == 1.0, True == 1.0, 'a' == True, None == False, [] == False, () == [])
def yes(): return True
class R:
    def get(self): return False
r = yes()
print(r > 0, r < 1, 1 <= r, yes() > 0, R().get() < 1, R().get() >= 0)
v = R().get()
w = 5
print(v < w, v > w, w > v, v <= 0, max(v, w), sorted([w, v, 2]))
e = True if w else False
print(e > 0, e + 1 > w, isinstance(w, int) > 0)
if r > 0: print('pos')
while r > 0: r -= 1
print(r)
print(0 < yes() < 2, -1 < v < 1)
def led(on): return 'on' if on > 0 else 'off'
class Led:
    def set(self, on): return on >= 1
print(led(True), led(2 > 3), led(1), Led().set(False), Led().set(True))
