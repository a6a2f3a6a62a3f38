package runtime

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// variables is a set of variables as attributes: of a module py.globals, otherwise py.vars(…), which has
// few.
type variables struct {
	object.Opaque
	of  *Module // nil for py.vars
	own []*Cell
}

var _ starlark.HasSetField = (*variables)(nil)

func (v *variables) String() string { return "<variables>" }

func (v *variables) cell(name string) *Cell {
	if v.of != nil {
		return v.of.Cell(name)
	}
	for _, c := range v.own {
		if c.name == name {
			return c
		}
	}
	c := &Cell{name: name}
	v.own = append(v.own, c)
	return c
}

// Attr returns the value of a variable; of one that is unbound, a NameError.
func (v *variables) Attr(name string) (starlark.Value, error) { return v.cell(name).Attr("v") }

// AttrNames lists the variables that are bound.
func (v *variables) AttrNames() []string {
	if v.of != nil {
		return v.of.AttrNames()
	}
	var names []string
	for _, c := range v.own {
		if c.v != nil {
			names = append(names, c.name)
		}
	}
	return names
}

// SetField binds a variable.
func (v *variables) SetField(name string, value starlark.Value) error {
	v.cell(name).v = value
	return nil
}

// vars is py.vars(x = value, …).
func (c *constructs) vars(_ *starlark.Thread, _ starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	v := &variables{own: make([]*Cell, 0, max(2, len(kw)))}
	for _, kv := range kw {
		v.cell(string(kv[0].(starlark.String))).v = kv[1]
	}
	return v, nil
}

// let is py.let(v, x = value).
func (c *constructs) let(_ *starlark.Thread, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	into, ok := pos[0].(*variables)
	if !ok || len(kw) != 1 {
		return nil, object.Errorf("TypeError", "py.let takes (v, x = value), of py.vars or py.globals")
	}
	into.cell(string(kw[0][0].(starlark.String))).v = kw[0][1]
	return kw[0][1], nil
}

// del is py.del_(v, "x").
func (c *constructs) del(_ *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	name, err := nameArgument(pos[1])
	if err != nil {
		return nil, err
	}
	if v, ok := pos[0].(*variables); ok {
		return unbindHelper(nil, starlark.Tuple{v.cell(name)})
	}
	return starlark.None, object.DelAttr(pos[0], name)
}
