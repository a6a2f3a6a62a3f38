package script

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/python/object"
)

// iterable is an Object whose class has the methods __iter__ and __next__: loops go over it.
type iterable struct{ *Object }

var (
	_ starlark.Iterable   = (*iterable)(nil)
	_ starlark.Comparable = (*iterable)(nil)
	_ object.SelfIterator = (*iterable)(nil)
)

// buffered is an Object that lies on memory: calls that take a buffer take it.
type buffered struct {
	*Object
	withMemory
}

type withMemory interface{ Memory() []byte }

var (
	_ starlark.Comparable = (*buffered)(nil)
	_ object.Buffered     = (*buffered)(nil)
)

// Native returns the object itself, for builtins that ask for its Go value.
func (b *buffered) Native() starlark.Value { return b.Object }

// CompareSameType compares by identity.
func (b *buffered) CompareSameType(op syntax.Token, y starlark.Value, depth int) (bool, error) {
	return b.Object.CompareSameType(op, y.(*buffered).Object, depth)
}

// instance is an object of a class as scripts see it.
func instance(o *Object) starlark.Value {
	if o.class.class.methods["__next__"] != nil {
		return &iterable{o}
	}
	if m, ok := o.self.(withMemory); ok {
		return &buffered{o, m}
	}
	return o
}

// Native returns the object itself, for builtins that ask for its Go value.
func (i *iterable) Native() starlark.Value { return i.Object }

// CompareSameType compares by identity.
func (i *iterable) CompareSameType(op syntax.Token, y starlark.Value, depth int) (bool, error) {
	return i.Object.CompareSameType(op, y.(*iterable).Object, depth)
}

// Iterate calls __next__ until it raises StopIteration.
func (i *iterable) Iterate() starlark.Iterator {
	return i.class.in.runtime.LoopIterator(&nextCaller{of: i.Object})
}

// NextValue is next(i).
func (i *iterable) NextValue() (starlark.Value, error) {
	in := i.class.in
	v, err := in.callGo(in.runtime.Thread(), i.class.class.methods["__next__"], i.self, nil, nil)
	if err != nil {
		return nil, err
	}
	return in.Value(v), nil
}

type nextCaller struct {
	of  *Object
	err error
}

// Next stores the next element.
func (n *nextCaller) Next(p *starlark.Value) bool {
	in := n.of.class.in
	v, err := (&iterable{n.of}).NextValue()
	if err != nil {
		if r := in.runtime.Exception(err); r == nil || !r.IsA("StopIteration") {
			n.err = err
		}
		return false
	}
	*p = v
	return true
}

// Done does nothing: another loop may go on with the object.
func (n *nextCaller) Done() {}

// Err is what ended the loop other than its regular end.
func (n *nextCaller) Err() error { return n.err }
