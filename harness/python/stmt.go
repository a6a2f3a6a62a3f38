package python

import (
	"go.starlark.net/syntax"
	"quecstar/harness/python/ast"
)

// stmts lowers statements into a block.
func (l *lowerer) stmts(b *block, body []ast.Stmt) {
	defer l.sureUpTo(len(l.sure))
	for _, st := range body {
		l.stmt(b, st)
	}
}

// body lowers nested statements of the same Starlark function; there is always one.
func (l *lowerer) body(b *block, pos syntax.Position, body []ast.Stmt) []syntax.Stmt {
	l.stmts(b, body)
	if len(b.out) == 0 {
		b.add(branch(pos, syntax.PASS))
	}
	return b.out
}

func (l *lowerer) stmt(b *block, st ast.Stmt) {
	pos := l.pos(st)
	switch st := st.(type) {
	case *ast.ExprStmt:
		l.exprStmt(b, st)
	case *ast.Assign:
		l.assign(b, st)
	case *ast.AnnAssign:
		l.annAssign(b, st)
	case *ast.AugAssign:
		l.augAssign(b, st)
	case *ast.If:
		cond := l.test(b, st.Test)
		s := &syntax.IfStmt{If: pos, Cond: cond, True: l.body(b.inner(), pos, st.Body)}
		if len(st.Orelse) > 0 {
			s.ElsePos, s.False = pos, l.body(b.inner(), pos, st.Orelse)
		}
		b.add(s)
	case *ast.While:
		l.while(b, st)
	case *ast.For:
		l.forLoop(b, st)
	case *ast.Try:
		l.try(b, st)
	case *ast.With:
		l.with(b, st, st.Items)
	case *ast.FunctionDef:
		l.functionDef(b, st)
	case *ast.ClassDef:
		l.classDef(b, st)
	case *ast.Return:
		l.returnStmt(b, st)
	case *ast.Break:
		l.leave(b, pos, syntax.BREAK)
	case *ast.Continue:
		l.leave(b, pos, syntax.CONTINUE)
	case *ast.Raise:
		l.raise(b, st)
	case *ast.Assert:
		var args []syntax.Expr
		cond := l.test(b, st.Test)
		fail := b.inner()
		if st.Msg != nil {
			args = append(args, l.expr(fail, st.Msg))
		}
		fail.add(&syntax.ExprStmt{X: l.help(pos, "assert", args...)})
		b.add(&syntax.IfStmt{If: pos, Cond: &syntax.UnaryExpr{OpPos: pos, Op: syntax.NOT, X: cond}, True: fail.out})
	case *ast.Import:
		l.importStmt(b, st)
	case *ast.ImportFrom:
		l.importFrom(b, st)
	case *ast.Delete:
		for _, t := range st.Targets {
			l.delete(b, t)
		}
	case *ast.Pass, *ast.Global, *ast.Nonlocal:
		b.add(branch(pos, syntax.PASS))
	default:
		l.unsupported(st, "this statement")
	}
}

// exprStmt drops doc strings, which nothing reads.
func (l *lowerer) exprStmt(b *block, st *ast.ExprStmt) {
	if l.src.Single && b.kind == moduleScope {
		b.add(&syntax.ExprStmt{X: l.help(l.pos(st), "display", l.expr(b, st.Value))})
		return
	}
	if _, ok := st.Value.(*ast.Str); ok {
		b.add(branch(l.pos(st), syntax.PASS))
		return
	}
	if l.appendStmt(b, st) {
		return
	}
	x := l.expr(b, st.Value)
	b.add(&syntax.ExprStmt{X: x})
}

// appendStmt lowers x.append(v) to ·append[x] = v; it reports whether the statement is one.
func (l *lowerer) appendStmt(b *block, st *ast.ExprStmt) bool {
	c, ok := st.Value.(*ast.Call)
	if !ok || len(c.Args) != 1 || len(c.Keywords) != 0 || starred(c.Args) {
		return false
	}
	a, ok := c.Func.(*ast.Attribute)
	if !ok || a.Attr != "append" {
		return false
	}
	pos := l.pos(c)
	x := l.expr(b, a.Value)
	if !simple(c.Args[0]) && !l.settled(b, a.Value) {
		t := l.temp() // Starlark evaluates the right side first
		b.add(assign(pos, l.ident(pos, t), x))
		x = l.ident(pos, t)
	}
	to := &syntax.IndexExpr{X: l.ident(pos, l.constant(unaryConst, "u_", "append")), Lbrack: pos, Y: x, Rbrack: pos}
	b.add(assign(pos, to, l.expr(b, c.Args[0])))
	return true
}

