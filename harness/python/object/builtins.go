package object

import (
	"math"
	"math/big"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// functions are Python's own functions of values alone.
var functions = map[string]Function{
	"abs":    ofOne(builtinAbs),
	"ascii":  ofOne(reprValue),
	"bin":    ofOne(based(2, "0b")),
	"oct":    ofOne(based(8, "0o")),
	"hex":    ofOne(based(16, "0x")),
	"chr":    ofOne(builtinChr),
	"ord":    ofOne(builtinOrd),
	"divmod": {Min: 2, Max: 2, Fn: builtinDivmod},
	"format": {Min: 1, Max: 2, Fn: builtinFormat},
	"hash":   ofOne(builtinHash),
	"len": ofOne(func(x starlark.Value) (starlark.Value, error) {
		n, err := Length(x)
		return starlark.MakeInt(n), err
	}),
	"pow":   {Min: 2, Max: 3, Fn: builtinPow},
	"repr":  ofOne(reprValue),
	"round": {Min: 1, Max: 2, Fn: builtinRound},

	"all":    ofOne(quantifier(false)),
	"any":    ofOne(quantifier(true)),
	"iter":   {Min: 1, Max: 1, Fn: func(a *Args) (starlark.Value, error) { return interpreterOf(a.Thread).Iter(a.Pos[0]) }},
	"max":    {Min: 1, Max: -1, Kw: true, Fn: extreme(syntax.GT)},
	"min":    {Min: 1, Max: -1, Kw: true, Fn: extreme(syntax.LT)},
	"next":   {Min: 1, Max: 2, Fn: builtinNext},
	"sorted": {Min: 1, Max: 1, Kw: true, Fn: builtinSorted},
	"sum":    {Min: 1, Max: 2, Kw: true, Fn: builtinSum},

	"callable":   ofOne(func(x starlark.Value) (starlark.Value, error) { return Bool(IsCallable(x)), nil }),
	"delattr":    {Min: 2, Max: 2, Fn: onAttr(builtinDelattr)},
	"getattr":    {Min: 2, Max: 3, Fn: onAttr(builtinGetattr)},
	"hasattr":    {Min: 2, Max: 2, Fn: onAttr(builtinHasattr)},
	"setattr":    {Min: 3, Max: 3, Fn: onAttr(builtinSetattr)},
	"id":         ofOne(builtinID),
	"isinstance": {Min: 2, Max: 2, Fn: relation(isInstance)},
	"issubclass": {Min: 2, Max: 2, Fn: relation(isSubclass)},
	"super":      {Max: 2, Fn: explicitSuper},
}

func relation(holds func(x, y starlark.Value) (bool, error)) func(a *Args) (starlark.Value, error) {
	return func(a *Args) (starlark.Value, error) {
		is, err := holds(a.Pos[0], a.Pos[1])
		return Bool(is), err
	}
}

// Builtins returns the names that scripts have of values alone.
func Builtins() map[string]starlark.Value {
	all := map[string]starlark.Value{"NotImplemented": NotImplemented, "Ellipsis": Ellipsis}
	for name, c := range exceptionClasses {
		all[name] = c
	}
	for name := range makers {
		if !imported[name] {
			all[name] = valueTypes[name]
		}
	}
	for name, f := range functionValues {
		all[name] = f
	}
	return all
}

// functionValues are the functions as scripts have them.
var functionValues = func() map[string]starlark.Value {
	all := make(map[string]starlark.Value, len(functions))
	for name, f := range functions {
		all[name] = f.Value(name)
	}
	return all
}()

func builtinAbs(x starlark.Value) (starlark.Value, error) {
	switch v := number(Native(x)).(type) {
	case starlark.Int:
		if v.Sign() < 0 {
			return starlark.Unary(syntax.MINUS, v)
		}
		return v, nil
	case starlark.Float:
		if v < 0 || v == 0 {
			return starlark.Float(0 - v), nil
		}
		return v, nil
	case Complex:
		return starlark.Float(magnitude(complex128(v))), nil
	case *Instance:
		if r, has, err := CallSpecial(v, "__abs__"); has {
			return r, err
		}
	}
	return nil, Errorf("TypeError", "unsupported type for __abs__: '%s'", TypeName(x))
}

func based(base int, prefix string) func(x starlark.Value) (starlark.Value, error) {
	return func(x starlark.Value) (starlark.Value, error) {
		n, ok := AsInt(x)
		if !ok {
			i, err := ToInt(x)
			if err != nil {
				return nil, err
			}
			n = starlark.MakeInt(i)
		}
		text := n.BigInt().Text(base)
		if digits, negative := strings.CutPrefix(text, "-"); negative {
			return NewStr("-" + prefix + digits), nil
		}
		return NewStr(prefix + text), nil
	}
}

func builtinChr(x starlark.Value) (starlark.Value, error) {
	n, err := ToInt(x)
	if err != nil {
		return nil, err
	}
	if n < 0 || n > utf8.MaxRune {
		return nil, Errorf("ValueError", "chr() arg not in range(0x110000)")
	}
	return NewStr(string(rune(n))), nil
}

func builtinOrd(x starlark.Value) (starlark.Value, error) {
	if b, ok := bytesOf(x); ok && len(b) == 1 {
		return starlark.MakeInt(int(b[0])), nil
	}
	if n, isText := textLen(x); isText && n != 1 {
		return nil, Errorf("TypeError", "ord() expected a character, but string of length %d found", n)
	}
	s, err := toStr(x)
	r, _ := utf8.DecodeRuneInString(s)
	return starlark.MakeInt(int(r)), err
}

// textLen is the length of a str or of what is like bytes.
func textLen(v starlark.Value) (n int, ok bool) {
	if s, ok := strOf(v); ok {
		return s.Len(), true
	}
	b, ok := bytesOf(v)
	return len(b), ok
}

func builtinDivmod(a *Args) (starlark.Value, error) {
	x, y := number(a.Pos[0]), number(a.Pos[1])
	q, err := floorDiv(x, y)
	if err != nil {
		return nil, err
	}
	r, err := modulo(x, y)
	return starlark.Tuple{q, r}, err
}

func builtinFormat(a *Args) (starlark.Value, error) {
	spec := ""
	if a.At(1) != nil {
		var err error
		if spec, err = a.Str(1); err != nil {
			return nil, err
		}
	}
	return newStr(formatValue(a.Pos[0], spec))
}

func builtinHash(x starlark.Value) (starlark.Value, error) {
	if i, ok := x.(*Instance); ok {
		if fn := i.Lookup("__hash__"); fn != nil && fn != starlark.None {
			v, err := i.call(fn)
			if err != nil {
				return nil, err
			}
			n, ok := AsInt(v)
			if !ok {
				return nil, Errorf("TypeError", "__hash__ method should return an integer")
			}
			return n, nil
		}
	}
	v := number(x)
	if f, ok := v.(starlark.Float); ok && float64(f) == math.Trunc(float64(f)) && math.Abs(float64(f)) < 1<<53 {
		v = starlark.MakeInt64(int64(f)) // which equals it
	}
	if n, ok := AsInt(v); ok {
		if _, small := n.Int64(); small {
			return n, nil
		}
	}
	if err := nestedKey(v, maxNative); err != nil {
		return nil, err
	}
	h, err := x.Hash()
	return starlark.MakeUint64(uint64(h)), err
}

func builtinPow(a *Args) (starlark.Value, error) {
	if a.At(2) == nil {
		return power(a.Pos[0], a.Pos[1])
	}
	x, ok1 := AsInt(a.Pos[0])
	y, ok2 := AsInt(a.Pos[1])
	m, ok3 := AsInt(a.Pos[2])
	if !ok1 || !ok2 || !ok3 {
		return nil, Errorf("TypeError", "pow() with 3 arguments requires integers")
	}
	if m.Sign() == 0 || y.Sign() < 0 {
		return nil, Errorf("ValueError", "divide by zero")
	}
	b := x.BigInt()
	r, err := starlark.Binary(syntax.PERCENT, starlark.MakeBigInt(b.Exp(b, y.BigInt(), m.BigInt())), m)
	return r, err
}

func builtinRound(a *Args) (starlark.Value, error) {
	digits, err := 0, error(nil)
	if v := a.At(1); v != nil {
		if digits, err = ToInt(v); err != nil {
			return nil, err
		}
	}
	if n, ok := AsInt(a.Pos[0]); ok {
		if digits >= 0 {
			return n, nil
		}
		return roundInt(n, digits), nil
	}
	f, err := toFloat(a.Pos[0])
	if err != nil {
		return nil, err
	}
	if a.At(1) != nil { // as MicroPython does: 2.675 is 2.68, as 267.5 is no less when rounded
		unit := math.Pow10(digits)
		return starlark.Float(math.RoundToEven(f*unit) / unit), nil
	}
	return asInt(starlark.Float(math.RoundToEven(f)))
}

// roundInt rounds an int to a power of ten, a half to the even one.
func roundInt(n starlark.Int, digits int) starlark.Int {
	b := n.BigInt()
	if -digits > len(b.Text(10)) {
		return starlark.MakeInt(0)
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-digits)), nil)
	whole, rest := new(big.Int).DivMod(b, unit, new(big.Int))
	half := rest.Lsh(rest, 1).Cmp(unit)
	if half > 0 || half == 0 && whole.Bit(0) == 1 {
		whole.Add(whole, big.NewInt(1))
	}
	return starlark.MakeBigInt(whole.Mul(whole, unit))
}
