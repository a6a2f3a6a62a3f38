# The frames of class bodies and of comprehensions, as MicroPython 1.27 prints them.
import sys
def f():
    return [1 // x for x in (1,
        0)]
try:
    f()
except Exception as e:
    pass
    sys.print_exception(e)
try:
    class A:
        x = 1
        y = 1 // 0
except Exception as e:
    sys.print_exception(e)
try:
    list(1 // x for x in (1, 0))
except Exception as e:
    sys.print_exception(e)
try:
    {x: [1 // y for y in (0,)] for x in (1, 0)}
except Exception as e:
    sys.print_exception(e)
try:
    {f() for x in (1, 0)}
except Exception as e:
    sys.print_exception(e)
try:
    [x for x in f()]
except Exception as e:
    sys.print_exception(e)
try:
    (lambda: 1 // 0)()
except Exception as e:
    sys.print_exception(e)
class B:
    def m(self):
        return sum(self.z for i in range(2))
try:
    B().m()
except Exception as e:
    sys.print_exception(e)
def c():
    class C:
        class D:
            def m(self, x=[1 for y in (1,)]):
                return {i: j.z for i in "a"
                        for j in (i,)}
            rows = [[c
                     // 0 for c in "1"] if 0 else
                    [d.q for d in "1"] for r in "2"]
try:
    c()
except Exception as e:
    sys.print_exception(e)
class C:
    def m(self, x=[1 for y in (1,)]):
        return {i: j.z for i in "a" for j in (i,)}
try:
    C().m()
except Exception as e:
    sys.print_exception(e)
def g():
    def inner():
        yield from (x.y
                    for x in "ab" if x.z)
    for v in [w for w in inner()]:
        pass
try:
    g()
except Exception as e:
    sys.print_exception(e)
try:
    [x for x in 5]
except Exception as e:
    sys.print_exception(e)
try:
    list(map(lambda x: x.z, [1]))
except Exception as e:
    sys.print_exception(e)
try:
    for i in [(y for y in (x.z for x in "a")) for z in "b"][0]:
        pass
except Exception as e:
    sys.print_exception(e)
