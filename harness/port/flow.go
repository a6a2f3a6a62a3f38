package port

import (
	"slices"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/object"
)

func (w *writer) while(c *context, st *ast.While) {
	flag := w.elseFlag(c, st, st.Orelse)
	test := w.expr(c, st.Test)
	c.add(&ast.While{StmtBase: at(st), Test: test, Body: w.loopBody(c, st, flag, nil, st.Body)})
	w.elsePart(c, flag, st.Orelse)
}

func (w *writer) forLoop(c *context, st *ast.For) {
	flag := w.elseFlag(c, st, st.Orelse)
	defer w.elsePart(c, flag, st.Orelse)
	if st.Async {
		w.asyncFor(c, st, flag)
		return
	}
	over := w.expr(c, st.Iter)
	if plain([]ast.Expr{st.Target}) {
		target := w.target(c, st.Target)
		c.add(&ast.For{StmtBase: at(st), Target: target, Iter: over, Body: w.loopBody(c, st, flag, nil, st.Body)})
		return
	}
	item := ident(w.local(c, "item"))
	body := w.loopBody(c, st, flag, func(in *context) { w.assignTo(in, st, st.Target, item) }, st.Body)
	c.add(&ast.For{StmtBase: at(st), Target: item, Iter: over, Body: body})
}

// loopBody ports the body of a loop; first, when not nil, puts statements in front.
func (w *writer) loopBody(c *context, n ast.Node, flag string, first func(in *context), body []ast.Stmt) []ast.Stmt {
	in := c.inner()
	in.loops++
	in.flag, in.tail = flag, false
	if first != nil {
		first(in)
	}
	w.stmts(in, body)
	return filled(n, in.out)
}

func (w *writer) asyncFor(c *context, st *ast.For, flag string) {
	it, item := ident(w.local(c, "source")), ident(w.local(c, "item"))
	c.add(assign(st, it, w.help("async_iter", w.expr(c, st.Iter))))
	body := w.loopBody(c, st, flag, func(in *context) {
		in.add(assign(st, item, w.help("async_next", ident(w.name("yield_")), it)))
		in.add(when(st, w.help("is_", item, w.member("end")), &ast.Break{StmtBase: at(st)}))
		w.assignTo(in, st, st.Target, item)
	}, st.Body)
	c.add(&ast.While{StmtBase: at(st), Test: &ast.NameConstant{Value: ast.True}, Body: body})
}

// elseFlag makes the variable that says whether a loop ran to its end.
func (w *writer) elseFlag(c *context, n ast.Node, orelse []ast.Stmt) string {
	if len(orelse) == 0 {
		return ""
	}
	flag := w.local(c, "completed")
	c.add(assign(n, ident(flag), &ast.NameConstant{Value: ast.True}))
	return flag
}

func (w *writer) elsePart(c *context, flag string, orelse []ast.Stmt) {
	if flag != "" {
		c.add(when(orelse[0], ident(flag), w.body(c, orelse[0], orelse)...))
	}
}

// leave ports break and continue: of a loop around the part, what tells it.
func (w *writer) leave(c *context, st ast.Stmt) {
	_, brk := st.(*ast.Break)
	if c.loops > 0 {
		if brk && c.flag != "" {
			c.add(assign(st, ident(c.flag), &ast.NameConstant{Value: ast.False}))
		}
		c.add(st)
		return
	}
	if !c.apart {
		w.fail(st, "break or continue outside of a loop")
		return
	}
	c.sig.brk, c.sig.cnt = c.sig.brk || brk, c.sig.cnt || !brk
	name := "continue_"
	if brk {
		name = "break_"
	}
	c.add(ret(st, w.member(name)))
}

func (w *writer) returnStmt(c *context, st *ast.Return) {
	var value ast.Expr
	if st.Value != nil {
		value = w.expr(c, st.Value)
	}
	if c.apart {
		c.sig.ret = true
		if value == nil {
			value = none()
		}
		value = w.help("return_", value)
	}
	c.add(ret(st, value))
}

