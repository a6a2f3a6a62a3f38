package port

import "quecstar/harness/python/ast"

func (a *analysis) target(s *scope, p *part, t ast.Expr) {
	switch t := t.(type) {
	case nil:
	case *ast.Name:
		a.bind(s, p, t.ID)
	case *ast.Tuple:
		for _, e := range t.Elts {
			a.target(s, p, e)
		}
	case *ast.List:
		for _, e := range t.Elts {
			a.target(s, p, e)
		}
	case *ast.Starred:
		a.target(s, p, t.Value)
	default:
		a.expr(s, p, t)
	}
}

func (a *analysis) exprs(s *scope, p *part, list []ast.Expr) {
	for _, e := range list {
		a.expr(s, p, e)
	}
}

func (a *analysis) expr(s *scope, p *part, e ast.Expr) {
	if e == nil {
		return
	}
	ast.Walk(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Name:
			a.words[n.ID] = true
			a.refs = append(a.refs, ref{s: s, p: p, name: n.ID})
		case *ast.Lambda:
			a.function(s, p, n, n.Args, []ast.Stmt{&ast.Return{StmtBase: ast.StmtBase{Pos: n.Pos}, Value: n.Body}}, false)
			return false
		case *ast.NamedExpr:
			a.unbind(s.function(), p, n.Target.ID)
			a.expr(s, p, n.Value)
			return false
		case *ast.Call:
			for _, k := range n.Keywords {
				a.words[k.Arg] = true
			}
		case *ast.ListComp:
			a.comprehension(s, p, n, n.Elt)
			return false
		case *ast.SetComp:
			a.comprehension(s, p, n, n.Elt)
			return false
		case *ast.GeneratorExp:
			a.comprehension(s, p, n, n.Elt)
			return false
		case *ast.DictComp:
			a.comprehension(s, p, n, n.Key, n.Value)
			return false
		}
		return true
	})
}

func (a *analysis) comprehension(s *scope, p *part, node ast.Node, elts ...ast.Expr) {
	c := newScope(compScope, s, p, nil)
	a.scopes[node] = c
	_, c.lazy = node.(*ast.GeneratorExp)
	clauses := ast.Generators(node)
	for _, g := range clauses {
		a.compTarget(c, g.Target)
	}
	for i, g := range clauses {
		if i == 0 {
			a.expr(s, p, g.Iter)
		} else {
			a.expr(c, c.root, g.Iter)
		}
		a.exprs(c, c.root, g.Ifs)
	}
	a.exprs(c, c.root, elts)
}

func (a *analysis) compTarget(c *scope, t ast.Expr) {
	ast.Walk(t, func(n ast.Node) bool {
		if n, ok := n.(*ast.Name); ok {
			a.words[n.ID] = true
			c.declare(n.ID)
		}
		return true
	})
}
