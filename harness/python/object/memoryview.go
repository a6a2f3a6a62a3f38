package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Memoryview is Python's memoryview of bytes: a window that shares its owner's memory.
type Memoryview struct {
	of       starlark.Value
	from, to int
}

var (
	_ starlark.HasSetIndex = (*Memoryview)(nil)
	_ starlark.Sliceable   = (*Memoryview)(nil)
	_ starlark.Comparable  = (*Memoryview)(nil)
)

func newMemoryview(v starlark.Value) (starlark.Value, error) {
	b, ok := bytesOf(v)
	if !ok {
		return nil, newError("TypeError", "object with buffer protocol required")
	}
	if m, ok := v.(*Memoryview); ok {
		return &Memoryview{of: m.of, from: m.from, to: m.to}, nil
	}
	return &Memoryview{of: v, to: len(b)}, nil
}

func (m *Memoryview) bytes() []byte {
	b, _ := bytesOf(m.of)
	return b[min(m.from, len(b)):min(m.to, len(b))]
}

func (m *Memoryview) String() string        { return "<memoryview>" }
func (m *Memoryview) Type() string          { return "bytes" }
func (m *Memoryview) Freeze()               {}
func (m *Memoryview) Truth() starlark.Bool  { return m.Len() > 0 }
func (m *Memoryview) Hash() (uint32, error) { return starlark.Bytes(m.bytes()).Hash() }
func (m *Memoryview) Len() int              { return len(m.bytes()) }

// Index returns the i-th byte as an int.
func (m *Memoryview) Index(i int) starlark.Value { return starlark.MakeInt(int(m.bytes()[i])) }

// SetIndex stores a byte in the owner's memory.
func (m *Memoryview) SetIndex(i int, v starlark.Value) error {
	if _, ok := m.of.(*Bytearray); !ok {
		return newError("TypeError", "'memoryview' of '%s' doesn't support item assignment", TypeName(m.of))
	}
	c, err := toByte(v)
	if err == nil {
		m.bytes()[i] = c
	}
	return err
}

// Slice returns a window of the window; with a step, a copy.
func (m *Memoryview) Slice(start, end, step int) starlark.Value {
	if step != 1 {
		return &Bytes{b: sliceBytes(m.bytes(), start, end, step)}
	}
	return &Memoryview{of: m.of, from: m.from + start, to: m.from + max(start, end)}
}

// Iterate yields ints.
func (m *Memoryview) Iterate() starlark.Iterator { return &bytesIterator{of: m} }

// CompareSameType compares with anything bytes-like.
func (m *Memoryview) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	return compareBytes(op, m.bytes(), y)
}
