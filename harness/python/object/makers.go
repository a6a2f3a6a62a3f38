package object

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// Integer is a value of a module that int() converts; ok is false where it has none.
type Integer interface {
	starlark.Value
	Int() (n starlark.Int, ok bool)
}

func makeInt(_ *starlark.Thread, a *Args) (starlark.Value, error) {
	if err := a.Check(0, 2, false); err != nil {
		return nil, err
	}
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
		return parseIntValue(v, base)
	}
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
		return nil, Errorf("TypeError", "can't convert %s to int", TypeName(x))
	}
	return parseIntValue(v, 10)
}

func parseIntValue(v starlark.Value, base int) (starlark.Value, error) {
	var s string
	if t, ok := strOf(v); ok {
		s = t.s
	} else if b, ok := bytesOf(v); ok {
		s = string(b)
	} else {
		return nil, Errorf("TypeError", "can't convert %s to int", TypeName(v))
	}
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

func makeFloat(_ *starlark.Thread, a *Args) (starlark.Value, error) {
	if err := a.Check(0, 1, false); err != nil {
		return nil, err
	}
	v := a.At(0)
	if v == nil {
		return starlark.Float(0), nil
	}
	text, isText := AsString(v)
	if b, ok := bytesOf(v); ok {
		text, isText = string(b), true
	}
	if isText {
		s := strings.TrimSpace(text)
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

func makeBool(_ *starlark.Thread, a *Args) (starlark.Value, error) {
	if err := a.Check(0, 1, false); err != nil || a.At(0) == nil {
		return False, err
	}
	return Bool(Truth(a.Pos[0])), nil
}

func makeStr(_ *starlark.Thread, a *Args) (starlark.Value, error) {
	if err := a.Check(0, 3, true); err != nil {
		return nil, err
	}
	if a.At(0) == nil {
		return NewStr(""), nil
	}
	if len(a.Pos)+len(a.Kw) > 1 {
		b, ok := bytesOf(a.Pos[0])
		if !ok {
			return nil, Errorf("TypeError", "object with buffer protocol required")
		}
		return bytesDecode(b, &Args{Name: a.Name, Pos: a.Pos[1:], Kw: a.Kw})
	}
	return strValue(a.Pos[0])
}

func strValue(v starlark.Value) (starlark.Value, error) {
	if s, ok := v.(*Str); ok {
		return s, nil
	}
	s, err := TryStr(v)
	if err != nil {
		return nil, err
	}
	return NewStr(s), nil
}

func reprValue(v starlark.Value) (starlark.Value, error) {
	s, err := TryRepr(v)
	if err != nil {
		return nil, err
	}
	return NewStr(s), nil
}

// bytesFrom is what bytes(…) and bytearray(…) hold.
func bytesFrom(a *Args, element func(starlark.Value) (byte, error)) ([]byte, error) {
	if err := a.Check(0, 3, true); err != nil {
		return nil, err
	}
	v := a.Named(0, "source")
	if v == nil {
		return []byte{}, nil
	}
	if s, ok := strOf(v); ok && (len(a.Pos) > 1 || len(a.Kw) > 0) {
		encoded, err := strEncode(s, &Args{Name: a.Name, Pos: a.Pos[min(1, len(a.Pos)):], Kw: a.Kw})
		if err != nil {
			return nil, err
		}
		return encoded.(*Bytes).b, nil
	}
	if len(a.Pos) > 1 {
		return nil, Errorf("TypeError", "wrong number of arguments")
	}
	return makeBytes(Native(v), element)
}

func makeBytesValue(_ *starlark.Thread, a *Args) (starlark.Value, error) {
	b, err := bytesFrom(a, toByte)
	return NewBytes(b), err
}

func makeBytearray(_ *starlark.Thread, a *Args) (starlark.Value, error) {
	b, err := bytesFrom(a, lowByte)
	return NewBytearray(b), err
}

func makeMemoryview(_ *starlark.Thread, a *Args) (starlark.Value, error) {
	if err := a.Check(1, 1, false); err != nil {
		return nil, err
	}
	return newMemoryview(a.Pos[0])
}

// elements is what the optional iterable of list(), tuple() and their kin yields.
func elements(a *Args) ([]starlark.Value, error) {
	if err := a.Check(0, 1, false); err != nil || a.At(0) == nil {
		return nil, err
	}
	return ToSlice(a.Pos[0])
}

func makeList(_ *starlark.Thread, a *Args) (starlark.Value, error) {
	elems, err := elements(a)
	return starlark.NewList(elems), err
}

func makeTuple(_ *starlark.Thread, a *Args) (starlark.Value, error) {
	if t, ok := a.At(0).(starlark.Tuple); ok && len(a.Pos) == 1 {
		return t, nil
	}
	elems, err := elements(a)
	return starlark.Tuple(elems), err
}

func makeDict(_ *starlark.Thread, a *Args) (starlark.Value, error) {
	if err := a.Check(0, 1, true); err != nil {
		return nil, err
	}
	d := NewDict(0)
	_, err := dictUpdate(d, a)
	return d, err
}

func makeOrderedDict(t *starlark.Thread, a *Args) (starlark.Value, error) {
	v, err := makeDict(t, a)
	if err != nil {
		return nil, err
	}
	v.(*Dict).ordered = true
	return v, nil
}

func makeSet(_ *starlark.Thread, a *Args) (starlark.Value, error) {
	if err := a.Check(0, 1, false); err != nil {
		return nil, err
	}
	return newSet(a.At(0))
}

func makeFrozenset(t *starlark.Thread, a *Args) (starlark.Value, error) {
	if s, ok := a.At(0).(*Set); ok && s.frozen {
		return s, nil
	}
	v, err := makeSet(t, a)
	if err != nil {
		return nil, err
	}
	v.(*Set).frozen = true
	return v, nil
}

func makeSlice(_ *starlark.Thread, a *Args) (starlark.Value, error) {
	if err := a.Check(1, 3, false); err != nil {
		return nil, err
	}
	s := &sliceValue{starlark.None, a.Pos[0], starlark.None}
	if len(a.Pos) > 1 {
		s.lo, s.hi = a.Pos[0], a.Pos[1]
	}
	if len(a.Pos) > 2 {
		s.step = a.Pos[2]
	}
	return s, nil
}
