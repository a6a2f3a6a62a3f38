package port

import (
	"quecstar/harness/python/ast"
)

// expr ports an expression.
func (w *writer) expr(c *context, e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case nil:
		return nil
	case *ast.Name:
		return w.load(c, e, e.ID)
	case *ast.NameConstant, *ast.Num, *ast.Str, *ast.Bytes:
		return e
	case *ast.Ellipsis:
		return w.builtin("Ellipsis")
	case *ast.Attribute:
		return w.attribute(w.expr(c, e.Value), e, e.Attr)
	case *ast.Call:
		return w.call(c, e)
	case *ast.BinOp:
		return w.binOp(c, e)
	case *ast.Compare:
		return w.compare(c, e)
	case *ast.UnaryOp:
		return &ast.UnaryOp{ExprBase: base(e), Op: e.Op, Operand: w.expr(c, e.Operand)}
	case *ast.BoolOp:
		return &ast.BoolOp{ExprBase: base(e), Or: e.Or, Values: w.exprs(c, e.Values)}
	case *ast.IfExp:
		return &ast.IfExp{ExprBase: base(e), Test: w.expr(c, e.Test), Body: w.expr(c, e.Body), Orelse: w.expr(c, e.Orelse)}
	case *ast.Lambda:
		return w.lambda(c, e)
	case *ast.Subscript:
		return w.subscript(c, e)
	}
	return w.display(c, e)
}

func (w *writer) exprs(c *context, list []ast.Expr) []ast.Expr {
	out := make([]ast.Expr, len(list))
	for i, e := range list {
		out[i] = w.expr(c, e)
	}
	return out
}

// display ports displays, comprehensions and what is left.
func (w *writer) display(c *context, e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.Tuple:
		if starred(e.Elts) {
			return call(w.builtin("tuple"), w.concat(c, e.Elts))
		}
		return &ast.Tuple{ExprBase: base(e), Elts: w.exprs(c, e.Elts)}
	case *ast.List:
		if starred(e.Elts) {
			return w.concat(c, e.Elts)
		}
		return &ast.List{ExprBase: base(e), Elts: w.exprs(c, e.Elts)}
	case *ast.Set:
		return call(w.builtin("set"), w.display(c, &ast.List{ExprBase: base(e), Elts: e.Elts}))
	case *ast.Dict:
		return w.dict(c, e)
	case *ast.ListComp:
		in, clauses := w.clauses(c, e, e.Generators)
		return &ast.ListComp{ExprBase: base(e), Elt: w.expr(in, e.Elt), Generators: clauses}
	case *ast.SetComp:
		in, clauses := w.clauses(c, e, e.Generators)
		return call(w.builtin("set"), &ast.ListComp{ExprBase: base(e), Elt: w.expr(in, e.Elt), Generators: clauses})
	case *ast.DictComp:
		in, clauses := w.clauses(c, e, e.Generators)
		return &ast.DictComp{ExprBase: base(e), Key: w.expr(in, e.Key), Value: w.expr(in, e.Value), Generators: clauses}
	case *ast.GeneratorExp:
		return w.generatorExp(c, e)
	case *ast.Yield:
		if e.Value == nil {
			return call(ident(w.name("yield_")))
		}
		return call(ident(w.name("yield_")), w.expr(c, e.Value))
	case *ast.YieldFrom:
		return w.help("yield_from", ident(w.name("yield_")), w.expr(c, e.Value))
	case *ast.Await:
		return w.help("await_", ident(w.name("yield_")), w.expr(c, e.Value))
	case *ast.NamedExpr:
		return w.namedExpr(c, e)
	case *ast.JoinedStr:
		return w.joinedStr(c, e)
	case *ast.Slice:
		return call(w.builtin("slice"), w.sliceParts(c, e)...)
	}
	w.fail(e, "this expression")
	return none()
}

