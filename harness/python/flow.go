package python

import (
	"strings"

	"go.starlark.net/syntax"
	"quecstar/harness/python/ast"
	"quecstar/harness/python/object"
)

func (l *lowerer) while(b *block, st *ast.While) {
	pos := l.pos(st)
	flag := l.elseFlag(b, pos, st.Orelse)
	in, enter := b.loop(flag)
	cond := l.test(b, st.Test)
	enter(&syntax.WhileStmt{While: pos, Cond: cond, Body: l.body(in, pos, st.Body)})
	l.elsePart(b, pos, flag, st.Orelse)
}

func (l *lowerer) forLoop(b *block, st *ast.For) {
	pos := l.pos(st)
	flag := l.elseFlag(b, pos, st.Orelse)
	in, enter := b.loop(flag)
	if st.Async {
		enter(l.asyncFor(b, in, st))
		l.elsePart(b, pos, flag, st.Orelse)
		return
	}
	x := l.loop(pos, l.expr(b, st.Iter))
	vars := l.loopVars(b, in, st.Target)
	defer l.sureUpTo(len(l.sure))
	l.surely(in, st.Target)
	enter(&syntax.ForStmt{For: pos, Vars: vars, X: x, Body: l.body(in, pos, st.Body)})
	l.elsePart(b, pos, flag, st.Orelse)
}

// loop returns the block of a loop's body, and what puts the loop into b once the body is lowered:
// behind what the body wants to be made but once.
func (b *block) loop(flag string) (in *block, enter func(loop syntax.Stmt)) {
	in = b.inner()
	in.loops++
	in.flag = flag
	if b.hoisted != nil {
		return in, func(loop syntax.Stmt) { b.add(loop) }
	}
	in.hoisted = new([]syntax.Stmt)
	return in, func(loop syntax.Stmt) {
		b.add(*in.hoisted...)
		b.add(loop)
	}
}

// early adds statements in front of the outermost loop around, or else here. They define functions
// and what is made of them, for which it does not matter when that is done: all that they share with
// the code around are variables of the whole function.
func (b *block) early(st ...syntax.Stmt) {
	if b.hoisted == nil {
		b.add(st...)
		return
	}
	*b.hoisted = append(*b.hoisted, st...)
}

