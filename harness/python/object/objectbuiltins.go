package object

import (
	"fmt"
	"strconv"

	"go.starlark.net/starlark"
)

func (rt *Runtime) objectBuiltins() map[string]builtin {
	return map[string]builtin{
		"const":      {1, 1, false, func(a *args) (starlark.Value, error) { return a.pos[0], nil }}, // which MicroPython knows without an import
		"callable":   {1, 1, false, func(a *args) (starlark.Value, error) { return Bool(IsCallable(a.pos[0])), nil }},
		"delattr":    {2, 2, false, builtinDelattr},
		"getattr":    {2, 3, false, builtinGetattr},
		"hasattr":    {2, 2, false, builtinHasattr},
		"setattr":    {3, 3, false, builtinSetattr},
		"id":         {1, 1, false, builtinID},
		"isinstance": {2, 2, false, func(a *args) (starlark.Value, error) { is, err := isInstance(a.pos[0], a.pos[1]); return Bool(is), err }},
		"issubclass": {2, 2, false, func(a *args) (starlark.Value, error) { is, err := isSubclass(a.pos[0], a.pos[1]); return Bool(is), err }},
		"super":      {0, 2, false, rt.explicitSuper},
	}
}

func builtinGetattr(a *args) (starlark.Value, error) {
	name, err := a.str(1)
	if err != nil {
		return nil, err
	}
	v, err := getAttr(a.pos[0], name)
	if err != nil && a.at(2) != nil && isMissing(err) {
		return a.at(2), nil
	}
	return v, err
}

// isMissing reports whether an error is an AttributeError, raised by us or by a script.
func isMissing(err error) bool {
	if isNoAttr(err) {
		return true
	}
	r := (&Runtime{}).Exception(err)
	return r != nil && r.IsA("AttributeError")
}

func builtinHasattr(a *args) (starlark.Value, error) {
	name, err := a.str(1)
	if err != nil {
		return nil, err
	}
	_, err = getAttr(a.pos[0], name)
	if err != nil && !isMissing(err) {
		return nil, err
	}
	return Bool(err == nil), nil
}

func builtinSetattr(a *args) (starlark.Value, error) {
	name, err := a.str(1)
	if err != nil {
		return nil, err
	}
	return starlark.None, setAttr(a.pos[0], name, a.pos[2])
}

func builtinDelattr(a *args) (starlark.Value, error) {
	name, err := a.str(1)
	if err != nil {
		return nil, err
	}
	return starlark.None, delAttr(a.pos[0], name)
}

// builtinID is the address of a value that has one, else a number made of its hash.
func builtinID(a *args) (starlark.Value, error) {
	var text string
	switch v := a.pos[0].(type) {
	case starlark.Tuple:
		text = fmt.Sprintf("%p", v)
	default:
		text = fmt.Sprintf("%p", v)
	}
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		return starlark.MakeInt64(n), nil
	}
	h, err := a.pos[0].Hash()
	return starlark.MakeUint64(uint64(h)), err
}

// explicitSuper is super(class, self); lowering turns super() into it.
func (rt *Runtime) explicitSuper(a *args) (starlark.Value, error) {
	if len(a.pos) != 2 {
		return nil, newError("TypeError", "super() outside a method wants a class and an instance")
	}
	c, ok := a.pos[0].(*Class)
	if !ok {
		return nil, newError("TypeError", "super() wants a class")
	}
	if k, isClass := a.pos[1].(*Class); isClass && k.derives(c) {
		return rt.superHelper(a.thread, a.pos)
	}
	if is, err := isInstance(a.pos[1], c); err != nil || !is {
		return nil, newError("TypeError", "super() wants an instance or a subclass of '%s'", c.name)
	}
	return rt.superHelper(a.thread, a.pos)
}

// typeOrClass is type(v), or type(name, bases, attributes).
func (rt *Runtime) typeOrClass(a *args) (starlark.Value, error) {
	if len(a.kw) > 0 {
		return nil, newError("TypeError", "function doesn't take keyword arguments")
	}
	if len(a.pos) == 1 {
		return TypeOf(a.pos[0]), nil
	}
	if len(a.pos) != 3 {
		return nil, newError("TypeError", "type takes 1 or 3 arguments")
	}
	name, err := a.str(0)
	if err != nil {
		return nil, err
	}
	bases, ok := a.pos[1].(starlark.Tuple)
	if !ok {
		return nil, newError("TypeError", "type() wants a tuple of bases")
	}
	c := &Class{name: name, dict: &namespace{}, rt: rt}
	if err := c.derive(bases); err != nil {
		return nil, err
	}
	d, ok := a.pos[2].(*Dict)
	if !ok {
		return nil, newError("TypeError", "type() wants a dict of attributes")
	}
	for _, kv := range d.Items() {
		c.dict.set(StrOf(kv[0]), kv[1])
	}
	return c, nil
}