func (w *writer) namedExpr(c *context, e *ast.NamedExpr) ast.Expr {
	value := w.expr(c, e.Value)
	in := *c
	in.scope = c.scope.function()
	box, name := w.boxed(&in, e, e.Target.ID)
	x := w.help("let", box)
	x.Keywords = []*ast.Keyword{{Arg: name, Value: value}}
	return x
}

func starred(list []ast.Expr) bool {
	for _, e := range list {
		if _, ok := e.(*ast.Starred); ok {
			return true
		}
	}
	return false
}

// concat is the list of a display with starred elements: list(a) + [b].
func (w *writer) concat(c *context, list []ast.Expr) ast.Expr {
	var sum ast.Expr
	var run []ast.Expr
	add := func(x ast.Expr) {
		if sum == nil {
			sum = x
			return
		}
		sum = &ast.BinOp{Left: sum, Op: ast.Add, Right: x}
	}
	flush := func() {
		if len(run) > 0 {
			add(&ast.List{Elts: run})
			run = nil
		}
	}
	for _, e := range list {
		if s, ok := e.(*ast.Starred); ok {
			flush()
			add(call(w.builtin("list"), w.expr(c, s.Value)))
			continue
		}
		run = append(run, w.expr(c, e))
	}
	flush()
	return sum
}

// dict ports a dict display; one with ** becomes py.merge.
func (w *writer) dict(c *context, e *ast.Dict) ast.Expr {
	var parts []ast.Expr
	d := &ast.Dict{ExprBase: base(e)}
	merged := false
	for i, k := range e.Keys {
		if k == nil {
			merged = true
			if len(d.Keys) > 0 {
				parts = append(parts, d)
				d = &ast.Dict{}
			}
			parts = append(parts, w.expr(c, e.Values[i]))
			continue
		}
		d.Keys = append(d.Keys, w.expr(c, k))
		d.Values = append(d.Values, w.expr(c, e.Values[i]))
	}
	if !merged {
		return d
	}
	if len(d.Keys) > 0 {
		parts = append(parts, d)
	}
	return w.help("merge", parts...)
}

func (w *writer) clauses(c *context, node ast.Node, list []ast.Comprehension) (*context, []ast.Comprehension) {
	in := c.inner()
	in.scope, in.tight = w.a.scopes[node], true
	var out []ast.Comprehension
	for i, g := range list {
		outer := in
		if i == 0 {
			outer = c
		}
		over := w.expr(outer, g.Iter)
		if g.Async {
			over = w.help("async_list", ident(w.name("yield_")), over)
		}
		clause := ast.Comprehension{Target: w.target(in, g.Target), Iter: over, Ifs: w.exprs(in, g.Ifs)}
		out = append(out, clause)
	}
	return in, out
}

func (w *writer) subscript(c *context, e *ast.Subscript) ast.Expr {
	x := w.expr(c, e.Value)
	s, ok := e.Index.(*ast.Slice)
	if !ok {
		return &ast.Subscript{ExprBase: base(e), Value: x, Index: w.expr(c, e.Index)}
	}
	return &ast.Subscript{ExprBase: base(e), Value: x, Index: &ast.Slice{ExprBase: base(s),
		Lower: w.expr(c, s.Lower), Upper: w.expr(c, s.Upper), Step: w.expr(c, s.Step)}}
}

func (w *writer) sliceParts(c *context, s *ast.Slice) []ast.Expr {
	out := make([]ast.Expr, 3)
	for i, e := range []ast.Expr{s.Lower, s.Upper, s.Step} {
		out[i] = none()
		if e != nil {
			out[i] = w.expr(c, e)
		}
	}
	return out
}

func (w *writer) binOp(c *context, e *ast.BinOp) ast.Expr {
	x, y := w.expr(c, e.Left), w.expr(c, e.Right)
	switch e.Op {
	case ast.Pow:
		return call(w.builtin("pow"), x, y)
	case ast.MatMult:
		return w.help("matmul", x, y)
	}
	return &ast.BinOp{ExprBase: base(e), Left: x, Op: e.Op, Right: y}
}
