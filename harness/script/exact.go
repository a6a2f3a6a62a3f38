package script

import (
	"math"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// exact reports whether the function takes its arguments as MicroPython's own functions do.
func (s *signature) exact() bool { return s.plain || s.only > 0 }

// storeExact stores an argument as MicroPython's C functions convert it, with their errors.
func storeExact(dst any, v starlark.Value) error {
	switch d := dst.(type) {
	case *string:
		s, err := ExactText(v)
		*d = s
		return err
	case *[]byte:
		b, ok := object.AsBytes(v)
		if !ok {
			return Raise("TypeError", "object with buffer protocol required")
		}
		*d = b
		return nil
	case *int:
		n, err := object.ToInt(v)
		*d = n
		return err
	case *int64:
		n, err := object.ToInt(v)
		*d = int64(n)
		return err
	case *float64:
		f, err := ExactFloat(v)
		*d = f
		return err
	}
	if want := store(dst, v); want != "" {
		return Raise("TypeError", "argument should be %s, not %s", want, object.TypeName(v))
	}
	return nil
}

// ExactText is a str or bytes, and nothing else, as MicroPython's C functions take one.
func ExactText(v starlark.Value) (string, error) {
	n := object.Native(v)
	if s, ok := object.AsString(n); ok {
		return s, nil
	}
	if _, isBytes := n.(*object.Bytes); !isBytes {
		return "", Raise("TypeError", "can't convert '%s' object to str implicitly", object.TypeName(v))
	}
	b, _ := object.AsBytes(n)
	return string(b), nil
}

// ExactFloat is a number as MicroPython's C functions take one: an int that is too large is infinite.
func ExactFloat(v starlark.Value) (float64, error) {
	if f, ok := object.AsFloat(v); ok {
		return f, nil
	}
	n, ok := object.AsInt(v)
	if !ok {
		return 0, Raise("TypeError", "can't convert %s to float", object.TypeName(v))
	}
	return math.Inf(n.Sign()), nil
}