// block is a statement of which parts become functions: try or with.
type block struct {
	c *context
	n ast.Stmt
	// returns says that the parts return what the function around returns: nothing follows.
	returns bool
	sig     *signals
}

func (w *writer) newBlock(c *context, n ast.Stmt, simple bool) *block {
	returns := simple && c.tail && !c.apart && c.loops == 0 && c.scope.kind == functionScope && hasReturn([]ast.Stmt{n})
	return &block{c: c, n: n, returns: returns, sig: &signals{}}
}

// hasReturn reports whether a function's statements return.
func hasReturn(body []ast.Stmt) bool {
	for _, st := range body {
		switch st.(type) {
		case *ast.Return:
			return true
		case *ast.FunctionDef, *ast.ClassDef:
			continue
		}
		if slices.ContainsFunc(ast.Bodies(st), hasReturn) {
			return true
		}
	}
	return false
}

// part defines the function of a part and returns its name.
func (w *writer) part(b *block, n ast.Node, p *part, name string, params []string, fill func(in *context)) ast.Expr {
	in := b.c.inner()
	in.part, in.loops, in.flag, in.used = p, 0, "", map[string]int{}
	in.apart, in.sig, in.tail = !b.returns, b.sig, b.returns
	fill(in)
	name = w.local(b.c, name)
	b.c.add(define(n, name, params, filled(n, in.out)))
	return ident(name)
}

// after carries on with what the parts told.
func (w *writer) after(b *block, x ast.Expr) {
	c, n, sig := b.c, b.n, b.sig
	switch {
	case b.returns:
		c.add(ret(n, x))
		return
	case !sig.brk && !sig.cnt && !sig.ret:
		c.add(do(n, x))
		return
	}
	outcome := ident(w.local(c, "outcome"))
	c.add(assign(n, outcome, x))
	if c.apart && c.loops == 0 {
		c.sig.brk, c.sig.cnt, c.sig.ret = c.sig.brk || sig.brk, c.sig.cnt || sig.cnt, c.sig.ret || sig.ret
		c.add(when(n, outcome, ret(n, outcome)))
		return
	}
	told := func(name string, st ast.Stmt) {
		in := c.inner()
		w.leave(in, st)
		same := &ast.Compare{Left: outcome, Ops: []ast.CmpOp{ast.Eq}, Comparators: []ast.Expr{w.member(name)}}
		c.add(when(n, same, in.out...))
	}
	if sig.brk {
		told("break_", &ast.Break{StmtBase: at(n)})
	}
	if sig.cnt {
		told("continue_", &ast.Continue{StmtBase: at(n)})
	}
	switch {
	case sig.ret && c.apart:
		c.sig.ret = true
		c.add(when(n, outcome, ret(n, outcome)))
	case sig.ret:
		c.add(when(n, outcome, ret(n, dot(outcome, "value"))))
	}
}

func (w *writer) try(c *context, st *ast.Try) {
	b := w.newBlock(c, st, len(st.Orelse) == 0 && !hasReturn(st.Finalbody))
	list := func(n ast.Node, kind, name string, body []ast.Stmt) ast.Expr {
		return w.part(b, n, w.a.parts[partKey{st, kind}], name, nil, func(in *context) { w.stmts(in, body) })
	}
	args := []ast.Expr{list(st, "try", "attempt", st.Body)}
	for _, h := range st.Handlers {
		args = append(args, w.handler(b, h))
	}
	x := w.help("try_", args...)
	if len(st.Orelse) > 0 {
		x.Keywords = append(x.Keywords, &ast.Keyword{Arg: "else_", Value: list(w.keyword(st.Orelse, "else"), "else", "succeeded", st.Orelse)})
	}
	if len(st.Finalbody) > 0 {
		x.Keywords = append(x.Keywords, &ast.Keyword{Arg: "finally_", Value: list(w.keyword(st.Finalbody, "finally"), "finally", "finish", st.Finalbody)})
	}
	w.after(b, x)
}

