package desugar

import "quecstar/harness/python/ast"

func (d *desugarer) assign(c *context, st *ast.Assign) {
	value := d.expr(c, st.Value)
	if len(st.Targets) == 1 {
		d.assignTo(c, st, st.Targets[0], value)
		return
	}
	if !repeatable(st.Value) {
		first, ok := d.plainName(c, st.Targets[0])
		if !ok {
			kept := ident(c.local("value"))
			c.add(assign(st, kept, value))
			value = kept
		} else {
			d.assignTo(c, st, st.Targets[0], value)
			value = first
			st = &ast.Assign{StmtBase: st.StmtBase, Targets: st.Targets[1:], Value: st.Value}
		}
	}
	for _, t := range st.Targets {
		d.assignTo(c, st, t, value)
	}
}

// plainName is the name of a target that is a variable of the Starlark function, whose value can be
// read back.
func (d *desugarer) plainName(c *context, t ast.Expr) (*ast.Name, bool) {
	n, ok := t.(*ast.Name)
	if !ok {
		return nil, false
	}
	n, ok = d.store(c, n, n.ID).(*ast.Name)
	return n, ok
}

// repeatable redesugars whether an expression is a constant that reads best where it is used.
func repeatable(e ast.Expr) bool {
	switch e.(type) {
	case *ast.Num, *ast.NameConstant, *ast.Str:
		return true
	}
	return false
}

// assignTo assigns a desugared value.
func (d *desugarer) assignTo(c *context, st ast.Stmt, target, value ast.Expr) {
	switch t := target.(type) {
	case *ast.Subscript:
		if s, ok := t.Index.(*ast.Slice); ok {
			v := value
			if !calm(value) || !calm(t.Value) || !calm(s) {
				v = ident(c.local("value"))
				c.add(assign(st, v, value))
			}
			args := append([]ast.Expr{d.expr(c, t.Value)}, d.sliceParts(c, s)...)
			c.add(do(st, help("set_slice", append(args, v)...)))
			return
		}
	case *ast.Tuple:
		d.unpack(c, st, t.Elts, value)
		return
	case *ast.List:
		d.unpack(c, st, t.Elts, value)
		return
	}
	c.add(assign(st, d.target(c, target), value))
}

// target is the left side of an assignment.
func (d *desugarer) target(c *context, target ast.Expr) ast.Expr {
	switch t := target.(type) {
	case *ast.Name:
		return d.store(c, t, t.ID)
	case *ast.Attribute:
		return &ast.Attribute{ExprBase: base(t), Value: d.expr(c, t.Value), Attr: t.Attr}
	case *ast.Subscript:
		if _, ok := t.Index.(*ast.Slice); !ok {
			return &ast.Subscript{ExprBase: base(t), Value: d.expr(c, t.Value), Index: d.expr(c, t.Index)}
		}
	case *ast.Tuple:
		return d.targets(c, t, t.Elts)
	case *ast.List:
		return d.targets(c, t, t.Elts)
	}
	d.fail(target, "assigning to this")
	return ident("_")
}

func (d *desugarer) targets(c *context, n ast.Node, elts []ast.Expr) ast.Expr {
	list := make([]ast.Expr, len(elts))
	for i, e := range elts {
		list[i] = d.target(c, e)
	}
	return &ast.Tuple{ExprBase: base(n), Elts: list}
}

// plain redesugars whether Starlark itself can unpack into these.
func plain(elts []ast.Expr) bool {
	for _, e := range elts {
		switch e := e.(type) {
		case *ast.Starred:
			return false
		case *ast.Subscript:
			if _, ok := e.Index.(*ast.Slice); ok {
				return false
			}
		case *ast.Tuple:
			if len(e.Elts) == 0 || !plain(e.Elts) {
				return false
			}
		case *ast.List:
			if len(e.Elts) == 0 || !plain(e.Elts) {
				return false
			}
		}
	}
	return true
}

// unpack assigns to several targets, one of which may be starred.
func (d *desugarer) unpack(c *context, st ast.Stmt, elts []ast.Expr, value ast.Expr) {
	star, simple := -1, true
	bare := make([]ast.Expr, len(elts))
	for i, e := range elts {
		bare[i] = e
		if s, ok := e.(*ast.Starred); ok {
			star, bare[i] = i, s.Value
		}
		simple = simple && plain(bare[i:i+1])
	}
	if star >= 0 {
		value = help("unpack", value, num(int64(star)), num(int64(len(elts)-1-star)))
	}
	if len(elts) == 0 {
		c.add(assign(st, &ast.List{}, value))
		return
	}
	if simple {
		c.add(assign(st, d.targets(c, st, bare), value))
		return
	}
	temps := make([]ast.Expr, len(elts))
	direct := 0 // names that are bound before another target is evaluated
	for ; direct < len(elts) && isName(bare[direct]); direct++ {
		temps[direct] = d.target(c, bare[direct])
	}
	for i := direct; i < len(elts); i++ {
		temps[i] = ident(c.local("item"))
	}
	c.add(assign(st, &ast.Tuple{Elts: temps}, value))
	for i := direct; i < len(elts); i++ {
		d.assignTo(c, st, bare[i], temps[i])
	}
}

// calm redesugars whether nobody sees when an expression is evaluated: nothing in it runs code.
func calm(e ast.Expr) bool {
	ok := true
	ast.Walk(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Name, *ast.Num, *ast.Str, *ast.Bytes, *ast.NameConstant, *ast.List, *ast.Tuple, *ast.Slice:
		case *ast.UnaryOp:
			_, number := n.Operand.(*ast.Num)
			ok = ok && number
		default:
			ok = false
		}
		return ok
	})
	return ok
}

// inPlaceOps are those that Starlark has not, or has for some counts only.
var inPlaceOps = map[ast.Operator]string{ast.Pow: "**", ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>"}

func (d *desugarer) augAssign(c *context, st *ast.AugAssign) {
	value := d.expr(c, st.Value)
	op, special := inPlaceOps[st.Op]
	if !special {
		c.add(&ast.AugAssign{StmtBase: at(st), Target: d.target(c, st.Target), Op: st.Op, Value: value})
		return
	}
	keep := func(e ast.Expr) ast.Expr {
		if isName(e) || repeatable(e) {
			return d.expr(c, e)
		}
		t := ident(c.local("value"))
		c.add(assign(st, t, d.expr(c, e)))
		return t
	}
	var read, write ast.Expr
	switch t := st.Target.(type) {
	case *ast.Attribute:
		x := keep(t.Value)
		read = &ast.Attribute{ExprBase: base(t), Value: x, Attr: t.Attr}
		write = read
	case *ast.Subscript:
		x, k := keep(t.Value), keep(t.Index)
		read = &ast.Subscript{Value: x, Index: k}
		write = read
	default:
		read, write = d.expr(c, st.Target), d.target(c, st.Target)
	}
	c.add(assign(st, write, help("in_place", str(op), read, value)))
}
