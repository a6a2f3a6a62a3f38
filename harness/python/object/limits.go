package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// How large a value one operation makes: far beyond a module's memory, and below what a run may hold
// by default. Values that grow little by little are bounded by the memory limit of the run alone.
const (
	maxRepeat   = 1 << 26 // bytes of a str, bytes or bytearray
	maxElements = 1 << 22 // elements of a list, tuple or set: as many bytes
	maxBits     = 1 << 24 // of an int
	maxSource   = 1 << 22 // bytes of source text that exec and eval take
)

// elementsPerPoll is how many elements builtins go over between two polls.
const elementsPerPoll = 1 << 14

// roomFor is a MemoryError for more bytes than one operation makes.
func RoomFor(bytes int) error {
	if bytes < 0 || bytes > maxRepeat {
		return Errorf("MemoryError", "memory allocation failed, allocating %d bytes", bytes)
	}
	return nil
}

// roomForElements is a MemoryError for more elements than one operation makes.
func roomForElements(n int) error {
	if n < 0 || n > maxElements {
		return Errorf("MemoryError", "memory allocation failed, %d elements are not made", n)
	}
	return nil
}

// tooDeep is a RuntimeError once the calls of a thread nest too deep. Whoever calls for a value, such as a
// class its __init__, asks: a chain of such calls needs no step of script code, which would be counted.
func (in *Interpreter) tooDeep(t *starlark.Thread) error {
	if in != nil && t != nil && t.CallStackDepth() > 2*in.RecursionLimit {
		return Errorf("RuntimeError", TooDeep)
	}
	return nil
}

// maxNative is how deep values of Python's own types nest that ask each other, such as a filter of a filter,
// and elements of keys.
const maxNative = 1000

// nestedKey is a RuntimeError for a tuple that nests too deep to be hashed.
func nestedKey(k starlark.Value, depth int) error {
	t, ok := k.(starlark.Tuple)
	if !ok {
		return nil
	}
	if depth == 0 {
		return Errorf("RuntimeError", TooDeep)
	}
	for _, e := range t {
		if err := nestedKey(e, depth-1); err != nil {
			return err
		}
	}
	return nil
}

// poll lets others run and reports whether the script must end.
func (in *Interpreter) poll() error {
	if in == nil || in.Poll == nil {
		return nil
	}
	return in.Poll()
}

// repeatHelper is py.repeat(x, y): x * y, which Starlark does not bound.
func repeatHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return multiply(a[0], a[1])
}

// multiply is x * y, for lists, tuples and ints of a size that one operation makes.
func multiply(x, y starlark.Value) (starlark.Value, error) {
	switch v := x.(type) {
	case *starlark.List:
		return repeat(x, y, y, v.Len())
	case starlark.Tuple:
		return repeat(x, y, y, len(v))
	case starlark.Int:
		switch w := y.(type) {
		case *starlark.List:
			return repeat(x, y, x, w.Len())
		case starlark.Tuple:
			return repeat(x, y, x, len(w))
		case starlark.Int:
			if _, small := v.Int64(); !small && v.BigInt().BitLen()+w.BigInt().BitLen() > maxBits {
				return nil, Errorf("MemoryError", "memory allocation failed, an int of that size is not made")
			}
		}
	}
	return starlark.Binary(syntax.STAR, x, y)
}

func repeat(x, y, times starlark.Value, length int) (starlark.Value, error) {
	if n, ok := repeatCount(times); ok && n > 0 && length > maxElements/n {
		return nil, Errorf("MemoryError", "memory allocation failed, a sequence of that size is not made")
	}
	return starlark.Binary(syntax.STAR, x, y)
}
