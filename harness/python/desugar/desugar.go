// Package desugar turns a Python program into one of the statements and expressions that Starlark has
// too: try, with, class, generators, nonlocal, the else of a loop and so on become calls of helpers.
// What it makes is run by package emit and written out by package print, so that a ported program does
// what the original does.
package desugar

import (
	"quecstar/harness/python/ast"
	"quecstar/harness/python/names"
)

// Made begins the names that desugaring makes up; no program has such a name.
const Made = "·"

// Helpers is the name of the object whose attributes are the helpers: what a ported program loads as
// py.
const Helpers = Made + "py"

// Options say what is desugared.
type Options struct {
	// Py is what the program, which is a ported one, calls the helpers; "" for others.
	Py string
	// Builtin reports whether a name is that of a builtin function or type.
	Builtin func(name string) bool
	// Single says that the values of the module's expressions are shown, as in an interactive session.
	Single bool
}

// desugarer desugars one file.
type desugarer struct {
	mod     *ast.Module
	table   *names.Table
	py      string
	builtin func(name string) bool
	// single says that expressions which are statements are shown.
	single bool
	err    *ast.Error
}

// Module desugars a file. The error is an *ast.Error. The tree of the file is not changed, but shared.
func Module(mod *ast.Module, opts Options) (*ast.Module, error) {
	table, err := names.Analyze(mod)
	if err != nil {
		return nil, err
	}
	d := &desugarer{mod: mod, table: table, py: opts.Py, builtin: opts.Builtin, single: opts.Single}
	c := &context{scope: table.Scopes[mod], part: table.Scopes[mod].Root, used: map[string]int{}}
	d.stmts(c, mod.Body)
	if d.err != nil {
		return nil, d.err
	}
	return &ast.Module{Pos: mod.Pos, Body: c.out, Layout: mod.Layout}, nil
}

func (d *desugarer) fail(n ast.Node, format string, args ...any) {
	if d.err == nil {
		d.err = ast.Errorf(n, format, args...)
	}
}

// isBuiltin reports whether a name is one that nothing in the file binds.
func (d *desugarer) isBuiltin(name string) bool { return !d.table.Binds(name) }
