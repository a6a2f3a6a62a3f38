package runtime

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// Cell holds a variable that more than one function changes, or that can be unbound again. Lowered
// code reads and writes it as its attribute v.
type Cell struct {
	object.Opaque
	name string
	v    starlark.Value // nil while unbound
	// hides is the builtin of the name, which a module's variable means while it is unbound.
	hides starlark.Value
	of    *Module // nil of a function's variable
}

var (
	_ starlark.HasSetField = (*Cell)(nil)
	_ starlark.Mapping     = (*Cell)(nil)
)

// Attr returns the value; a NameError is its error while unbound.
func (c *Cell) Attr(string) (starlark.Value, error) {
	if c.v != nil {
		return c.v, nil
	}
	if c.hides != nil {
		return c.hides, nil
	}
	if c.of != nil {
		if v, err := c.of.left(c.name); v != nil || err != nil {
			return v, err
		}
	}
	return nil, c.unbound()
}

// Get calls the value with one argument.
func (c *Cell) Get(x starlark.Value) (starlark.Value, bool, error) {
	fn, err := c.Attr("v")
	if err != nil {
		return nil, true, err
	}
	v, err := c.of.rt.CallOne(fn, x)
	return v, true, err
}

// unbound is the error of reading the variable before it is bound.
func (c *Cell) unbound() error {
	if c.of == nil {
		return object.Errorf("NameError", "local variable referenced before assignment")
	}
	return object.Errorf("NameError", "name '%s' isn't defined", c.name)
}

// AttrNames lists nothing.
func (c *Cell) AttrNames() []string { return nil }

// SetField binds the variable.
func (c *Cell) SetField(_ string, v starlark.Value) error {
	c.v = v
	return nil
}

// Module is a Python module: its variables are cells, in order.
type Module struct {
	object.Plain
	rt    *Runtime
	name  string
	file  string
	names []string
	cells map[string]*Cell
	// hidden are variables that are not listed, nil for none.
	hidden map[string]bool
	dict   *moduleDict // once it was asked for
}

var (
	_ starlark.HasSetField = (*Module)(nil)
	_ starlark.Callable    = (*Module)(nil)
)

// NewModule returns a module with __name__, and __file__ when file is not "".
func (rt *Runtime) NewModule(name, file string) *Module {
	m := &Module{rt: rt, name: name, file: file, cells: map[string]*Cell{}}
	if rt.main == nil {
		rt.main = m
	}
	m.Set("__name__", object.NewStr(name))
	if file != "" {
		m.Set("__file__", object.NewStr(file))
	}
	return m
}

// builtinsModule is the module builtins, made when it is first imported.
func (rt *Runtime) builtinsModule() *Module {
	if rt.ofBuiltins == nil {
		m := rt.NewModule(object.BuiltinsName, "")
		for name, v := range rt.known() {
			m.Set(name, v)
		}
		rt.ofBuiltins = m
	}
	return rt.ofBuiltins
}

func (m *Module) String() string        { return "<module '" + m.name + "'>" }
func (m *Module) Type() string          { return "module" }
func (m *Module) Hash() (uint32, error) { return starlark.String(m.name).Hash() }

// Name returns the module's full name.
func (m *Module) Name() string { return m.name }

// File returns the file that the module was made of, "" for none.
func (m *Module) File() string { return m.file }

// CallInternal makes an instance of the class that has the module's name: QuecPython's module osTimer
// is called like a class.
func (m *Module) CallInternal(t *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if c := m.Get(m.name); c != nil {
		return starlark.Call(t, c, args, kwargs)
	}
	return nil, object.Errorf("TypeError", "'module' object isn't callable")
}

// Callable reports whether it has such a class.
func (m *Module) Callable() bool { return m.Get(m.name) != nil }

// DelField unbinds a variable.
func (m *Module) DelField(name string) error {
	if m.Get(name) == nil {
		return object.NoAttr(m, name)
	}
	m.Unset(name)
	return nil
}

// Cell returns the variable of a name, unbound when the module does not have it yet.
func (m *Module) Cell(name string) *Cell {
	c, ok := m.cells[name]
	if !ok {
		c = &Cell{name: name, of: m}
		if m.rt != nil {
			c.hides = m.rt.known()[name]
		}
		m.cells[name] = c
		m.names = append(m.names, name)
	}
	return c
}

// left is what the firmware's start has left under a name that the main script does not bind; nil for
// nothing.
func (m *Module) left(name string) (starlark.Value, error) {
	if m.rt == nil || m.rt.opts.Left == nil || m.name != "__main__" {
		return nil, nil
	}
	return m.rt.opts.Left(m.rt.Thread(), name)
}

// Set binds a variable.
func (m *Module) Set(name string, v starlark.Value) { m.Cell(name).v = v }

// Get returns a variable's value, nil for an unbound one.
func (m *Module) Get(name string) starlark.Value {
	if c, ok := m.cells[name]; ok {
		return c.v
	}
	return nil
}

// Attr returns a variable's value.
func (m *Module) Attr(name string) (starlark.Value, error) {
	if v := m.Get(name); v != nil {
		return v, nil
	}
	if name == "__dict__" {
		return m.variables(), nil
	}
	if fn := m.Get("__getattr__"); fn != nil {
		return starlark.Call(m.rt.Thread(), fn, starlark.Tuple{object.NewStr(name)}, nil)
	}
	return nil, object.Errorf("AttributeError", "'module' object has no attribute '%s'", name)
}

// Hide leaves variables out where the module's variables are listed.
func (m *Module) Hide(names []string) {
	if len(names) > 0 && m.hidden == nil {
		m.hidden = map[string]bool{}
	}
	for _, n := range names {
		m.hidden[n] = true
	}
}

// AttrNames lists the variables that are bound, but for hidden ones.
func (m *Module) AttrNames() []string {
	var names []string
	for _, n := range m.names {
		if m.cells[n].v != nil && !m.hidden[n] {
			names = append(names, n)
		}
	}
	return names
}

// SetField binds a variable.
func (m *Module) SetField(name string, v starlark.Value) error {
	if m == m.rt.ofBuiltins {
		return object.NoAttr(m, name) // as in firmware, where no builtin can be replaced
	}
	m.Set(name, v)
	return nil
}

// globals is the dict of the module's variables as they are now.
func (m *Module) globals() *object.Dict {
	d := object.NewDict(len(m.names))
	for _, n := range m.AttrNames() {
		_ = d.SetKey(object.NewStr(n), m.cells[n].v)
	}
	return d
}

// Unset unbinds a variable.
func (m *Module) Unset(name string) {
	if c, ok := m.cells[name]; ok {
		c.v = nil
	}
}
