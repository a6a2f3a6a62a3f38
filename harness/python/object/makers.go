package object

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
)

// makers are what calling one of Python's own types does.
var makers = map[string]Function{
	"int":     {Max: 2, Fn: makeInt, one: asInt},
	"float":   {Max: 1, Fn: makeFloat},
	"complex": {Max: 2, Fn: makeComplex},
	"bool":    {Max: 1, Fn: func(a *Args) (starlark.Value, error) { return Bool(a.At(0) != nil && Truth(a.Pos[0])), nil }},
	"str":     {Max: 3, Kw: true, Fn: makeStr, one: strValue},
	"bytes": {Max: 3, Kw: true, Fn: func(a *Args) (starlark.Value, error) {
		b, err := bytesFrom(a, toByte)
		return NewBytes(b), err
	}},
	"bytearray": {Max: 3, Kw: true, Fn: func(a *Args) (starlark.Value, error) {
		b, err := bytesFrom(a, lowByte)
		return NewBytearray(b), err
	}},
	"memoryview": {Min: 1, Max: 1, Fn: func(a *Args) (starlark.Value, error) { return newMemoryview(a.Pos[0]) }},
	"array":      {Min: 1, Max: 2, Fn: makeArray},
	"list": {Max: 1, Fn: func(a *Args) (starlark.Value, error) {
		elems, err := elements(a)
		return starlark.NewList(elems), err
	}},
	"tuple":        {Max: 1, Fn: makeTuple},
	"dict":         {Max: 1, Kw: true, Fn: func(a *Args) (starlark.Value, error) { return makeDict(a, false) }},
	"OrderedDict":  {Max: 1, Kw: true, Fn: func(a *Args) (starlark.Value, error) { return makeDict(a, true) }},
	"set":          {Max: 1, Fn: func(a *Args) (starlark.Value, error) { return newSet(a.At(0)) }},
	"frozenset":    {Max: 1, Fn: makeFrozenset},
	"slice":        {Min: 1, Max: 3, Fn: makeSlice},
	"type":         {Min: 1, Max: 3, Fn: typeOrClass},
	"property":     {Max: 4, Kw: true, Fn: makeProperty},
	"staticmethod": {Min: 1, Max: 1, Fn: func(a *Args) (starlark.Value, error) { return &staticMethod{fn: a.Pos[0]}, nil }},
	"classmethod":  {Min: 1, Max: 1, Fn: func(a *Args) (starlark.Value, error) { return &classMethod{fn: a.Pos[0]}, nil }},
	"range":        {Min: 1, Max: 3, Fn: makeRange},
	"enumerate":    {Max: 2, Kw: true, Fn: enumerate},
	"filter":       {Min: 2, Max: 2, Fn: filter},
	"map":          {Min: 2, Max: -1, Fn: mapping},
	"zip":          {Max: -1, Fn: zip},
	"reversed":     {Min: 1, Max: 1, Fn: reversed},
}

// Integer is a value of a module that int() converts; ok is false where it has none.
type Integer interface {
	starlark.Value
	Int() (n starlark.Int, ok bool)
}

func makeInt(a *Args) (starlark.Value, error) {
	v := a.At(0)
	if v == nil {
		return starlark.MakeInt(0), nil
	}
	if b := a.At(1); b != nil {
		base, err := ToInt(b)
		if err != nil {
			return nil, err
		}
		if base != 0 && (base < 2 || base > 36) {
			return nil, Errorf("ValueError", "int() arg 2 must be >= 2 and <= 36")
		}
		return parseInt(v, base)
	}
	return asInt(v)
}

// asInt is int(v).
func asInt(v starlark.Value) (starlark.Value, error) {
	v = number(Native(v))
	switch x := v.(type) {
	case starlark.Int:
		return x, nil
	case Integer:
		if n, ok := x.Int(); ok {
			return n, nil
		}
	case starlark.Float:
		if math.IsNaN(float64(x)) {
			return nil, Errorf("ValueError", "can't convert NaN to int")
		}
		if math.IsInf(float64(x), 0) {
			return nil, Errorf("OverflowError", "can't convert inf to int")
		}
		n, err := starlark.NumberToInt(starlark.Float(math.Trunc(float64(x))))
		return n, err
	case *Instance:
		for _, name := range []string{"__int__", "__index__"} {
			if fn := x.Lookup(name); fn != nil {
				return x.callInt(fn)
			}
		}
	}
	return parseInt(v, 10)
}

