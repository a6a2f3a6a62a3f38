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

// portedOptions are what Starlark may do in a ported program.
var portedOptions = &syntax.FileOptions{While: true, TopLevelControl: true, GlobalReassign: true, Set: true, Recursion: true}

// IsPorted reports whether the text of a .star file is that of a ported program.
func IsPorted(filename string, text []byte) bool {
	f, err := portedOptions.Parse(filename, text, 0)
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
	_, err := portedOptions.Parse(src.Filename, src.Text, 0)
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
	if !ast.IsName(c.Func, "load") || ast.Text(c.Args[0]) != PortedModule {
		return ""
	}
	if len(c.Keywords) == 1 {
		return c.Keywords[0].Arg
	}
	return ast.Text(c.Args[1])
}

// takesParts are the helpers that call functions of a ported program for parts of a statement.
var takesParts = map[string]bool{"class_": true, "try_": true, "with_": true, "async_with": true, "generator": true}

// partsOf finds the functions of a ported program that are parts of statements of the original: defined
// once at the top, and used for nothing but as arguments of such helpers. The original has no variables
// of their names, and so globals() and dir() leave them out.
func partsOf(mod *ast.Module) []string {
	rest, py := unload(mod)
	uses := map[string]int{} // of a name, wherever
	given := map[string]int{}
	ast.Walk(rest, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Name:
			uses[n.ID]++
		case *ast.Call:
			if at, ok := n.Func.(*ast.Attribute); ok && takesParts[at.Attr] && ast.IsName(at.Value, py) {
				countGiven(n, given)
			}
		}
		return true
	})
	var parts []string
	defined := map[string]bool{}
	for _, st := range rest.Body {
		def, ok := st.(*ast.FunctionDef)
		if ok && !defined[def.Name] && given[def.Name] > 0 && given[def.Name] == uses[def.Name] {
			defined[def.Name] = true
			parts = append(parts, def.Name)
		}
	}
	return parts
}

// countGiven counts the names among the arguments of a call, pairs of a class and a handler included.
func countGiven(call *ast.Call, into map[string]int) {
	args := call.Args
	for _, k := range call.Keywords {
		args = append(args[:len(args):len(args)], k.Value)
	}
	for _, arg := range args {
		for _, leaf := range ast.Leaves(arg) {
			if n, ok := leaf.(*ast.Name); ok {
				into[n.ID]++
			}
		}
	}
}
