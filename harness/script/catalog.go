package script

import (
	"fmt"
	"maps"
	"slices"

	"go.starlark.net/starlark"
)

// Catalog is a list of modules that was made ready for interpreters. It does not change any more, so that
// any number of interpreters share it, also at the same time: make one for a process. An interpreter opens
// a module of it when a script first asks for it.
type Catalog struct {
	modules      []*Module
	later        []string
	python, star map[string]*entry    // by name and alias, as each language sees them
	flat         map[string]*function // what Starlark scripts have by the function's own name
	free         starlark.StringDict  // what Python scripts have without an import
	classes      map[*Class]*class
	values       map[*starlark.Builtin]*function // whose value it is
}

// entry is a module of a catalog.
type entry struct {
	*Module
	funcs []*function // in the order of the table
}

// function is a Func of a table, with what is read of it once.
type function struct {
	*Func
	of   *entry
	full string // module.func, module.Class.method, or the name alone of a flat module
	sig  *signature
	// value is what scripts see, nil of a method. It finds its interpreter by the thread that calls.
	value *starlark.Builtin
}

// class is a Class of a table.
type class struct {
	*Class
	of      *entry
	init    *function
	methods map[string]*function
	consts  map[string]Const
}

// NewCatalog makes modules ready. later are modules of QuecPython that are not there yet: importing one
// says so. The tables must not be changed afterwards. An error is a mistake in a table: parameters that
// cannot be read, or a name that two modules claim.
func NewCatalog(modules []*Module, later ...string) (*Catalog, error) {
	c := &Catalog{later: later, python: map[string]*entry{}, star: map[string]*entry{},
		flat: map[string]*function{}, classes: map[*Class]*class{}, values: map[*starlark.Builtin]*function{}, free: starlark.StringDict{}}
	return c, c.add(modules)
}

// With returns a catalog that has more modules, and shares with c what was made ready.
func (c *Catalog) With(more ...*Module) (*Catalog, error) {
	out := &Catalog{modules: slices.Clip(c.modules), later: c.later, python: maps.Clone(c.python), star: maps.Clone(c.star),
		flat: maps.Clone(c.flat), free: maps.Clone(c.free), classes: maps.Clone(c.classes), values: maps.Clone(c.values)}
	return out, out.add(more)
}

func (c *Catalog) add(modules []*Module) error {
	for _, m := range modules {
		e := &entry{Module: m}
		c.modules = append(c.modules, m)
		if err := c.claim(e); err != nil {
			return err
		}
		if err := c.addFuncs(e); err != nil {
			return err
		}
		for _, k := range m.Classes {
			if err := c.addClass(e, k); err != nil {
				return err
			}
		}
	}
	return nil
}

// claim puts a module where each language looks for its names.
func (c *Catalog) claim(e *entry) error {
	for lang, names := range map[Lang]map[string]*entry{Python: c.python, Starlark: c.star} {
		if e.lang()&lang == 0 {
			continue
		}
		for _, name := range append([]string{e.Name}, e.Aliases...) {
			if old := names[name]; old != nil {
				return fmt.Errorf("modules %s and %s both claim the name %q", old.Name, e.Name, name)
			}
			names[name] = e
		}
	}
	return nil
}

func (c *Catalog) addFuncs(e *entry) error {
	for i := range e.Funcs {
		full := e.Name + "." + e.Funcs[i].Name
		if e.Flat {
			full = e.Funcs[i].Name
		}
		f, err := newFunction(e, &e.Funcs[i], full)
		if err != nil {
			return err
		}
		f.value = starlark.NewBuiltin(f.Name, f.call)
		e.funcs, c.values[f.value] = append(e.funcs, f), f
		if e.Flat && e.lang()&Starlark != 0 {
			c.flat[f.Name] = f
		}
		if slices.Contains(e.Builtins, f.Name) {
			c.free[f.Name] = f.value
		}
	}
	return nil
}

func (c *Catalog) addClass(e *entry, k *Class) (err error) {
	if c.classes[k] != nil {
		return nil // which another module offers, too
	}
	full := e.Name + "." + k.Name
	out := &class{Class: k, of: e, methods: make(map[string]*function, len(k.Methods)), consts: make(map[string]Const, len(k.Consts))}
	if out.init, err = newFunction(e, &k.Init, full); err != nil {
		return err
	}
	for i := range k.Methods {
		f, err := newFunction(e, &k.Methods[i], full+"."+k.Methods[i].Name)
		if err != nil {
			return err
		}
		f.sig.self = 1
		out.methods[f.Name] = f
	}
	for _, v := range k.Consts {
		out.consts[v.Name] = v
	}
	c.classes[k] = out
	return nil
}

func newFunction(e *entry, f *Func, full string) (*function, error) {
	sig, err := parseSignature(f.Params)
	if err != nil {
		return nil, fmt.Errorf("%s(%s): %w", full, f.Params, err)
	}
	return &function{Func: f, of: e, full: full, sig: sig}, nil
}

// named finds what a language sees under a name; nil for none.
func (c *Catalog) named(l Lang, name string) *entry {
	if l == Starlark {
		return c.star[name]
	}
	return c.python[name]
}

// Names are the names of all modules that a language sees.
func (c *Catalog) Names(l Lang) []string {
	of := c.python
	if l == Starlark {
		of = c.star
	}
	var out []string
	for name := range of {
		out = append(out, name)
	}
	return out
}
