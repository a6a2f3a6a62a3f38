# Cases whose results were compared with those of MicroPython.
def t(s, g=globals()):
    try:
        print(s, '->', repr(eval(s, g)))
    except Exception as e:
        print(s, '!!', type(e).__name__, repr(e.args))
def x(s, g=globals()):
    try:
        exec(s, g)
        print(s, 'ok')
    except Exception as e:
        print(s, '!!', type(e).__name__, repr(e.args))
import math
vals=[0.0,-0.0,1.0,-1.0,0.5,-0.5,2.0,-2.0,3.7,-3.7,1e10,-1e10,1e300,-1e300,1e-300,1e-310,float('inf'),float('-inf'),float('nan'),10,2**70,True]
names=['sqrt','pow','exp','expm1','log','log2','log10','cosh','sinh','tanh','acosh','asinh','atanh','cos','sin','tan','acos','asin','atan','ceil','floor','trunc','fabs','isfinite','isinf','isnan','radians','degrees','erf','erfc','gamma','lgamma','frexp','modf']
for n in names:
    if n=='pow': continue
    f=getattr(math,n,None)
    if f is None: print('no',n); continue
    out=[]
    for v in vals:
        try:
            r=f(v)
            if isinstance(r,float): r='%.11g'%r
            elif isinstance(r,tuple): r=tuple('%.11g'%q for q in r)
        except Exception as e: r=type(e).__name__+':'+str(e)
        out.append(r)
    print(n,out)
small=[0.0,-0.0,1.0,-1.0,0.5,2,-2,3.5,float('inf'),float('-inf'),float('nan')]
for n in ['pow','atan2','copysign','fmod','ldexp','log','isclose']:
    f=getattr(math,n)
    out=[]
    for a in small:
        for b in small:
            try:
                r=f(a,b)
                if isinstance(r,float): r='%.11g'%r
            except Exception as e: r=type(e).__name__+':'+str(e)
            out.append(r)
    print(n,out)
t("math.sqrt('x')")
t('math.sqrt(None)')
t('math.sqrt()')
t('math.sqrt(1,2)')
t('math.sqrt(x=1)')
t('math.pow(2)')
t('math.pow(2,0.5)')
t('math.pow(10,400)')
t('math.pow(-8,1/3)')
t("math.ceil('x')")
t('math.ceil(1.5)')
t('math.floor(-1.5)')
t('math.trunc(2**80)')
t('math.floor(1e300)')
t('math.ldexp(1.0,5)')
t('math.ldexp(1.0,5.5)')
t('math.ldexp(1,2000)')
t('math.ldexp(1,-2000)')
t("math.ldexp('x',1)")
t('math.frexp(3.0)')
t("math.frexp('x')")
t('math.modf(-2.5)')
t('math.log(8,2)')
t('math.log(8,1)')
t('math.log(8,0)')
t('math.log(8,-1)')
t('math.log(0)')
t('math.log(-1)')
t('math.log(8,2,3)')
t('math.log(2**2000)')
t("math.log('x')")
t('math.isclose(1,1+1e-10)')
t('math.isclose(1,1.1,rel_tol=0.2)')
t('math.isclose(1,1.1,abs_tol=0.2)')
t('math.isclose(1,2,0.5)')
t('math.isclose(1,2,rel_tol=-1)')
t('math.isclose(1)')
t('math.isclose(1,2,foo=1)')
t("math.isclose(float('inf'),float('inf'))")
t('math.factorial(0)')
t('math.factorial(5)')
t('math.factorial(20)')
t('math.factorial(30)')
t('math.factorial(-1)')
t('math.factorial(2.0)')
t("math.factorial('x')")
t('math.factorial(True)')
t('math.e')
t('math.pi')
t('math.tau')
t('math.inf')
t('math.nan')
t('math.degrees(math.pi)')
t('math.radians(180)')
t('math.copysign(3,-0.0)')
t('math.fmod(5,0)')
t("math.fmod(float('inf'),1)")
t('math.fmod(-7,3)')
t('math.atan2(0.0,-1.0)')
t('math.lgamma(-1)')
t('math.gamma(-1)')
t('math.gamma(0.0)')
t('math.gamma(172)')
t('math.erf(0.5)')
class F:
    def __float__(self): return 4.0
t('math.sqrt(F())')
t('math.floor(F())')
