package python

import "quecstar/harness/python/ast"

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
			if at, ok := n.Func.(*ast.Attribute); ok && takesParts[at.Attr] && isName(at.Value, py) {
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
	var count func(e ast.Expr)
	count = func(e ast.Expr) {
		switch e := e.(type) {
		case *ast.Name:
			into[e.ID]++
		case *ast.Tuple:
			for _, elt := range e.Elts {
				count(elt)
			}
		}
	}
	for _, arg := range call.Args {
		count(arg)
	}
	for _, k := range call.Keywords {
		count(k.Value)
	}
}

func isName(e ast.Expr, id string) bool {
	n, ok := e.(*ast.Name)
	return ok && n.ID == id
}
