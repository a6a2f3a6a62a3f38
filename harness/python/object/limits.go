package object

import (
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/memory"
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

// bytesPerElement is how much an element of a list or tuple takes.
const bytesPerElement = 16

// RoomLeft is a MemoryError for so many bytes at once where they are more than what the memory limit of the
// run leaves.
func RoomLeft(bytes int) error {
	if bytes < memory.Much {
		return nil
	}
	if limit := memory.Limit(); !memory.Room(bytes, limit) {
		return Errorf("MemoryError", "memory allocation failed, allocating %d bytes: the run may hold %d MB; "+
			"memory_mb in [limits] of the bench raises it", bytes, limit>>20)
	}
	return nil
}

// RoomFor is a MemoryError for a value of more bytes than one operation makes, or than are left.
func RoomFor(bytes int) error {
	if bytes < 0 || bytes > maxRepeat {
		return Errorf("MemoryError", "memory allocation failed, allocating %d bytes", bytes)
	}
	return RoomLeft(bytes)
}

// roomForElements is a MemoryError for more elements than one operation makes, or than there is room for.
func roomForElements(n int) error { return roomForMany(n, bytesPerElement) }

// roomForMany is roomForElements where more is made of an element than its place in a list.
func roomForMany(n, bytes int) error {
	if n < 0 || n > maxElements {
		return Errorf("MemoryError", "memory allocation failed, %d elements are not made", n)
	}
	return RoomLeft(n * bytes)
}

// roomToGrow is a MemoryError where n bytes do not fit into the room for most, and are too many to be moved
// to where there is room for them.
func roomToGrow(most, n int) error {
	if n <= most {
		return nil
	}
	if n < 0 || n > maxRepeat {
		return RoomFor(n)
	}
	return RoomLeft(max(n, most+most/growth))
}

// growth is which part of its room a large slice of Go's gets in addition when it grows.
const growth = 4

// appended is append for what has no size that is known before.
func appended(list []starlark.Value, v starlark.Value) ([]starlark.Value, error) {
	if n := len(list); n == cap(list) {
		if err := RoomLeft((n + n/growth) * bytesPerElement); err != nil {
			return list, err
		}
	}
	return append(list, v), nil
}

// Write appends to a text, where there is room for more.
func Write(to *strings.Builder, text string) error {
	if err := roomToGrow(to.Cap(), to.Len()+len(text)); err != nil {
		return err
	}
	to.WriteString(text)
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

// plus is x + y, where there is room for what it makes.
func plus(x, y starlark.Value) (starlark.Value, error) {
	n := 0
	switch v := x.(type) {
	case *Str:
		if sum, err := v.Binary(syntax.PLUS, y, starlark.Left); sum != nil || err != nil {
			return sum, err
		}
	case *starlark.List:
		if w, ok := y.(*starlark.List); ok {
			n = v.Len() + w.Len()
		}
	case starlark.Tuple:
		if w, ok := y.(starlark.Tuple); ok {
			n = len(v) + len(w)
		}
	}
	if err := roomForElements(n); err != nil {
		return nil, err
	}
	return starlark.Binary(syntax.PLUS, x, y)
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
	if n, ok := repeatCount(times); ok { // neither of which is so large that the product is not right
		if err := roomForElements(length * n); err != nil {
			return nil, err
		}
	}
	return starlark.Binary(syntax.STAR, x, y)
}
