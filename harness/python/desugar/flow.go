package desugar

import (
	"slices"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/names"
)

func (d *desugarer) while(c *context, st *ast.While) {
	flag := d.elseFlag(c, st, st.Orelse)
	test := d.expr(c, st.Test)
	c.add(&ast.While{StmtBase: at(st), Test: test, Body: d.loopBody(c, st, flag, nil, st.Body)})
	d.elsePart(c, flag, st.Orelse)
}

func (d *desugarer) forLoop(c *context, st *ast.For) {
	flag := d.elseFlag(c, st, st.Orelse)
	defer d.elsePart(c, flag, st.Orelse)
	if st.Async {
		d.asyncFor(c, st, flag)
		return
	}
	over := d.expr(c, st.Iter)
	if plain([]ast.Expr{st.Target}) {
		target := d.target(c, st.Target)
		c.add(&ast.For{StmtBase: at(st), Target: target, Iter: over, Body: d.loopBody(c, st, flag, nil, st.Body)})
		return
	}
	item := ident(c.local("item"))
	body := d.loopBody(c, st, flag, func(in *context) { d.assignTo(in, st, st.Target, item) }, st.Body)
	c.add(&ast.For{StmtBase: at(st), Target: item, Iter: over, Body: body})
}

// loopBody desugars the body of a loop; first, when not nil, puts statements in front.
func (d *desugarer) loopBody(c *context, n ast.Node, flag string, first func(in *context), body []ast.Stmt) []ast.Stmt {
	in := c.inner()
	in.loops++
	in.flag, in.tail = flag, false
	if first != nil {
		first(in)
	}
	d.stmts(in, body)
	return filled(n, in.out)
}

func (d *desugarer) asyncFor(c *context, st *ast.For, flag string) {
	it, item := ident(c.local("source")), ident(c.local("item"))
	c.add(assign(st, it, help("async_iter", d.expr(c, st.Iter))))
	body := d.loopBody(c, st, flag, func(in *context) {
		in.add(assign(st, item, help("async_next", ident(YieldName), it)))
		in.add(when(st, help("is_", item, member("end")), &ast.Break{StmtBase: at(st)}))
		d.assignTo(in, st, st.Target, item)
	}, st.Body)
	c.add(&ast.While{StmtBase: at(st), Test: boolean(true), Body: body})
}

// elseFlag makes the variable that says whether a loop ran to its end.
func (d *desugarer) elseFlag(c *context, n ast.Node, orelse []ast.Stmt) string {
	if len(orelse) == 0 {
		return ""
	}
	flag := c.local("completed")
	c.add(assign(n, ident(flag), boolean(true)))
	return flag
}

func (d *desugarer) elsePart(c *context, flag string, orelse []ast.Stmt) {
	if flag != "" {
		c.add(when(orelse[0], ident(flag), d.body(c, orelse[0], orelse)...))
	}
}

// leave desugars break and continue: of a loop around the part, what tells it.
func (d *desugarer) leave(c *context, st ast.Stmt) {
	_, brk := st.(*ast.Break)
	if c.loops > 0 {
		if brk && c.flag != "" {
			c.add(assign(st, ident(c.flag), boolean(false)))
		}
		c.add(st)
		return
	}
	if !c.apart {
		word := "continue"
		if brk {
			word = "break"
		}
		d.fail(st, "%s outside loop", word)
		return
	}
	c.sig.brk, c.sig.cnt = c.sig.brk || brk, c.sig.cnt || !brk
	name := "continue_"
	if brk {
		name = "break_"
	}
	c.add(ret(st, member(name)))
}

