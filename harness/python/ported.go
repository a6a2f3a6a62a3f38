package python

import (
	"errors"

	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
)

// PortedModule is what a ported program loads: a .star file with load("python", "py") is Starlark
// whose values, operators, loops and builtin names are Python's, as if its text was a .py file, and
// which has in py what Starlark has no syntax for.
const PortedModule = "python"

// IsPorted reports whether the text of a .star file is that of a ported program.
func IsPorted(filename string, text []byte) bool {
	f, err := fileOptions.Parse(filename, text, 0)
	if err != nil {
		return false
	}
	for _, st := range f.Stmts {
		if l, ok := st.(*syntax.LoadStmt); ok && l.ModuleName() == PortedModule {
			return true
		}
	}
	return false
}

// checkPorted refuses what is no Starlark, such as a class.
func checkPorted(src Source) error {
	_, err := fileOptions.Parse(src.Filename, src.Text, 0)
	var e syntax.Error
	if errors.As(err, &e) {
		return &SyntaxError{Filename: src.Filename, Line: int(e.Pos.Line), Col: int(e.Pos.Col), Msg: e.Msg}
	}
	return err
}

// unload takes the load statement from a ported program: it returns the rest and the name of the
// helpers.
func unload(mod *ast.Module) (*ast.Module, string) {
	rest, py := *mod, ""
	rest.Body = nil
	for _, st := range mod.Body {
		if name := loadedName(st); name != "" {
			py = name
			continue
		}
		rest.Body = append(rest.Body, st)
	}
	return &rest, py
}

// loadedName is the name that load("python", "py") or load("python", name = "py") binds.
func loadedName(st ast.Stmt) string {
	e, ok := st.(*ast.ExprStmt)
	if !ok {
		return ""
	}
	c, ok := e.Value.(*ast.Call)
	if !ok || len(c.Args) == 0 || len(c.Args)+len(c.Keywords) != 2 {
		return ""
	}
	if fn, ok := c.Func.(*ast.Name); !ok || fn.ID != "load" || literal(c.Args[0]) != PortedModule {
		return ""
	}
	if len(c.Keywords) == 1 {
		return c.Keywords[0].Arg
	}
	return literal(c.Args[1])
}

func literal(e ast.Expr) string {
	if s, ok := e.(*ast.Str); ok {
		return s.S
	}
	return ""
}

// ported finds what a ported program does by helpers that an analyzer of Python sees in its
// statements: binding variables of the module, importing all of a module, deriving from Python's
// own types.
func (a *analyzer) ported(mod *ast.Module, top *scope, py string) {
	member := func(e ast.Expr, name string) bool {
		at, ok := e.(*ast.Attribute)
		if !ok || at.Attr != name {
			return false
		}
		n, ok := at.Value.(*ast.Name)
		return ok && n.ID == py
	}
	bind := func(name string) {
		v := top.declare(name)
		v.bound, v.cell = true, true
	}
	ast.Walk(mod, func(n ast.Node) bool {
		switch e := n.(type) {
		case *ast.Attribute:
			if member(e.Value, "globals") {
				bind(e.Attr)
			}
		case *ast.Call:
			a.dynamic = a.dynamic || member(e.Func, "import_all")
			if member(e.Func, "class_") {
				for _, arg := range e.Args {
					switch base := arg.(type) {
					case *ast.Name:
						a.derives = a.derives || valueBases[base.ID]
					case *ast.Attribute:
						a.derives = a.derives || valueBases[base.Attr]
					}
				}
			}
			if len(e.Args) > 0 && member(e.Args[0], "globals") {
				for _, k := range e.Keywords {
					bind(k.Arg)
				}
				if len(e.Args) > 1 && literal(e.Args[1]) != "" {
					bind(literal(e.Args[1]))
				}
			}
		}
		return true
	})
}
