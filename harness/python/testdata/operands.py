# What an operator or a call has of its left side while its right side runs: the same operator, another
# function, an exception.


def smaller(x):
    return x if x < 3 < 5 else smaller(x - 1)


print(10 < smaller(20), smaller(20) < smaller(9) + 1, smaller(2) * smaller(smaller(4) + 1) % smaller(2))


def fails():
    raise ValueError('right side')


for i in range(3):
    for way in (lambda: i < fails(), lambda: i * fails(), lambda: [].append(fails()), lambda: {}.get(fails()),
                lambda: [1][fails()]):
        try:
            way()
        except ValueError as e:
            print(i < 1, i * 2, i % 2, e)

l = [1]
l.append(l.append(l.append(2)) or len(l))
print(l, l[l[l[0]] - 1], 'a-b'.split('-'.join(['', '']) or '-'))
d = {'a': 'b', 'b': 'c'}
print(d.get(d.get('a')), d.get(d.get(d.get('a'))), d.get('x') is d.get('y'))


# Functions and methods that have the names of builtin ones.
def hash(x):
    return 'my hash of ' + str(x)


class Box:
    def append(self, x):
        return 'appended %s' % x

    def get(self, key):
        raise KeyError(key)

    count = 5


def local(len):
    return len([1, 2])


box = Box()
print(hash(1), box.append(2), local(lambda x: 'my len'), len([1]))
try:
    box.get('k')
except KeyError as e:
    print('KeyError', e.args)
for bad in (lambda: box.count(1), lambda: box.index(1), lambda: None.append(fails()), lambda: (5).get(1),
            lambda: len(5),
            lambda: 5 < 'a', lambda: 5 in 5, lambda: 'abc'[Box], lambda: [1] + (2,),
            lambda: 'a' * 'b', lambda: {} % 3, lambda: abs('x'), lambda: [1] * 1.5):
    try:
        print(bad())
    except (TypeError, AttributeError) as e:
        print(type(e).__name__)


# x op= y of variables of every kind, and of what has __iadd__.
class In:
    def __init__(self):
        self.log = []

    def __iadd__(self, y):
        self.log.append(y)
        return self

    def __add__(self, y):
        return 'add'


x = In()
same = x
x += 1
x += x.log[0]
print(x is same, x.log, x + 1)
a = b = [1]
a += [2]
a += (3,)
a += 'bc'
print(b, a is b)
t = u = (1,)
t += (2,)
print(t, u)
s = {1}
r = s
s |= {2}
s -= {1}
print(r)


class C:
    n = 1
    n += 1
    total = n
    total += n


def counted():
    n = 0.5
    text = ''
    x = In()

    def more(k):
        nonlocal n, text, x
        n += k
        n *= 2
        text += 'ab'
        x += k
        return n

    return more(1), more(more(1)), text, x.log


print(C.n, C.total, counted())
try:
    a += 5
except TypeError:
    print('TypeError', a)


# What is assigned to is evaluated once, and first.
class N:
    def __init__(self, n):
        self.n = n
        self.l = [n, n]


def order(what, value):
    print(what, end=' ')
    return value


def rebinds():
    global box
    box = N(100)
    return 5


first = box = N(1)
box.n += rebinds()
print(first.n, box.n)
box = first
box.l[0] -= rebinds()
print(first.l, box.l)
order('a', first).l[order('b', 1)] *= order('c', 3)
order('d', first).n //= order('e', 2)
print(first.l, first.n)
d = {'k': [1], (1, 2): 'tuple'}
d['k'] += [2]
d[1, 2] += '!'
d['k'][-1] += 0.5
print(d['k'], d[1, 2])


# The parts of statements in loops.
def gather():
    out = []
    for i in range(3):
        k = 0
        while k < 2:
            k += 1
            try:
                out.append(lambda: (i, k))
                if i == 1:
                    raise KeyError(i)
            except KeyError as e:
                out.append(lambda: 'handled')
                continue
            finally:
                out.append(lambda i=i, k=k: (i, k))
    return out


print([f() for f in gather()])


def each(n):
    for i in range(n):
        try:
            yield i
        except ValueError:
            yield 'caught'
        finally:
            yield 'end %d' % i


one, two = each(2), each(3)
print(next(one), next(two), one.throw(ValueError()), next(one), next(two), list(one), list(two))


def depth(n):
    total = 0
    for i in range(2):
        try:
            total += depth(n - 1) if n else [][i]
        except IndexError:
            total += 1
    return total


print(depth(3))
