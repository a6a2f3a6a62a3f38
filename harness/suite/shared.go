package suite

import (
	"fmt"
	"sync"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// made are the values of fixtures that are wider than a test, by file and name. Every worker process makes its
// own. They are data: nothing that lives may be of two tests, whose times are not the same.
var made sync.Map

// shared is the value of a fixture whose scope is a file or the suite.
func (r *run) shared(name string, f *fixture, make func() (starlark.Value, error)) (starlark.Value, error) {
	key := r.test.File + "\x00" + name
	data, ok := made.Load(key)
	if !ok {
		v, err := make()
		if err != nil {
			return nil, err
		}
		if typeName(v) == "generator" {
			return nil, fmt.Errorf("the fixture %s of scope %q yields: only one of scope \"test\" tidies up", name, f.scope)
		}
		if data, err = dataOf(v); err != nil {
			return nil, fmt.Errorf("the fixture %s of scope %q gives %w: what is wider than a test is data alone", name,
				f.scope, err)
		}
		made.Store(key, data)
	}
	v := r.value(data)
	v.Freeze()
	return v, nil
}

// dataOf is a value that is data: None, bool, int, float, str, bytes, and lists, tuples and dicts of them.
func dataOf(v starlark.Value) (any, error) {
	if object.TypeName(v) == "bytes" {
		data, _ := object.AsBytes(v)
		return data, nil
	}
	if _, ok := textOf(v); ok {
		return plainOf(v), nil
	}
	switch v := v.(type) {
	case starlark.NoneType, starlark.Bool, starlark.Int, starlark.Float:
		return plainOf(v), nil
	case starlark.IterableMapping:
		out := map[string]any{}
		for _, pair := range v.Items() {
			name, ok := textOf(pair[0])
			if !ok {
				return nil, fmt.Errorf("a dict with the key %s, which is no str", object.Repr(pair[0]))
			}
			var err error
			if out[name], err = dataOf(pair[1]); err != nil {
				return nil, err
			}
		}
		return out, nil
	case starlark.Iterable:
		out := []any{}
		it := v.Iterate()
		defer it.Done()
		var x starlark.Value
		for it.Next(&x) {
			one, err := dataOf(x)
			if err != nil {
				return nil, err
			}
			out = append(out, one)
		}
		return out, nil
	}
	if object.TypeName(v) == "bool" {
		return bool(v.Truth()), nil
	}
	return nil, fmt.Errorf("a %s", object.TypeName(v))
}
