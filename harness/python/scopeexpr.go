package python

import (
	"strings"

	"github.com/go-python/gpython/ast"
)

// target looks at what is assigned to.
func (a *analyzer) target(s *scope, t ast.Expr) {
	switch t := t.(type) {
	case nil:
	case *ast.Name:
		a.bind(s, string(t.Id))
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
		for _, part := range strings.Split(string(e.Id), ".") {
			a.mentions[part] = true
		}
	case *ast.Attribute:
		a.mentions[string(e.Attr)] = true
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
		s.function().generator = true
		a.expr(s, e.Value)
	case *ast.YieldFrom:
		s.function().generator = true
		a.expr(s, e.Value)
	case *ast.Call:
		a.expr(s, e.Func)
		a.exprs(s, e.Args)
		for _, k := range e.Keywords {
			a.expr(s, k.Value)
		}
		a.exprs(s, []ast.Expr{e.Starargs, e.Kwargs})
	case *ast.Subscript:
		a.expr(s, e.Value)
		a.slicer(s, e.Slice)
	default:
		a.exprs(s, operands(e))
	}
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
	}
	return nil
}

func (a *analyzer) slicer(s *scope, sl ast.Slicer) {
	switch sl := sl.(type) {
	case *ast.Index:
		a.expr(s, sl.Value)
	case *ast.Slice:
		a.exprs(s, []ast.Expr{sl.Lower, sl.Upper, sl.Step})
	case *ast.ExtSlice:
		for _, d := range sl.Dims {
			a.slicer(s, d)
		}
	}
}

func (a *analyzer) comprehension(s *scope, node ast.Ast, clauses []ast.Comprehension, elts ...ast.Expr) {
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
		c.declare(string(t.Id)).bound = true
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