// settled reports whether an expression is a variable of this function that no other function binds.
func (l *lowerer) settled(b *block, e ast.Expr) bool {
	n, ok := e.(*ast.Name)
	if !ok || b.scope.kind != functionScope {
		return false
	}
	v := b.names[n.ID]
	return v != nil && v.bound && !v.cell && (v.param || v.assigned)
}

func (l *lowerer) assign(b *block, st *ast.Assign) {
	pos := l.pos(st)
	value := l.expr(b, st.Value)
	defer l.surely(b, st.Targets...)
	if len(st.Targets) == 1 {
		l.assignTo(b, pos, st.Targets[0], value)
		return
	}
	t := l.temp()
	b.add(assign(pos, l.ident(pos, t), value))
	for _, target := range st.Targets {
		l.assignTo(b, pos, target, l.ident(pos, t))
	}
}

// annAssign lowers target: annotation = value; the annotation means nothing.
func (l *lowerer) annAssign(b *block, st *ast.AnnAssign) {
	pos := l.pos(st)
	if st.Value == nil {
		b.add(branch(pos, syntax.PASS))
		return
	}
	l.assignTo(b, pos, st.Target, l.expr(b, st.Value))
}

// assignTo assigns a lowered value.
func (l *lowerer) assignTo(b *block, pos syntax.Position, target ast.Expr, value syntax.Expr) {
	switch t := target.(type) {
	case *ast.Subscript:
		if sl, ok := t.Index.(*ast.Slice); ok {
			v := l.temp()
			b.add(assign(pos, l.ident(pos, v), value))
			args := append([]syntax.Expr{l.expr(b, t.Value)}, l.sliceParts(b, pos, sl)...)
			b.add(&syntax.ExprStmt{X: l.help(pos, "setslice", append(args, l.ident(pos, v))...)})
			return
		}
		if l.mayBeSlice(b, t.Index) {
			v := l.temp()
			b.add(assign(pos, l.ident(pos, v), value))
			b.add(&syntax.ExprStmt{X: l.help(pos, "setitem", l.expr(b, t.Value), l.expr(b, t.Index), l.ident(pos, v))})
			return
		}
	case *ast.Tuple:
		l.unpack(b, pos, t.Elts, value)
		return
	case *ast.List:
		l.unpack(b, pos, t.Elts, value)
		return
	}
	b.add(assign(pos, l.target(b, target), value))
}

// target is the left side of an assignment to a name, an attribute or an item.
func (l *lowerer) target(b *block, target ast.Expr) syntax.Expr {
	pos := l.pos(target)
	switch t := target.(type) {
	case *ast.Name:
		return l.store(b, pos, t.ID)
	case *ast.Attribute:
		return l.dot(pos, l.expr(b, t.Value), t.Attr)
	case *ast.Subscript:
		if _, ok := t.Index.(*ast.Slice); !ok {
			x := l.expr(b, t.Value)
			if !l.mayBeBool(t.Index) || b.noHoist {
				return &syntax.IndexExpr{X: x, Lbrack: pos, Y: l.expr(b, t.Index), Rbrack: pos}
			}
			of := l.temp()
			b.add(assign(pos, l.ident(pos, of), x))
			k := l.help(pos, "indexof", l.ident(pos, of), l.expr(b, t.Index))
			return &syntax.IndexExpr{X: l.ident(pos, of), Lbrack: pos, Y: k, Rbrack: pos}
		}
	case *ast.Tuple:
		return l.targets(b, pos, t.Elts)
	case *ast.List:
		return l.targets(b, pos, t.Elts)
	}
	l.unsupported(target, "assigning to this")
	return l.ident(pos, "_")
}

func (l *lowerer) targets(b *block, pos syntax.Position, elts []ast.Expr) syntax.Expr {
	list := make([]syntax.Expr, len(elts))
	for i, e := range elts {
		list[i] = l.target(b, e)
	}
	return &syntax.TupleExpr{Lparen: pos, List: list, Rparen: pos}
}

// plainTargets reports whether Starlark itself can unpack into all of these.
func plainTargets(elts []ast.Expr) bool {
	for _, e := range elts {
		switch e := e.(type) {
		case *ast.Starred:
			return false
		case *ast.Subscript:
			if _, ok := e.Index.(*ast.Slice); ok {
				return false
			}
		case *ast.Tuple:
			if !plainTargets(e.Elts) {
				return false
			}
		case *ast.List:
			if !plainTargets(e.Elts) {
				return false
			}
		}
	}
	return true
}

