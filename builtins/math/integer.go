package math

import (
	"math"
	"math/big"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// maxFactorial bounds factorial's work and result.
const maxFactorial = 10_000

// others are the functions that take or return more than floats.
func others() []script.Func {
	return []script.Func{
		{Name: "ceil", Params: "x, /", Doc: "The least int that is not below x.", Call: rounded(math.Ceil)},
		{Name: "floor", Params: "x, /", Doc: "The greatest int that is not above x.", Call: rounded(math.Floor)},
		{Name: "trunc", Params: "x, /", Doc: "x without its fraction, an int.", Call: rounded(math.Trunc)},
		{Name: "degrees", Params: "x, /", Doc: "x radians in degrees.", Call: scaled(180 / math.Pi)},
		{Name: "radians", Params: "x, /", Doc: "x degrees in radians.", Call: scaled(math.Pi / 180)},
		{Name: "factorial", Params: "x, /", Doc: "The product of the ints from 1 to x.", Call: factorial},
		{Name: "frexp", Params: "x, /", Doc: "A tuple (m, e) with x == m * 2**e and 0.5 <= m < 1.", Call: frexp},
		{Name: "isclose", Params: "a, b, /, *, rel_tol=1e-9, abs_tol=0.0", Doc: "Whether a and b differ little.", Call: isClose},
		{Name: "isfinite", Params: "x, /", Doc: "Whether x is a finite number.", Call: test(func(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) })},
		{Name: "isinf", Params: "x, /", Doc: "Whether x is infinite.", Call: test(func(x float64) bool { return math.IsInf(x, 0) })},
		{Name: "isnan", Params: "x, /", Doc: "Whether x is no number.", Call: test(math.IsNaN)},
		{Name: "ldexp", Params: "x, exp, /", Doc: "x * 2**exp.", Call: ldexp},
		{Name: "log", Params: "x, base=None, /", Doc: "The natural logarithm of x, or that to a base.", Call: logarithm},
		{Name: "modf", Params: "x, /", Doc: "A tuple of the fraction and the whole part of x, both with its sign.", Call: modf},
	}
}

func rounded(f func(float64) float64) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		if n, ok := object.AsInt(c.Args[0]); ok {
			return starlark.MakeBigInt(n.BigInt()), nil
		}
		var x float64
		if err := c.Unpack(&x); err != nil {
			return nil, err
		}
		switch {
		case math.IsNaN(x):
			return nil, script.Raise("ValueError", "can't convert NaN to int")
		case math.IsInf(x, 0):
			return nil, script.Raise("OverflowError", "can't convert inf to int")
		}
		n, _ := big.NewFloat(f(x)).Int(nil)
		return n, nil
	}
}

func scaled(by float64) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var x float64
		if err := c.Unpack(&x); err != nil {
			return nil, err
		}
		return x * by, nil
	}
}

func factorial(c *script.Call) (any, error) {
	n, ok := object.AsInt(c.Args[0])
	if !ok {
		return nil, script.Raise("TypeError", "can't convert %s to int", object.TypeName(c.Args[0]))
	}
	v, small := n.Int64()
	switch {
	case n.Sign() < 0:
		return nil, script.Raise("ValueError", "negative factorial")
	case !small || v > maxFactorial:
		return nil, script.Raise("MemoryError", "memory allocation failed, factorial takes at most %d", maxFactorial)
	}
	return new(big.Int).MulRange(1, v), nil
}

func frexp(c *script.Call) (any, error) {
	var x float64
	if err := c.Unpack(&x); err != nil {
		return nil, err
	}
	m, e := math.Frexp(x)
	return script.Tuple{m, e}, nil
}

func modf(c *script.Call) (any, error) {
	var x float64
	if err := c.Unpack(&x); err != nil {
		return nil, err
	}
	if math.IsInf(x, 0) {
		return script.Tuple{math.Copysign(0, x), x}, nil
	}
	whole, frac := math.Modf(x)
	return script.Tuple{math.Copysign(frac, x), whole}, nil
}

func isClose(c *script.Call) (any, error) {
	var a, b, abs float64
	rel := 1e-9
	if err := c.Unpack(&a, &b, &rel, &abs); err != nil {
		return nil, err
	}
	if rel < 0 || abs < 0 {
		return nil, errDomain()
	}
	switch {
	case a == b:
		return true, nil
	case math.IsInf(a, 0) || math.IsInf(b, 0):
		return false, nil
	}
	return math.Abs(a-b) <= max(rel*max(math.Abs(a), math.Abs(b)), abs), nil
}

func test(f func(float64) bool) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var x float64
		if err := c.Unpack(&x); err != nil {
			return nil, err
		}
		return f(x), nil
	}
}

func ldexp(c *script.Call) (any, error) {
	var x float64
	var exp int
	if err := c.Unpack(&x, &exp); err != nil {
		return nil, err
	}
	return math.Ldexp(x, exp), nil
}

func logarithm(c *script.Call) (any, error) {
	var x, base float64
	if err := c.Unpack(&x, &base); err != nil {
		return nil, err
	}
	if x <= 0 {
		return nil, errDomain()
	}
	if c.Args[1] == nil {
		return checked(log(x), x)
	}
	switch {
	case base <= 0:
		return nil, errDomain()
	case base == 1:
		return nil, script.Raise("ZeroDivisionError", "divide by zero")
	}
	return log(x) / log(base), nil
}
