package script

import (
	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
)

// predeclared makes, once, what Starlark scripts have without defining it: the modules, the
// functions of flat modules, struct, and sys with the arguments.
func (in *Interp) predeclared() starlark.StringDict {
	if in.universe != nil {
		return in.universe
	}
	names := starlark.StringDict{
		"struct": starlark.NewBuiltin("struct", starlarkstruct.Make),
		"sys":    starlarkstruct.FromStringDict(starlark.String("sys"), starlark.StringDict{"argv": in.Value(in.Argv())}),
	}
	for name, fn := range in.guards {
		names[name] = fn
	}
	for key, st := range in.modules {
		if st.module.lang()&Starlark == 0 {
			continue
		}
		if st.module.Flat {
			for _, m := range in.members(st) {
				names[string(m[0].(starlark.String))] = m[1]
			}
			continue
		}
		name := trimLang(key)
		if in.moduleNamed(name) == st {
			names[name] = in.starModule(st)
		}
	}
	in.universe = names
	return names
}

// starModule is a module as Starlark scripts see it.
func (in *Interp) starModule(st *moduleState) starlark.Value {
	if st.value == nil {
		members := starlark.StringDict{}
		for _, m := range in.members(st) {
			members[string(m[0].(starlark.String))] = m[1]
		}
		st.value = &starlarkstruct.Module{Name: st.module.Name, Members: members}
	}
	return st.value
}