func (d *desugarer) returnStmt(c *context, st *ast.Return) {
	var value ast.Expr
	if st.Value != nil {
		value = d.expr(c, st.Value)
	}
	if c.scope.Body().Kind != names.Function {
		d.fail(st, "return outside function")
	}
	if c.apart {
		c.sig.ret = true
		if value == nil {
			value = none()
		}
		value = help("return_", value)
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

func (d *desugarer) newBlock(c *context, n ast.Stmt, simple bool) *block {
	returns := simple && c.tail && !c.apart && c.loops == 0 && c.scope.Kind == names.Function && hasReturn([]ast.Stmt{n})
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
func (d *desugarer) part(b *block, n ast.Node, p *names.Part, name string, params []string, fill func(in *context)) ast.Expr {
	in := b.c.inner()
	in.part, in.loops, in.flag, in.used = p, 0, "", map[string]int{}
	in.apart, in.sig, in.tail = !b.returns, b.sig, b.returns
	fill(in)
	name = b.c.local(name)
	b.c.add(define(n, name, params, filled(n, in.out)))
	return ident(name)
}

// after carries on with what the parts told.
func (d *desugarer) after(b *block, x ast.Expr) {
	c, n, sig := b.c, b.n, b.sig
	switch {
	case b.returns:
		c.add(ret(n, x))
		return
	case !sig.brk && !sig.cnt && !sig.ret:
		c.add(do(n, x))
		return
	}
	outcome := ident(c.local("outcome"))
	c.add(assign(n, outcome, x))
	if c.apart && c.loops == 0 {
		c.sig.brk, c.sig.cnt, c.sig.ret = c.sig.brk || sig.brk, c.sig.cnt || sig.cnt, c.sig.ret || sig.ret
		c.add(when(n, outcome, ret(n, outcome)))
		return
	}
	told := func(name string, st ast.Stmt) {
		in := c.inner()
		d.leave(in, st)
		same := &ast.Compare{Left: outcome, Ops: []ast.CmpOp{ast.Eq}, Comparators: []ast.Expr{member(name)}}
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

func (d *desugarer) try(c *context, st *ast.Try) {
	b := d.newBlock(c, st, len(st.Orelse) == 0 && !hasReturn(st.Finalbody))
	list := func(n ast.Node, kind, name string, body []ast.Stmt) ast.Expr {
		return d.part(b, n, d.table.Parts[names.PartKey{Of: st, Kind: kind}], name, nil, func(in *context) { d.stmts(in, body) })
	}
	args := []ast.Expr{list(st, names.TryPart, "attempt", st.Body)}
	for _, h := range st.Handlers {
		args = append(args, d.handler(b, h))
	}
	x := help("try_", args...)
	if len(st.Orelse) > 0 {
		x.Keywords = append(x.Keywords, &ast.Keyword{Arg: "else_", Value: list(st.Else, names.ElsePart, "succeeded", st.Orelse)})
	}
	if len(st.Finalbody) > 0 {
		x.Keywords = append(x.Keywords, &ast.Keyword{Arg: "finally_", Value: list(st.Finally, names.FinallyPart, "finish", st.Finalbody)})
	}
	d.after(b, x)
}

// handler desugars an except clause to what py.try_ takes.
func (d *desugarer) handler(b *block, h *ast.ExceptHandler) ast.Expr {
	p := d.table.Parts[names.PartKey{Of: h, Kind: names.ExceptPart}]
	param, boxed := d.partParam(b.c, h.Name, "error")
	fn := d.part(b, h, p, "failed", []string{param}, func(in *context) {
		if !boxed {
			d.stmts(in, h.Body)
			return
		}
		in.add(assign(h, d.store(in, h, h.Name), ident(param)))
		in.tail = false
		d.stmts(in, h.Body)
	})
	if h.Type == nil {
		return fn
	}
	classes := d.expr(b.c, h.Type)
	if !d.builtinClasses(h.Type) {
		classes = &ast.Lambda{Args: &ast.Arguments{}, Body: classes}
	}
	clause := []ast.Expr{classes, fn}
	if boxed && b.c.scope.Kind != names.Class {
		box, name := d.boxed(b.c, h, h.Name)
		clause = append(clause, box, str(name))
	}
	return &ast.Tuple{Elts: clause}
}

// partParam is the parameter of a part that binds a name; boxed says that the name must be bound
// by a statement.
func (d *desugarer) partParam(c *context, name, otherwise string) (param string, boxed bool) {
	if name == "" {
		return Made + otherwise, false
	}
	s := c.scope.Body()
	if s.Kind != names.Class && own(s, name) && partsOwn(s.Owner(name).Names[name]) {
		return name, false
	}
	return Made + otherwise, true
}

// builtinClasses reports whether an expression is a builtin class or a tuple of such: evaluated
// before there is an exception, it gives the same.
func (d *desugarer) builtinClasses(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Name:
		return d.builtin(e.ID) && d.isBuiltin(e.ID)
	case *ast.Tuple:
		for _, x := range e.Elts {
			if !d.builtinClasses(x) {
				return false
			}
		}
		return true
	}
	return false
}

func (d *desugarer) with(c *context, st *ast.With, i int) {
	item := st.Items[i]
	b := d.newBlock(c, st, true)
	manager := d.expr(c, item.Context)
	if !isName(manager) && !isCall(manager) {
		m := ident(c.local("manager"))
		c.add(assign(st, m, manager))
		manager = m
	}
	param, boxed := Made+"value", item.Vars != nil
	if n, ok := item.Vars.(*ast.Name); ok {
		param, boxed = d.partParam(c, n.ID, "value")
	}
	p := d.table.Parts[names.PartKey{Of: st, Kind: names.WithPart(i)}]
	fn := d.part(b, st, p, "inside", []string{param}, func(in *context) {
		if boxed {
			d.assignTo(in, st, item.Vars, ident(param))
		}
		if i+1 < len(st.Items) {
			d.with(in, st, i+1)
			return
		}
		d.stmts(in, st.Body)
	})
	if st.Async {
		d.after(b, help("async_with", ident(YieldName), manager, fn))
		return
	}
	d.after(b, help("with_", manager, fn))
}
