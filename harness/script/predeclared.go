package script

import (
	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
)

// starProgram is a compiled .star file.
type starProgram struct {
	*starlark.Program
	uses map[string]bool // what it has predeclared, of which nothing else is made
}

// init runs the program's top level. Unlike ExecFile it leaves the globals unfrozen: callbacks go on
// changing them.
func (p *starProgram) init(in *Interp, t *starlark.Thread) (starlark.StringDict, error) {
	names := make(starlark.StringDict, len(p.uses))
	for name := range p.uses {
		names[name] = in.predeclared(name)
	}
	return p.Init(t, names)
}

// isPredeclared reports whether Starlark scripts have a name without defining it. It touches nothing that
// changes.
func (in *Interp) isPredeclared(name string) bool {
	if name == "struct" || name == "sys" || guards[name] != nil || in.catalog.flat[name] != nil {
		return true
	}
	m := in.catalog.star[name]
	return m != nil && !m.Flat
}

// predeclared is what Starlark scripts have under a name: a module, a function of a flat module, struct, or
// sys with the arguments. Each is made once a run.
func (in *Interp) predeclared(name string) starlark.Value {
	v, ok := in.universe[name]
	if !ok {
		v = in.predeclare(name)
		in.universe[name] = v
	}
	return v
}

func (in *Interp) predeclare(name string) starlark.Value {
	if f := in.catalog.flat[name]; f != nil {
		return f.value
	}
	if m := in.catalog.star[name]; m != nil && !m.Flat {
		return in.starModule(m)
	}
	switch name {
	case "struct":
		return starlark.NewBuiltin("struct", starlarkstruct.Make)
	case "sys":
		return starlarkstruct.FromStringDict(starlark.String("sys"), starlark.StringDict{"argv": in.Value(in.Argv())})
	}
	return in.substitute(name)
}

// starModule is a module as Starlark scripts see it.
func (in *Interp) starModule(e *entry) starlark.Value {
	st := in.stateOf(e)
	if st.value == nil {
		members := starlark.StringDict{}
		in.members(e, func(name string, v starlark.Value) { members[name] = v })
		st.value = &starlarkstruct.Module{Name: e.Name, Members: members}
	}
	return st.value
}
