package names

import "quecstar/harness/python/ast"

// Values that say nothing of a variable's own: imported binds it to a module, kept to what an operator
// makes of its value.
var imported, kept = &ast.Name{}, &ast.Name{}

// target looks at what is assigned to; value is nil where it is not known.
func (t *Table) target(s *Scope, p *Part, e, value ast.Expr) {
	for _, leaf := range ast.Leaves(e) {
		if n, ok := leaf.(*ast.Name); !ok {
			t.expr(s, p, leaf)
		} else if leaf == e {
			t.bind(s, p, n.ID, value)
		} else {
			t.bind(s, p, n.ID, nil)
		}
	}
}

func (t *Table) exprs(s *Scope, p *Part, list []ast.Expr) {
	for _, e := range list {
		t.expr(s, p, e)
	}
}

func (t *Table) expr(s *Scope, p *Part, e ast.Expr) {
	if e == nil {
		return
	}
	ast.Walk(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Name:
			t.refs = append(t.refs, ref{s: s, p: p, name: n.ID})
		case *ast.Lambda:
			t.function(s, p, n, n.Args, []ast.Stmt{&ast.Return{StmtBase: ast.StmtBase{Pos: n.Pos}, Value: n.Body}}, false)
			return false
		case *ast.NamedExpr:
			if s.Kind == Comprehension && s.Names[n.Target.ID] != nil { // of one further out MicroPython lets it
				t.fail(n.Pos, "assignment expression can't rebind a variable of the comprehension")
			}
			t.unbind(s.Body(), p, n.Target.ID, n.Value)
			t.expr(s, p, n.Value)
			return false
		case *ast.Yield, *ast.YieldFrom:
			if s.Body().Kind != Function {
				t.fail(n.At(), "yield outside function")
			}
		case *ast.Await:
			if !s.Body().Async {
				t.fail(n.Pos, "await outside an async function")
			}
		case *ast.Comp:
			t.comprehension(s, p, n)
			return false
		}
		return true
	})
}

func (t *Table) comprehension(s *Scope, p *Part, node *ast.Comp) {
	c := newScope(Comprehension, s, p, nil)
	t.Scopes[node] = c
	c.lazy = node.Kind == ast.GeneratorExp
	for _, g := range node.Generators {
		for _, leaf := range ast.Leaves(g.Target) {
			if n, ok := leaf.(*ast.Name); ok {
				c.declare(n.ID).Unclear = true
			}
		}
	}
	for i, g := range node.Generators {
		if i == 0 {
			t.expr(s, p, g.Iter)
		} else {
			t.expr(c, c.Root, g.Iter)
		}
		t.exprs(c, c.Root, g.Ifs)
	}
	t.exprs(c, c.Root, []ast.Expr{node.Key, node.Elt})
}
