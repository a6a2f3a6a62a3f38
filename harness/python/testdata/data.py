# list, tuple, dict, set, int, float.
l = [3, 1, 2]
l.append(5); l.extend([7, 8]); l.insert(0, 9); l.insert(100, 10)
print(l, l.pop(), l.pop(0), l.index(2), l.count(1), len(l))
l.remove(5); l.sort(); print(l); l.sort(reverse=True); print(l); l.reverse(); print(l)
print(sorted(["b", "A", "c"], key=lambda s: s.lower()), sorted([(1, "b"), (1, "a"), (0, "z")]), sorted({"x": 1, "w": 2}))
c = l.copy(); c[0] = 99; print(l, c, l + c, l * 2, l[1:3], l[::-1], l[::2], l[-2:], l == [1, 2, 3, 7, 8])
l[1:3] = ["a", "b", "c"]; print(l)
l[::2] = [0, 0, 0]; print(l)
del l[0]; del l[-1]; print(l); del l[:]; print(l); l += [1]; l += (2,); print(l)
for bad in (lambda: [1][1], lambda: [].pop(), lambda: [1].remove(2), lambda: [1].index(2), lambda: {}["k"], lambda: (1,)[5], lambda: [1]["a"], lambda: {}.pop("x"), lambda: set().pop(), lambda: [][0:1:0], lambda: {[]: 1}, lambda: None.x, lambda: (5).y, lambda: 5[0], lambda: 5(), lambda: len(5), lambda: 1 // 0, lambda: 1 % 0, lambda: 1.0 / 0, lambda: [1, 2] < ["a"], lambda: iter(5), lambda: (1, 2, 3).append(1), lambda: next(iter([]))):
    try:
        bad()
        print("no error")
    except Exception as e:
        print(type(e).__name__, end=" ")
print()
out = []
nums = [1, 2, 3]
for n in nums:
    out.append(n)
    if n < 3:
        nums.append(n + 10)
print(out)
t = (1, 2) + (3,)
print(t, t[0], t[1:], t * 2, t.count(1), t.index(3), (1,), (), tuple([1]), 1 in t, hash((1, 2)) == hash((1, 2)))
d = {"a": 1, 2: "two", (1, 2): [3], None: 0}
d["new"] = 5
print(d, len(d), d["a"], d.get("x"), d.get("x", 7), d.pop("a"), d.setdefault("s", []), "a" in d, 2 in d)
d.update({"u": 1}, v=2); d.update([("w", 3)]); print(list(d.keys()), list(d.values()), list(d.items())[-1])
for k in list(d):
    if k in (2, None):
        del d[k]
print(d, dict(a=1), dict([(1, 2)]), dict({"x": 1}, y=2))
e = d.copy(); e.clear(); print(e, bool(d), bool(e), dict.fromkeys("ab", 0), d == dict(d), {1: 2} == {1.0: 2.0})
print(d.popitem(), {"a": 1, "a": 2}, {1: "i", True: "b"}, {0: "x"}[False], {True: "t"}[1])
k = {"a": 1}.keys(); print(list(k), "a" in k, len(k))
s = {1, 2, 3}
s.add(4); s.discard(9); s.remove(1)
print(s, 2 in s, sorted(s | {9}), s & {2, 3}, s - {2}, sorted(s ^ {2, 99}), s <= {2, 3, 4}, s == {4, 3, 2}, len(s), set("aab") == {"a", "b"}, frozenset([1]) == {1})
s |= {7}; s.update([8]); print(sorted(s), s.union([1]) >= s, s.isdisjoint({100}), {frozenset([1]): 2}[frozenset([1])], set())
print(1 == True, True + True, True == 1.0, sum([True, False, True]), isinstance(True, int), True & False, True | False, True ^ True, ~True, -True, True * 3, [10, 20][True], "ab"[False], not True, str(True), int(True), float(True), True is True, (1 > 0) + (2 > 1), 5 * (3 > 2), False < True, max(True, 2))
print(7 // 2, -7 // 2, 7 % 3, -7 % 3, 7 / 2, 2 ** 10, 2 ** -1, 7.5 // 2, -7.5 % 2, divmod(-7, 2), 1 << 10, 1 << 100, -1 >> 1, 255 >> 4, 6 & 3, 6 | 3, 6 ^ 3, ~5, 10 ** 20, -10 ** 2, 0xff, 0b11, 0o17, 1e3)
print(12345678901234567890 * 98765432109876543210, 2 ** 200 % 1000007, -(2 ** 70), 10 ** 30 // 7, (1 << 64) - 1, int("123456789012345678901234567890"), 3 ** 50 > 2 ** 79)
print((258).to_bytes(2, "big"), int.from_bytes(b"\x01\x02", "little"), (5).bit_length(), (2.0).is_integer())
print(min(3, 1, 2), max([1, 5, 2]), min("b", "a"), max([1, -5], key=abs), min([], default=0), sum([1, 2], 10), sum([0.5, 0.25]), any([0, 1]), all([]), list(zip([1, 2], "ab")), list(enumerate("ab", 1)), list(map(str, [1, 2])), list(filter(None, [0, 1, 2])), list(reversed([1, 2])), list(range(5, 0, -2)), range(3) == range(3), 3 in range(5), len(range(10)), range(10)[2])
print(isinstance(1, (str, int)), type(1) == int, type("").__name__, callable(len), callable(5), hasattr("", "split"), getattr("a", "nope", None), id(None) == id(None), bool("x"), bool(0.0), type([]) is list)
x = 5; x += 2; x -= 1; x *= 3; x //= 2; x %= 5; x **= 2; x <<= 3; x >>= 1; x |= 1; x &= 0xff; x ^= 2; x /= 2; print(x)
n = [1]; m = n; m += [2]; print(n); n = n + [3]; print(m); st = {1}; u = st; u |= {2}; print(st)
d = {"c": 0}; d["c"] += 5; d["l"] = [1]; d["l"][0] += 1; print(d)
print([1, [2, 3]] == [1, [2, 3]], [1, 2] < [1, 3], (1, 2) < (1, 2, 0), [] < [1], [1] != [1], {"a": [1]} == {"a": [1]})
r = []; r.append(r); q = {}; q["q"] = q
for x in (r, q):
    try:
        print(x)
    except RuntimeError as e:
        print(repr(e))
nan = float("nan"); print(nan == nan, nan != nan, nan < 1)
print(sorted([3, 1.5, True]), [i for i in (1, 2.0, "3")], 1 in [1.0], "1" in ["1"])
print(*[1, 2], sep="|")
