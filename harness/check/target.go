package check

import "quecstar/harness/python/ast"

// targets are what a node itself binds by assignment, with or without a word for it.
func targets(n ast.Node) []ast.Expr {
	var all []ast.Expr
	switch n := n.(type) {
	case *ast.Assign:
		all = n.Targets
	case *ast.AugAssign:
		all = []ast.Expr{n.Target}
	case *ast.AnnAssign:
		all = []ast.Expr{n.Target}
	case *ast.NamedExpr:
		all = []ast.Expr{n.Target}
	case *ast.For:
		all = []ast.Expr{n.Target}
	case *ast.With:
		for _, i := range n.Items {
			if i.Vars != nil {
				all = append(all, i.Vars)
			}
		}
	}
	for _, c := range ast.Generators(n) {
		all = append(all, c.Target)
	}
	return all
}

// namesIn calls yield for the names in a target.
func namesIn(t ast.Expr, yield func(name string)) {
	switch t := t.(type) {
	case *ast.Name:
		yield(t.ID)
	case *ast.Tuple:
		for _, e := range t.Elts {
			namesIn(e, yield)
		}
	case *ast.List:
		for _, e := range t.Elts {
			namesIn(e, yield)
		}
	case *ast.Starred:
		namesIn(t.Value, yield)
	}
}
