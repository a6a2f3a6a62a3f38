import math
def g(x):
    return "%.9g" % x if isinstance(x, float) else x
one = "acos acosh asin asinh atan atanh cos cosh degrees erf erfc exp expm1 fabs gamma lgamma log log10 log2 radians sin sinh sqrt tan tanh"
for n in one.split():
    out = []
    for x in (0, 1, -1, 0.5, 2.7, -2.7, True, 1e10, float("inf"), -float("inf"), float("nan")):
        try:
            out.append(g(getattr(math, n)(x)))
        except ValueError as e:
            out.append("E")
    print(n, *out)
for n in ("ceil", "floor", "trunc"):
    out = []
    for x in (0, 7, 2.5, -2.5, 1e20, -0.0, True, 2**70, float("inf"), float("nan"), "a"):
        try:
            out.append(getattr(math, n)(x))
        except (ValueError, OverflowError, TypeError) as e:
            out.append(e)
    print(n, *out)
print(math.frexp(52), math.frexp(0), math.frexp(-2.7), math.modf(17.592)[1], g(math.modf(-2.25)[0]), math.modf(float("inf")), math.modf(-3.0))
print(math.ldexp(2, 3), math.ldexp(1, 2000), math.pow(2, 3), g(math.atan2(-0.5, 0.48)), math.atan2(0, -1) == math.pi, math.copysign(5, -0.0), math.fmod(-7, 3), math.fmod(7, float("inf")))
print(g(math.log(8, 2)), g(math.log(2**100)), math.isfinite(8), math.isinf(-math.inf), math.isnan(math.nan), math.tau == 2 * math.pi, g(math.e))
print(math.isclose(1, 1 + 1e-10), math.isclose(1, 2, rel_tol=1), math.isclose(0, 1e-10), math.isclose(0, 1e-10, abs_tol=1e-9), math.isclose(math.inf, math.inf), math.isclose(math.inf, 1))
print(math.factorial(0), math.factorial(20), math.factorial(30))
for f in (lambda: math.pow(0, -1), lambda: math.pow(-8, 1 / 3), lambda: math.pow(10, 400), lambda: math.fmod(7, 0), lambda: math.log(0), lambda: math.log(10, 1), lambda: math.log(10, -1), lambda: math.sqrt("4"),
          lambda: math.factorial(-1), lambda: math.factorial(2.0), lambda: math.factorial(10**9), lambda: math.isclose(1, 1, rel_tol=-1), lambda: math.exp(710), lambda: math.sqrt(), lambda: math.ldexp(1, 1.5)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
