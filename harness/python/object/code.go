package object

import (
	"go.starlark.net/starlark"
)

// moduleDict is what globals() returns: the module's variables, live.
type moduleDict struct {
	*Dict
	m *Module
}

var _ starlark.HasSetKey = (*moduleDict)(nil)

// SetKey binds a variable of the module.
func (d *moduleDict) SetKey(k, v starlark.Value) error {
	name, ok := AsString(k)
	if !ok {
		return newError("TypeError", "names of variables are strings")
	}
	d.m.Set(name, v)
	return d.Dict.SetKey(k, v)
}

// globalsHelper is ·globals(module).
func globalsHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	m := a[0].(*Module)
	return &moduleDict{Dict: m.globals(), m: m}, nil
}

// dirHelper is ·dir(module), of dir() without arguments.
func dirHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	var names []starlark.Value
	for _, n := range dir(a[0]) {
		names = append(names, NewStr(n))
	}
	return starlark.NewList(names), nil
}

// execHelper is ·exec(module, source, globals…) or ·eval.
func (rt *Runtime) execHelper(mode string) helper {
	return func(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
		if rt.opts.Exec == nil || len(a) < 2 {
			return nil, newError("NotImplementedError", "%s() is not there yet", mode)
		}
		source, ok := AsString(a[1])
		if !ok {
			if b, isBytes := bytesOf(a[1]); isBytes {
				source = string(b)
			} else {
				return nil, newError("TypeError", "%s() takes source text", mode)
			}
		}
		m := a[0].(*Module)
		if len(a) > 2 {
			return rt.execIn(t, a[2], source, mode)
		}
		return rt.opts.Exec(t, m, source, mode)
	}
}

// execIn runs source text whose variables are the entries of a dict.
func (rt *Runtime) execIn(t *starlark.Thread, in starlark.Value, source, mode string) (starlark.Value, error) {
	if live, ok := in.(*moduleDict); ok {
		return rt.opts.Exec(t, live.m, source, mode)
	}
	d, ok := in.(*Dict)
	if !ok {
		return nil, newError("TypeError", "%s() takes a dict of variables", mode)
	}
	m := rt.NewModule("__main__", "")
	for _, kv := range d.Items() {
		if name, ok := AsString(kv[0]); ok {
			m.Set(name, kv[1])
		}
	}
	v, err := rt.opts.Exec(t, m, source, mode)
	for _, n := range m.AttrNames() {
		if serr := d.SetKey(NewStr(n), m.Get(n)); serr != nil && err == nil {
			err = serr
		}
	}
	return v, err
}
