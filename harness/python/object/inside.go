package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

var _ starlark.HasBinary = (*iterator)(nil)

// Binary is in, which takes elements until it has found the one.
func (i *iterator) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	return Inside(i, op, y, side)
}

// Inside is y in of, for what has no order but that of its elements.
func Inside(of starlark.Value, op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	if op != syntax.IN || side != starlark.Right {
		return nil, nil
	}
	found, err := some(of, func(e starlark.Value) (bool, error) { return equal(e, y) })
	return starlark.Bool(found), err
}

// some reports whether an element of an iterable is as wanted, and takes none behind the first that is.
func some(v starlark.Value, is func(e starlark.Value) (bool, error)) (bool, error) {
	it, err := iterate(v)
	if err != nil {
		return false, err
	}
	defer it.Done()
	for {
		e, more, err := advance(it)
		if err != nil || !more {
			return false, err
		}
		if found, err := is(e); found || err != nil {
			return found, err
		}
	}
}
