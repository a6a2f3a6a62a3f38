package names

import "quecstar/harness/python/ast"

// Walk calls visit with each node of a file, in the order of the text, and the scope that it stands in.
func (t *Table) Walk(mod *ast.Module, visit func(s *Scope, n ast.Node)) {
	t.walk(t.Scopes[mod], mod, visit)
}

func (t *Table) walk(s *Scope, n ast.Node, visit func(s *Scope, n ast.Node)) {
	visit(s, n)
	for _, part := range ast.Children(n) {
		t.walk(t.within(s, n, part), part, visit)
	}
}

// within is the scope of a part of a node that stands in s: that which the node opens, but for decorators,
// defaults and bases, and for what a comprehension goes over first.
func (t *Table) within(s *Scope, n, part ast.Node) *Scope {
	inner := t.Scopes[n]
	if inner == nil {
		return s
	}
	outside := false
	switch n := n.(type) {
	case *ast.FunctionDef, *ast.ClassDef:
		_, outside = part.(ast.Expr)
	case *ast.Lambda:
		outside = part != n.Body
	case *ast.Comp:
		outside = part == n.Generators[0].Iter
	}
	if outside {
		return s
	}
	return inner
}