// parseInt is the int that a str or bytes spell.
func parseInt(v starlark.Value, base int) (starlark.Value, error) {
	b, ok := AsBytes(v)
	if !ok {
		return nil, Errorf("TypeError", "can't convert %s to int", TypeName(v))
	}
	s := string(b)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && base == 10 && s[0] != '+' {
		return starlark.MakeInt64(n), nil
	}
	text := strings.ToLower(strings.TrimSpace(s))
	sign := ""
	if text != "" && (text[0] == '-' || text[0] == '+') {
		sign, text = text[:1], text[1:]
	}
	for prefix, b := range map[string]int{"0x": 16, "0o": 8, "0b": 2} {
		if strings.HasPrefix(text, prefix) && (base == b || base == 0) {
			text, base = text[2:], b
			break
		}
	}
	if base == 0 {
		base = 10
		if strings.Trim(text, "0") != "" && text[0] == '0' {
			text = "" // as in source text, where no number but zero begins with a zero
		}
	}
	if len(text) > maxBits/4 {
		return nil, Errorf("MemoryError", "memory allocation failed, an int of %d digits is not made", len(text))
	}
	n, ok := new(big.Int), false
	if base >= 2 && base <= 36 && text != "" && strings.IndexByte("+-_", text[0]) < 0 {
		n, ok = n.SetString(strings.ReplaceAll(text, "_", ""), base)
	}
	if !ok {
		rest := strings.TrimLeft(s, asciiSpace)
		if rest != "" && (rest[0] == '-' || rest[0] == '+') {
			rest = rest[1:]
		}
		return nil, Errorf("ValueError", "invalid syntax for integer with base %d: %s", base, quoteStr(rest))
	}
	if sign == "-" {
		n.Neg(n)
	}
	return starlark.MakeBigInt(n), nil
}

func makeFloat(a *Args) (starlark.Value, error) {
	v := a.At(0)
	if v == nil {
		return starlark.Float(0), nil
	}
	if text, isText := AsBytes(v); isText {
		s := strings.TrimSpace(string(text))
		if n := strings.ToLower(s); n == "-nan" || n == "+nan" {
			s = "nan" // which has a sign for MicroPython
		}
		f, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
		if err != nil && !math.IsInf(f, 0) || strings.HasPrefix(strings.TrimLeft(strings.ToLower(s), "+-"), "0x") {
			return nil, Errorf("ValueError", "invalid syntax for number")
		}
		return starlark.Float(f), nil
	}
	f, err := toFloat(v)
	return starlark.Float(f), err
}

func makeStr(a *Args) (starlark.Value, error) {
	if a.At(0) == nil {
		return NewStr(""), nil
	}
	if len(a.Pos)+len(a.Kw) > 1 {
		b, ok := bytesOf(a.Pos[0])
		if !ok {
			return nil, Errorf("TypeError", "object with buffer protocol required")
		}
		if !utf8.Valid(b) {
			return nil, Errorf("UnicodeError", "")
		}
		return NewStr(string(b)), a.encoding(1)
	}
	return strValue(a.Pos[0])
}

func strValue(v starlark.Value) (starlark.Value, error) {
	if s, ok := v.(*Str); ok {
		return s, nil
	}
	return newStr(TryStr(v))
}

func reprValue(v starlark.Value) (starlark.Value, error) { return newStr(TryRepr(v)) }

// newStr returns a str of what may have failed.
func newStr(s string, err error) (starlark.Value, error) {
	if err != nil {
		return nil, err
	}
	return NewStr(s), nil
}

// elements is what the optional iterable of list(), tuple() and their kin yields.
func elements(a *Args) ([]starlark.Value, error) {
	if a.At(0) == nil {
		return nil, nil
	}
	return ToSlice(a.Pos[0])
}

func makeTuple(a *Args) (starlark.Value, error) {
	if t, ok := a.At(0).(starlark.Tuple); ok {
		return t, nil
	}
	elems, err := elements(a)
	return starlark.Tuple(elems), err
}

func makeDict(a *Args, ordered bool) (starlark.Value, error) {
	d := NewDict(0)
	d.ordered = ordered
	_, err := dictUpdate(d, a)
	return d, err
}

func makeFrozenset(a *Args) (starlark.Value, error) {
	if s, ok := a.At(0).(*Set); ok && s.frozen {
		return s, nil
	}
	s, err := newSet(a.At(0))
	if err != nil {
		return nil, err
	}
	s.frozen = true
	return s, nil
}

func makeSlice(a *Args) (starlark.Value, error) {
	s := &sliceValue{lo: starlark.None, hi: a.Pos[0], step: starlark.None}
	if len(a.Pos) > 1 {
		s.lo, s.hi = a.Pos[0], a.Pos[1]
	}
	if len(a.Pos) > 2 {
		s.step = a.Pos[2]
	}
	return s, nil
}
