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
	// instances says that instances alone are odd: what a constant is compared with.
	instances bool
}

var _ starlark.Container = oddValues{}

// Has reports whether v is odd.
func (o oddValues) Has(v starlark.Value) (bool, error) {
	if o.instances {
		_, is := v.(*Instance)
		return is, nil
	}
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

// comparedTo is ·equals[y] or ·differs[y]: x in ·equals[y] is x == y, and x in ·differs[y] is x != y, with
// both evaluated once and no frame of a call.
type comparedTo struct {
	op syntax.Token
	y  starlark.Value
}

var _ starlark.Container = (*comparedTo)(nil)

func (c *comparedTo) String() string        { return Marker + c.op.String() }
func (c *comparedTo) Type() string          { return "comparison" }
func (c *comparedTo) Freeze()               {}
func (c *comparedTo) Truth() starlark.Bool  { return true }
func (c *comparedTo) Hash() (uint32, error) { return identityHash(c) }

// Has compares x.
func (c *comparedTo) Has(x starlark.Value) (bool, error) {
	if a, ok := x.(starlark.Int); ok {
		if b, ok := c.y.(starlark.Int); ok && a == b {
			return c.op == syntax.EQL, nil
		}
	}
	return compare(c.op, x, c.y)
}

// comparing returns ·equals or ·differs.
func comparing(op syntax.Token) func(y starlark.Value) (starlark.Value, error) {
	return func(y starlark.Value) (starlark.Value, error) { return &comparedTo{op, y}, nil }
}

// comparedAgain compares what Starlark found unequal. Of two instances it has asked the method already.
func comparedAgain(op syntax.Token) helper {
	return func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
		_, xi := a[0].(*Instance)
		_, yi := a[1].(*Instance)
		if xi && yi {
			return starlark.Bool(op == syntax.NEQ), nil
		}
		holds, err := compare(op, a[0], a[1])
		return starlark.Bool(holds), err
	}
}

// within is ·within[y]: x in ·within[y] is x in y.
type within struct{ y starlark.Value }

var _ starlark.Container = (*within)(nil)

func (w *within) String() string        { return Marker + "within" }
func (w *within) Type() string          { return "within" }
func (w *within) Freeze()               {}
func (w *within) Truth() starlark.Bool  { return true }
func (w *within) Hash() (uint32, error) { return identityHash(w) }

// Has reports whether x is in y.
func (w *within) Has(x starlark.Value) (bool, error) { return contains(w.y, x) }

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
