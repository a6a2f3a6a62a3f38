# Complex functions; the output is that of MicroPython 1.27, to twelve digits.
import cmath


def show(z):
    try:
        if isinstance(z, tuple):
            print(['%.12g' % x for x in z])
        else:
            print('%.12g %.12g' % (z.real, z.imag))
    except AttributeError:
        print('%.12g' % z)


class Number:
    def __complex__(self):
        return complex(10, 1)


for f in (cmath.cos, cmath.exp, cmath.log, cmath.log10, cmath.phase, cmath.polar, cmath.sin, cmath.sqrt):
    for v in (1j, 1, -1, 2.5 - 1j, Number()):
        show(f(v))
    try:
        f('a')
    except TypeError as e:
        print(e)
show(cmath.rect(1, 2))
show(cmath.log(0))
print(cmath.e, cmath.pi)
