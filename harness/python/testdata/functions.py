def t(f, *a):
    try:
        print(f(*a))
    except Exception as e:
        print(type(e).__name__, e.args)
def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    def get(): return n
    return inc, get
i, g = counter()
print(i(), i(5), g())
gl = 1
def setg():
    global gl, newg
    gl += 1
    newg = 'new'
setg()
print(gl, newg)
def shadow():
    gl = 'local'
    def inner():
        global gl
        gl = 'changed'
    inner()
    return gl
print(shadow(), gl)
def lev1():
    x = 1
    def lev2():
        def lev3():
            nonlocal x
            x += 10
            return x
        return lev3() + x
    return lev2(), x
print(lev1())
def deltest():
    a = 1
    del a
    return a
t(deltest)
def delcell():
    a = 1
    def f(): return a
    del a
    return f()
t(delcell)
def unb():
    def f(): return late
    try: f()
    except NameError as e: print('ne')
    late = 5
    return f()
t(unb)
def defaults(a, b=[], c={}):
    b.append(a); c[a] = 1
    return b, len(c)
print(defaults(1), defaults(2), defaults(3, [9]))
def star(*a, **k): return a, sorted(k.items())
print(star(), star(1, 2), star(x=1), star(1, *[2, 3], **{'y': 4}), star(*'ab', 5, *(6,), z=1, **{'w': 2}))
def pos(a, b=2, *c, d=4, e, **f): return a, b, c, d, e, sorted(f.items())
print(pos(1, e=5), pos(1, 2, 3, 4, e=5, d=6, g=7))
t(lambda: star(a=1, **{'a': 2}))
t(lambda: pos(1, e=1, a=2))
def ko(*, a, b=2): return a, b
print(ko(a=1))
f = lambda *a, **k: (a, k)
print(f(1, x=2), (lambda: 5)(), (lambda x, y=3: x + y)(1), (lambda *, k=1: k)(k=4))
dec_log = []
def deco(n):
    def d(f):
        dec_log.append((n, f.__name__))
        def w(*a, **k): return n, f(*a, **k)
        return w
    return d
@deco(1)
@deco(2)
def decorated(x): return x * 2
print(decorated(4), dec_log)
class K:
    y = 10
    z = [y for _ in range(2)] if 0 else y + 1
    def m(self): return K.y, self.z
    def fact(self, n): return 1 if n < 2 else n * self.fact(n - 1)
print(K().m(), K().fact(10))
x = 10
class Scope:
    x = x + 1
    def get(self): return x
print(Scope.x, Scope().get())
def fnattr(): pass
t(lambda: fnattr.__name__)
def ret_multi(): return 1, 'a', None
a, (b, *c), d = 1, (2, 3, 4), 5
print(a, b, c, d)
*h, l = [1, 2, 3]
print(h, l)
(p, q), r = 'ab', 'c'
print(p, q, r)
a = b = c = []
a.append(1)
print(c, a is b)
a, b = b, a
i = 0
arr = [0, 0, 0]
i, arr[i] = 1, 9
print(i, arr)
arr[i:] = [7, 8, 9]
print(arr)
x = y = 5
x += y
x -= 1; x *= 3; x //= 2; x %= 7; x **= 2; x <<= 3; x >>= 1; x |= 1; x &= 0xff; x ^= 3
print(x)
s = 'a'; s += 'b'; s *= 3
print(s)
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0 == True, 3 > 2 >= 2 != 1, 1 < 2 in [2], not 1 == 2)
def se(v): print('ev', v); return v
print(se(1) < se(2) < se(0) < se(9))
print(se(0) and se(1), se(1) or se(2), se('') or se([]) or 'x')
print(1 if se(0) else 2, [1, 2][se(1)], (se(1), se(2))[0])
if (n := 10) > 5: print(n)
print([y := 5, y ** 2], (w := 3) + w)
print([last := i for i in range(3)], last)
while (k := x) > 100: x -= 100
print(k < 101)
print(is_none := None is None, 5 is not None, [] is [], () == (), 'a' is 'a')
print(exec('ex = 5') , ex, eval('ex + 1'), eval('a1 + 1', {'a1': 4}), eval('g1', {'g1': 1}, {'g1': 2}))
ns = {}
exec('def f(x):\n    return x * 2\nv = f(4)', ns)
print(ns['v'], ns['f'](3), 'f' in ns)
print(eval('[i for i in range(3)]'), eval('lambda x: x + 1')(4))
t(lambda: eval('1/0'))
globals()['dyn'] = 99
print(dyn, 'dyn' in globals(), globals()['gl'])
print(locals() is not None)
del dyn
t(lambda: dyn)
for z in range(3): pass
print(z)
for z in []: pass
else: print('else', z)
for a, b in [(1, 2), (3, 4)]: print(a, b, end=';')
for i, (a, b) in enumerate([(1, 2)]): print(i, a, b)
n = 0
while n < 3:
    n += 1
    if n == 2: continue
    print(n, end=' ')
else: print('we')
def many(a, b, c, d, e, f, g, h, i, j): return a + j
print(many(*range(10)), many(*[1] * 5, *[2] * 5))
print((lambda a, *b, c=1, **d: (a, b, c, d))(1, 2, 3, c=4, e=5))
def f_ann(a: int, b: 'str' = 'x') -> None: return a, b
print(f_ann(1))
v: int = 5
u: 'str'
print(v)
t(lambda: u)
assert True, 'no'
pass; pass
print('a' 'b' "c", r'\n', b'a' b'\x01', '''m
l''', "\x41\u0042\101\t|")
print(0x1F, 0b11, 0o17, 1_000, 1e3, .5, 5., 1e-7, 10**20, -7 // 2, -7 % 3, 7 // -2, 7 % -3, 2 ** -1, 2 ** 100)
