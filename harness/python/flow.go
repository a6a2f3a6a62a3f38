package python

import (
	"go.starlark.net/syntax"
	"quecstar/harness/python/ast"
)

func (l *lowerer) while(b *block, st *ast.While) {
	pos := l.pos(st)
	flag := l.elseFlag(b, pos, st.Orelse)
	in := b.inner()
	in.loops++
	in.flag = flag
	cond := l.test(b, st.Test)
	b.add(&syntax.WhileStmt{While: pos, Cond: cond, Body: l.body(in, pos, st.Body)})
	l.elsePart(b, pos, flag, st.Orelse)
}

func (l *lowerer) forLoop(b *block, st *ast.For) {
	pos := l.pos(st)
	flag := l.elseFlag(b, pos, st.Orelse)
	in := b.inner()
	in.loops++
	in.flag = flag
	if st.Async {
		l.asyncFor(b, in, st)
		l.elsePart(b, pos, flag, st.Orelse)
		return
	}
	x := l.loop(pos, l.expr(b, st.Iter))
	vars := l.loopVars(b, in, st.Target)
	b.add(&syntax.ForStmt{For: pos, Vars: vars, X: x, Body: l.body(in, pos, st.Body)})
	l.elsePart(b, pos, flag, st.Orelse)
}

// asyncFor lowers to: while 1: v = ·anext(y, it); if v is the end: break; the body.
func (l *lowerer) asyncFor(b, in *block, st *ast.For) {
	pos := l.pos(st)
	it, v := l.temp(), l.temp()
	b.add(assign(pos, l.ident(pos, it), l.help(pos, "aiter", l.expr(b, st.Iter))))
	in.add(assign(pos, l.ident(pos, v), l.help(pos, "anext", l.ident(pos, yieldName), l.ident(pos, it))))
	end := l.help(pos, "is", l.ident(pos, v), l.helperValue(pos, "NOMATCH"))
	in.add(&syntax.IfStmt{If: pos, Cond: end, True: []syntax.Stmt{branch(pos, syntax.BREAK)}})
	l.assignTo(in, pos, st.Target, l.ident(pos, v))
	b.add(&syntax.WhileStmt{While: pos, Cond: number(pos, 1), Body: l.body(in, pos, st.Body)})
}

// loopVars are what Starlark's loop assigns to: a target that it cannot assign to is assigned by
// the first statements of the body.
func (l *lowerer) loopVars(b, in *block, target ast.Expr) syntax.Expr {
	if plainTargets([]ast.Expr{target}) {
		return l.target(b, target)
	}
	pos := l.pos(target)
	t := l.temp()
	l.assignTo(in, pos, target, l.ident(pos, t))
	return l.ident(pos, t)
}

// elseFlag makes the variable that says whether a loop ran to its end; "" without an else part.
func (l *lowerer) elseFlag(b *block, pos syntax.Position, orelse []ast.Stmt) string {
	if len(orelse) == 0 {
		return ""
	}
	flag := l.temp()
	b.add(assign(pos, l.ident(pos, flag), number(pos, 1)))
	return flag
}

func (l *lowerer) elsePart(b *block, pos syntax.Position, flag string, orelse []ast.Stmt) {
	if flag != "" {
		b.add(&syntax.IfStmt{If: pos, Cond: l.ident(pos, flag), True: l.body(b.inner(), pos, orelse)})
	}
}

// leave lowers break and continue: of a loop around the synthetic function, a signal.
func (l *lowerer) leave(b *block, pos syntax.Position, token syntax.Token) {
	if b.loops > 0 {
		if token == syntax.BREAK && b.flag != "" {
			b.add(assign(pos, l.ident(pos, b.flag), number(pos, 0)))
		}
		b.add(branch(pos, token))
		return
	}
	if !b.synthetic {
		l.fail(pos, "%s outside loop", token)
		return
	}
	name := "BRK"
	if token == syntax.CONTINUE {
		name = "CNT"
		b.signals.cnt = true
	} else {
		b.signals.brk = true
	}
	b.add(&syntax.ReturnStmt{Return: pos, Result: l.helperValue(pos, name)})
}

func (l *lowerer) returnStmt(b *block, st *ast.Return) {
	pos := l.pos(st)
	value := l.none(pos)
	if st.Value != nil {
		value = l.expr(b, st.Value)
	}
	l.returnValue(b, pos, value)
}

