package uctypes

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// view is memory as a descriptor of an aggregate lays it out.
type view struct {
	in   *script.Interp
	mem  *memory
	addr int64
	how  layout
	desc starlark.Value
}

// viewer is a script's value that is a view.
type viewer interface{ seen() view }

// structure is a view with fields, elements one with elements.
type (
	structure struct{ view }
	elements  struct {
		view
		of aggregate
	}
)

var (
	_ starlark.HasSetField = (*structure)(nil)
	_ starlark.HasSetKey   = (*elements)(nil)
	_ object.Buffered      = (*structure)(nil)
	_ object.Integer       = (*elements)(nil)
)

// value is the view as scripts see it.
func (v view) value() starlark.Value {
	t, ok := object.Native(v.desc).(starlark.Tuple)
	if !ok {
		return &structure{v}
	}
	a, err := aggregateOf(t)
	if err != nil || a.kind == aggStruct {
		return &structure{v}
	}
	return &elements{v, a}
}

func (v view) seen() view { return v }

// NativeClass returns the class, for isinstance and type.
func (v view) NativeClass() starlark.Value { return v.in.Value(v.mem.class) }

// String says what the view is of, and where.
func (v view) String() string {
	kind := "ERROR"
	switch d := object.Native(v.desc).(type) {
	case starlark.Mapping:
		kind = "STRUCT"
	case starlark.Tuple:
		if a, err := aggregateOf(d); err == nil {
			kind = [...]string{"STRUCT", "PTR", "ARRAY"}[a.kind]
		}
	}
	return fmt.Sprintf("<struct %s %x>", kind, v.addr)
}
func (v view) Type() string         { return "struct" }
func (v view) Freeze()              {}
func (v view) Truth() starlark.Bool { return true }

// Hash refuses: what the memory holds changes.
func (v view) Hash() (uint32, error) {
	return 0, v.raise(script.Raise("TypeError", "unsupported type for __hash__: 'struct'"))
}

// raise has an error be an exception of the script's.
func (v view) raise(err error) error {
	var e *script.Error
	if errors.As(err, &e) {
		return v.in.Runtime().Raise(e.Class, e.Args...)
	}
	return err
}

// bytes is n bytes of memory, off bytes behind the view's beginning.
func (v view) bytes(off int64, n int) ([]byte, error) {
	b, ok := v.mem.at(v.addr+off, n)
	if !ok {
		return nil, script.Raise("ValueError", "no memory at 0x%x", v.addr+off)
	}
	return b, nil
}

// Memory is what the structure lies on, for what takes a buffer; none where there is no memory.
func (v view) Memory() []byte {
	n, _, err := layoutOf(v.desc, v.how)
	if err != nil {
		return nil
	}
	b, _ := v.mem.at(v.addr, n)
	return b
}

// load reads what a descriptor describes, off bytes behind the view's beginning.
func (v view) load(desc starlark.Value, off int64) (starlark.Value, error) {
	if n, ok := intOf(desc); ok {
		s := scalarOf(n)
		b, err := v.bytes(off+s.offset, s.size())
		if err != nil {
			return nil, err
		}
		return s.load(b, v.how.order()), nil
	}
	in := v
	switch d := object.Native(desc).(type) {
	case starlark.Mapping:
		in.addr, in.desc = v.addr+off, desc
		return in.value(), nil
	case starlark.Tuple:
		a, err := aggregateOf(d)
		if err != nil {
			return nil, err
		}
		if a.kind == aggArray && a.isByte() {
			b, err := v.bytes(off+a.offset, a.count)
			return object.NewBytearray(b), err
		}
		in.addr, in.desc = v.addr+off+a.offset, desc
		if a.kind == aggStruct {
			in.desc = a.elem
		}
		return in.value(), nil
	}
	return nil, errDescriptor()
}

// store writes a scalar.
func (v view) store(desc starlark.Value, off int64, to starlark.Value) error {
	n, ok := intOf(desc)
	if !ok {
		return script.Raise("TypeError", "struct: can't set a struct, pointer or array")
	}
	s := scalarOf(n)
	b, err := v.bytes(off+s.offset, s.size())
	if err != nil {
		return err
	}
	return s.store(b, v.how.order(), to)
}

// Attr reads a field.
func (s *structure) Attr(name string) (starlark.Value, error) {
	desc, err := field(s.fields(), name)
	if err != nil {
		return nil, s.raise(err)
	}
	v, err := s.load(desc, 0)
	return v, s.raise(err)
}

// fields is the dict of the descriptor, which may be that of a tuple.
func (s *structure) fields() starlark.Value {
	if t, ok := object.Native(s.desc).(starlark.Tuple); ok && len(t) == 2 {
		return t[1]
	}
	return s.desc
}

// SetField writes a field.
func (s *structure) SetField(name string, to starlark.Value) error {
	desc, err := field(s.fields(), name)
	if err != nil {
		return s.raise(err)
	}
	return s.raise(s.store(desc, 0, to))
}

// AttrNames lists the fields.
func (s *structure) AttrNames() []string {
	var names []string
	if d, ok := object.Native(s.fields()).(starlark.IterableMapping); ok {
		for _, kv := range d.Items() {
			if name, ok := object.AsString(kv[0]); ok {
				names = append(names, name)
			}
		}
	}
	return names
}

// target is where a pointer points to.
func (e *elements) target() (int64, error) {
	b, err := e.bytes(0, pointerSize)
	if err != nil {
		return 0, err
	}
	return int64(uintAt(b, e.how.order())), nil
}

// Int is the address that a pointer holds; ok is false for an array.
func (e *elements) Int() (n starlark.Int, ok bool) {
	if e.of.kind != aggPointer {
		return n, false
	}
	to, err := e.target()
	return starlark.MakeInt64(to), err == nil
}

// at is the view whose beginning is element k.
func (e *elements) at(k starlark.Value) (view, error) {
	i, ok := object.AsInt(k)
	n, small := i.Int64()
	if !ok || !small {
		return view{}, script.Raise("TypeError", "struct: indices must be integers")
	}
	size, _, err := layoutOf(e.of.elem, e.how)
	if err != nil {
		return view{}, err
	}
	v := e.view
	if e.of.kind == aggPointer {
		if v.addr, err = e.target(); err != nil {
			return v, err
		}
	} else if n < 0 || n >= int64(e.of.count) {
		return v, script.Raise("IndexError", "struct: index out of range")
	}
	v.addr += n * int64(size)
	return v, nil
}

// Get reads an element.
func (e *elements) Get(k starlark.Value) (starlark.Value, bool, error) {
	v, err := e.at(k)
	if err != nil {
		return nil, false, e.raise(err)
	}
	elem, err := v.load(e.of.elem, 0)
	return elem, err == nil, e.raise(err)
}

// SetKey writes an element.
func (e *elements) SetKey(k, to starlark.Value) error {
	v, err := e.at(k)
	if err != nil {
		return e.raise(err)
	}
	return e.raise(v.store(e.of.elem, 0, to))
}
