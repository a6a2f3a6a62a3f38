package runtime

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

func delItemHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return starlark.None, object.DelItem(a[0], a[1])
}

func delSliceHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return starlark.None, object.SetSlice(a[0], a[1], a[2], a[3], nil)
}

func setSliceHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return starlark.None, object.SetSlice(a[0], a[1], a[2], a[3], a[4])
}

func matmulHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return object.MatMul(a[0], a[1])
}

func unbindHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	c := a[0].(*Cell)
	if c.v == nil {
		if c.of != nil { // a key of the module's dict
			return nil, object.KeyError(object.NewStr(c.name))
		}
		return nil, c.unbound()
	}
	c.v = nil
	return starlark.None, nil
}

// unpackHelper is ·unpack(x, before, after): the elements for a, *b, c = x.
func unpackHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	elems, err := object.ToSlice(a[0])
	if err != nil {
		return nil, err
	}
	before, _ := object.ToInt(a[1])
	after, _ := object.ToInt(a[2])
	if len(elems) < before+after {
		return nil, object.Errorf("ValueError", "need more than %d values to unpack", len(elems))
	}
	out := append(starlark.Tuple(nil), elems[:before]...)
	out = append(out, starlark.NewList(append([]starlark.Value(nil), elems[before:len(elems)-after]...)))
	return append(out, elems[len(elems)-after:]...), nil
}
