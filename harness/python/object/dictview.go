package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// dictView is what keys, values and items return: it shows the dict as it is when looked at.
type dictView struct {
	d    *Dict
	kind string
}

var (
	_ starlark.Sequence  = (*dictView)(nil)
	_ starlark.HasBinary = (*dictView)(nil)
)

func (v *dictView) String() string       { return Repr(v) }
func (v *dictView) Parts() []any         { return []any{v.kind + "(", starlark.NewList(v.elems()), ")"} }
func (v *dictView) Type() string         { return v.kind }
func (v *dictView) Freeze()              {}
func (v *dictView) Truth() starlark.Bool { return v.d.Truth() }
func (v *dictView) Len() int             { return v.d.Len() }

// Hash fails for keys and items, which compare as sets; values hash by identity.
func (v *dictView) Hash() (uint32, error) {
	if v.kind == "dict_values" {
		return IdentityHash(v)
	}
	return 0, Errorf("TypeError", "unsupported type for __hash__: '%s'", v.kind)
}

// Iterate yields what the dict holds now.
func (v *dictView) Iterate() starlark.Iterator { return starlark.Tuple(v.elems()).Iterate() }

func (v *dictView) elems() []starlark.Value {
	if v.kind == "dict_keys" {
		return v.d.d.Keys()
	}
	items := v.d.Items()
	out := make([]starlark.Value, len(items))
	for i, kv := range items {
		out[i] = kv
		if v.kind == "dict_values" {
			out[i] = kv[1]
		}
	}
	return out
}

// Binary is the set operations, and in.
func (v *dictView) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	if op == syntax.IN && side == starlark.Right {
		if v.kind == "dict_keys" {
			_, found, err := v.d.find(y)
			return starlark.Bool(found), err
		}
		return Inside(v, op, y, side)
	}
	if v.kind == "dict_values" {
		return nil, nil
	}
	mine, err := newSet(starlark.NewList(v.elems()))
	if err != nil {
		return nil, err
	}
	return mine.Binary(op, y, side)
}
