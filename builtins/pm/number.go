package pm

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// asInt is an argument of set_psm_time.
func asInt(v starlark.Value) (int, bool) {
	i, ok := object.AsInt(v)
	if !ok {
		return 0, false
	}
	n, err := starlark.AsInt32(i)
	return n, err == nil
}
