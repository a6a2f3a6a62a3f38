import micropython
from micropython import const

_X = const(5)

@micropython.native
def f(x):
    return x + _X

print(f(1), micropython.opt_level())
micropython.schedule(lambda a: print("scheduled", a), 7)
