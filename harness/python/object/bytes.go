package object

import (
	"bytes"
	"errors"
	"math/big"
	"slices"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Bytes is Python's bytes: its elements are ints.
type Bytes struct{ b []byte }

// Bytearray is Python's bytearray: bytes that change.
type Bytearray struct{ Bytes }

var (
	_ starlark.Sequence    = (*Bytes)(nil)
	_ starlark.Sliceable   = (*Bytes)(nil)
	_ starlark.HasBinary   = (*Bytes)(nil)
	_ starlark.HasAttrs    = (*Bytes)(nil)
	_ starlark.Comparable  = (*Bytes)(nil)
	_ starlark.HasSetIndex = (*Bytearray)(nil)
	_ starlark.Sliceable   = (*Bytearray)(nil)
	_ starlark.HasBinary   = (*Bytearray)(nil)
	_ starlark.HasAttrs    = (*Bytearray)(nil)
	_ starlark.Comparable  = (*Bytearray)(nil)
)

// NewBytes returns bytes that own b.
func NewBytes(b []byte) *Bytes { return &Bytes{b: b} }

// NewBytearray returns a bytearray that owns b.
func NewBytearray(b []byte) *Bytearray { return &Bytearray{Bytes{b}} }

// Buffered is a value of a module that lies on memory: what takes bytes takes it.
type Buffered interface {
	starlark.Value
	Memory() []byte
}

// bytesOf returns what a bytes-like value holds, without a copy.
func bytesOf(v starlark.Value) ([]byte, bool) {
	switch v := v.(type) {
	case *Bytes:
		return v.b, true
	case *Bytearray:
		return v.b, true
	case *Memoryview:
		return v.bytes(), true
	case *Array:
		return v.b, true
	case starlark.Bytes:
		return []byte(v), true
	case Buffered:
		return v.Memory(), true
	case *Instance:
		if v.native != nil {
			return bytesOf(v.native)
		}
	}
	return nil, false
}

func (b *Bytes) String() string        { return quoteBytes(b.b) }
func (b *Bytes) Type() string          { return "bytes" }
func (b *Bytes) Freeze()               {}
func (b *Bytes) Truth() starlark.Bool  { return len(b.b) > 0 }
func (b *Bytes) Hash() (uint32, error) { return starlark.Bytes(b.b).Hash() }
func (b *Bytes) Len() int              { return len(b.b) }

// Index returns the i-th byte as an int.
func (b *Bytes) Index(i int) starlark.Value { return starlark.MakeInt(int(b.b[i])) }

// Slice returns every step-th byte from start on and before end.
func (b *Bytes) Slice(start, end, step int) starlark.Value {
	return &Bytes{b: sliceBytes(b.b, start, end, step)}
}

// Iterate yields ints.
func (b *Bytes) Iterate() starlark.Iterator { return &indexIterator{of: b} }

// CompareSameType compares with anything bytes-like: they all have the Type "bytes".
func (b *Bytes) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	return compareBytes(op, b.b, y)
}

// Binary is +, * and in.
func (b *Bytes) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	return binaryBytes(op, b, y, side)
}

// Attr returns a method.
func (b *Bytes) Attr(name string) (starlark.Value, error) { return MethodOf(bytesMethods, b, name) }

// AttrNames lists the methods.
func (b *Bytes) AttrNames() []string { return MethodNames(bytesMethods) }

func (b *Bytearray) String() string { return "bytearray(" + quoteBytes(b.b) + ")" }

// Hash fails: a bytearray changes.
func (b *Bytearray) Hash() (uint32, error) {
	return 0, Errorf("TypeError", "unsupported type for __hash__: 'bytearray'")
}

// SetIndex stores a byte.
func (b *Bytearray) SetIndex(i int, v starlark.Value) error {
	c, err := lowByte(v)
	if err == nil {
		b.b[i] = c
	}
	return err
}

// Slice copies every step-th byte from start on and before end.
func (b *Bytearray) Slice(start, end, step int) starlark.Value {
	return NewBytearray(sliceBytes(b.b, start, end, step))
}

