// Package container makes instances of builtin classes that scripts loop over, index and ask for
// their length, by what their Go value can do.
package container

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Iterable is a Go value whose script object can be looped over.
type Iterable interface {
	Iterate() starlark.Iterator
}

// Sequence is a Go value whose script object has a length and elements too. Index is called with
// 0 <= i < Len().
type Sequence interface {
	Iterable
	Len() int
	Index(i int) starlark.Value
	SetIndex(i int, v starlark.Value) error
}

// Class is a constant that stands in for the class of the same name in the table of a module:
// instances that scripts make of it are Iterable or Sequences when what Init returns is.
func Class(c *script.Class) script.Const {
	return script.Const{Name: c.Name, Doc: c.Doc, Value: func(in *script.Interp) any {
		base, ok := in.Value(c).(object.NativeBase)
		if !ok {
			return nil
		}
		return &class{NativeBase: base}
	}}
}

func wrap(o *script.Object, c starlark.Value) starlark.Value {
	of := instance{Object: o, class: c}
	switch self := o.Self().(type) {
	case Sequence:
		return &sequence{iterable{of, self}, self}
	case Iterable:
		return &iterable{of, self}
	}
	return o
}

// class makes instances with abilities.
type class struct{ object.NativeBase }

// New makes an instance, for a script class that derives from this one.
func (c *class) New(t *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	v, err := c.NativeBase.New(t, args, kwargs)
	if err != nil {
		return nil, err
	}
	o, ok := v.(*script.Object)
	if !ok {
		return v, nil
	}
	return wrap(o, c), nil
}

// CallInternal makes an instance.
func (c *class) CallInternal(t *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	return c.New(t, args, kwargs)
}

// Attr returns a constant or an unbound method of the class.
func (c *class) Attr(name string) (starlark.Value, error) {
	return c.NativeBase.(starlark.HasAttrs).Attr(name)
}

// AttrNames lists constants and methods.
func (c *class) AttrNames() []string { return c.NativeBase.(starlark.HasAttrs).AttrNames() }

// instance is an instance of a class.
type instance struct {
	*script.Object
	class starlark.Value
}

// NativeClass returns the class, for isinstance and type.
func (i *instance) NativeClass() starlark.Value { return i.class }

// Native returns the object without its abilities, whose Go value builtins ask for.
func (i *instance) Native() starlark.Value { return i.Object }

func identical(op syntax.Token, same bool) (bool, error) {
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, script.Raise("TypeError", "these have no order")
}

type iterable struct {
	instance
	elems Iterable
}

// Iterate goes over the elements.
func (i *iterable) Iterate() starlark.Iterator { return i.elems.Iterate() }

// CompareSameType compares by identity.
func (i *iterable) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	return identical(op, starlark.Value(i) == y)
}

type sequence struct {
	iterable
	seq Sequence
}

var (
	_ starlark.HasSetIndex = (*sequence)(nil)
	_ starlark.Sequence    = (*sequence)(nil)
	_ starlark.HasBinary   = (*sequence)(nil)
)

// Truth reports whether there are elements.
func (s *sequence) Truth() starlark.Bool { return s.seq.Len() > 0 }

// Len is how many elements there are.
func (s *sequence) Len() int { return s.seq.Len() }

// Index returns an element.
func (s *sequence) Index(i int) starlark.Value { return s.seq.Index(i) }

// SetIndex replaces an element.
func (s *sequence) SetIndex(i int, v starlark.Value) error { return s.seq.SetIndex(i, v) }

// CompareSameType compares by identity.
func (s *sequence) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	return identical(op, starlark.Value(s) == y)
}

// Binary implements "in".
func (s *sequence) Binary(op syntax.Token, x starlark.Value, side starlark.Side) (starlark.Value, error) {
	if op != syntax.IN || side != starlark.Right {
		return nil, nil
	}
	for i := range s.seq.Len() {
		if same, err := starlark.Equal(x, s.seq.Index(i)); same || err != nil {
			return starlark.Bool(same), err
		}
	}
	return starlark.False, nil
}
