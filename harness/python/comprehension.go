package python

import (
	"go.starlark.net/syntax"
	"quecstar/harness/python/ast"
)

// comprehension lowers to Starlark's own, whose variables are as local as Python's.
func (l *lowerer) comprehension(b *block, pos syntax.Position, node ast.Node, clauses []ast.Comprehension, elt func(in *block) syntax.Expr) *syntax.Comprehension {
	in := *b
	in.scope = l.a.scopes[node]
	in.noHoist = true
	c := &syntax.Comprehension{Lbrack: pos, Rbrack: pos}
	for i, g := range clauses {
		outer := &in
		if i == 0 {
			outer = b
		}
		x := l.loop(pos, l.expr(outer, g.Iter))
		if g.Async {
			x = l.help(pos, "alist", l.usesYield(b, pos), l.expr(outer, g.Iter))
		}
		c.Clauses = append(c.Clauses, &syntax.ForClause{For: pos, Vars: l.target(&in, g.Target), In: pos, X: x})
		for _, cond := range g.Ifs {
			c.Clauses = append(c.Clauses, &syntax.IfClause{If: pos, Cond: l.test(&in, cond)})
		}
	}
	c.Body = elt(&in)
	return c
}

// generatorLambda lowers a generator expression where no statement can be put: to a generator whose
// function is a lambda, that yields for each element of a comprehension.
func (l *lowerer) generatorLambda(b *block, e *ast.GeneratorExp) syntax.Expr {
	pos := l.pos(e)
	list := l.comprehension(b, pos, e, e.Generators, func(in *block) syntax.Expr {
		return &syntax.IndexExpr{X: l.ident(pos, yieldName), Lbrack: pos, Y: l.expr(in, e.Elt), Rbrack: pos}
	})
	source := l.temp()
	clause := list.Clauses[0].(*syntax.ForClause)
	first := clause.X
	clause.X = l.ident(pos, source)
	body := &syntax.LambdaExpr{Lambda: pos, Params: []syntax.Expr{l.ident(pos, yieldName), l.ident(pos, source)}, Body: list}
	return l.help(pos, "generator", body, text(pos, "<genexpr>"), first)
}

// generatorExp lowers to a generator function in front of the statement.
func (l *lowerer) generatorExp(b *block, e *ast.GeneratorExp) syntax.Expr {
	pos := l.pos(e)
	if b.noHoist {
		return l.generatorLambda(b, e)
	}
	first := l.loop(pos, l.expr(b, e.Generators[0].Iter))
	in := *b
	in.scope, in.out, in.noHoist = l.a.scopes[e], nil, true
	source := l.temp()
	var body []syntax.Stmt
	body = append(body, &syntax.ExprStmt{X: &syntax.IndexExpr{X: l.ident(pos, yieldName), Lbrack: pos, Y: l.expr(&in, e.Elt), Rbrack: pos}})
	for i := len(e.Generators) - 1; i >= 0; i-- {
		g := e.Generators[i]
		for k := len(g.Ifs) - 1; k >= 0; k-- {
			body = []syntax.Stmt{&syntax.IfStmt{If: pos, Cond: l.test(&in, g.Ifs[k]), True: body}}
		}
		var x syntax.Expr = l.ident(pos, source)
		if i > 0 {
			x = l.loop(pos, l.expr(&in, g.Iter))
		}
		body = []syntax.Stmt{&syntax.ForStmt{For: pos, Vars: l.target(&in, g.Target), X: x, Body: body}}
	}
	name := l.temp() + "gen.<genexpr>"
	b.add(l.define(pos, name, []syntax.Expr{l.ident(pos, yieldName), l.ident(pos, source)}, body))
	return l.help(pos, "generator", l.ident(pos, name), text(pos, "<genexpr>"), first)
}
