// Package math is the script module math, as QuecPython documents it (python.quectel.com, API
// reference, math), with what else MicroPython has. Floats are those of the host, of 64 bits, where
// a module has 32: results have more digits.
//
// An argument for which a function has no result raises ValueError("math domain error"); so does a
// result that is too large.
package math

import (
	"math"

	"quecstar/harness/script"
)

// Module is the table of math.
func Module() *script.Module {
	m := &script.Module{
		Name: "math", Lang: script.Python, Doc: "Mathematical functions.",
		Consts: []script.Const{
			{Name: "e", Value: math.E}, {Name: "pi", Value: math.Pi}, {Name: "tau", Value: 2 * math.Pi},
			{Name: "inf", Value: math.Inf(1)}, {Name: "nan", Value: math.NaN()},
		},
	}
	for _, f := range []struct {
		name, doc string
		f         func(float64) float64
	}{
		{"acos", "The arc cosine of x, in radians.", math.Acos},
		{"acosh", "The inverse hyperbolic cosine of x.", math.Acosh},
		{"asin", "The arc sine of x, in radians.", math.Asin},
		{"asinh", "The inverse hyperbolic sine of x.", math.Asinh},
		{"atan", "The arc tangent of x, in radians.", math.Atan},
		{"atanh", "The inverse hyperbolic tangent of x.", math.Atanh},
		{"cos", "The cosine of x radians.", math.Cos},
		{"cosh", "The hyperbolic cosine of x.", math.Cosh},
		{"erf", "The error function at x.", math.Erf},
		{"erfc", "1 - erf(x).", math.Erfc},
		{"exp", "e to the power of x.", math.Exp},
		{"expm1", "exp(x) - 1, exact for small x.", math.Expm1},
		{"fabs", "The absolute value of x, a float.", math.Abs},
		{"gamma", "The gamma function at x.", gamma},
		{"lgamma", "The logarithm of the gamma function at x.", logGamma},
		{"log2", "The logarithm of x to the base 2.", log2},
		{"log10", "The logarithm of x to the base 10.", log10},
		{"sin", "The sine of x radians.", math.Sin},
		{"sinh", "The hyperbolic sine of x.", math.Sinh},
		{"sqrt", "The square root of x.", math.Sqrt},
		{"tan", "The tangent of x radians.", math.Tan},
		{"tanh", "The hyperbolic tangent of x.", math.Tanh},
	} {
		m.Funcs = append(m.Funcs, script.Func{Name: f.name, Params: "x, /", Doc: f.doc, Call: ofOne(f.f)})
	}
	m.Funcs = append(m.Funcs, two()...)
	m.Funcs = append(m.Funcs, others()...)
	return m
}

// two are the functions of two floats.
func two() []script.Func {
	return []script.Func{
		{Name: "atan2", Params: "y, x, /", Doc: "The angle of the point (x, y), in radians.", Call: ofTwo(math.Atan2)},
		{Name: "copysign", Params: "x, y, /", Doc: "x with the sign of y.", Call: ofTwo(math.Copysign)},
		{Name: "fmod", Params: "x, y, /", Doc: "The remainder of x / y, with the sign of x.", Call: ofTwo(math.Mod)},
		{Name: "pow", Params: "x, y, /", Doc: "x to the power of y, a float.", Call: ofTwo(power)},
	}
}

// gamma has no value at 0 and at negative infinity.
func gamma(x float64) float64 {
	if x == 0 {
		return math.NaN()
	}
	return math.Gamma(x)
}

func logGamma(x float64) float64 {
	if a := math.Abs(x); a > 0 && a < tiny {
		return -log(a) // as it nearly is, which Go's gets wrong
	}
	v, _ := math.Lgamma(x)
	if math.IsInf(x, -1) {
		return math.Inf(1)
	}
	return v
}

// tiny is the smallest number that has all its digits. Go's logarithms of smaller ones are wrong
// where they are written in assembly.
const tiny = 0x1p-1022

func log(x float64) float64 { return scaledUp(math.Log, x, math.Ln2) }

func log2(x float64) float64 { return scaledUp(math.Log2, x, 1) }

func log10(x float64) float64 { return scaledUp(math.Log10, x, math.Ln2/math.Ln10) }

// scaledUp is a logarithm; ofTwo is that of 2.
func scaledUp(f func(float64) float64, x, ofTwo float64) float64 {
	if x > 0 && x < tiny {
		return f(x*0x1p60) - 60*ofTwo
	}
	return f(x)
}

// power has no value where its result is infinite for lack of a reciprocal.
func power(x, y float64) float64 {
	if x == 0 && y < 0 && !math.IsInf(y, -1) {
		return math.NaN()
	}
	return math.Pow(x, y)
}

func errDomain() error { return script.Raise("ValueError", "math domain error") }

// checked is a result, unless it is no number or infinite while all arguments are not.
func checked(v float64, args ...float64) (any, error) {
	if !math.IsNaN(v) && !math.IsInf(v, 0) {
		return v, nil
	}
	for _, a := range args {
		if math.IsNaN(a) || math.IsInf(a, 0) && !math.IsNaN(v) {
			return v, nil
		}
	}
	return nil, errDomain()
}

func ofOne(f func(float64) float64) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var x float64
		if err := c.Unpack(&x); err != nil {
			return nil, err
		}
		return checked(f(x), x)
	}
}

func ofTwo(f func(x, y float64) float64) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var x, y float64
		if err := c.Unpack(&x, &y); err != nil {
			return nil, err
		}
		return checked(f(x, y), x, y)
	}
}
