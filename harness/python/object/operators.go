package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// operator is a helper of one argument that emitted code calls as an index, f[x]: unlike for a call,
// Starlark makes neither a frame nor a tuple of arguments.
type operator struct {
	Opaque
	name string
	fn   func(x starlark.Value) (starlark.Value, error)
}

var _ starlark.Mapping = (*operator)(nil)

// Get calls the helper.
func (o *operator) Get(x starlark.Value) (starlark.Value, bool, error) {
	v, err := o.fn(x)
	return v, true, err
}

// Operators that Starlark has no token for.
const (
	identity = syntax.ILLEGAL // is
	matrix   = syntax.EOF     // @
)

// indexed makes the helpers that are called as an index.
func (in *Interpreter) indexed() map[string]starlark.Value {
	all := map[string]starlark.Value{}
	for name, fn := range map[string]func(x starlark.Value) (starlark.Value, error){
		"iter": LoopOver, "dict": dictOf, "pairs": dictOfPairs, "kwdict": keywordDict, "of": subjectOf,
	} {
		all[name] = &operator{name: name, fn: fn}
	}
	for _, op := range []syntax.Token{syntax.EQL, syntax.NEQ, syntax.LT, syntax.LE, syntax.GT, syntax.GE} {
		all[op.String()] = &operation{op: op, apply: truthOf}
		all[op.String()+" value"] = &operation{op: op, apply: comparisonValue, value: true}
	}
	for _, op := range []syntax.Token{syntax.PLUS, syntax.STAR, syntax.PERCENT, syntax.SLASHSLASH, syntax.LTLT, syntax.GTGT} {
		all[op.String()] = &operation{op: op, apply: notInPlace}
	}
	for _, op := range []syntax.Token{syntax.PLUS, syntax.MINUS, syntax.STAR, syntax.SLASH, syntax.SLASHSLASH,
		syntax.PERCENT, syntax.AMP, syntax.PIPE, syntax.CIRCUMFLEX} {
		all[op.String()+"="] = &operation{op: op, apply: inPlace}
	}
	all["one"] = in.called()
	all["[]"] = &operation{apply: itemOf}
	all["in"], all["is"] = &operation{op: syntax.IN, apply: truthOf}, &operation{op: identity, apply: truthOf}
	return all
}

// subject is ·of[x]: ·of[x][k] is x[k], to be assigned to, for an index that Starlark's own sequences do not
// take.
type subject struct {
	Opaque
	of starlark.Value
}

var _ starlark.HasSetKey = subject{}

// Get is x[k].
func (s subject) Get(k starlark.Value) (starlark.Value, bool, error) {
	v, err := itemOf(0, s.of, k)
	return v, err == nil, err
}

// itemOf is x[k], of which most are of a list, by an int.
func itemOf(_ syntax.Token, x, k starlark.Value) (starlark.Value, error) {
	if l, ok := x.(*starlark.List); ok {
		if i, isInt := k.(starlark.Int); isInt {
			if n, ok := i.Int64(); ok && n >= 0 && n < int64(l.Len()) {
				return l.Index(int(n)), nil
			}
		}
	}
	return GetItem(x, k)
}

// SetKey is x[k] = v.
func (s subject) SetKey(k, v starlark.Value) error { return SetItem(s.of, k, v) }

// subjectOf leaves alone what takes any index by itself.
func subjectOf(x starlark.Value) (starlark.Value, error) {
	if _, ok := x.(starlark.Mapping); ok {
		return x, nil
	}
	return subject{of: x}, nil
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

// dictOfPairs is ·pairs[[(k, v) for …]]: a dict comprehension.
func dictOfPairs(x starlark.Value) (starlark.Value, error) {
	list, d := x.(*starlark.List), NewDict(0)
	for i := range list.Len() {
		pair := list.Index(i).(starlark.Tuple)
		if err := d.SetKey(pair[0], pair[1]); err != nil {
			return nil, err
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
