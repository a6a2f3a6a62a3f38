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
	it, err := iterate(of)
	if err != nil {
		return nil, err
	}
	defer it.Done()
	for {
		e, more, err := advance(it)
		if err != nil || !more {
			return starlark.Bool(false), err
		}
		if found, err := equal(e, y); found || err != nil {
			return starlark.Bool(found), err
		}
	}
}
