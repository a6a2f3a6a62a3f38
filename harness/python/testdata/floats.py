# Floats and ints: rounding, remainders and text; the output is that of MicroPython 1.27.

def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
for x in (0.5,1.5,2.5,-0.5,-1.5,2.675,1.005,0.125,0.375,1e22,1e15+0.5,123456.789,-0.0,0.0,1e300,2.5e-5,-2.5,5,15,25,-15,10**20, 1234567):
    for n in (None,0,1,2,3,-1,-2,-3,10,20):
        if n is None: t(lambda: ('round',x,round(x)))
        else: t(lambda: ('round',x,n,round(x,n)))
t(lambda: round(float('nan'))); t(lambda: round(float('inf'))); t(lambda: round(float('inf'),1));t(lambda: round(float('nan'),1)); t(lambda: round('a')); t(lambda: round(1.5,'a')); t(lambda: round(1.5,None)); t(lambda: round(True)); t(lambda: round(5,None)); t(lambda: round(1,2,3)); t(lambda: round())
for a in (7,-7,7.5,-7.5,0,0.0,-0.0,1e300,True,5.0,-5.0, float('inf'), float('nan'), 10**20, -10**20):
    for b in (3,-3,2.5,-2.5,0,0.0,1e-300,float('inf'),-float('inf'),5, -5, 10**19):
        t(lambda: (a,b,'%',a%b)); t(lambda: (a,b,'//',a//b)); t(lambda: (a,b,'divmod',divmod(a,b)))
        t(lambda: (a,b,'/',a/b))
for x in (1e15,1e16,1e17,123456789012345678.0,1e20,1e22,1e23,1e32,1e100,1e308,0.1,0.2,1/3,2/3,1e-5,123456.789,-0.0,1.7976931348623157e308,999999.5,99999999.999,0.05,0.005,0.015,0.25,0.35,2.5,3.5,1e7,1234567.891):
    print(x, repr(x), str(x))
    for s in ('%.2f','%f','%.0f','%.1f','%.10f','%.20f','%e','%.2e','%g','%.3g','%.10g','%.17g','%.0e','%G','%.15g','%.16g', '%12.3f'):
        t(lambda: (s, s % x))
    for s in ('{:.2f}','{:f}','{:g}','{:e}','{}','{:.3}','{:.10}','{:n}','{:%}','{:.1%}','{:.20g}'):
        t(lambda: (s, s.format(x)))
t(lambda: -0.0); t(lambda: 0.0 * -1); t(lambda: -0.0 + 0); t(lambda: 0 * -1.0); t(lambda: -(0.0)); t(lambda: str(-0.0)); t(lambda: abs(-0.0)); t(lambda: round(-0.4)); t(lambda: round(-0.4, 0)); t(lambda: -0.0 == 0.0); t(lambda: int(-0.0)); t(lambda: 0.0/-1); t(lambda: -0.0//1); t(lambda: -0.0%1); t(lambda: divmod(-0.0,1)); t(lambda: '%d' % -0.0); t(lambda: '%f' % -0.0); t(lambda: '%g' % -0.0); t(lambda: '{:+}'.format(-0.0)); t(lambda: (-0.0)**2); t(lambda: (-0.0)**3); t(lambda: min(0.0,-0.0)); t(lambda: float('-0')); t(lambda: {-0.0:1}); t(lambda: {0:1,-0.0:2}); t(lambda: hash(-0.0)); t(lambda: sum([-0.0])); t(lambda: sum([-0.0],-0.0)); t(lambda: [-0.0, 0.0]); t(lambda: -0.0 is -0.0)
for a in (1, 'a', b'ab', bytearray(b'ab'), [1, 2], (1, 2), None, 1.5, '', memoryview(b'ab')):
    t(lambda: int.from_bytes(a, 'big'))
    t(lambda: int.from_bytes(a, 'little'))
t(lambda: int.from_bytes(b'ab')); t(lambda: int.from_bytes(b'ab', 'foo')); t(lambda: int.from_bytes(b'ab', 1)); t(lambda: int.from_bytes(b'\xff\xff', 'big', signed=True))
t(lambda: (1).to_bytes(2, 'big')); t(lambda: (1000).to_bytes(1, 'big')); t(lambda: (-1).to_bytes(2, 'big')); t(lambda: (1).to_bytes(2, 'foo')); t(lambda: (1).to_bytes('a', 'big'))
t(lambda: float(10**400)); t(lambda: -1.0 % 1); t(lambda: 7.0 % -7); t(lambda: '%d' % 5 % 3)
