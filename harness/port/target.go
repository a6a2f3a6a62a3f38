package port

import (
	"strings"

	"quecstar/harness/python/ast"
)

func (w *writer) assign(c *context, st *ast.Assign) {
	value := w.expr(c, st.Value)
	if len(st.Targets) == 1 {
		w.assignTo(c, st, st.Targets[0], value)
		return
	}
	if !repeatable(st.Value) {
		first, ok := w.plainName(c, st.Targets[0])
		if !ok {
			first = w.local(c, "value")
			c.add(assign(st, ident(first), value))
			value = ident(first)
		} else {
			w.assignTo(c, st, st.Targets[0], value)
			value = ident(first)
			st = &ast.Assign{StmtBase: st.StmtBase, Targets: st.Targets[1:], Value: st.Value}
		}
	}
	for _, t := range st.Targets {
		w.assignTo(c, st, t, value)
	}
}

// plainName is the name of a target that is a variable of the Starlark function, whose value can be
// read back.
func (w *writer) plainName(c *context, t ast.Expr) (string, bool) {
	n, ok := t.(*ast.Name)
	if !ok {
		return "", false
	}
	id, ok := w.store(c, n, n.ID).(*ast.Name)
	if !ok {
		return "", false
	}
	return id.ID, true
}

// repeatable reports whether an expression is a constant that reads best where it is used.
func repeatable(e ast.Expr) bool {
	switch e.(type) {
	case *ast.Num, *ast.NameConstant, *ast.Str:
		return true
	}
	return false
}

// assignTo assigns a ported value.
func (w *writer) assignTo(c *context, st ast.Stmt, target, value ast.Expr) {
	switch t := target.(type) {
	case *ast.Subscript:
		if s, ok := t.Index.(*ast.Slice); ok {
			v := value
			if !calm(value) || !calm(t.Value) || !calm(s) {
				v = ident(w.local(c, "value"))
				c.add(assign(st, v, value))
			}
			args := append([]ast.Expr{w.expr(c, t.Value)}, w.sliceParts(c, s)...)
			c.add(do(st, w.help("set_slice", append(args, v)...)))
			return
		}
	case *ast.Tuple:
		w.unpack(c, st, t.Elts, value)
		return
	case *ast.List:
		w.unpack(c, st, t.Elts, value)
		return
	}
	c.add(w.set(st, w.target(c, target), value))
}

func isName(e ast.Expr) bool {
	_, ok := e.(*ast.Name)
	return ok
}

// target is the left side of an assignment.
func (w *writer) target(c *context, target ast.Expr) ast.Expr {
	switch t := target.(type) {
	case *ast.Name:
		return w.store(c, t, t.ID)
	case *ast.Attribute:
		return w.settable(w.expr(c, t.Value), t, t.Attr)
	case *ast.Subscript:
		if _, ok := t.Index.(*ast.Slice); !ok {
			return &ast.Subscript{ExprBase: base(t), Value: w.expr(c, t.Value), Index: w.expr(c, t.Index)}
		}
	case *ast.Tuple:
		return w.targets(c, t, t.Elts)
	case *ast.List:
		return w.targets(c, t, t.Elts)
	}
	w.fail(target, "assigning to this")
	return ident("_")
}

func (w *writer) targets(c *context, n ast.Node, elts []ast.Expr) ast.Expr {
	list := make([]ast.Expr, len(elts))
	for i, e := range elts {
		list[i] = w.target(c, e)
	}
	return &ast.Tuple{ExprBase: base(n), Elts: list}
}

// plain reports whether Starlark itself can unpack into these.
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
		case *ast.Attribute:
			if e.Attr == "load" {
				return false
			}
		}
	}
	return true
}

// unpack assigns to several targets, one of which may be starred.
func (w *writer) unpack(c *context, st ast.Stmt, elts []ast.Expr, value ast.Expr) {
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
		value = w.help("unpack", value, num(int64(star)), num(int64(len(elts)-1-star)))
	}
	if len(elts) == 0 {
		c.add(assign(st, &ast.List{}, value))
		return
	}
	if simple {
		c.add(assign(st, w.targets(c, st, bare), value))
		return
	}
	temps := make([]ast.Expr, len(elts))
	direct := 0 // names that are bound before another target is evaluated
	for ; direct < len(elts) && isName(bare[direct]); direct++ {
		temps[direct] = w.target(c, bare[direct])
	}
	for i := direct; i < len(elts); i++ {
		temps[i] = ident(w.local(c, "item"))
	}
	c.add(assign(st, &ast.Tuple{Elts: temps}, value))
	for i := direct; i < len(elts); i++ {
		w.assignTo(c, st, bare[i], temps[i])
	}
}

// calm reports whether nobody sees when an expression is evaluated: nothing in it runs code.
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

// inPlaceOps are those that Starlark has not.
var inPlaceOps = map[ast.Operator]string{ast.Pow: "**", ast.MatMult: "@"}

func (w *writer) augAssign(c *context, st *ast.AugAssign) {
	value := w.expr(c, st.Value)
	op, special := inPlaceOps[st.Op]
	if a, ok := st.Target.(*ast.Attribute); ok && a.Attr == "load" {
		op, special = strings.TrimSuffix(augmented[st.Op], "="), true
	}
	if !special {
		c.add(&ast.AugAssign{StmtBase: at(st), Target: w.target(c, st.Target), Op: st.Op, Value: value})
		return
	}
	keep := func(e ast.Expr) ast.Expr {
		if isName(e) || repeatable(e) {
			return w.expr(c, e)
		}
		t := ident(w.local(c, "value"))
		c.add(assign(st, t, w.expr(c, e)))
		return t
	}
	var read, write ast.Expr
	switch t := st.Target.(type) {
	case *ast.Attribute:
		x := keep(t.Value)
		read, write = w.attribute(x, t, t.Attr), w.settable(x, t, t.Attr)
	case *ast.Subscript:
		x, k := keep(t.Value), keep(t.Index)
		read = &ast.Subscript{Value: x, Index: k}
		write = read
	default:
		read, write = w.expr(c, st.Target), w.target(c, st.Target)
	}
	c.add(w.set(st, write, w.help("in_place", str(op), read, value)))
}
