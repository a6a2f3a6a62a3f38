def t(f, *a):
    try:
        print(repr(f(*a)))
    except Exception as e:
        print(type(e).__name__, e.args)
L = list(range(10))
print(L[2:5], L[:], L[5:2], L[-3:], L[:-3], L[100:200], L[-100:3], L[::2], L[::-1], L[8:2:-2], L[-1:-5:-1], L[:3:-1], L[1:8:3])
T = tuple(L)
print(T[2:5], T[-3:], T[:-3], T + (1,), T * 2 == T + T, T.index(3), T.count(3))
def ss(l, a, b, v):
    l[a:b] = v
    return l
print(ss([1, 2, 3], 1, 2, [9, 9]), ss([1, 2, 3], 0, 0, [7]), ss([1, 2, 3], 3, 3, (4, 5)), ss([1, 2, 3], 0, 3, []), ss([1, 2, 3], -1, 100, [0]), ss([1, 2, 3], 2, 1, ['x']))
def ds(l, a, b):
    del l[a:b]
    return l
print(ds([1, 2, 3, 4], 1, 3), ds([1, 2, 3], 0, 100), ds([1, 2, 3], -1, 3), ds([1, 2, 3], 2, 1))
l = [3, 1, 2]
print(l.append(4), l.extend((5, 6)), l.insert(0, 0), l.insert(-1, 'x'), l.insert(100, 'e'), l, l.pop(), l.pop(0), l.pop(-2), l.remove('x') if 'x' in l else None, l, l.index(1), l.count(2), l.reverse(), l, l.sort(), l, l.copy(), l.clear(), l)
t(lambda: [1, 2].index(3))
t(lambda: [1, 2].remove(3))
t(lambda: [1, 2].pop(2))
t(lambda: [1] + [2] + [3] * 2)
t(lambda: [1, 2] == (1, 2))
t(lambda: [[0] * 2] * 2)
t(lambda: [1, 2] < [1, 2, 3] < [2])
t(lambda: [1, [2, [3]]] == [1, [2, [3]]])
t(lambda: [1] + (2,))
t(lambda: [] or 'e')
t(lambda: list('ab') + list({'k': 1}) + list((1,)))
a = [1]
a += [2]; a += (3,); a += 'x'; a *= 2
print(a)
b = a
b += [0]
print(a is b, len(a))
l2 = [1, 2, 3]
l2[l2[0]] = 9
print(l2)
d = {'b': 1, 'a': 2}
print(len(d), d['a'], d.get('z'), d.get('z', 5), 'a' in d, 2 in d, sorted(d), sorted(d.items()), sorted(d.values()), d.pop('b'), d.setdefault('q', 7), d.setdefault('q', 8), d.update({'w': 1}), d.update([('e', 2)]), d.update(r=3), len(d), d.copy() == d)
t(lambda: d['nope'])
t(lambda: d.pop('nope'))
t(lambda: d.pop('nope', 'dflt'))
t(lambda: {}.popitem())
t(lambda: {[1]: 2})
t(lambda: {1: 2}[[1]])
t(lambda: {(1, 2): 3}[1, 2])
t(lambda: {1: 'a', 1.0: 'b', True: 'c'}[1])
t(lambda: dict([(1, 2, 3)]))
t(lambda: dict(5))
t(lambda: dict({'a': 1}, b=2) == {'a': 1, 'b': 2})
t(lambda: {'a': 1} == {'a': 1.0})
t(lambda: {'a': {'b': [1]}}['a']['b'][0])
t(lambda: {1: 2} < {3: 4})
t(lambda: dict.fromkeys([1], 0))
t(lambda: type({}.keys()).__name__ and len({1: 2}.items()))
t(lambda: list({1: 2}.items())[0])
t(lambda: (1, 2) in {1: 2}.items())
t(lambda: {1: 2}.keys() == {1: 3}.keys())
t(lambda: {None: 1}[None])
def mut():
    d = {1: 1}
    del d[1]
    d[2] = 2
    for k in list(d): del d[k]
    return d
t(mut)
def clr():
    d = {1: 1}; e = d
    d.clear()
    return e
t(clr)
s = {3, 1, 2}
print(len(s), 1 in s, sorted(s), sorted(s | {5}), sorted(s & {1, 9}), sorted(s - {1}), sorted(s ^ {1, 9}), s == {1, 2, 3}, s <= {1, 2, 3, 4}, s < {1, 2, 3}, s >= {1}, s.isdisjoint({9}), s.issubset({1, 2, 3}), s.issuperset({1}), s.add(4), s.discard(99), s.remove(4), sorted(s), sorted(s.union([7])), sorted(s.intersection([1])), sorted(s.difference([1])), sorted(s.symmetric_difference([1, 8])), s.update([10]), sorted(s), s.copy() == s)
t(lambda: set().pop())
t(lambda: {1}.remove(2))
t(lambda: {[1]})
t(lambda: set([1, 1, 2]) == {1, 2})
t(lambda: set('aab') == {'a', 'b'})
t(lambda: frozenset([1]) == {1})
t(lambda: {frozenset([1]): 2}[frozenset([1])])
t(lambda: frozenset([1]).add(2))
t(lambda: {1} | [2])
t(lambda: set())
t(lambda: {5})
t(lambda: frozenset({5}))
t(lambda: frozenset())
s1 = {1, 2}; s2 = s1
s1 |= {3}; s1 -= {1}; s1 &= {2, 3, 4}; s1 ^= {2}
print(s1, s1 is s2)
t(lambda: (1,))
t(lambda: ())
t(lambda: ((1, 2), [3], {'a': (4,)}, 'x', b'y', None, True, 1.5))
t(lambda: (1, 2)[5])
t(lambda: (1, 2) + [3])
t(lambda: (1, 2) * 0)
t(lambda: hash((1, 2)) == hash((1, 2)))
t(lambda: hash(([],)))
t(lambda: (1, 'a') < (1, 'b'))
t(lambda: max((1, 2), (1, 3)))
t(lambda: min([[2], [1, 5]]))
r = range(2, 20, 3)
print(r, len(r), r[1], r[-1], 5 in r, 6 in r, list(r), r[1:3], list(range(5, 0, -2)), bool(range(0)), list(reversed(range(3))))
t(lambda: range(5)[7])
t(lambda: range(1.5))
t(lambda: range('a'))
t(lambda: list(range(-3)))
t(lambda: sum(range(100)))
x = [1, 2, 3, 4, 5]
x[1], x[3] = x[3], x[1]
print(x)
x[0:2], y = [7, 8, 9], 5
print(x, y)
m = [[i * j for j in range(3)] for i in range(3)]
print(m, [r[1] for r in m], list(zip(*m)))
m[1][2] += 10
print(m)
nested = {'l': [1, {'x': (2, 3)}]}
nested['l'][1]['x'] += (4,)
nested['l'][0] -= 5
print(nested)
rec = []
rec.append(rec)
print(len(rec), rec[0] is rec)
