package object

import (
	"slices"

	"go.starlark.net/starlark"
)

// moduleDict is what globals() returns: the module's variables, live.
type moduleDict struct {
	*Dict
	m *Module
}

var _ starlark.HasSetKey = (*moduleDict)(nil)

// SetKey binds a variable of the module.
func (d *moduleDict) SetKey(k, v starlark.Value) error {
	name, ok := AsString(k)
	if !ok {
		return newError("TypeError", "names of variables are strings")
	}
	return d.m.SetField(name, v)
}

// Get returns a variable of the module.
func (d *moduleDict) Get(k starlark.Value) (starlark.Value, bool, error) {
	if name, ok := AsString(k); ok && !d.m.hidden[name] {
		if v := d.m.Get(name); v != nil {
			return v, true, nil
		}
	}
	return nil, false, &Error{Class: "KeyError", Args: []starlark.Value{k}}
}

// now is the dict of the variables as they are.
func (d *moduleDict) now() *Dict {
	d.Dict.d = d.m.globals().d
	return d.Dict
}

func (d *moduleDict) String() string       { return d.now().String() }
func (d *moduleDict) Truth() starlark.Bool { return d.now().Truth() }

// Len counts the variables.
func (d *moduleDict) Len() int { return d.now().Len() }

// Items returns the variables.
func (d *moduleDict) Items() []starlark.Tuple { return d.now().Items() }

// Iterate yields the names.
func (d *moduleDict) Iterate() starlark.Iterator { return d.now().Iterate() }

// Has is k in d.
func (d *moduleDict) Has(k starlark.Value) (bool, error) { return d.now().Has(k) }

// Attr returns a method of dict; what that does to the dict it does to the module.
func (d *moduleDict) Attr(name string) (starlark.Value, error) {
	m, ok := dictMethods[name]
	if !ok {
		return nil, noAttr(d, name)
	}
	fn := m.fn
	m.fn = func(of *Dict, a *args) (starlark.Value, error) {
		d.now()
		v, err := fn(of, a)
		for _, n := range d.m.AttrNames() {
			if _, found, _ := of.find(NewStr(n)); !found {
				d.m.Unset(n)
			}
		}
		for _, kv := range of.Items() {
			if n, isName := AsString(kv[0]); isName && !same(d.m.Get(n), kv[1]) && err == nil {
				err = d.m.SetField(n, kv[1])
			}
		}
		return v, err
	}
	return m.bind(name, d.Dict), nil
}

func globalsOf(m *Module) starlark.Value { return &moduleDict{Dict: m.globals(), m: m} }

func namesOf(v starlark.Value) (starlark.Value, error) {
	if i, ok := v.(*Instance); ok {
		if fn := i.lookup("__dir__"); fn != nil {
			return i.call(fn)
		}
	}
	var names []starlark.Value
	for _, n := range dir(v) {
		names = append(names, NewStr(n))
	}
	return starlark.NewList(names), nil
}

// Code is compiled source text.
type Code interface {
	// Run runs it as part of a module and returns its value, None of a program.
	Run(t *starlark.Thread, rt *Runtime, m *Module) (starlark.Value, error)
}

// displayHelper is py.display(v): it prints what an expression of an interactive session gives.
func (rt *Runtime) displayHelper(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	if a[0] == starlark.None {
		return starlark.None, nil
	}
	text, err := reprValue(a[0])
	if err != nil {
		return nil, err
	}
	return rt.print(&args{thread: t, name: "print", pos: starlark.Tuple{text}})
}

// codeValue is what compile() returns.
type codeValue struct {
	Code
	file string
}

func (c *codeValue) String() string        { return "<code object, file \"" + c.file + "\">" }
func (c *codeValue) Type() string          { return "code" }
func (c *codeValue) Freeze()               {}
func (c *codeValue) Truth() starlark.Bool  { return true }
func (c *codeValue) Hash() (uint32, error) { return starlark.String(c.file).Hash() }

// moduleOf is the module whose file defines a function; nil for one that no Python file does.
func moduleOf(fn *starlark.Function) *Module {
	m, _ := fn.Globals()[Marker+"module"].(*Module)
	return m
}

// caller is the module whose code calls a builtin: the main one where none does.
func (rt *Runtime) caller(t *starlark.Thread) *Module {
	for depth := range t.CallStackDepth() {
		fn, ok := t.DebugFrame(depth).Callable().(*starlark.Function)
		if !ok {
			continue
		}
		m, known := rt.modules[fn.Module()]
		if !known {
			m = moduleOf(fn)
			rt.modules[fn.Module()] = m
		}
		if m != nil {
			return m
		}
	}
	return rt.main
}

