def t(f, *a):
    try:
        print(f(*a))
    except Exception as e:
        print(type(e).__name__, e.args)
class V:
    def __init__(s, n): s.n = n
    def __repr__(s): return 'V(%r)' % s.n
    def __str__(s): return 'v%s' % s.n
    def __add__(s, o): return ('add', s.n, o)
    def __radd__(s, o): return ('radd', s.n, o)
    def __sub__(s, o): return ('sub', s.n, o)
    def __rsub__(s, o): return ('rsub', s.n, o)
    def __mul__(s, o): return ('mul', s.n, o)
    def __rmul__(s, o): return ('rmul', s.n, o)
    def __truediv__(s, o): return ('div', s.n, o)
    def __rtruediv__(s, o): return ('rdiv', s.n, o)
    def __floordiv__(s, o): return ('fdiv', s.n, o)
    def __rfloordiv__(s, o): return ('rfdiv', s.n, o)
    def __mod__(s, o): return ('mod', s.n, o)
    def __rmod__(s, o): return ('rmod', s.n, o)
    def __pow__(s, o): return ('pow', s.n, o)
    def __rpow__(s, o): return ('rpow', s.n, o)
    def __lshift__(s, o): return ('ls', s.n, o)
    def __rlshift__(s, o): return ('rls', s.n, o)
    def __rshift__(s, o): return ('rs', s.n, o)
    def __rrshift__(s, o): return ('rrs', s.n, o)
    def __and__(s, o): return ('and', s.n, o)
    def __rand__(s, o): return ('rand', s.n, o)
    def __or__(s, o): return ('or', s.n, o)
    def __ror__(s, o): return ('ror', s.n, o)
    def __xor__(s, o): return ('xor', s.n, o)
    def __rxor__(s, o): return ('rxor', s.n, o)
    def __neg__(s): return ('neg', s.n)
    def __pos__(s): return ('pos', s.n)
    def __invert__(s): return ('inv', s.n)
    def __abs__(s): return ('abs', s.n)
    def __len__(s): return s.n
    def __bool__(s): return s.n > 2
    def __hash__(s): return s.n
    def __eq__(s, o): return ('eq', s.n, o)
    def __lt__(s, o): return ('lt', s.n, o)
    def __le__(s, o): return ('le', s.n, o)
    def __gt__(s, o): return ('gt', s.n, o)
    def __ge__(s, o): return ('ge', s.n, o)
    def __contains__(s, o): return o == s.n
    def __getitem__(s, k): return ('get', k)
    def __setitem__(s, k, v): print('set', k, v)
    def __delitem__(s, k): print('del', k)
    def __call__(s, *a): return ('call', a)
    def __iter__(s): return iter([s.n, s.n])
    def __enter__(s): print('enter'); return 'ent'
    def __exit__(s, *a): print('exit', a[0]); return True
    def __int__(s): return s.n
v = V(3)
w = V(1)
print(v + 1, 1 + v, v + w, 'a' + v, [1] + v)
print(v - 1, 1 - v, v * 2, 2 * v, v / 2, 2 / v, v // 2, 2 // v, v % 2, 2 % v)
print(v ** 2, 2 ** v, v << 1, 1 << v, v >> 1, 1 >> v, v & 1, 1 & v, v | 1, 1 | v, v ^ 1, 1 ^ v)
print(-v, +v, ~v, abs(v), len(v), bool(v), bool(w), hash(v))
print(v == 1, 1 == v, v < 1, v <= 1, v > 1, v >= w)
print(3 in v, 4 in v, v[1], v[1:2], v['a'], v[::2], v[1, 2], v(1, 2), list(v))
v[1] = 2
v[1:2] = 3
del v[4]
del v[4:5]
with v as q:
    print(q)
    raise ValueError('x')
print(str(v), repr(v), '%s %r' % (v, v), '{} {!r}'.format(v, v), f'{v} {v!r}', [v], (v,), {1: v}, int(v))
x = v
x += 1
print(x)
class IP:
    def __init__(s): s.l = []
    def __iadd__(s, o): s.l.append(o); return s
    def __isub__(s, o): return ('isub', o)
    def __xmul__(s, o): s.l *= o; return s
    def __ior__(s, o): return ('ior', o)
i = IP()
j = i
i += 1
i += 2

print(i is j, i.l)
i -= 1
print(i)
class NI:
    def __add__(s, o): return NotImplemented
    def __eq__(s, o): return NotImplemented
    def __lt__(s, o): return NotImplemented
t(lambda: NI() + 1)
t(lambda: NI() == 1)
t(lambda: NI() < 1)
t(lambda: NI() - 1)
t(lambda: 1 - NI())
t(lambda: -NI())
t(lambda: NI()[0])
t(lambda: len(NI()))
t(lambda: iter(NI()))
t(lambda: next(NI()))
t(lambda: 1 in NI())

t(lambda: int(NI()))
t(lambda: float(NI()))
t(lambda: abs(NI()))

t(lambda: hash(NI()))
t(lambda: {NI(): 1})
class It:
    def __init__(s): s.i = 0
    def __iter__(s): return s
    def __next__(s):
        s.i += 1
        if s.i > 3: raise StopIteration
        return s.i
print(list(It()), sum(It()), max(It()), tuple(It()), sorted(It(), reverse=True), 2 in It(), 9 in It())
a, b, c = It()
print(a, b, c)
class Seq:
    def __getitem__(s, i):
        if i > 2: raise IndexError
        return i * i
print(list(Seq()), 4 in Seq(), 5 in Seq())
for k in Seq(): print(k, end=' ')
print()
class P:
    def __init__(s): s._v = 1
    @property
    def v(s): return s._v
    @v.setter
    def v(s, n): s._v = n * 2
    @v.deleter
    def v(s): print('deleted')
    @property
    def ro(s): return 'ro'
p = P()
p.v = 5
print(p.v, p.ro)
del p.v
def se(): p.ro = 1
t(se)
def de(): del p.ro
t(de)
p.v += 1
print(p.v)
class BadBool:
    def __bool__(s): return 5
class BadLen:
    def __len__(s): return 'a'
class BadRepr:
    def __repr__(s): return 5
class Rev:
    def __reversed__(s): return 'rev'
    def __len__(s): return 2
    def __getitem__(s, i): return i
t(lambda: reversed(Rev()))
class Hsh:
    def __hash__(s): return 5
    def __eq__(s, o): return True
print({Hsh(): 1, Hsh(): 2} == {Hsh(): 2}, Hsh() in {Hsh(): 1}, hash(Hsh()))
class Eq:
    def __eq__(s, o): return True
t(lambda: {Eq(): 1})
t(lambda: [Eq()].index(5))
t(lambda: [3, 4].index(Eq()))
t(lambda: Eq() != 5)
class Cmp:
    def __init__(s, k): s.k = k
    def __lt__(s, o): return s.k < o.k
    def __repr__(s): return 'C%d' % s.k
print(sorted([Cmp(3), Cmp(1), Cmp(2)]))
print(V.__name__, V(2).__class__, V.__add__(v, 5), v.__add__(6))


# The value of a StopIteration goes to who asks for an element, but not that of __getitem__.
class Stops:
    def __iter__(self): return self
    def __next__(self): raise StopIteration(42)


class StopsByIndex:
    def __getitem__(self, i): raise StopIteration(42)


for kind in Stops, StopsByIndex:
    try: next(iter(kind()))
    except StopIteration as e: print(kind.__name__, e.args)
    try: next(enumerate(kind()))
    except StopIteration as e: print(kind.__name__, e.args)
