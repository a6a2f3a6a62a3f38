package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// oddValues is ·odd or ·oddly. "x in ·odd" says that Starlark's own finding x and another value
// unequal may be wrong: a bool may equal an int, an instance has a method for it, a container holds
// such. Container, which "in" asks without a call, is why this is no helper.
type oddValues struct {
	name string
	// ints says that 0 and 1 are odd too: what is looked for in a container that may hold bools.
	ints bool
}

var _ starlark.Container = oddValues{}

// Has reports whether v is odd.
func (o oddValues) Has(v starlark.Value) (bool, error) {
	switch v := v.(type) {
	case starlark.Int:
		return o.ints && (v == zero || v == one), nil
	case starlark.Float:
		return o.ints && (v == 0 || v == 1), nil
	case *Str, *Bytes, starlark.NoneType, *starlark.Function:
		return false, nil
	}
	return true, nil
}

var zero, one = starlark.MakeInt(0), starlark.MakeInt(1)

func (o oddValues) String() string       { return Marker + o.name }
func (o oddValues) Type() string         { return "odd" }
func (o oddValues) Freeze()              {}
func (o oddValues) Truth() starlark.Bool { return true }

// Hash fails, as no script sees the value.
func (o oddValues) Hash() (uint32, error) {
	return 0, newError("TypeError", "unsupported type for __hash__: '%s'", o.Type())
}

// maxCompared is how deep containers are compared.
const maxCompared = 200

// compareElems is x op y of two lists or two tuples.
func compareElems(op syntax.Token, x, y starlark.Indexable, depth int) (bool, error) {
	if depth <= 0 {
		return false, newError("RuntimeError", "maximum recursion depth exceeded")
	}
	if x.Len() != y.Len() && (op == syntax.EQL || op == syntax.NEQ) {
		return op == syntax.NEQ, nil
	}
	for i := range min(x.Len(), y.Len()) {
		is, err := compareDepth(syntax.EQL, x.Index(i), y.Index(i), depth-1)
		if err != nil {
			return false, err
		}
		if is {
			continue
		}
		if op == syntax.EQL || op == syntax.NEQ {
			return op == syntax.NEQ, nil
		}
		return compareDepth(op, x.Index(i), y.Index(i), depth-1)
	}
	return starlark.Compare(op, starlark.MakeInt(x.Len()), starlark.MakeInt(y.Len()))
}
