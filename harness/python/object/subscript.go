package object

import "go.starlark.net/starlark"

// subscriptHelpers are those for items and slices that Starlark's own subscripts do not do as Python's.
func subscriptHelpers() map[string]helper {
	return map[string]helper{
		"getitem": func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) { return getItem(a[0], a[1]) },
		"setitem": func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
			return starlark.None, setItem(a[0], a[1], a[2])
		},
		"indexof": func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
			switch a[0].(type) {
			case *starlark.List, *Bytearray, *Array:
				return number(a[1]), nil
			}
			return a[1], nil
		},
		"getslice": func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
			return sliceOf(a[0], a[1], a[2], a[3])
		},
		"setslice": func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
			return starlark.None, setSlice(a[0], a[1], a[2], a[3], a[4])
		},
		"delslice": func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
			return starlark.None, setSlice(a[0], a[1], a[2], a[3], nil)
		},
		"delitem": func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
			return starlark.None, delItem(a[0], a[1])
		},
		"delattr": func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
			return starlark.None, delAttr(a[0], string(a[1].(starlark.String)))
		},
	}
}
