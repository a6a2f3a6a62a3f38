package object

import (
	"fmt"
	"strconv"

	"go.starlark.net/starlark"
)

// onAttr is a function of a value and the name of an attribute.
func onAttr(fn func(a *Args, name string) (starlark.Value, error)) func(a *Args) (starlark.Value, error) {
	return func(a *Args) (starlark.Value, error) {
		name, err := a.Str(1)
		if err != nil {
			return nil, err
		}
		return fn(a, name)
	}
}

func builtinGetattr(a *Args, name string) (starlark.Value, error) {
	v, err := GetAttr(a.Pos[0], name)
	if err != nil && a.At(2) != nil && IsMissing(err) {
		return a.At(2), nil
	}
	return v, err
}

// isMissing reports whether an error is an AttributeError, raised by us or by a script.
func IsMissing(err error) bool {
	if isNoAttr(err) {
		return true
	}
	r := (&Interpreter{}).Exception(err)
	return r != nil && r.IsA("AttributeError")
}

func builtinHasattr(a *Args, name string) (starlark.Value, error) {
	_, err := GetAttr(a.Pos[0], name)
	if err != nil && !IsMissing(err) {
		return nil, err
	}
	return Bool(err == nil), nil
}

func builtinSetattr(a *Args, name string) (starlark.Value, error) {
	return starlark.None, SetAttr(a.Pos[0], name, a.Pos[2])
}

func builtinDelattr(a *Args, name string) (starlark.Value, error) {
	return starlark.None, DelAttr(a.Pos[0], name)
}

// builtinID is the address of a value that has one, else a number made of its hash.
func builtinID(x starlark.Value) (starlark.Value, error) {
	if n, err := strconv.ParseInt(fmt.Sprintf("%p", x), 0, 64); err == nil {
		return starlark.MakeInt64(n), nil
	}
	h, err := x.Hash()
	return starlark.MakeUint64(uint64(h)), err
}

// explicitSuper is super(class, self); lowering turns super() into it.
func explicitSuper(a *Args) (starlark.Value, error) {
	if len(a.Pos) != 2 {
		return nil, Errorf("TypeError", "super() outside a method wants a class and an instance")
	}
	c, ok := a.Pos[0].(*Class)
	if !ok {
		return nil, Errorf("TypeError", "super() wants a class")
	}
	if k, isClass := a.Pos[1].(*Class); isClass && k.Derives(c) {
		return Super(c, a.Pos[1])
	}
	if is, err := isInstance(a.Pos[1], c); err != nil || !is {
		return nil, Errorf("TypeError", "super() wants an instance or a subclass of '%s'", c.name)
	}
	return Super(c, a.Pos[1])
}

// typeOrClass is type(v), or type(name, bases, attributes).
func typeOrClass(a *Args) (starlark.Value, error) {
	if len(a.Pos) == 1 {
		return TypeOf(a.Pos[0]), nil
	}
	if len(a.Pos) != 3 {
		return nil, Errorf("TypeError", "type takes 1 or 3 arguments")
	}
	name, err := a.Str(0)
	if err != nil {
		return nil, err
	}
	bases, ok := a.Pos[1].(starlark.Tuple)
	if !ok {
		return nil, Errorf("TypeError", "type() wants a tuple of bases")
	}
	d, ok := a.Pos[2].(*Dict)
	if !ok {
		return nil, Errorf("TypeError", "type() wants a dict of attributes")
	}
	return interpreterOf(a.Thread).makeClass(a.Thread, name, "", bases, func(c *Class) error {
		for _, kv := range d.Items() {
			c.dict.set(StrOf(kv[0]), kv[1])
		}
		return nil
	})
}
