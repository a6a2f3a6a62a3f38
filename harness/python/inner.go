package python

import (
	"quecstar/harness/python/ast"
	"quecstar/harness/python/names"
	"quecstar/harness/python/object"
)

// inners are the parts of a file's functions that have frames of their own in a traceback, by the positions in
// them: the bodies of classes, and what comprehensions do for each element. A file is parsed for them once more
// where a traceback is printed of it.
func inners(src Source) object.Inners {
	mod, err := Parse(src)
	if err != nil || src.Ported {
		return nil
	}
	table, err := names.Analyze(mod)
	if err != nil {
		return nil
	}
	all, of := object.Inners{}, map[*names.Scope]*object.Inner{}
	table.Walk(mod, func(s *names.Scope, n ast.Node) {
		in := of[s]
		switch n := n.(type) {
		case *ast.ClassDef:
			of[table.Scopes[n]] = &object.Inner{Name: n.Name, Line: n.Line, Outer: in}
		case *ast.Comp:
			in = &object.Inner{Name: compNames[n.Kind], Line: n.Line, Outer: in}
			of[table.Scopes[n]] = in // which takes the elements
		}
		if in != nil {
			all[[2]int32{n.At().Line, n.At().Col}] = in
		}
	})
	return all
}

var compNames = [...]string{ast.ListComp: "<listcomp>", ast.SetComp: "<setcomp>", ast.DictComp: "<dictcomp>", ast.GeneratorExp: "<genexpr>"}
