package object

import "go.starlark.net/starlark"

func delItemHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return starlark.None, delItem(a[0], a[1])
}

func delSliceHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return starlark.None, setSlice(a[0], a[1], a[2], a[3], nil)
}

func setSliceHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return starlark.None, setSlice(a[0], a[1], a[2], a[3], a[4])
}

func matmulHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return matmul(a[0], a[1])
}
