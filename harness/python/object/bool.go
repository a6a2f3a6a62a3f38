package object

import (
	"fmt"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// boolean is Python's bool, which computes as the ints 0 and 1. Starlark's own Bool does not
// compute at all, and a comparison between types cannot be taught to Starlark: lowered code
// therefore compares with the literals 0, 1, True and False through a helper, and Dict looks for
// the int behind a bool where it finds no bool.
type boolean bool

// True and False are Python's.
const (
	True  = boolean(true)
	False = boolean(false)
)

var (
	_ starlark.HasBinary  = True
	_ starlark.HasUnary   = True
	_ starlark.Comparable = True
)

// Bool returns True or False.
func Bool(b bool) starlark.Value { return boolean(b) }

// Truth is Python's truth of a value.
func Truth(v starlark.Value) bool { return bool(v.Truth()) }

// asBool returns the truth of a bool of Python or of Starlark.
func AsBool(v starlark.Value) (b, ok bool) {
	switch v := v.(type) {
	case boolean:
		return bool(v), true
	case starlark.Bool:
		return bool(v), true
	}
	return false, false
}

func (b boolean) String() string {
	if b {
		return "True"
	}
	return "False"
}
func (b boolean) Type() string          { return "bool" }
func (b boolean) Freeze()               {}
func (b boolean) Truth() starlark.Bool  { return starlark.Bool(b) }
func (b boolean) Hash() (uint32, error) { return b.int().Hash() }

func (b boolean) int() starlark.Int {
	if b {
		return starlark.MakeInt(1)
	}
	return starlark.MakeInt(0)
}

// number turns a bool into the int that it computes as, and leaves the rest.
func number(v starlark.Value) starlark.Value {
	switch v := v.(type) {
	case boolean:
		return v.int()
	case starlark.Bool:
		return boolean(v).int()
	}
	return v
}

// CompareSameType orders False before True.
func (b boolean) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	return starlark.Compare(op, b.int(), number(y))
}

// Binary computes with the int behind the bool, as MicroPython does for & | ^ of two bools too.
func (b boolean) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	n := number(y)
	switch n.(type) {
	case starlark.Int, starlark.Float, *starlark.List, starlark.Tuple, *Str, *Bytes, *Bytearray:
	default:
		return nil, nil
	}
	if side == starlark.Left {
		return starlark.Binary(op, b.int(), n)
	}
	return starlark.Binary(op, n, b.int())
}

// Unary computes with the int behind the bool.
func (b boolean) Unary(op syntax.Token) (starlark.Value, error) {
	return starlark.Unary(op, b.int())
}

// Format makes the type print as itself in Go's messages.
func (b boolean) Format(s fmt.State, _ rune) { _, _ = fmt.Fprint(s, b.String()) }
