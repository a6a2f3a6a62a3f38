package object

import (
	"bytes"
	"math/big"

	"go.starlark.net/starlark"
)

// FromGo turns a value of Starlark's own types into Python's: String into str, Bytes into bytes, Bool
// into bool, Dict into dict, Set into set, also those in a tuple. Lists it leaves, as they may be a
// script's and hold themselves, and so other values. Go's nil, bool, int,
// int64, *big.Int, float64, complex128, string and []byte are taken too.
func FromGo(v any) starlark.Value {
	switch v := v.(type) {
	case nil:
		return starlark.None
	case starlark.Value:
		return fromStarlark(v)
	case bool:
		return Bool(v)
	case int:
		return starlark.MakeInt(v)
	case int64:
		return starlark.MakeInt64(v)
	case *big.Int:
		return starlark.MakeBigInt(v)
	case float64:
		return starlark.Float(v)
	case complex128:
		return Complex(v)
	case string:
		return NewStr(v)
	case []byte:
		return NewBytes(v)
	}
	return starlark.None
}

func fromStarlark(v starlark.Value) starlark.Value {
	switch v := v.(type) {
	case starlark.String:
		return NewStr(string(v))
	case starlark.Bytes:
		return NewBytes([]byte(v))
	case starlark.Bool:
		return Bool(bool(v))
	case starlark.Tuple:
		out := make(starlark.Tuple, len(v))
		for i, e := range v {
			out[i] = fromStarlark(e)
		}
		return out
	case *starlark.Dict:
		d := NewDict(v.Len())
		for _, kv := range v.Items() {
			_ = d.SetKey(fromStarlark(kv[0]), fromStarlark(kv[1]))
		}
		return d
	case *starlark.Set:
		s, err := newSet(v)
		if err == nil {
			return s
		}
	}
	return v
}

// AsString returns the text of a str of Python or of Starlark.
func AsString(v starlark.Value) (string, bool) {
	s, ok := strOf(v)
	if !ok {
		return "", false
	}
	return s.s, true
}

// AsBytes returns a copy of what a bytes-like value holds, or a str in UTF-8.
func AsBytes(v starlark.Value) ([]byte, bool) {
	if b, ok := bytesOf(Native(v)); ok {
		return bytes.Clone(b), true
	}
	if s, ok := strOf(v); ok {
		return []byte(s.s), true
	}
	return nil, false
}

// BytesIn is how many bytes a str or bytes-like value holds; 0 for others.
func BytesIn(v starlark.Value) int {
	if s, ok := v.(starlark.String); ok {
		return len(s)
	}
	if s, ok := strOf(v); ok {
		return len(s.s)
	}
	b, _ := bytesOf(v)
	return len(b)
}

// AsBuffer returns the memory of a bytearray, for calls that fill it; ok is false for what cannot
// be changed.
func AsBuffer(v starlark.Value) (b []byte, ok bool) {
	if v = Native(v); !writable(v) {
		return nil, false
	}
	return bytesOf(v)
}

// writable reports whether the memory of a value can be changed.
func writable(v starlark.Value) bool {
	switch v := v.(type) {
	case *Bytearray, *Array, Buffered:
		return true
	case *Memoryview:
		return writable(v.of)
	}
	return false
}

// AsInt returns an int; a bool counts as one.
func AsInt(v starlark.Value) (starlark.Int, bool) {
	n, ok := number(Native(v)).(starlark.Int)
	return n, ok
}

// AsFloat returns a number as a float.
func AsFloat(v starlark.Value) (float64, bool) {
	f, err := toFloat(v)
	return f, err == nil
}

// toInt is an int of Go's size.
func ToInt(v starlark.Value) (int, error) {
	n, ok := AsInt(v)
	if !ok {
		if w, has, err := CallSpecial(v, "__index__"); err != nil {
			return 0, err
		} else if has {
			return ToInt(w)
		}
		return 0, Errorf("TypeError", "can't convert %s to int", TypeName(v))
	}
	i, ok := n.Int64()
	if !ok {
		return 0, Errorf("OverflowError", "overflow converting long int to machine word")
	}
	return int(i), nil
}

func toFloat(v starlark.Value) (float64, error) {
	switch n := number(Native(v)).(type) {
	case starlark.Int:
		f, _ := new(big.Float).SetInt(n.BigInt()).Float64()
		return f, nil // infinity where it is too large
	case starlark.Float:
		return float64(n), nil
	}
	if w, has, err := CallSpecial(v, "__float__"); err != nil {
		return 0, err
	} else if has {
		if f, ok := w.(starlark.Float); ok {
			return float64(f), nil
		}
		return 0, Errorf("TypeError", "can't convert %s to float", TypeName(w))
	}
	return 0, Errorf("TypeError", "can't convert %s to float", TypeName(v))
}

// IsCallable reports whether a value can be called.
func IsCallable(v starlark.Value) bool {
	if some, ok := v.(interface{ Callable() bool }); ok { // of values of the type
		return some.Callable()
	}
	_, ok := v.(starlark.Callable)
	return ok
}

// toSlice is what an iterable yields.
func ToSlice(v starlark.Value) ([]starlark.Value, error) {
	var out []starlark.Value
	if s, ok := v.(starlark.Sequence); ok {
		if err := roomForElements(s.Len()); err != nil {
			return nil, err
		}
		out = make([]starlark.Value, 0, s.Len())
	}
	err := Each(v, func(e starlark.Value) error {
		var err error
		out, err = appended(out, e)
		return err
	})
	return out, err
}
