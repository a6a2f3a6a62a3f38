package object

import "go.starlark.net/starlark"

// Arity returns how many arguments a script's function or bound method takes, those with a default
// included; ok is false for other callables and for functions with * or ** parameters.
func Arity(v starlark.Value) (n int, ok bool) {
	switch f := v.(type) {
	case *starlark.Function:
		if f.HasVarargs() || f.HasKwargs() {
			return 0, false
		}
		return f.NumParams(), true
	case *boundMethod:
		n, ok = Arity(f.fn)
		return n - 1, ok
	}
	return 0, false
}
