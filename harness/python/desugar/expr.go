package desugar

import "quecstar/harness/python/ast"

// expr desugars an expression.
func (d *desugarer) expr(c *context, e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case nil:
		return nil
	case *ast.Name:
		return d.load(c, e, e.ID)
	case *ast.NameConstant, *ast.Num, *ast.Str, *ast.Bytes:
		return e
	case *ast.Ellipsis:
		return builtin("Ellipsis")
	case *ast.Attribute:
		return &ast.Attribute{ExprBase: base(e), Value: d.expr(c, e.Value), Attr: e.Attr}
	case *ast.Call:
		return d.call(c, e)
	case *ast.BinOp:
		return d.binOp(c, e)
	case *ast.Compare:
		return d.compare(c, e)
	case *ast.UnaryOp:
		return &ast.UnaryOp{ExprBase: base(e), Op: e.Op, Operand: d.expr(c, e.Operand)}
	case *ast.BoolOp:
		return &ast.BoolOp{ExprBase: base(e), Or: e.Or, Values: d.exprs(c, e.Values)}
	case *ast.IfExp:
		return &ast.IfExp{ExprBase: base(e), Test: d.expr(c, e.Test), Body: d.expr(c, e.Body), Orelse: d.expr(c, e.Orelse)}
	case *ast.Lambda:
		return d.lambda(c, e)
	case *ast.Subscript:
		return d.subscript(c, e)
	}
	return d.display(c, e)
}

func (d *desugarer) exprs(c *context, list []ast.Expr) []ast.Expr {
	out := make([]ast.Expr, len(list))
	for i, e := range list {
		out[i] = d.expr(c, e)
	}
	return out
}

// display desugars displays, comprehensions and what is left.
func (d *desugarer) display(c *context, e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.Tuple:
		if ast.HasStarred(e.Elts) {
			return call(builtin("tuple"), d.concat(c, e.Elts))
		}
		return &ast.Tuple{ExprBase: base(e), Elts: d.exprs(c, e.Elts)}
	case *ast.List:
		if ast.HasStarred(e.Elts) {
			return d.concat(c, e.Elts)
		}
		return &ast.List{ExprBase: base(e), Elts: d.exprs(c, e.Elts)}
	case *ast.Set:
		return call(builtin("set"), d.display(c, &ast.List{ExprBase: base(e), Elts: e.Elts}))
	case *ast.Dict:
		return d.dict(c, e)
	case *ast.Comp:
		return d.comp(c, e)
	case *ast.Yield:
		if e.Value == nil {
			return call(ident(YieldName))
		}
		return call(ident(YieldName), d.expr(c, e.Value))
	case *ast.YieldFrom:
		return help("yield_from", ident(YieldName), d.expr(c, e.Value))
	case *ast.Await:
		return help("await_", ident(YieldName), d.expr(c, e.Value))
	case *ast.NamedExpr:
		return d.namedExpr(c, e)
	case *ast.JoinedStr:
		return d.joinedStr(c, e)
	case *ast.Slice:
		return call(builtin("slice"), d.sliceParts(c, e)...)
	}
	if _, ok := e.(*ast.Starred); ok {
		d.fail(e, "can't use starred expression here")
		return none()
	}
	d.fail(e, "this expression does not run here")
	return none()
}

func (d *desugarer) namedExpr(c *context, e *ast.NamedExpr) ast.Expr {
	value := d.expr(c, e.Value)
	in := *c
	in.scope = c.scope.Body()
	box, name := d.boxed(&in, e, e.Target.ID)
	x := help("let", box)
	x.Keywords = []*ast.Keyword{{Arg: name, Value: value}}
	return x
}

// concat is the list of a display with starred elements: list(a) + [b].
func (d *desugarer) concat(c *context, list []ast.Expr) ast.Expr {
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
			add(call(builtin("list"), d.expr(c, s.Value)))
			continue
		}
		run = append(run, d.expr(c, e))
	}
	flush()
	return sum
}

// dict desugars a dict display; one with ** becomes py.merge.
func (d *desugarer) dict(c *context, e *ast.Dict) ast.Expr {
	var parts []ast.Expr
	plain := &ast.Dict{ExprBase: base(e)}
	merged := false
	for i, k := range e.Keys {
		if k == nil {
			merged = true
			if len(plain.Keys) > 0 {
				parts = append(parts, plain)
				plain = &ast.Dict{}
			}
			parts = append(parts, d.expr(c, e.Values[i]))
			continue
		}
		plain.Keys = append(plain.Keys, d.expr(c, k))
		plain.Values = append(plain.Values, d.expr(c, e.Values[i]))
	}
	if !merged {
		return plain
	}
	if len(plain.Keys) > 0 {
		parts = append(parts, plain)
	}
	return help("merge", parts...)
}

// comp desugars a comprehension: a set is made of a list.
func (d *desugarer) comp(c *context, e *ast.Comp) ast.Expr {
	if e.Kind == ast.GeneratorExp {
		return d.generatorExp(c, e)
	}
	in, clauses := d.clauses(c, e, e.Generators)
	out := &ast.Comp{ExprBase: base(e), Kind: e.Kind, Key: d.expr(in, e.Key), Elt: d.expr(in, e.Elt), Generators: clauses}
	if e.Kind == ast.SetComp {
		out.Kind = ast.ListComp
		return call(builtin("set"), out)
	}
	return out
}

func (d *desugarer) clauses(c *context, node ast.Node, list []ast.Comprehension) (*context, []ast.Comprehension) {
	in := c.inner()
	in.scope, in.tight = d.table.Scopes[node], true
	var out []ast.Comprehension
	for i, g := range list {
		outer := in
		if i == 0 {
			outer = c
		}
		over := d.expr(outer, g.Iter)
		if g.Async {
			over = help("async_list", ident(YieldName), over)
		}
		clause := ast.Comprehension{Target: d.target(in, g.Target), Iter: over, Ifs: d.exprs(in, g.Ifs)}
		out = append(out, clause)
	}
	return in, out
}

func (d *desugarer) subscript(c *context, e *ast.Subscript) ast.Expr {
	x := d.expr(c, e.Value)
	s, ok := e.Index.(*ast.Slice)
	if !ok {
		return &ast.Subscript{ExprBase: base(e), Value: x, Index: d.expr(c, e.Index)}
	}
	return &ast.Subscript{ExprBase: base(e), Value: x, Index: &ast.Slice{ExprBase: base(s),
		Lower: d.expr(c, s.Lower), Upper: d.expr(c, s.Upper), Step: d.expr(c, s.Step)}}
}

func (d *desugarer) sliceParts(c *context, s *ast.Slice) []ast.Expr {
	out := make([]ast.Expr, 3)
	for i, e := range []ast.Expr{s.Lower, s.Upper, s.Step} {
		out[i] = none()
		if e != nil {
			out[i] = d.expr(c, e)
		}
	}
	return out
}

func (d *desugarer) binOp(c *context, e *ast.BinOp) ast.Expr {
	x, y := d.expr(c, e.Left), d.expr(c, e.Right)
	switch e.Op {
	case ast.Pow:
		return call(builtin("pow"), x, y)
	case ast.MatMult:
		return help("matmul", x, y)
	}
	return &ast.BinOp{ExprBase: base(e), Left: x, Op: e.Op, Right: y}
}
