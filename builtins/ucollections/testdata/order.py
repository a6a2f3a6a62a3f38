# OrderedDict, whose order counts, and named tuples among plain ones
from collections import OrderedDict, namedtuple

a, b = OrderedDict([("x", 1), ("y", 2)]), OrderedDict([("y", 2), ("x", 1)])
print(a, b, a == b, a != b, isinstance(a, dict), type(a))
b.update({"y": b.pop("y")})
print(b, a == b, list(a), a.copy(), OrderedDict())
a["z"] = 3
del a["x"]
print(a, a.popitem(), a, len(a), "y" in a, a.get("x"))


class Tidy(OrderedDict):
    def first(self):
        return list(self)[0]


t = Tidy([(3, 4), (1, 2)])
print(t.first(), t[1], isinstance(t, OrderedDict))

P = namedtuple("P", "x y")
p = P(1, y=2)
print(isinstance(p, tuple), isinstance(p, list), p == (1, 2), (1, 2) == p, p != (1, 3), p < (1, 3), (0, 5) < p)
print(p + (3,), (0,) + p, p * 2, p[1:], "%s-%s" % p, p == P(1, 2), (1, 2) in [p])
