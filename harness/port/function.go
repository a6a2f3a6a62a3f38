package port

import "quecstar/harness/python/ast"

func (w *writer) function(c *context, st *ast.FunctionDef) {
	var decorators []ast.Expr
	for _, d := range st.Decorators {
		if ast.Emitter(d) == "" {
			decorators = append(decorators, w.expr(c, d))
		}
	}
	args := w.params(c, st.Args)
	f := w.a.scopes[st]
	in := w.functionContext(c, f, st.Args)
	w.functionBody(in, st, st.Name, st.Body)
	target := w.store(c, st, st.Name)
	name := w.defName(c, st, target)
	c.add(&ast.FunctionDef{StmtBase: at(st), Name: name, Args: args, Body: filled(st, in.out)})
	var value ast.Expr = ident(name)
	for i := len(decorators) - 1; i >= 0; i-- {
		value = call(decorators[i], value)
	}
	if id, ok := target.(*ast.Name); ok && id.ID == name && len(decorators) == 0 {
		return
	}
	c.add(w.set(st, target, value))
}

// defName is the name that the Starlark function of a def gets: the def's own, unless statements
// around would mistake it for another variable of that name.
func (w *writer) defName(c *context, st *ast.FunctionDef, target ast.Expr) string {
	own, other := w.id(st.Name), w.name(st.Name+"_")
	switch {
	case c.scope.kind == classScope:
		if usedInside(c, st.Name) {
			return other
		}
	case isName(target):
		for _, d := range st.Decorators {
			if mentions(d, st.Name) {
				return other
			}
		}
	case c.scope.owner(st.Name).kind == moduleScope:
		if len(st.Decorators) > 0 || w.a.defs[st.Name] > 1 {
			return other
		}
	}
	return own
}

// usedInside reports whether functions of a class body mention a name, by which they mean none of
// the class.
func usedInside(c *context, name string) bool {
	found := false
	for _, st := range c.scope.root.body {
		ast.Walk(st, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FunctionDef:
				found = found || mentionsAny(n.Body, name)
			case *ast.ClassDef:
				found = found || mentionsAny(n.Body, name)
			case *ast.Lambda:
				found = found || mentions(n.Body, name)
			case *ast.ListComp, *ast.SetComp, *ast.DictComp, *ast.GeneratorExp:
				found = found || mentions(n, name)
			}
			return !found
		})
	}
	return found
}

// functionContext is the context of a function's body.
func (w *writer) functionContext(c *context, f *scope, args *ast.Arguments) *context {
	in := &context{scope: f, part: f.root, used: map[string]int{}, class: c.class, tail: true}
	if len(args.Args) > 0 {
		in.self = args.Args[0].Name
	}
	return in
}

// functionBody ports what is in a function; a generator's becomes a function within it.
func (w *writer) functionBody(in *context, n ast.Node, name string, body []ast.Stmt) {
	f := in.scope
	if len(body) > 0 && isDoc(body[0]) {
		w.stmt(in, body[0])
		body = body[1:]
	}
	if f.boxes() {
		vars := w.help("vars")
		for _, p := range f.params {
			if f.names[p].box {
				vars.Keywords = append(vars.Keywords, &ast.Keyword{Arg: w.id(p), Value: ident(w.id(p))})
			}
		}
		first := n
		if len(body) > 0 {
			first = body[0]
		}
		in.add(assign(first, ident(w.box(f)), vars))
	}
	if !f.generator {
		w.stmts(in, body)
		return
	}
	gen := in.inner()
	gen.part, gen.used = w.a.parts[partKey{n, "generator"}], map[string]int{}
	w.stmts(gen, body)
	inner := w.local(in, "body")
	in.add(define(n, inner, []string{w.name("yield_")}, filled(n, gen.out)))
	in.add(ret(n, w.help("generator", str(name), ident(inner))))
}

func isDoc(st ast.Stmt) bool {
	e, ok := st.(*ast.ExprStmt)
	if !ok {
		return false
	}
	_, ok = e.Value.(*ast.Str)
	return ok
}

// params ports a parameter list; the defaults belong to the context around the function.
func (w *writer) params(c *context, args *ast.Arguments) *ast.Arguments {
	one := func(a *ast.Arg) *ast.Arg {
		if a == nil {
			return nil
		}
		p := &ast.Arg{Pos: a.Pos, Name: w.id(a.Name)}
		if a.Default != nil {
			p.Default = w.expr(c, a.Default)
		}
		return p
	}
	out := &ast.Arguments{Pos: args.Pos, Vararg: one(args.Vararg), Kwarg: one(args.Kwarg)}
	for _, a := range args.Args {
		out.Args = append(out.Args, one(a))
	}
	for _, a := range args.KwOnly {
		out.KwOnly = append(out.KwOnly, one(a))
	}
	return out
}

func (w *writer) lambda(c *context, e *ast.Lambda) ast.Expr {
	f := w.a.scopes[e]
	args := w.params(c, e.Args)
	in := w.functionContext(c, f, e.Args)
	if !f.generator && !f.boxes() {
		in.tight = true
		return &ast.Lambda{ExprBase: base(e), Args: args, Body: w.expr(in, e.Body)}
	}
	if c.tight {
		w.fail(e, "a lambda of this kind inside another one or a comprehension: make it a def")
		return none()
	}
	w.functionBody(in, e, "lambda", []ast.Stmt{&ast.Return{StmtBase: at(e), Value: e.Body}})
	name := w.local(c, "lambda_")
	c.add(&ast.FunctionDef{StmtBase: at(e), Name: name, Args: args, Body: in.out})
	return ident(name)
}

func (w *writer) classDef(c *context, st *ast.ClassDef) {
	decorators := make([]ast.Expr, len(st.Decorators))
	for i, d := range st.Decorators {
		decorators[i] = w.expr(c, d)
	}
	bases, star := w.positional(c, st.Bases)
	body := w.local(c, "class_"+st.Name)
	x := w.help("class_", append([]ast.Expr{str(st.Name), ident(body)}, bases...)...)
	for _, k := range st.Keywords { // which class_ refuses, as MicroPython does
		x.Keywords = append(x.Keywords, &ast.Keyword{Arg: k.Arg, Value: w.expr(c, k.Value)})
	}
	if star != nil {
		x.Args = append(x.Args, &ast.Starred{Value: star})
	}
	s := w.a.scopes[st]
	space := w.name("cls")
	in := &context{scope: s, part: s.root, used: map[string]int{}, class: &class{space: space, bound: map[string]bool{}}}
	w.stmts(in, st.Body)
	c.add(define(st, body, []string{space}, filled(st, in.out)))
	var value ast.Expr = x
	for i := len(decorators) - 1; i >= 0; i-- {
		value = call(decorators[i], value)
	}
	c.add(w.set(st, w.store(c, st, st.Name), value))
}

// aroundBinds reports whether a function around a scope binds a name.
func (s *scope) aroundBinds(name string) bool {
	for p := s.parent; p != nil; p = p.parent {
		if p.kind == functionScope && p.names[name] != nil {
			return true
		}
	}
	return false
}
