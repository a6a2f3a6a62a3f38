package python

import "quecstar/harness/python/ast"

// target looks at what is assigned to.
func (a *analyzer) target(s *scope, t ast.Expr) {
	switch t := t.(type) {
	case nil:
	case *ast.Name:
		a.bind(s, t.ID)
	case *ast.Tuple:
		for _, e := range t.Elts {
			a.target(s, e)
		}
	case *ast.List:
		for _, e := range t.Elts {
			a.target(s, e)
		}
	case *ast.Starred:
		a.target(s, t.Value)
	default:
		a.expr(s, t)
	}
}

func (a *analyzer) exprs(s *scope, list []ast.Expr) {
	for _, e := range list {
		if e != nil {
			a.expr(s, e)
		}
	}
}

func (a *analyzer) expr(s *scope, e ast.Expr) {
	switch e := e.(type) {
	case nil:
	case *ast.Name:
		a.mentions[e.ID] = true
		if top := s.function(); top.kind == moduleScope && (top.names[e.ID] == nil || !top.names[e.ID].bound) {
			if a.early == nil {
				a.early = map[string]bool{}
			}
			a.early[e.ID] = true
		}
	case *ast.Str:
		a.nan = a.nan || isNaN(e.S)
	case *ast.Attribute:
		a.mentions[e.Attr] = true
		a.expr(s, e.Value)
	case *ast.Lambda:
		a.functionDef(s, e, "<lambda>", e.Args, func(f *scope) { a.expr(f, e.Body) })
	case *ast.ListComp:
		a.comprehension(s, e, e.Generators, e.Elt)
	case *ast.SetComp:
		a.comprehension(s, e, e.Generators, e.Elt)
	case *ast.GeneratorExp:
		a.comprehension(s, e, e.Generators, e.Elt)
	case *ast.DictComp:
		a.comprehension(s, e, e.Generators, e.Key, e.Value)
	case *ast.Yield:
		a.yields(s, e.Pos)
		a.expr(s, e.Value)
	case *ast.YieldFrom:
		a.yields(s, e.Pos)
		a.expr(s, e.Value)
	case *ast.Call:
		a.noteBoolArgs(e)
		a.expr(s, e.Func)
		a.exprs(s, e.Args)
		for _, k := range e.Keywords {
			a.expr(s, k.Value)
			a.bools[k.Arg] = a.bools[k.Arg] || isBoolean(k.Value)
		}
	case *ast.NamedExpr:
		a.expr(s, e.Value)
		a.unbind(s, e.Target.ID)
	case *ast.Await:
		if !s.function().async {
			a.fail(e.Pos, "await outside an async function")
		}
		a.expr(s, e.Value)
	default:
		a.exprs(s, operands(e))
	}
}

// yields records that the function is a generator.
func (a *analyzer) yields(s *scope, at ast.Pos) {
	f := s.function()
	if f.kind != functionScope {
		a.fail(at, "yield outside function")
	}
	f.generator = true
}

// operands are the parts of an expression that opens no scope.
func operands(e ast.Expr) []ast.Expr {
	switch e := e.(type) {
	case *ast.BoolOp:
		return e.Values
	case *ast.BinOp:
		return []ast.Expr{e.Left, e.Right}
	case *ast.UnaryOp:
		return []ast.Expr{e.Operand}
	case *ast.IfExp:
		return []ast.Expr{e.Test, e.Body, e.Orelse}
	case *ast.Dict:
		return append(append([]ast.Expr(nil), e.Keys...), e.Values...)
	case *ast.Set:
		return e.Elts
	case *ast.List:
		return e.Elts
	case *ast.Tuple:
		return e.Elts
	case *ast.Compare:
		return append([]ast.Expr{e.Left}, e.Comparators...)
	case *ast.Starred:
		return []ast.Expr{e.Value}
	case *ast.Subscript:
		return []ast.Expr{e.Value, e.Index}
	case *ast.Slice:
		return []ast.Expr{e.Lower, e.Upper, e.Step}
	case *ast.JoinedStr:
		return e.Values
	case *ast.FormattedValue:
		return []ast.Expr{e.Value, e.Spec}
	}
	return nil
}

func (a *analyzer) comprehension(s *scope, node ast.Node, clauses []ast.Comprehension, elts ...ast.Expr) {
	c := newScope(compScope, s, "<comprehension>")
	a.scopes[node] = c
	for i, g := range clauses {
		if i == 0 {
			a.expr(s, g.Iter)
		} else {
			a.expr(c, g.Iter)
		}
		a.compTarget(c, g.Target)
		a.exprs(c, g.Ifs)
	}
	a.exprs(c, elts)
}

func (a *analyzer) compTarget(c *scope, t ast.Expr) {
	switch t := t.(type) {
	case *ast.Name:
		c.declare(t.ID).bound = true
	case *ast.Tuple:
		for _, e := range t.Elts {
			a.compTarget(c, e)
		}
	case *ast.List:
		for _, e := range t.Elts {
			a.compTarget(c, e)
		}
	default:
		a.expr(c, t)
	}
}
