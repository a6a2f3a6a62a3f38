package object

import "go.starlark.net/starlark"

// baseMethods are the methods that every class has from object, besides __init__ and __new__.
var baseMethods map[string]func(i *Instance, a *Args) (starlark.Value, error)

// It is filled here as its functions look themselves up.
func init() {
	baseMethods = map[string]func(i *Instance, a *Args) (starlark.Value, error){
		"__setattr__": func(i *Instance, a *Args) (starlark.Value, error) {
			name, err := a.Str(0)
			if err != nil || len(a.Pos) != 2 {
				return nil, Errorf("TypeError", "__setattr__ takes a name and a value")
			}
			return starlark.None, i.setOwn(name, a.Pos[1])
		},
		"__delattr__": func(i *Instance, a *Args) (starlark.Value, error) {
			name, err := a.Str(0)
			if err != nil {
				return nil, err
			}
			return starlark.None, i.deleteOwn(name)
		},
		"__getattribute__": func(i *Instance, a *Args) (starlark.Value, error) {
			name, err := a.Str(0)
			if err != nil {
				return nil, err
			}
			return i.Attr(name)
		},
		"__repr__": func(i *Instance, _ *Args) (starlark.Value, error) { return NewStr(plainRepr(i)), nil },
		"__str__":  func(i *Instance, _ *Args) (starlark.Value, error) { return strValue(i) },
		"__hash__": func(i *Instance, _ *Args) (starlark.Value, error) {
			h, err := IdentityHash(i)
			return starlark.MakeUint64(uint64(h)), err
		},
		"__eq__": func(i *Instance, a *Args) (starlark.Value, error) { return Bool(a.At(0) == starlark.Value(i)), nil },
		"__ne__": func(i *Instance, a *Args) (starlark.Value, error) { return Bool(a.At(0) != starlark.Value(i)), nil },
	}
}

// baseMethod is a method of object as a function that takes the instance first.
func baseMethod(name string) starlark.Value {
	return starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
		if len(pos) == 0 {
			return nil, Errorf("TypeError", "%s takes an instance first", name)
		}
		i, ok := pos[0].(*Instance)
		if !ok {
			return nil, Errorf("TypeError", "%s takes an instance of a class, not '%s'", name, TypeName(pos[0]))
		}
		return baseMethods[name](i, &Args{Thread: t, Name: name, Pos: pos[1:], Kw: kw})
	})
}