func (l *lowerer) returnValue(b *block, pos syntax.Position, value syntax.Expr) {
	if b.function().kind != functionScope {
		l.fail(pos, "return outside function")
		return
	}
	if b.synthetic {
		b.signals.ret = true
		value = &syntax.TupleExpr{Lparen: pos, List: []syntax.Expr{l.helperValue(pos, "RET"), value}, Rparen: pos}
	}
	b.add(&syntax.ReturnStmt{Return: pos, Result: value})
}

// part makes a synthetic function of statements and returns its name.
func (l *lowerer) part(b *block, pos syntax.Position, kind string, params []syntax.Expr, sig *signals, fill func(in *block)) string {
	in := b.inner()
	in.synthetic, in.loops, in.flag, in.signals = true, 0, "", sig
	fill(in)
	l.temps++
	name := l.temp() + kind
	b.add(l.define(pos, name, params, in.out))
	return name
}

// after carries on with what a synthetic function signalled: r is its result.
func (l *lowerer) after(b *block, pos syntax.Position, x syntax.Expr, sig *signals) {
	if !sig.brk && !sig.cnt && !sig.ret {
		b.add(&syntax.ExprStmt{X: x})
		return
	}
	r := l.temp()
	b.add(assign(pos, l.ident(pos, r), x))
	on := func(seen bool, name string, then func(in *block)) {
		if !seen {
			return
		}
		in := b.inner()
		then(in)
		b.add(&syntax.IfStmt{If: pos, Cond: binary(pos, l.ident(pos, r), syntax.EQL, l.helperValue(pos, name)), True: in.out})
	}
	on(sig.brk, "BRK", func(in *block) { l.leave(in, pos, syntax.BREAK) })
	on(sig.cnt, "CNT", func(in *block) { l.leave(in, pos, syntax.CONTINUE) })
	if sig.ret {
		in := b.inner()
		l.returnValue(in, pos, &syntax.IndexExpr{X: l.ident(pos, r), Lbrack: pos, Y: number(pos, 1), Rbrack: pos})
		cond := binary(pos, l.ident(pos, r), syntax.NEQ, l.none(pos))
		b.add(&syntax.IfStmt{If: pos, Cond: cond, True: in.out})
	}
}

func (l *lowerer) try(b *block, st *ast.Try) {
	pos := l.pos(st)
	sig := &signals{}
	optional := func(kind string, body []ast.Stmt) syntax.Expr {
		if len(body) == 0 {
			return l.none(pos)
		}
		return l.ident(pos, l.part(b, pos, kind, nil, sig, func(in *block) { l.stmts(in, body) }))
	}
	body := optional("try", st.Body)
	handler := l.none(pos)
	if len(st.Handlers) > 0 {
		e := l.temp()
		handler = l.ident(pos, l.part(b, pos, "except", []syntax.Expr{l.ident(pos, e)}, sig, func(in *block) {
			l.handlers(in, st.Handlers, e)
		}))
	}
	orelse := optional("else", st.Orelse)
	final := optional("finally", st.Finalbody)
	l.after(b, pos, l.help(pos, "try", body, handler, orelse, final), sig)
}

// handlers lowers except clauses to a chain of ifs; e is the exception.
func (l *lowerer) handlers(b *block, hs []*ast.ExceptHandler, e string) {
	if len(hs) == 0 {
		pos := syntax.MakePosition(l.path, 1, 1)
		b.add(&syntax.ReturnStmt{Return: pos, Result: l.helperValue(pos, "NOMATCH")})
		return
	}
	h := hs[0]
	pos := syntax.MakePosition(l.path, h.Line, h.Col)
	in := b.inner()
	if h.Name != "" {
		in.add(assign(pos, l.store(in, pos, h.Name), l.ident(pos, e)))
	}
	l.stmts(in, h.Body)
	if h.Name != "" {
		if d, ok := l.store(in, pos, h.Name).(*syntax.DotExpr); ok && d.Name.Name == "v" {
			in.add(&syntax.ExprStmt{X: l.help(pos, "forget", d.X)})
		}
	}
	body := l.body(in, pos, nil)
	if h.Type == nil {
		b.add(body...)
		return
	}
	rest := b.inner()
	l.handlers(rest, hs[1:], e)
	cond := l.help(pos, "match", l.ident(pos, e), l.expr(b, h.Type))
	b.add(&syntax.IfStmt{If: pos, Cond: cond, True: body, ElsePos: pos, False: rest.out})
}