// asyncFor lowers to: while 1: v = ·anext(y, it); if v is the end: break; the body.
func (l *lowerer) asyncFor(b, in *block, st *ast.For) syntax.Stmt {
	pos := l.pos(st)
	it, v := l.temp(), l.temp()
	b.add(assign(pos, l.ident(pos, it), l.help(pos, "aiter", l.expr(b, st.Iter))))
	in.add(assign(pos, l.ident(pos, v), l.help(pos, "anext", l.usesYield(b, pos), l.ident(pos, it))))
	end := l.help(pos, "is", l.ident(pos, v), l.helperValue(pos, "NOMATCH"))
	in.add(&syntax.IfStmt{If: pos, Cond: end, True: []syntax.Stmt{branch(pos, syntax.BREAK)}})
	l.assignTo(in, pos, st.Target, l.ident(pos, v))
	return &syntax.WhileStmt{While: pos, Cond: number(pos, 1), Body: l.body(in, pos, st.Body)}
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

// after carries on with what a synthetic function signalled, which x is; final are statements to go
// through first.
func (l *lowerer) after(b *block, pos syntax.Position, x syntax.Expr, sig *signals, final ...ast.Stmt) {
	if !sig.brk && !sig.cnt && !sig.ret {
		b.add(&syntax.ExprStmt{X: x})
		l.stmts(b, final)
		return
	}
	r := l.temp()
	b.add(assign(pos, l.ident(pos, r), x))
	l.stmts(b, final)
	in := b.inner() // of if r: mostly there is no signal
	on := func(seen bool, name string, token syntax.Token) {
		if !seen {
			return
		}
		then := in.inner()
		l.leave(then, pos, token)
		in.add(&syntax.IfStmt{If: pos, Cond: binary(pos, l.ident(pos, r), syntax.EQL, l.helperValue(pos, name)), True: then.out})
	}
	on(sig.brk, "BRK", syntax.BREAK)
	on(sig.cnt, "CNT", syntax.CONTINUE)
	if sig.ret {
		l.returnValue(in, pos, &syntax.IndexExpr{X: l.ident(pos, r), Lbrack: pos, Y: number(pos, 1), Rbrack: pos})
	}
	b.add(&syntax.IfStmt{If: pos, Cond: l.ident(pos, r), True: in.out})
}

// try lowers to a guard, made of the functions of its parts, and to its use.
func (l *lowerer) try(b *block, st *ast.Try) {
	pos := l.pos(st)
	sig := &signals{}
	var pieces []piece
	var args []syntax.Expr
	part := func(kind string, body []ast.Stmt) {
		if len(body) == 0 {
			args = append(args, l.none(pos))
			return
		}
		pieces = append(pieces, l.piece(b, kind, nil, sig, func(in *block) { l.stmts(in, body) }))
		args = append(args, l.ident(pos, pieces[len(pieces)-1].name))
	}
	var named []syntax.Expr // the variables of the except clauses, nil for none
	extra, lifted := l.lift(b, pos, func() {
		part("try", st.Body)
		part("else", st.Orelse)
		part("finally", st.Finalbody)
		for _, h := range st.Handlers {
			classes := l.handledClasses(b, h, &pieces)
			p, cell := l.handler(b, h, sig)
			pieces = append(pieces, p)
			named = append(named, cell)
			args = append(args, classes, l.ident(pos, p.name), nil)
		}
	}, &pieces)
	for i, cell := range named {
		args[3+3*i+2] = l.handledVariable(pos, cell, extra)
	}
	guard, helper := l.temp(), "guard"
	var inline []ast.Stmt
	if short(st.Finalbody) {
		helper, inline = "guardshort", st.Finalbody
	}
	made := assign(pos, l.ident(pos, guard), l.help(pos, helper, args...))
	if lifted {
		l.lifted = append(l.lifted, made)
	} else {
		b.early(made)
	}
	l.after(b, pos, l.guardUse(pos, guard, extra), sig, inline...)
}

// short reports whether a finally part is so short that it is lowered twice: as the function that the
// guard calls when there is an exception, and as statements behind the guard otherwise.
func short(body []ast.Stmt) bool {
	for _, st := range body {
		switch st.(type) {
		case *ast.ExprStmt, *ast.Assign, *ast.AugAssign, *ast.Pass:
		default:
			return false
		}
	}
	return len(body) > 0 && len(body) <= 4
}

// handledClasses is what an except clause takes: one of Python's own classes, or else a function, as
// classes are looked at when there is an exception.
func (l *lowerer) handledClasses(b *block, h *ast.ExceptHandler, pieces *[]piece) syntax.Expr {
	pos := syntax.MakePosition(l.path, h.Line, h.Col)
	if h.Type == nil {
		return l.none(pos)
	}
	in := *b
	in.noHoist = true
	classes := l.expr(&in, h.Type)
	if id, ok := classes.(*syntax.Ident); ok && strings.HasPrefix(id.Name, object.Marker+"b_") {
		return id
	}
	*pieces = append(*pieces, piece{name: l.temp() + "classes", body: []syntax.Stmt{&syntax.ReturnStmt{Return: pos, Result: classes}}})
	return l.ident(pos, (*pieces)[len(*pieces)-1].name)
}

// handler lowers an except clause; its function takes the exception in front of all else. cell is where
// the variable lives that the exception is bound to, nil for none: the guard unbinds it, however the
// clause is left.
func (l *lowerer) handler(b *block, h *ast.ExceptHandler, sig *signals) (p piece, cell syntax.Expr) {
	pos := syntax.MakePosition(l.path, h.Line, h.Col)
	e := l.temp()
	return l.piece(b, "except", []syntax.Expr{l.ident(pos, e)}, sig, func(in *block) {
		if h.Name != "" {
			target := l.store(in, pos, h.Name)
			if d, ok := target.(*syntax.DotExpr); ok && d.Name.Name == "v" {
				cell = d.X
			}
			in.add(assign(pos, target, l.ident(pos, e)))
		}
		l.stmts(in, h.Body)
	}), cell
}

// handledVariable tells a guard where the variable of an except clause lives: in one of the variables
// that the guard gets, or in the cell itself.
func (l *lowerer) handledVariable(pos syntax.Position, cell syntax.Expr, extra []syntax.Expr) syntax.Expr {
	id, ok := cell.(*syntax.Ident)
	if !ok {
		return l.none(pos)
	}
	for i, x := range extra {
		if x.(*syntax.Ident).Name == id.Name {
			return number(pos, int64(i))
		}
	}
	return l.ident(pos, id.Name)
}

func (l *lowerer) with(b *block, st *ast.With, items []ast.WithItem) {
	pos := l.pos(st)
	sig := &signals{}
	v := l.temp()
	manager := l.expr(b, items[0].Context)
	m := l.temp()
	b.add(assign(pos, l.ident(pos, m), manager))
	var body []piece
	extra, _ := l.lift(b, pos, func() {
		body = append(body, l.piece(b, "with", []syntax.Expr{l.ident(pos, v)}, sig, func(in *block) {
			if items[0].Vars != nil {
				l.assignTo(in, pos, items[0].Vars, l.ident(pos, v))
			}
			if len(items) > 1 {
				l.with(in, st, items[1:])
				return
			}
			l.stmts(in, st.Body)
		}))
	}, &body)
	args := append([]syntax.Expr{l.ident(pos, m), l.ident(pos, body[0].name)}, extra...)
	enter := l.help(pos, "with", args...)
	if st.Async {
		enter = l.help(pos, "awith", append([]syntax.Expr{l.usesYield(b, pos)}, args...)...)
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
		return st.Op == ast.Pow || st.Op == ast.MatMult || l.inPlaceDefined
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
			if l.mayBeBool(t.Index) {
				b.add(assign(pos, k(), l.help(pos, "indexof", x(), k())))
			}
			return &syntax.IndexExpr{X: x(), Lbrack: pos, Y: k(), Rbrack: pos}, &syntax.IndexExpr{X: x(), Lbrack: pos, Y: k(), Rbrack: pos}
		}
	}
	return l.target(b, target), l.target(b, target)
}
