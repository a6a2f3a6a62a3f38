package object

import (
	"slices"

	"go.starlark.net/starlark"
)

// AttrTuple is a tuple whose elements have names, such as sys.implementation.
type AttrTuple struct {
	starlark.Tuple
	names []string
}

// NewAttrTuple returns a tuple whose elements have these names.
func NewAttrTuple(names []string, values starlark.Tuple) *AttrTuple {
	return &AttrTuple{Tuple: values, names: names}
}

func (t *AttrTuple) String() string { return Repr(t) }

// Parts are those of the repr.
func (t *AttrTuple) Parts() []any {
	parts, before := []any{}, "("
	for i, n := range t.names {
		parts, before = append(parts, before+n+"=", t.Tuple[i]), ", "
	}
	return append(parts, ")")
}

// Attr returns an element by its name.
func (t *AttrTuple) Attr(name string) (starlark.Value, error) {
	if i := slices.Index(t.names, name); i >= 0 {
		return t.Tuple[i], nil
	}
	return nil, NoAttr(t, name)
}

// AttrNames lists the names of the elements.
func (t *AttrTuple) AttrNames() []string { return t.names }