func (l *lowerer) with(b *block, st *ast.With, items []ast.WithItem) {
	pos := l.pos(st)
	sig := &signals{}
	v := l.temp()
	manager := l.expr(b, items[0].Context)
	m := l.temp()
	b.add(assign(pos, l.ident(pos, m), manager))
	body := l.part(b, pos, "with", []syntax.Expr{l.ident(pos, v)}, sig, func(in *block) {
		if items[0].Vars != nil {
			l.assignTo(in, pos, items[0].Vars, l.ident(pos, v))
		}
		if len(items) > 1 {
			l.with(in, st, items[1:])
			return
		}
		l.stmts(in, st.Body)
	})
	enter := l.help(pos, "with", l.ident(pos, m), l.ident(pos, body))
	if st.Async {
		enter = l.help(pos, "awith", l.ident(pos, yieldName), l.ident(pos, m), l.ident(pos, body))
	}
	l.after(b, pos, enter, sig)
}

var augOps = map[ast.Operator]struct {
	token syntax.Token
	text  string
}{
	ast.Add: {syntax.PLUS_EQ, "+"}, ast.Sub: {syntax.MINUS_EQ, "-"}, ast.Mult: {syntax.STAR_EQ, "*"},
	ast.Div: {syntax.SLASH_EQ, "/"}, ast.FloorDiv: {syntax.SLASHSLASH_EQ, "//"}, ast.Modulo: {syntax.PERCENT_EQ, "%"},
	ast.BitAnd: {syntax.AMP_EQ, "&"}, ast.BitOr: {syntax.PIPE_EQ, "|"}, ast.BitXor: {syntax.CIRCUMFLEX_EQ, "^"},
	ast.LShift: {syntax.LTLT_EQ, "<<"}, ast.RShift: {syntax.GTGT_EQ, ">>"}, ast.Pow: {0, "**"}, ast.MatMult: {0, "@"},
}

func (l *lowerer) augAssign(b *block, st *ast.AugAssign) {
	pos := l.pos(st)
	op, ok := augOps[st.Op]
	if !ok {
		l.unsupported(st, "this operator")
		return
	}
	value := l.expr(b, st.Value)
	if op.token != 0 && !l.needsInPlace(st) {
		b.add(&syntax.AssignStmt{OpPos: pos, Op: op.token, LHS: l.target(b, st.Target), RHS: value})
		return
	}
	read, write := l.twice(b, pos, st.Target)
	b.add(assign(pos, write, l.help(pos, "iop", text(pos, op.text), read, value)))
}

// needsInPlace reports whether Starlark's own x op= y may do something else than Python's.
func (l *lowerer) needsInPlace(st *ast.AugAssign) bool {
	switch st.Value.(type) {
	case *ast.Num:
		return st.Op == ast.Pow || st.Op == ast.MatMult || l.inPlace && l.a.mentions["self"]
	}
	return l.inPlace || st.Op == ast.LShift || st.Op == ast.RShift
}

// twice is a target to read and to write, of which the parts are evaluated once.
func (l *lowerer) twice(b *block, pos syntax.Position, target ast.Expr) (read, write syntax.Expr) {
	keep := func(e ast.Expr) func() syntax.Expr {
		t := l.temp()
		b.add(assign(pos, l.ident(pos, t), l.expr(b, e)))
		return func() syntax.Expr { return l.ident(pos, t) }
	}
	switch t := target.(type) {
	case *ast.Attribute:
		x := keep(t.Value)
		return l.attribute(pos, x(), t.Attr), l.dot(pos, x(), t.Attr)
	case *ast.Subscript:
		if _, ok := t.Index.(*ast.Slice); !ok {
			x, k := keep(t.Value), keep(t.Index)
			return &syntax.IndexExpr{X: x(), Lbrack: pos, Y: k(), Rbrack: pos}, &syntax.IndexExpr{X: x(), Lbrack: pos, Y: k(), Rbrack: pos}
		}
	}
	return l.target(b, target), l.target(b, target)
}
