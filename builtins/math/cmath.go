package math

import (
	"math"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// ComplexModule is the table of cmath, which MicroPython has for complex numbers; QuecPython does not
// document it.
func ComplexModule() *script.Module {
	m := &script.Module{
		Name: "cmath", Lang: script.Python, Doc: "Mathematical functions of complex numbers.",
		Consts: []script.Const{{Name: "e", Value: math.E}, {Name: "pi", Value: math.Pi}},
	}
	for _, f := range []struct {
		name, doc string
		f         func(re, im float64) starlark.Value
	}{
		{"cos", "The cosine of z radians.", func(re, im float64) starlark.Value {
			return number(math.Cos(re)*math.Cosh(im), -math.Sin(re)*math.Sinh(im))
		}},
		{"exp", "e to the power of z.", func(re, im float64) starlark.Value { return polar(math.Exp(re), im) }},
		{"log", "The natural logarithm of z.", func(re, im float64) starlark.Value {
			return number(math.Log(re*re+im*im)/2, math.Atan2(im, re))
		}},
		{"log10", "The logarithm of z to the base 10.", func(re, im float64) starlark.Value {
			return number(math.Log10E*math.Log(re*re+im*im)/2, math.Log10E*math.Atan2(im, re))
		}},
		{"phase", "The angle of z, from -pi to pi.", func(re, im float64) starlark.Value {
			return starlark.Float(math.Atan2(im, re))
		}},
		{"polar", "The tuple of the absolute value and the angle of z.", func(re, im float64) starlark.Value {
			return starlark.Tuple{starlark.Float(math.Sqrt(re*re + im*im)), starlark.Float(math.Atan2(im, re))}
		}},
		{"sin", "The sine of z radians.", func(re, im float64) starlark.Value {
			return number(math.Sin(re)*math.Cosh(im), math.Cos(re)*math.Sinh(im))
		}},
		{"sqrt", "The square root of z.", func(re, im float64) starlark.Value {
			return polar(math.Pow(re*re+im*im, 0.25), math.Atan2(im, re)/2)
		}},
	} {
		m.Funcs = append(m.Funcs, script.Func{Name: f.name, Params: "z, /", Doc: f.doc, Call: func(c *script.Call) (any, error) {
			var v starlark.Value
			if err := c.Unpack(&v); err != nil {
				return nil, err
			}
			z, err := object.ToComplex(v)
			if err != nil {
				return nil, err
			}
			return f.f(real(z), imag(z)), nil
		}})
	}
	m.Funcs = append(m.Funcs, script.Func{Name: "rect", Params: "r, phi, /",
		Doc: "The complex number of the absolute value r and the angle phi.", Call: func(c *script.Call) (any, error) {
			var r, phi float64
			if err := c.Unpack(&r, &phi); err != nil {
				return nil, err
			}
			return polar(r, phi), nil
		}})
	return m
}

func number(re, im float64) starlark.Value { return object.Complex(complex(re, im)) }

func polar(r, phi float64) starlark.Value {
	sin, cos := math.Sincos(phi)
	return number(r*cos, r*sin)
}
