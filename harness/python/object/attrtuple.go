package object

import (
	"strings"

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

func (t *AttrTuple) String() string {
	parts := make([]string, len(t.names))
	for i, n := range t.names {
		parts[i] = n + "=" + Repr(t.Tuple[i])
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// Attr returns an element by its name.
func (t *AttrTuple) Attr(name string) (starlark.Value, error) {
	for i, n := range t.names {
		if n == name {
			return t.Tuple[i], nil
		}
	}
	return nil, NoAttr(t, name)
}

// AttrNames lists the names of the elements.
func (t *AttrTuple) AttrNames() []string { return t.names }
