package object

import (
	"math"
	"math/cmplx"
	"regexp"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Complex is Python's complex.
type Complex complex128

var (
	_ starlark.HasBinary  = Complex(0)
	_ starlark.HasUnary   = Complex(0)
	_ starlark.HasAttrs   = Complex(0)
	_ starlark.Comparable = Complex(0)
)

// String is 2j, or (1+2j) where there is a real part.
func (c Complex) String() string {
	im := partText(imag(c)) + "j"
	if real(c) == 0 {
		return im
	}
	if im[0] != '-' {
		im = "+" + im
	}
	return "(" + partText(real(c)) + im + ")"
}

// partText is a float without the .0 of one that is whole.
func partText(x float64) string { return strings.TrimSuffix(floatText(x), ".0") }

func (c Complex) Type() string         { return "complex" }
func (c Complex) Freeze()              {}
func (c Complex) Truth() starlark.Bool { return c != 0 }

// Hash is that of the float that equals it, where there is one.
func (c Complex) Hash() (uint32, error) {
	re, err := starlark.Float(real(c)).Hash()
	if imag(c) == 0 || err != nil {
		return re, err
	}
	im, err := starlark.Float(imag(c)).Hash()
	return re ^ 31*im, err
}

// Attr returns the real and the imaginary part.
func (c Complex) Attr(name string) (starlark.Value, error) {
	switch name {
	case "real":
		return starlark.Float(real(c)), nil
	case "imag":
		return starlark.Float(imag(c)), nil
	}
	return nil, NoAttr(c, name)
}

// AttrNames lists the parts.
func (c Complex) AttrNames() []string { return []string{"imag", "real"} }

// Unary is - and +.
func (c Complex) Unary(op syntax.Token) (starlark.Value, error) {
	switch op {
	case syntax.MINUS:
		return -c, nil
	case syntax.PLUS:
		return c, nil
	}
	return nil, nil
}

// CompareSameType knows == and != alone.
func (c Complex) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	return equality(op, c == y.(Complex), c, y)
}

// Binary computes with a complex and any number.
func (c Complex) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	a, b := complex128(c), complex128(0)
	switch n := number(y).(type) {
	case starlark.Int, starlark.Float:
		f, _ := toFloat(n)
		b = complex(f, 0)
	case Complex:
		b = complex128(n)
	default:
		return nil, nil
	}
	if side == starlark.Right {
		a, b = b, a
	}
	switch op {
	case syntax.PLUS:
		return Complex(a + b), nil
	case syntax.MINUS:
		return Complex(a - b), nil
	case syntax.STAR:
		return Complex(complex(real(a)*real(b)-imag(a)*imag(b), real(a)*imag(b)+imag(a)*real(b))), nil
	case syntax.SLASH:
		return complexQuotient(a, b)
	case syntax.SLASHSLASH:
		return nil, Errorf("TypeError", "can't truncate-divide a complex number")
	}
	return nil, nil
}

func complexQuotient(a, b complex128) (starlark.Value, error) {
	switch {
	case b == 0:
		return nil, Errorf("ZeroDivisionError", "complex divide by zero")
	case imag(b) == 0:
		return Complex(complex(real(a)/real(b), imag(a)/real(b))), nil
	case real(b) == 0:
		return Complex(complex(imag(a)/imag(b), -real(a)/imag(b))), nil
	}
	square := real(b)*real(b) + imag(b)*imag(b)
	return Complex(complex((real(a)*real(b)+imag(a)*imag(b))/square, (imag(a)*real(b)-real(a)*imag(b))/square)), nil
}

// complexPower is exp(b * ln(a)), as MicroPython computes it for small whole exponents too.
func complexPower(a, b complex128) (starlark.Value, error) {
	size := magnitude(a)
	if size == 0 {
		switch {
		case imag(b) != 0 || real(b) < 0:
			return nil, Errorf("ZeroDivisionError", "0.0 to a complex power")
		case real(b) == 0:
			return Complex(1), nil
		}
		return Complex(0), nil
	}
	ln, arg := math.Log(size), math.Atan2(imag(a), real(a))
	size = math.Exp(real(b)*ln - imag(b)*arg)
	sin, cos := math.Sincos(imag(b)*ln + real(b)*arg)
	return Complex(complex(size*cos, size*sin)), nil
}

func magnitude(c complex128) float64 { return math.Sqrt(real(c)*real(c) + imag(c)*imag(c)) }

// ToComplex is a number as a complex, also of an object with __complex__ or __float__.
func ToComplex(v starlark.Value) (complex128, error) {
	switch n := number(Native(v)).(type) {
	case Complex:
		return complex128(n), nil
	case starlark.Int, starlark.Float:
		f, err := toFloat(n)
		return complex(f, 0), err
	case *Instance:
		if w, has, err := CallSpecial(n, "__complex__"); err != nil {
			return 0, err
		} else if has {
			if c, ok := w.(Complex); ok {
				return complex128(c), nil
			}
			return 0, Errorf("TypeError", "can't convert %s to complex", TypeName(w))
		}
		if n.Lookup("__float__") != nil {
			f, err := toFloat(n)
			return complex(f, 0), err
		}
	}
	return 0, Errorf("TypeError", "can't convert %s to complex", TypeName(v))
}

func makeComplex(a *Args) (starlark.Value, error) {
	if len(a.Pos) == 0 {
		return Complex(0), nil
	}
	if s, ok := strOf(a.Pos[0]); ok && len(a.Pos) == 1 {
		return parseComplex(s.s)
	}
	var parts [2]complex128
	for i, v := range a.Pos {
		var err error
		if parts[i], err = ToComplex(v); err != nil {
			if len(a.Pos) == 2 {
				_, err = toFloat(v)
			}
			return nil, err
		}
	}
	re, im := parts[0], parts[1]
	return Complex(complex(real(re)-imag(im), imag(re)+real(im))), nil
}

// loneUnit is the imaginary unit, as Go writes it, without a number in front of it.
var loneUnit = regexp.MustCompile(`(^|[+-])i$`)

// parseComplex takes 1, 2j, j and 1+2j.
func parseComplex(s string) (starlark.Value, error) {
	text, isImaginary := strings.CutSuffix(strings.ToLower(strings.TrimSpace(s)), "j")
	if isImaginary {
		text = loneUnit.ReplaceAllString(text+"i", "${1}1i")
	}
	c, err := strconv.ParseComplex(text, 128)
	if err != nil && !cmplx.IsInf(c) || isImaginary != strings.HasSuffix(text, "i") || strings.HasPrefix(text, "(") {
		return nil, Errorf("ValueError", "invalid syntax for number")
	}
	return Complex(c), nil
}