// keyword is where the keyword of a part stands.
func (w *writer) keyword(body []ast.Stmt, word string) ast.Node {
	return &ast.Pass{StmtBase: ast.StmtBase{Pos: ast.Pos{Line: w.src.keywordAbove(body[0], word), Col: 1}}}
}

// handler ports an except clause to what py.try_ takes.
func (w *writer) handler(b *block, h *ast.ExceptHandler) ast.Expr {
	p := w.a.parts[partKey{h, "except"}]
	param, boxed := w.partParam(b.c, h.Name, "error")
	fn := w.part(b, h, p, "failed", []string{param}, func(in *context) {
		if !boxed {
			w.stmts(in, h.Body)
			return
		}
		in.add(assign(h, w.store(in, h, h.Name), ident(param)))
		in.tail = false
		w.stmts(in, h.Body)
	})
	if h.Type == nil {
		return fn
	}
	classes := w.expr(b.c, h.Type)
	if !w.builtinClasses(h.Type) {
		classes = &ast.Lambda{Args: &ast.Arguments{}, Body: classes}
	}
	clause := []ast.Expr{classes, fn}
	if boxed && b.c.scope.kind != classScope {
		box, name := w.boxed(b.c, h, h.Name)
		clause = append(clause, box, str(name))
	}
	return &ast.Tuple{Elts: clause}
}

// partParam is the parameter of a part that binds a name; boxed says that the name must be bound
// by a statement.
func (w *writer) partParam(c *context, name, otherwise string) (param string, boxed bool) {
	if name == "" {
		return w.name(otherwise), false
	}
	s := c.scope.function()
	if v := s.owner(name).names[name]; v != nil && !v.box && len(v.named) > 0 && s.kind != classScope && !s.globals[name] && !s.nonlocals[name] {
		return w.id(name), false
	}
	return w.name(otherwise), true
}

// builtinClasses reports whether an expression is a builtin class or a tuple of such: evaluated
// before there is an exception, it gives the same.
func (w *writer) builtinClasses(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Name:
		return w.isBuiltin(e.ID)
	case *ast.Tuple:
		for _, x := range e.Elts {
			if !w.builtinClasses(x) {
				return false
			}
		}
		return true
	}
	return false
}

// isBuiltin reports whether a name is a builtin one that nothing in the file binds.
func (w *writer) isBuiltin(name string) bool {
	if !builtinNames[name] {
		return false
	}
	for _, s := range w.a.scopes {
		if s.names[name] != nil {
			return false
		}
	}
	return true
}

var builtinNames = func() map[string]bool {
	all := map[string]bool{}
	for _, n := range object.BuiltinNames() {
		all[n] = true
	}
	return all
}()

// builtin is a builtin that the port calls.
func (w *writer) builtin(name string) ast.Expr {
	if w.isBuiltin(name) {
		return ident(name)
	}
	return w.help("builtin", str(name))
}

func (w *writer) with(c *context, st *ast.With, i int) {
	item := st.Items[i]
	b := w.newBlock(c, st, true)
	manager := w.expr(c, item.Context)
	if !isName(manager) && !isCall(manager) {
		m := ident(w.local(c, "manager"))
		c.add(assign(st, m, manager))
		manager = m
	}
	param, boxed := w.name("value"), item.Vars != nil
	if n, ok := item.Vars.(*ast.Name); ok {
		param, boxed = w.partParam(c, n.ID, "value")
	}
	p := w.a.parts[partKey{st, string(rune('a' + i))}]
	fn := w.part(b, st, p, "inside", []string{param}, func(in *context) {
		if boxed {
			w.assignTo(in, st, item.Vars, ident(param))
		}
		if i+1 < len(st.Items) {
			w.with(in, st, i+1)
			return
		}
		w.stmts(in, st.Body)
	})
	if st.Async {
		w.after(b, w.help("async_with", ident(w.name("yield_")), manager, fn))
		return
	}
	w.after(b, w.help("with_", manager, fn))
}

func isCall(e ast.Expr) bool {
	_, ok := e.(*ast.Call)
	return ok
}
