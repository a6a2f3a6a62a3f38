package object

import (
	"slices"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// unary is a function of one argument that lowered code calls as an index, f[x]: unlike for a call,
// Starlark makes neither a frame nor a tuple of arguments, which halves what it costs.
type unary struct {
	name string
	fn   func(x starlark.Value) (starlark.Value, error)
}

var _ starlark.Mapping = (*unary)(nil)

func (u *unary) String() string        { return "<function " + u.name + ">" }
func (u *unary) Type() string          { return "function" }
func (u *unary) Freeze()               {}
func (u *unary) Truth() starlark.Bool  { return true }
func (u *unary) Hash() (uint32, error) { return identityHash(u) }

// Get calls the function.
func (u *unary) Get(x starlark.Value) (starlark.Value, bool, error) {
	v, err := u.fn(x)
	return v, true, err
}

// storing is a procedure of two arguments that lowered code calls as f[x] = y, for the same reason.
type storing struct {
	unary
	store func(x, y starlark.Value) error
}

var _ starlark.HasSetKey = (*storing)(nil)

// SetKey calls the procedure.
func (s *storing) SetKey(x, y starlark.Value) error { return s.store(x, y) }

// makeUnaries makes the helpers and builtin functions that lowered code calls by an index.
func (rt *Runtime) makeUnaries() map[string]starlark.Value {
	table := map[string]func(x starlark.Value) (starlark.Value, error){
		"iter": rt.loopOver, "raise": rt.raise, "dict": dictOf, "kwdict": keywordDict, "setcomp": setOf,
		"equals": comparing(syntax.EQL), "differs": comparing(syntax.NEQ),
		"within": func(y starlark.Value) (starlark.Value, error) { return &within{y}, nil },
		"len":    lengthOf, "str": strValue, "repr": reprValue,
	}
	all := map[string]starlark.Value{"append": &storing{unary{name: "append"}, rt.append}}
	for name, fn := range table {
		all[name] = &unary{name, fn}
	}
	for _, name := range calledByIndex {
		if all[name] == nil {
			all[name] = &unary{name, rt.byIndex(rt.builtins[name])}
		}
	}
	return all
}

// calledByIndex are the builtin names that are called by an index where they have one argument.
var calledByIndex = []string{"len", "str", "repr", "abs", "ord", "chr", "int", "float", "list", "tuple", "sum", "min", "max", "bytes", "bytearray", "sorted", "hex"}

// CalledByIndex reports whether a builtin that is called with one argument by position is to be called
// as Unary(name)[x].
func CalledByIndex(name string) bool {
	return slices.Contains(calledByIndex, name)
}

// byIndex calls a builtin without a frame of its own.
func (rt *Runtime) byIndex(fn starlark.Value) func(x starlark.Value) (starlark.Value, error) {
	f := fn.(starlark.Callable)
	return func(x starlark.Value) (starlark.Value, error) {
		return f.CallInternal(rt.current, starlark.Tuple{x}, nil)
	}
}

// Unary returns the function that lowered code calls by an index under a name, nil for an unknown one.
func (rt *Runtime) Unary(name string) starlark.Value { return rt.unaries[name] }

func lengthOf(x starlark.Value) (starlark.Value, error) {
	n, err := length(x)
	return starlark.MakeInt(n), err
}

// dictOf is ·dict[{…}]: a dict display, which Starlark makes a dict of its own of.
func dictOf(x starlark.Value) (starlark.Value, error) {
	d := &Dict{d: x.(*starlark.Dict)}
	if d.Len() == 1 { // with more entries a display has constants as keys
		if t, ok := d.d.Keys()[0].(starlark.Tuple); ok {
			d.twins = holdsBool(t)
		}
	}
	return d, nil
}

// keywordDict makes a Python dict of what a **parameter got: the same dict, as nobody else has it.
func keywordDict(x starlark.Value) (starlark.Value, error) {
	d := x.(*starlark.Dict)
	given := d.Items()
	if len(given) == 0 {
		return &Dict{d: d}, nil
	}
	if err := d.Clear(); err != nil {
		return nil, err
	}
	for _, kv := range given {
		if err := d.SetKey(NewStr(string(kv[0].(starlark.String))), kv[1]); err != nil {
			return nil, err
		}
	}
	return &Dict{d: d}, nil
}

func setOf(x starlark.Value) (starlark.Value, error) { return newSet(x) }

// append is ·append[x] = v, the call x.append(v) that scripts make most.
func (rt *Runtime) append(x, v starlark.Value) error {
	if l, ok := x.(*starlark.List); ok {
		return l.Append(v)
	}
	_, err := callMethod(rt.current, x, "append", v)
	return err
}
