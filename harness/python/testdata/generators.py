def t(f, *a):
    try:
        print(f(*a))
    except Exception as e:
        print(type(e).__name__, e.args)
def g1():
    try:
        x = yield 1
        print('got', x)
        y = yield x
        print('got', y)
    except ValueError as e:
        print('ve', e)
        yield 'caught'
    finally:
        print('fin')
    return 'ret'
g = g1()
print(next(g), g.send('a'))
print(g.throw(ValueError('v')))
t(next, g)
t(next, g)
g = g1()
t(g.send, 5)
print(g.send(None))
g.close()
g.close()
t(next, g)
g = g1()
t(g.throw, KeyError('k'))
t(next, g)
def g2():
    r = yield from g1()
    print('r', r)
    yield from [1, 2]
    yield from (x for x in 'ab')
    return 9
g = g2()
print(next(g), g.send(1), g.throw(ValueError(2)))
print(list(g))
def g3():
    try:
        yield 1
    except GeneratorExit:
        print('exit')
        raise
g = g3(); next(g); g.close()
def g4():
    try:
        yield 1
    except GeneratorExit:
        yield 2
g = g4(); next(g)
t(g.close)
def g5():
    while True:
        try:
            v = yield
            if v == 's': return 'stopped'
        except KeyError:
            print('ke')
            continue
        finally:
            print('f')
g = g5(); next(g); g.send(1); g.throw(KeyError()); t(g.send, 's')
def g6(n):
    for i in range(n):
        for j in range(i):
            if j == 2: break
            yield i, j
        else:
            yield 'else'
print(list(g6(4)))
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
f = fib()
print([next(f) for _ in range(10)])
print(sum(x * x for x in range(5)), max((x for x in [3, 1]), default=0), any(x > 1 for x in [1, 2]), all(x for x in []))
calls = []
def c(x): calls.append(x); return x > 1
fn = lambda xs: any(c(x) for x in xs)
print(fn([1, 2, 3, 4]), calls)
gg = [(x * k for x in range(3)) for k in range(3)]
print([list(q) for q in gg])
print([[y for y in range(x)] for x in range(4)], [x for x in [y * 2 for y in range(3)]])
x = 'outer'
l = [x for x in range(3)]
print(x, l)
def sc():
    x = 'in'
    z = [x + str(i) for i in range(2)]
    return z, {i: x for i in 'ab'}['a'], {x for i in 'ab'}
print(sc())
print([(i, j) for i in range(3) if i for j in range(i) if j % 2 == 0])
print({k: v for k, v in zip('ab', [1, 2])}['b'], sorted({i % 3 for i in range(9)}))
fs = [lambda: i for i in range(3)]
print([f() for f in fs])
fs = [lambda i=i: i for i in range(3)]
print([f() for f in fs])
def gen_ret():
    return 5
    yield
t(next, gen_ret())
def deleg():
    x = yield from gen_ret()
    yield x
print(list(deleg()))
def inner_stop():
    raise StopIteration
    yield
t(lambda: list(inner_stop()))
def mult():
    a = yield
    while a is not None:
        a = yield a * 2
m = mult(); next(m)
print(m.send(2), m.send(5))
t(m.send, None)
class It:
    def __init__(self, n): self.n = n
    def __iter__(self):
        for i in range(self.n): yield i
print(list(It(3)), 2 in It(3), list(map(str, It(2))))
def args(*a, **k):
    yield a
    yield sorted(k.items())
print(list(args(1, 2, b=3)))
g = g1()
print(type(g).__name__, iter(g) is g, hasattr(g, 'send'))
def nested():
    def inner():
        nonlocal v
        v += 1
        yield v
    v = 0
    yield from inner()
    yield from inner()
    yield v
print(list(nested()))
def rec(n):
    if n > 0:
        yield n
        yield from rec(n - 1)
print(list(rec(5)))
def tryret():
    for i in range(3):
        try:
            yield i
        finally:
            if i == 1: return
print(list(tryret()))
def reent():
    yield next(me)
me = reent()
t(next, me)
def withg():
    class C:
        def __enter__(self): print('en'); return self
        def __exit__(self, *a): print('ex', a[0]); return True
    with C() as c:
        yield 1
        raise ValueError
    yield 2
print(list(withg()))
print(list(zip(range(3), 'abc', [1.5, 2.5])), list(enumerate('ab', 1)), list(filter(None, [0, 1, '', 'a'])), list(map(lambda a, b: a + b, [1, 2], [3, 4])))
it = iter([1, 2, 3])
print(next(it), list(it), next(it, 'def'))
d = {1: 2}
for k in d: d[k] = 5
print(d)
l = [1, 2, 3]
for v in l:
    if v < 3: l.append(v + 10)
    if len(l) > 6: break
print(l)