// unpack assigns to several targets, one of which may be starred.
func (l *lowerer) unpack(b *block, pos syntax.Position, elts []ast.Expr, value syntax.Expr) {
	if plainTargets(elts) {
		b.add(assign(pos, l.targets(b, pos, elts), l.loop(pos, value)))
		return
	}
	star := -1
	for i, e := range elts {
		if _, ok := e.(*ast.Starred); ok {
			star = i
		}
	}
	if star >= 0 {
		value = l.help(pos, "unpack", value, number(pos, int64(star)), number(pos, int64(len(elts)-1-star)))
	} else {
		value = l.loop(pos, value)
	}
	temps := make([]syntax.Expr, len(elts))
	for i := range elts {
		temps[i] = l.ident(pos, l.temp())
	}
	b.add(assign(pos, &syntax.TupleExpr{Lparen: pos, List: temps, Rparen: pos}, value))
	for i, e := range elts {
		if s, ok := e.(*ast.Starred); ok {
			e = s.Value
		}
		l.assignTo(b, pos, e, l.ident(pos, temps[i].(*syntax.Ident).Name))
	}
}

// loop is what a for loop or an unpacking goes over: ·iter(x), unless x is known to need none.
func (l *lowerer) loop(pos syntax.Position, x syntax.Expr) syntax.Expr {
	switch x := x.(type) {
	case *syntax.TupleExpr:
		return x
	case *syntax.CallExpr:
		if f, ok := x.Fn.(*syntax.Ident); ok && l.named[f.Name] && f.Name == "·b_range" {
			return x
		}
	}
	return l.unary(pos, "iter", x)
}

func (l *lowerer) delete(b *block, target ast.Expr) {
	pos := l.pos(target)
	switch t := target.(type) {
	case *ast.Name:
		v := l.store(b, pos, t.ID)
		if d, ok := v.(*syntax.DotExpr); ok && d.Name.Name == "v" {
			b.add(&syntax.ExprStmt{X: l.help(pos, "unbind", d.X)})
			return
		}
		if d, ok := v.(*syntax.DotExpr); ok {
			b.add(&syntax.ExprStmt{X: l.help(pos, "delattr", d.X, text(pos, d.Name.Name))})
			return
		}
		l.unsupported(target, "del of this name")
	case *ast.Attribute:
		b.add(&syntax.ExprStmt{X: l.help(pos, "delattr", l.expr(b, t.Value), text(pos, t.Attr))})
	case *ast.Subscript:
		x := l.expr(b, t.Value)
		if s, ok := t.Index.(*ast.Slice); ok {
			b.add(&syntax.ExprStmt{X: l.help(pos, "delslice", append([]syntax.Expr{x}, l.sliceParts(b, pos, s)...)...)})
			return
		}
		b.add(&syntax.ExprStmt{X: l.help(pos, "delitem", x, l.expr(b, t.Index))})
	case *ast.List:
		for _, e := range t.Elts {
			l.delete(b, e)
		}
	case *ast.Tuple:
		for _, e := range t.Elts {
			l.delete(b, e)
		}
	default:
		l.unsupported(target, "del of this")
	}
}

func (l *lowerer) raise(b *block, st *ast.Raise) {
	pos := l.pos(st)
	if st.Exc == nil {
		b.add(&syntax.ExprStmt{X: l.help(pos, "reraise")})
		return
	}
	exc := l.expr(b, st.Exc)
	if st.Cause == nil {
		b.add(&syntax.ExprStmt{X: l.unary(pos, "raise", exc)})
		return
	}
	b.add(&syntax.ExprStmt{X: l.help(pos, "raise", exc, l.expr(b, st.Cause))})
}

func (l *lowerer) module(pos syntax.Position) syntax.Expr {
	return l.ident(pos, l.constant(moduleConst, "module", ""))
}

func (l *lowerer) importStmt(b *block, st *ast.Import) {
	pos := l.pos(st)
	for _, n := range st.Names {
		names := l.none(pos)
		if n.AsName != "" {
			names = &syntax.TupleExpr{Lparen: pos, Rparen: pos}
		}
		m := l.help(pos, "import", l.module(pos), text(pos, n.Name), names, number(pos, 0))
		b.add(assign(pos, l.store(b, pos, importedName(n)), m))
	}
}

func (l *lowerer) importFrom(b *block, st *ast.ImportFrom) {
	pos := l.pos(st)
	names := &syntax.TupleExpr{Lparen: pos, Rparen: pos}
	for _, n := range st.Names {
		names.List = append(names.List, text(pos, n.Name))
	}
	m := l.help(pos, "import", l.module(pos), text(pos, st.Module), names, number(pos, int64(st.Level)))
	if len(st.Names) == 1 && st.Names[0].Name == "*" {
		b.add(&syntax.ExprStmt{X: l.help(pos, "importstar", l.module(pos), m)})
		return
	}
	t := l.temp()
	b.add(assign(pos, l.ident(pos, t), m))
	for _, n := range st.Names {
		v := l.help(pos, "importfrom", l.ident(pos, t), text(pos, n.Name))
		b.add(assign(pos, l.store(b, pos, importedName(n)), v))
	}
}