// Binary is +, * and in.
func (b *Bytearray) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	return binaryBytes(op, b, y, side)
}

// Attr returns a method.
func (b *Bytearray) Attr(name string) (starlark.Value, error) {
	return MethodOf(bytearrayMethods, b, name)
}

// AttrNames lists the methods.
func (b *Bytearray) AttrNames() []string { return MethodNames(bytearrayMethods) }

func sliceBytes(b []byte, start, end, step int) []byte {
	if step == 1 {
		return bytes.Clone(b[start:max(start, end)])
	}
	var out []byte
	for i := start; step > 0 && i < end || step < 0 && i > end; i += step {
		out = append(out, b[i])
	}
	return out
}

func compareBytes(op syntax.Token, x []byte, y starlark.Value) (bool, error) {
	other, ok := bytesOf(y)
	if !ok {
		return false, errors.New("bytes are compared with what are none")
	}
	return ordered(op, bytes.Compare(x, other)), nil
}

// binaryBytes is an operator of bytes or a bytearray; what it makes is of the type of the left side.
func binaryBytes(op syntax.Token, of, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	left := of
	if side == starlark.Right {
		left = y
	}
	x, _ := bytesOf(of)
	var made []byte
	switch op {
	case syntax.PLUS:
		other, ok := bufferOf(y, side)
		if !ok {
			return nil, nil
		}
		if side == starlark.Right {
			x, other = other, x
		}
		if err := RoomFor(len(x) + len(other)); err != nil {
			return nil, err
		}
		made = slices.Concat(x, other)
	case syntax.STAR:
		n, ok := repeatCount(y)
		if !ok {
			return nil, nil
		}
		if err := RoomFor(len(x) * n); err != nil { // neither of which is so large that the product is not right
			return nil, err
		}
		made, left = bytes.Repeat(x, n), of
	case syntax.PERCENT:
		if side == starlark.Right {
			return nil, nil
		}
		s, err := percent(string(x), y, true)
		if err != nil {
			return nil, err
		}
		made = []byte(s)
	case syntax.IN:
		if side == starlark.Right {
			return inBytes(x, y)
		}
		return nil, nil
	default:
		return nil, nil
	}
	if _, changes := left.(*Bytearray); changes {
		return NewBytearray(made), nil
	}
	return NewBytes(made), nil
}

// bufferOf is what can stand beside bytes in bytes + y: for MicroPython a str has a buffer too.
func bufferOf(y starlark.Value, side starlark.Side) ([]byte, bool) {
	if s, ok := strOf(y); ok && side == starlark.Left {
		return []byte(s.s), true
	}
	return bytesOf(y)
}

func inBytes(x []byte, y starlark.Value) (starlark.Value, error) {
	if sub, ok := bufferOf(y, starlark.Left); ok {
		return starlark.Bool(bytes.Contains(x, sub)), nil
	}
	c, err := toByte(y)
	if err != nil {
		return nil, err
	}
	return starlark.Bool(bytes.IndexByte(x, c) >= 0), nil
}

// lowByte is what a bytearray stores of an int: MicroPython keeps the low eight bits, and scripts for
// modules count on it where they add up a checksum in a bytearray.
func lowByte(v starlark.Value) (byte, error) {
	if v == starlark.None {
		return 0, Errorf("TypeError", "can't convert NoneType to int")
	}
	n, ok := AsInt(v)
	if !ok {
		i, err := ToInt(v)
		return byte(i), err
	}
	return byte(new(big.Int).And(n.BigInt(), big.NewInt(255)).Int64()), nil
}

// toByte is an int from 0 to 255, as bytes are made of.
func toByte(v starlark.Value) (byte, error) {
	n, err := ToInt(v)
	if err != nil {
		return 0, err
	}
	if n < 0 || n > 255 {
		return 0, Errorf("ValueError", "bytes value out of range")
	}
	return byte(n), nil
}
