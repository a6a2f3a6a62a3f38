package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Memoryview is Python's memoryview: a window that shares its owner's memory. from and to count
// bytes; code is the type of the items.
type Memoryview struct {
	of       starlark.Value
	from, to int
	code     byte
}

var (
	_ starlark.HasSetIndex = (*Memoryview)(nil)
	_ starlark.Sliceable   = (*Memoryview)(nil)
	_ starlark.Comparable  = (*Memoryview)(nil)
	_ starlark.HasAttrs    = (*Memoryview)(nil)
)

func newMemoryview(v starlark.Value) (starlark.Value, error) {
	v = Native(v)
	b, ok := bytesOf(v)
	if !ok {
		return nil, Errorf("TypeError", "object with buffer protocol required")
	}
	switch o := v.(type) {
	case *Memoryview:
		m := *o
		return &m, nil
	case *Array:
		return &Memoryview{of: v, to: len(b), code: o.code}, nil
	}
	return &Memoryview{of: v, to: len(b), code: 'B'}, nil
}

func (m *Memoryview) bytes() []byte {
	b, _ := bytesOf(m.of)
	return b[min(m.from, len(b)):min(m.to, len(b))]
}

func (m *Memoryview) size() int { return itemSizes[m.code] }

func (m *Memoryview) String() string        { return "<memoryview>" }
func (m *Memoryview) Type() string          { return "bytes" }
func (m *Memoryview) Freeze()               {}
func (m *Memoryview) Truth() starlark.Bool  { return m.Len() > 0 }
func (m *Memoryview) Hash() (uint32, error) { return starlark.Bytes(m.bytes()).Hash() }
func (m *Memoryview) Len() int              { return len(m.bytes()) / m.size() }

// Index returns the i-th item.
func (m *Memoryview) Index(i int) starlark.Value {
	n := m.size()
	return loadItem(m.code, m.bytes()[i*n:(i+1)*n])
}

// SetIndex stores an item in the owner's memory.
func (m *Memoryview) SetIndex(i int, v starlark.Value) error {
	if !writable(m) {
		return Errorf("TypeError", "'memoryview' of '%s' doesn't support item assignment", TypeName(m.of))
	}
	item, err := storeItem(nil, m.code, v)
	if err == nil {
		copy(m.bytes()[i*m.size():], item)
	}
	return err
}

// Slice returns a window of the window; with a step, a copy.
func (m *Memoryview) Slice(start, end, step int) starlark.Value {
	if step != 1 {
		return &Bytes{b: sliceBytes(m.bytes(), start, end, step)}
	}
	n := m.size()
	return &Memoryview{of: m.of, from: m.from + start*n, to: m.from + max(start, end)*n, code: m.code}
}

// setSlice stores as many bytes as the slice has.
func (m *Memoryview) setSlice(start, end int, v starlark.Value) error {
	if !writable(m) {
		return Errorf("TypeError", "'memoryview' of '%s' doesn't support item assignment", TypeName(m.of))
	}
	b, ok := bytesOf(Native(v))
	if !ok {
		return Errorf("TypeError", "object with buffer protocol required")
	}
	into := m.bytes()[start*m.size() : max(start, end)*m.size()]
	if len(b) != len(into) || sizeOf(v) != m.size() {
		return Errorf("ValueError", "lhs and rhs should be compatible")
	}
	copy(into, b)
	return nil
}

// sizeOf is the size of the items of what has a buffer.
func sizeOf(v starlark.Value) int {
	switch v := v.(type) {
	case *Array:
		return v.size()
	case *Memoryview:
		return v.size()
	}
	return 1
}

// Iterate yields the items.
func (m *Memoryview) Iterate() starlark.Iterator { return &indexIterator{of: m} }

// CompareSameType compares with anything bytes-like.
func (m *Memoryview) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	return compareBytes(op, m.bytes(), y)
}

// Binary refuses what bytes do with a buffer: a window is no sequence to add to.
func (m *Memoryview) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	if op == syntax.IN && side == starlark.Right {
		return Inside(m, op, y, side)
	}
	if side == starlark.Left {
		return nil, Errorf("TypeError", "unsupported types for __%s__: 'memoryview', '%s'", binaryNames[op], TypeName(y))
	}
	return nil, nil
}

var memoryviewMethods = map[string]Method[*Memoryview]{
	"hex": {Max: 1, Fn: func(m *Memoryview, a *Args) (starlark.Value, error) {
		return bytesHex(&Bytes{b: m.bytes()}, a)
	}},
}

// Attr returns itemsize or a method.
func (m *Memoryview) Attr(name string) (starlark.Value, error) {
	if name == "itemsize" {
		return starlark.MakeInt(m.size()), nil
	}
	if fn, ok := memoryviewMethods[name]; ok {
		return fn.Bind(name, m), nil
	}
	return nil, NoAttr(m, name)
}

// AttrNames lists itemsize and the methods.
func (m *Memoryview) AttrNames() []string { return append(MethodNames(memoryviewMethods), "itemsize") }
