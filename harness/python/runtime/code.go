package runtime

import (
	"slices"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

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
	text, err := object.TryRepr(a[0])
	if err != nil {
		return nil, err
	}
	return rt.print(&object.Args{Thread: t, Name: "print", Pos: starlark.Tuple{object.NewStr(text)}})
}

// maxSource is how many bytes of source text exec and eval take.
const maxSource = 1 << 22

// codeValue is what compile() returns.
type codeValue struct {
	object.Plain
	Code
	file string
}

func (c *codeValue) String() string        { return "<code object, file \"" + c.file + "\">" }
func (c *codeValue) Type() string          { return "code" }
func (c *codeValue) Hash() (uint32, error) { return starlark.String(c.file).Hash() }

// caller is the module whose code calls a builtin: the main one where none does.
func (rt *Runtime) caller(t *starlark.Thread) *Module {
	for depth := range t.CallStackDepth() {
		fn, ok := t.DebugFrame(depth).Callable().(*starlark.Function)
		if !ok {
			continue
		}
		m, known := rt.modules[fn.Module()]
		if !known {
			m, _ = object.ModuleOf(fn).(*Module)
			rt.modules[fn.Module()] = m
		}
		if m != nil {
			return m
		}
	}
	return rt.main
}

// codeBuiltins are those that need the module which calls them.
func (rt *Runtime) codeBuiltins() map[string]object.Function {
	run := func(mode string) object.Function {
		return object.Function{Min: 1, Max: 3, Fn: func(a *object.Args) (starlark.Value, error) {
			return rt.execute(a.Thread, rt.caller(a.Thread), a.Pos, mode)
		}}
	}
	variables := func(a *object.Args) (starlark.Value, error) { return rt.caller(a.Thread).variables(), nil }
	return map[string]object.Function{
		"__import__": {Min: 1, Max: 5, Fn: rt.importByName},
		"exec":       run("exec"),
		"eval":       run("eval"),
		"compile":    {Min: 3, Max: 5, Kw: true, Fn: rt.compileBuiltin},
		// As in MicroPython, where a function has no dict of its variables, locals() is globals().
		"globals": {Fn: variables},
		"locals":  {Fn: variables},
		"dir": {Max: 1, Fn: func(a *object.Args) (starlark.Value, error) {
			if a.At(0) == nil {
				return object.Dir(rt.caller(a.Thread))
			}
			return object.Dir(a.Pos[0])
		}},
		"print": {Max: -1, Kw: true, Fn: rt.print},
		"input": {Max: 1, Fn: rt.input},
	}
}

func (rt *Runtime) compileBuiltin(a *object.Args) (starlark.Value, error) {
	file, err := a.Str(1)
	if err != nil {
		return nil, err
	}
	mode, err := a.Str(2)
	if err != nil {
		return nil, err
	}
	code, err := rt.compile(a.Pos[0], file, mode)
	if err != nil {
		return nil, err
	}
	return &codeValue{Code: code, file: file}, nil
}

// compile compiles source text, or takes what is compiled.
func (rt *Runtime) compile(v starlark.Value, file, mode string) (Code, error) {
	if c, ok := v.(*codeValue); ok {
		return c.Code, nil
	}
	source, ok := object.AsBytes(v)
	if !ok {
		return nil, object.Errorf("TypeError", "%s() takes source text or code", mode)
	}
	if len(source) > maxSource {
		return nil, object.Errorf("MemoryError", "memory allocation failed, %s() takes at most %d bytes of source text", mode, maxSource)
	}
	if mode != "exec" && mode != "eval" && mode != "single" {
		return nil, object.Errorf("ValueError", "mode is exec, eval or single, not %s", mode)
	}
	if rt.opts.Compile == nil {
		return nil, object.Errorf("NotImplementedError", "%s() is not there", mode)
	}
	return rt.opts.Compile(string(source), file, mode)
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
		dicts[0] = m.variables()
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
			in = live.now()
		}
		d, ok := in.(*object.Dict)
		if !ok {
			return nil, object.Errorf("TypeError", "the variables must be a dict, not '%s'", object.TypeName(in))
		}
		for _, kv := range d.Items() {
			if name, ok := object.AsString(kv[0]); ok {
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
		if old, ok := before[n]; ok && object.Same(old, now) {
			continue
		}
		if serr := object.SetItem(into, object.NewStr(n), now); serr != nil && err == nil {
			err = serr
		}
	}
	return v, err
}
