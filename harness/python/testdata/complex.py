# Complex numbers; the output is that of MicroPython 1.27.

def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
def ev(s):
    try: print(s, '->', eval(s))
    except Exception as e: print(s, '->', type(e).__name__, e)
for s in ['1j', '1+2j', '-1j', '0j', '-0j', '1.5j', '1e10j', '1-2j', '(1+2j)*(3-4j)', '(1+2j)/(3-4j)', 'abs((1+2j)**2+3-4j)<1e-9', '(1+2j)/0', '1j/0j', '0j**0', '0j**1j', '0j**-1', '2**1j', '(1+2j)//1', '(1+2j)%1', 'abs(3+4j)', '(3+4j).real', '(3+4j).imag', '(3+4j).conjugate()', '(3).real', 'bool(0j)', 'bool(1j)', '1j==1j', '1+0j==1', '1==1+0j', '1.5==1.5+0j', '1j!=1', '1j<2j', '1j<1', '1<1j', '-(1+2j)', '+(1+2j)', '~1j', 'complex()', 'complex(1)', 'complex(1,2)', 'complex(1.5,2)', "complex('1+2j')", "complex('1')", "complex('j')", "complex('-1j')", "complex('1+j')", "complex('a')", "complex('')", 'complex(1j)', 'complex(1j,2)', 'complex(1j,2j)', 'complex(1,2j)', 'complex([])', 'complex(1,[])', 'complex(1,2,3)', "complex('1',2)", "complex(b'1')", 'complex(None)', 'complex(True)', 'complex(real=1)', 'int(1j)', 'float(1j)', 'float(1+0j)', 'round(1j)', 'str(1j)', 'repr(1+2j)', "'%s' % 1j", "'%d' % 1j", "'%f' % 1j", "'{}'.format(1j)", "'{:d}'.format(1j)", "'{:f}'.format(1j)", "'{:>10}'.format(1j)", "'{:g}'.format(1+2j)", "f'{1j}'", '1j+1', '1+1j', '1.5+1j', 'True+1j', '1j-True', "1j+'a'", "'a'+1j", '1j*[1]', '[1]*1j', '1j & 1', '1j<<1', '[1,2][1j]', '{1j:2}', '{1j:2}[1j]', '{1:2}[1+0j]', 'type(1j)', 'type(1j).__name__', 'isinstance(1j, complex)', 'isinstance(1, complex)', 'sum([1j,2])', 'max(1j,2j)', 'sorted([2j,1j])', '1j in [1j]', '1j is 1j', '10**400+1j', "float('inf')*1j", "float('nan')+1j", "complex(float('inf'),float('-inf'))", 'complex(-0.0,-0.0)', 'complex(0.0,-0.0)', '1e300j*1e300j', '123456789.123+1e-7j', '1e16+1e17j', 'pow(1j,2,3)', '(-8)**(1/3)', 'chr(1j)', 'bytes(1j)', 'range(1j)', '(1j).nope', '1_0j', '1J', '0x1', '-1j+0', '3-0j', '(1+2j).__class__', 'callable(1j)', 'hex(1j)', 'len(1j)', 'list(1j)', '1j()', '1j[0]', '[1j,(2j,)]', 'complex(1.0,-0.0)', '5-1j*-0.0']: ev(s)
x = 1j; x += 1; print(x); x *= 2; print(x); x -= 1j; print(x); x /= 2; print(x); x **= 2; print(x)
x = 1; x += 1j; print(x)
try: x //= 2
except Exception as e: print(type(e).__name__, e)
try: (1j).real = 5
except Exception as e: print(type(e).__name__, e)
try:
    class C(complex): pass
    print(C(1,2), C(1,2)+1, abs(C(3,4)), type(C(1)))
except Exception as e: print(type(e).__name__, e)
class X:
    def __complex__(self): return 1j
t(lambda: complex(X()))
class F:
    def __float__(self): return 2.5
t(lambda: complex(F()))
class R:
    def __radd__(self, o): return ('radd', o)
    def __add__(self, o): return ('add', o)
t(lambda: 1j+R()); t(lambda: R()+1j)
