package object

import "go.starlark.net/starlark"

// baseMethods are the methods that every class has from object, besides __new__.
var baseMethods map[string]Method[*Instance]

// It is filled here as its functions look themselves up.
func init() {
	baseMethods = map[string]Method[*Instance]{
		"__init__": {Max: -1, Kw: true, Fn: func(i *Instance, a *Args) (starlark.Value, error) {
			return starlark.None, i.initBase(a.Thread, a.Pos, a.Kw)
		}},
		"__setattr__": {Min: 2, Max: 2, Fn: byName(func(i *Instance, name string, a *Args) (starlark.Value, error) {
			return starlark.None, i.setOwn(name, a.Pos[1])
		})},
		"__delattr__": {Min: 1, Max: 1, Fn: byName(func(i *Instance, name string, _ *Args) (starlark.Value, error) {
			return starlark.None, i.deleteOwn(name)
		})},
		"__getattribute__": {Min: 1, Max: 1, Fn: byName(func(i *Instance, name string, _ *Args) (starlark.Value, error) {
			return i.Attr(name)
		})},
		"__repr__": {Fn: func(i *Instance, _ *Args) (starlark.Value, error) { return NewStr(plainRepr(i)), nil }},
		"__str__":  {Fn: func(i *Instance, _ *Args) (starlark.Value, error) { return strValue(i) }},
		"__hash__": {Fn: func(i *Instance, _ *Args) (starlark.Value, error) {
			h, err := IdentityHash(i)
			return starlark.MakeUint64(uint64(h)), err
		}},
		"__eq__": {Min: 1, Max: 1, Fn: func(i *Instance, a *Args) (starlark.Value, error) { return Bool(a.Pos[0] == starlark.Value(i)), nil }},
		"__ne__": {Min: 1, Max: 1, Fn: func(i *Instance, a *Args) (starlark.Value, error) { return Bool(a.Pos[0] != starlark.Value(i)), nil }},
	}
}

// byName is a method whose first argument is the name of an attribute.
func byName(fn func(i *Instance, name string, a *Args) (starlark.Value, error)) func(i *Instance, a *Args) (starlark.Value, error) {
	return func(i *Instance, a *Args) (starlark.Value, error) {
		name, err := a.Str(0)
		if err != nil {
			return nil, err
		}
		return fn(i, name, a)
	}
}

// baseMethod is a method of object: of an instance where there is one, else a function that takes it first;
// nil for a name that object has not.
func baseMethod(name string, of *Instance) starlark.Value {
	if name == "__new__" {
		return baseNew
	}
	m, ok := baseMethods[name]
	if !ok {
		return nil
	}
	if of != nil {
		return m.Bind(name, of)
	}
	return starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
		if len(pos) == 0 {
			return nil, Errorf("TypeError", "%s takes an instance first", name)
		}
		i, ok := pos[0].(*Instance)
		if !ok {
			return nil, Errorf("TypeError", "%s takes an instance of a class, not '%s'", name, TypeName(pos[0]))
		}
		return m.call(t, name, i, pos[1:], kw)
	})
}

// baseNew is object.__new__.
var baseNew = Function{Min: 1, Max: -1, Kw: true, Fn: func(a *Args) (starlark.Value, error) {
	c, ok := a.Pos[0].(*Class)
	if !ok || c.made {
		return nil, Errorf("TypeError", "object.__new__ makes instances of a script's classes only")
	}
	return c.allocate(), nil
}}.Value("__new__")
