print(str(5), len([1]), list((1,)))
str = 'abc'
print(str.upper())
def f(on):
    return ('off', 'on')[on], ['no', 'yes'][on], 'ny'[on]
print(f(True), f(False), f(1), f(3 > 2))
state = False
names = ['a', 'b', 'c']
count = [0, 0]
print(names[state], names[not state])
count[state] += 1
count[True] += 5
count[state] = 7
state = not state
count[state] -= 1
print(count)
d = {}
d[state] = 1
print(d, d[1], d[state])
class A:
    flag = True
a = A()
print(names[a.flag], (10, 20)[a.flag and 1], ('x', 'y')[bool(names)], ('x', 'y')[isinstance(1, int)])
t = (1, 2, 3, 4)
class W:
    def __init__(self, l): self.l = l
    def __getitem__(self, k): return self.l[k]
    def __setitem__(self, k, v): self.l[k] = v
    def __delitem__(self, k): del self.l[k]
w = W([1, 2, 3, 4])
print(w[1:3], w[0], w[-1], W('abcd')[1:], W((1, 2, 3))[:2], W(b'abc')[1:2])
w[1:2] = [7, 8]
w[0] = 9
del w[-1:]
del w[0]
print(w.l)
del str
print(str(7))
len = 3
print(len)
def g():
    return list(range(3))
print(g())
list = [1]
try:
    g()
except TypeError as e:
    print(e)
for id in range(2): pass
print(id)
try: max = max
except NameError: print('ne')
print(max(1, 2))
print(0e0, 0e5, 0E-1, 00, 0.0, 1e0, 00.5)
try:
    class X(metaclass=type): pass
except TypeError as e: print(e)
@micropython.bytecode
def nat(x): return x + 1
print(nat(1))
K = const(5)
print(K)
import builtins
from builtins import max as biggest
print(builtins.len([1]), builtins.dict is dict, 'abs' in dir(builtins), biggest(1, 2))
