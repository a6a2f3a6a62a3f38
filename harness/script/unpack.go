package script

import (
	"fmt"
	"math/big"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// Unpack stores the arguments, by position of the parameters, in the variables that dst points
// to. A variable keeps its value when its argument was left out. What it can point to:
//
//	*string          a str (bytes are taken as UTF-8)
//	*[]byte          bytes, bytearray or a str as UTF-8
//	*int, *int64     an integer
//	*float64         a number
//	*bool            any value's truth
//	*time.Duration   a number of seconds
//	*starlark.Value  any value
//	*starlark.Callable  a function; nil for None
//	nil              skips the parameter
//
// In a function that takes some or all arguments by position only (see Func.Params) conversions and
// their errors are those of MicroPython's own functions, to which None is a value like others.
// Otherwise None leaves *string, *[]byte, *int, *float64 and *time.Duration as they are when the parameter
// has a default, and the error is a TypeError that names the argument.
func (c *Call) Unpack(dst ...any) error {
	if len(dst) > len(c.Args) {
		return fmt.Errorf("%s: unpacks %d of %d arguments", c.fn.full, len(dst), len(c.Args))
	}
	for i, d := range dst {
		v := c.Args[i]
		if v == nil || d == nil {
			continue
		}
		if c.fn.sig.exact() {
			if err := storeExact(d, v); err != nil {
				return err
			}
			continue
		}
		if v == starlark.None && i >= c.fn.sig.required && keepsOnNone(d) {
			continue
		}
		if want := store(d, v); want != "" {
			if _, isInt := object.AsInt(v); isInt && wantsInt(d) {
				return Raise("OverflowError", "overflow converting long int to machine word")
			}
			return Raise("TypeError", "argument '%s' should be %s, not %s", c.fn.sig.names[i], want, object.TypeName(v))
		}
	}
	return nil
}

func wantsInt(dst any) bool {
	switch dst.(type) {
	case *int, *int64:
		return true
	}
	return false
}

func keepsOnNone(dst any) bool {
	switch dst.(type) {
	case *starlark.Value, *starlark.Callable, *bool:
		return false
	}
	return true
}

// store returns what was wanted when v cannot be stored in dst.
func store(dst any, v starlark.Value) (want string) {
	switch d := dst.(type) {
	case *starlark.Value:
		*d = v
		return ""
	case *bool:
		*d = bool(v.Truth())
		return ""
	case *starlark.Callable:
		return storeCallable(d, v)
	case *string:
		return storeText(d, v)
	case *[]byte:
		b, ok := object.AsBytes(v)
		if !ok {
			return "bytes or str"
		}
		*d = b
		return ""
	}
	return storeNumber(dst, v)
}

func storeText(d *string, v starlark.Value) string {
	if s, ok := object.AsString(v); ok {
		*d = s
		return ""
	}
	if b, ok := object.AsBytes(v); ok {
		*d = string(b)
		return ""
	}
	return "str"
}

func storeCallable(d *starlark.Callable, v starlark.Value) string {
	if v == starlark.None {
		*d = nil
		return ""
	}
	f, ok := v.(starlark.Callable)
	if !ok || !object.IsCallable(v) {
		return "a function"
	}
	*d = f
	return ""
}

func storeNumber(dst any, v starlark.Value) string {
	switch d := dst.(type) {
	case *int:
		n, ok := asInt64(v)
		if !ok {
			return "an int"
		}
		*d = int(n)
	case *int64:
		n, ok := asInt64(v)
		if !ok {
			return "an int of 64 bits"
		}
		*d = n
	case *float64:
		f, ok := object.AsFloat(v)
		if !ok {
			return "a number"
		}
		*d = f
	case *time.Duration:
		f, ok := object.AsFloat(v)
		if !ok {
			return "a number of seconds"
		}
		*d = Seconds(f)
	default:
		return fmt.Sprintf("something that fits a %T", dst)
	}
	return ""
}

func asInt64(v starlark.Value) (int64, bool) {
	n, ok := object.AsInt(v)
	if !ok {
		return 0, false
	}
	b := new(big.Int).Set(n.BigInt())
	return b.Int64(), b.IsInt64()
}

// Seconds is a duration of f seconds, kept within what a Duration can hold.
func Seconds(f float64) time.Duration {
	const most = float64(1<<63-1) / float64(time.Second)
	switch {
	case f != f || f <= 0:
		return 0
	case f >= most:
		return 1<<63 - 1
	}
	return time.Duration(f * float64(time.Second))
}
