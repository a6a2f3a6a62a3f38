package runtime

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/python/object"
)

// moduleDict is what globals() returns: the module's variables, live.
type moduleDict struct {
	*object.Dict
	m *Module
}

var _ starlark.HasSetKey = (*moduleDict)(nil)

// SetKey binds a variable of the module.
func (d *moduleDict) SetKey(k, v starlark.Value) error {
	name, ok := object.AsString(k)
	if !ok {
		return object.Errorf("TypeError", "names of variables are strings")
	}
	return d.m.SetField(name, v)
}

// Get returns a variable of the module.
func (d *moduleDict) Get(k starlark.Value) (starlark.Value, bool, error) {
	if name, ok := object.AsString(k); ok && !d.m.hidden[name] {
		if v := d.m.Get(name); v != nil {
			return v, true, nil
		}
	}
	return nil, false, object.KeyError(k)
}

// now is the dict of the variables as they are.
func (d *moduleDict) now() *object.Dict {
	d.Dict = d.m.globals()
	return d.Dict
}

func (d *moduleDict) String() string       { return d.now().String() }
func (d *moduleDict) Truth() starlark.Bool { return d.now().Truth() }

// Len counts the variables.
func (d *moduleDict) Len() int { return d.now().Len() }

// Items returns the variables.
func (d *moduleDict) Items() []starlark.Tuple { return d.now().Items() }

// Iterate yields the names.
func (d *moduleDict) Iterate() starlark.Iterator { return d.now().Iterate() }

// Has is k in d.
func (d *moduleDict) Has(k starlark.Value) (bool, error) { return d.now().Has(k) }

// CompareSameType compares the variables as they are.
func (d *moduleDict) CompareSameType(op syntax.Token, y starlark.Value, depth int) (bool, error) {
	if other, ok := y.(*moduleDict); ok {
		y = other.now()
	}
	return d.now().CompareSameType(op, y, depth)
}

// DelKey unbinds a variable of the module.
func (d *moduleDict) DelKey(k starlark.Value) error {
	name, ok := object.AsString(k)
	if !ok || d.m.Get(name) == nil {
		return object.KeyError(k)
	}
	d.m.Unset(name)
	return nil
}

// Attr returns a method of dict; what that does to the dict it does to the module.
func (d *moduleDict) Attr(name string) (starlark.Value, error) {
	if _, err := d.Dict.Attr(name); err != nil {
		return nil, err
	}
	return starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
		of := d.now()
		v, err := object.CallMethod(t, of, name, pos, kw)
		for _, n := range d.m.AttrNames() {
			if has, _ := of.Has(object.NewStr(n)); !has {
				d.m.Unset(n)
			}
		}
		for _, kv := range of.Items() {
			if n, isName := object.AsString(kv[0]); isName && !object.Same(d.m.Get(n), kv[1]) && err == nil {
				err = d.m.SetField(n, kv[1])
			}
		}
		return v, err
	}).BindReceiver(d), nil
}

// variables is the dict of the module's variables, live.
func (m *Module) variables() *moduleDict {
	if m.dict == nil {
		m.dict = &moduleDict{m.globals(), m}
	}
	return m.dict
}
