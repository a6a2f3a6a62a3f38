package script

import (
	"fmt"

	"go.starlark.net/starlark"
)

// maxElements is how many elements Starlark's own functions take at once: of range(1 << 40) they would
// make room for all.
const maxElements = 1 << 24

// takers are Starlark's functions that go over all elements of their first argument.
var takers = []string{"all", "any", "dict", "enumerate", "list", "max", "min", "reversed", "set", "sorted", "tuple", "zip"}

// bounded are the takers, for sequences that are not too long.
func bounded() starlark.StringDict {
	out := starlark.StringDict{}
	for _, name := range takers {
		plain := starlark.Universe[name].(*starlark.Builtin)
		out[name] = starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
			for _, a := range args {
				if n := starlark.Len(a); n > maxElements {
					return nil, fmt.Errorf("%s: %d elements are more than the %d that are taken at once", name, n, maxElements)
				}
			}
			return starlark.Call(t, plain, args, kw)
		})
	}
	return out
}
