package script

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/runtime"
)

// Suite is what a test file is beside a script.
type Suite struct {
	// Python and Starlark may change a file's tree before it is compiled: the main file, and what that loads
	// with load. They are called on any goroutine.
	Python   func(mod *ast.Module, text []byte)
	Starlark func(file *syntax.File, text []byte)
	// Main goes on behind the file's top level, whose variables are the globals, on the thread of the main
	// program, which holds the lock. What it returns is how the main program ends.
	Main func(t *Thread, globals Globals) error
}

// Globals are the variables of a file, by their names in no order.
type Globals interface {
	Get(name string) (starlark.Value, bool)
	Names() []string
}

// starGlobals are those of a .star file.
type starGlobals starlark.StringDict

// Get returns a variable.
func (g starGlobals) Get(name string) (starlark.Value, bool) { v, ok := g[name]; return v, ok }

// Names lists the variables.
func (g starGlobals) Names() []string { return starlark.StringDict(g).Keys() }

// pythonGlobals are those of a .py file.
type pythonGlobals struct{ *runtime.Module }

// Get returns a variable.
func (g pythonGlobals) Get(name string) (starlark.Value, bool) {
	v := g.Module.Get(name)
	return v, v != nil
}

// Names lists the variables.
func (g pythonGlobals) Names() []string { return g.AttrNames() }

// goOn is what comes behind the top level of the main program.
func (in *Interp) goOn(t *Thread, g Globals) error {
	if in.opts.Suite == nil || in.opts.Suite.Main == nil {
		return nil
	}
	return in.opts.Suite.Main(t, g)
}