// codeBuiltins are those that need the module which calls them.
func (rt *Runtime) codeBuiltins() map[string]builtin {
	run := func(mode string) builtin {
		return builtin{1, 3, false, func(a *args) (starlark.Value, error) {
			return rt.execute(a.thread, rt.caller(a.thread), a.pos, mode)
		}}
	}
	variables := func(a *args) (starlark.Value, error) { return globalsOf(rt.caller(a.thread)), nil }
	return map[string]builtin{
		"__import__": {1, 5, false, rt.importByName},
		"exec":       run("exec"), "eval": run("eval"), "compile": {3, 5, true, rt.compileBuiltin},
		// As in MicroPython, where a function has no dict of its variables, locals() is globals().
		"globals": {0, 0, false, variables}, "locals": {0, 0, false, variables},
		"dir": {0, 1, false, func(a *args) (starlark.Value, error) {
			if a.at(0) == nil {
				return namesOf(rt.caller(a.thread))
			}
			return namesOf(a.pos[0])
		}},
	}
}

func (rt *Runtime) compileBuiltin(a *args) (starlark.Value, error) {
	file, err := a.str(1)
	if err != nil {
		return nil, err
	}
	mode, err := a.str(2)
	if err != nil {
		return nil, err
	}
	code, err := rt.compile(a.pos[0], file, mode)
	if err != nil {
		return nil, err
	}
	return &codeValue{code, file}, nil
}

// compile compiles source text, or takes what is compiled.
func (rt *Runtime) compile(v starlark.Value, file, mode string) (Code, error) {
	if c, ok := v.(*codeValue); ok {
		return c.Code, nil
	}
	source, ok := AsString(v)
	if b, isBytes := bytesOf(v); isBytes {
		source, ok = string(b), true
	}
	if !ok {
		return nil, newError("TypeError", "%s() takes source text or code", mode)
	}
	if len(source) > maxSource {
		return nil, newError("MemoryError", "memory allocation failed, %s() takes at most %d bytes of source text", mode, maxSource)
	}
	if mode != "exec" && mode != "eval" && mode != "single" {
		return nil, newError("ValueError", "mode is exec, eval or single, not %s", mode)
	}
	if rt.opts.Compile == nil {
		return nil, newError("NotImplementedError", "%s() is not there", mode)
	}
	return rt.opts.Compile(source, file, mode)
}

func (rt *Runtime) execute(t *starlark.Thread, m *Module, a starlark.Tuple, mode string) (starlark.Value, error) {
	code, err := rt.compile(a[0], "<string>", mode)
	if err != nil {
		return nil, err
	}
	dicts := slices.Clone(a[1:])
	given := func(v starlark.Value) bool { return v != starlark.None }
	if !slices.ContainsFunc(dicts, given) {
		return code.Run(t, rt, m)
	}
	if dicts[0] == starlark.None {
		dicts[0] = globalsOf(m)
	}
	return rt.execIn(t, code, dicts)
}

// execIn runs code whose variables are the entries of a dict of globals and perhaps one of locals,
// which gets what the code binds.
func (rt *Runtime) execIn(t *starlark.Thread, code Code, dicts []starlark.Value) (starlark.Value, error) {
	if live, ok := dicts[0].(*moduleDict); ok && len(dicts) == 1 {
		return code.Run(t, rt, live.m)
	}
	m := &Module{rt: rt, name: "__main__", cells: map[string]*Cell{}}
	before := map[string]starlark.Value{}
	for _, in := range dicts {
		if in == starlark.None {
			continue
		}
		if live, ok := in.(*moduleDict); ok {
			in = live.Dict
		}
		d, ok := in.(*Dict)
		if !ok {
			return nil, newError("TypeError", "the variables must be a dict, not '%s'", TypeName(in))
		}
		for _, kv := range d.Items() {
			if name, ok := AsString(kv[0]); ok {
				m.Set(name, kv[1])
				before[name] = kv[1]
			}
		}
	}
	v, err := code.Run(t, rt, m)
	into := dicts[len(dicts)-1]
	if into == starlark.None {
		into = dicts[0]
	}
	for _, n := range m.AttrNames() {
		now := m.Get(n)
		if old, ok := before[n]; ok && same(old, now) {
			continue
		}
		if serr := setItem(into, NewStr(n), now); serr != nil && err == nil {
			err = serr
		}
	}
	return v, err
}
