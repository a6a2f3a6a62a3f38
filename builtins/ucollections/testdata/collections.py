from ucollections import namedtuple, deque, OrderedDict
import collections
P = namedtuple("P", "x y")
Q = collections.namedtuple("Q", ("a",))
p = P(1, y=2)
a, b = p
print(P, P.__name__, p, p.x, p[1], p[-1], p[0:1], len(p), list(p), a, b, Q(5), P(*[3, 4]), str(p), "%s|%r" % (p, Q("s")))
print(p == P(1, 2), p != P(1, 3), p < P(2, 0), isinstance(p, P), type(p) is P, p + (3,), (0,) + p, p * 2, 1 in p, 7 in p, {p: 1}[P(1, 2)], bool(namedtuple("E", "")()), sorted([P(2, 1), P(1, 2)]))
print(namedtuple("R", ["a", "b"])(1, 2), [x for x in p], max(p), sum(p), tuple(p) == (1, 2))
for f in (lambda: P(1), lambda: P(1, 2, 3), lambda: P(1, z=2), lambda: P(1, x=3), lambda: p.z, lambda: namedtuple("E", 5), lambda: namedtuple("E", [5]), lambda: setattr(p, "x", 1)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
d = deque((), 3)
print(len(d), bool(d), isinstance(d, deque))
for i in range(5):
    d.append(i)
print(list(d), d.popleft(), d.pop(), len(d), bool(d))
d.appendleft(9)
d.extend([7])
d.append(8)
print(list(d), d[0], d[-1], 7 in d, 100 in d, d == d, d == deque((), 3), [x * 2 for x in d])
d[0] = "new"
print(list(d), list(deque([1, 2, 3], 2)), list(deque(range(3), 5)))
full = deque((), 2, 1)
full.append(1)
full.append(2)
zero = deque((), 0)
zero.append(1)
print(len(zero), len(full), zero.appendleft(1))
for f in (lambda: full.append(3), lambda: full.appendleft(3), lambda: full.extend([3]), lambda: zero.pop(), lambda: zero.popleft(), lambda: d[9], lambda: deque(()), lambda: deque((), -1), lambda: deque(5, 5), lambda: deque((), "x"), lambda: d.rotate(1), lambda: hash(d) and d < d):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
class Ring(deque):
    def last(self):
        return self[len(self) - 1]
try:
    r = Ring((), 2)
    r.append(5)
    print(r.popleft())
except Exception as e:
    print(type(e).__name__, e)
o = OrderedDict([("b", 1), ("a", 2)])
o["c"] = 3
print(list(o), list(o.items()), isinstance(o, dict))
