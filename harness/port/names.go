package port

import "quecstar/harness/python/ast"

func (a *analysis) bind(s *scope, p *part, name string) *variable {
	a.words[name] = true
	f := s.function()
	if s.kind == compScope && s.names[name] != nil {
		f = s
	}
	var v *variable
	switch {
	case f.globals[name]:
		v = f.module().declare(name)
		v.forced = true
	case f.nonlocals[name]:
	default:
		v = f.declare(name)
	}
	a.refs = append(a.refs, ref{s: f, p: p, name: name, bind: true})
	return v
}

func (a *analysis) unbind(s *scope, p *part, name string) {
	if v := a.bind(s, p, name); v != nil {
		v.forced = true
	}
}

// part makes the part of a statement.
func (a *analysis) part(outer *part, key partKey, body []ast.Stmt) *part {
	p := &part{parent: outer, scope: outer.scope, body: body}
	a.parts[key] = p
	return p
}

func (a *analysis) block(s *scope, p *part, body []ast.Stmt) {
	a.declarations(s, body)
	for _, st := range body {
		a.stmt(s, p, st)
	}
}

func (a *analysis) declarations(s *scope, body []ast.Stmt) {
	for _, st := range body {
		switch st := st.(type) {
		case *ast.Global:
			for _, n := range st.Names {
				if s.kind != moduleScope {
					s.globals[n] = true
				}
			}
		case *ast.Nonlocal:
			for _, n := range st.Names {
				s.nonlocals[n] = true
			}
		case *ast.FunctionDef, *ast.ClassDef:
		default:
			for _, list := range ast.Bodies(st) {
				a.declarations(s, list)
			}
		}
	}
}

func (a *analysis) stmt(s *scope, p *part, st ast.Stmt) {
	switch st := st.(type) {
	case *ast.FunctionDef:
		a.bind(s, p, st.Name)
		a.exprs(s, p, st.Decorators)
		a.function(s, p, st, st.Args, st.Body, st.Async)
	case *ast.ClassDef:
		a.bind(s, p, st.Name)
		a.exprs(s, p, st.Decorators)
		a.exprs(s, p, st.Bases)
		c := newScope(classScope, s, p, st.Body)
		a.scopes[st] = c
		a.block(c, c.root, st.Body)
	case *ast.Import:
		for _, n := range st.Names {
			a.bind(s, p, imported(n))
		}
	case *ast.ImportFrom:
		for _, n := range st.Names {
			if n.Name != "*" {
				a.bind(s, p, imported(n))
			}
		}
	case *ast.Try:
		a.try(s, p, st)
	case *ast.With:
		a.with(s, p, st)
	case *ast.Delete:
		for _, t := range st.Targets {
			a.deleted(s, p, t)
		}
	case *ast.AnnAssign:
		if n, ok := st.Target.(*ast.Name); ok && st.Value == nil {
			a.unbind(s, p, n.ID)
			return
		}
		a.expr(s, p, st.Value)
		a.target(s, p, st.Target)
	default:
		a.simple(s, p, st)
	}
}

func (a *analysis) simple(s *scope, p *part, st ast.Stmt) {
	switch st := st.(type) {
	case *ast.Return:
		a.expr(s, p, st.Value)
	case *ast.Assign:
		a.expr(s, p, st.Value)
		for _, t := range st.Targets {
			a.target(s, p, t)
		}
	case *ast.AugAssign:
		a.expr(s, p, st.Value)
		a.expr(s, p, st.Target)
		a.target(s, p, st.Target)
	case *ast.For:
		a.expr(s, p, st.Iter)
		a.target(s, p, st.Target)
	case *ast.While:
		a.expr(s, p, st.Test)
	case *ast.If:
		a.expr(s, p, st.Test)
	case *ast.Raise:
		a.exprs(s, p, []ast.Expr{st.Exc, st.Cause})
	case *ast.Assert:
		a.exprs(s, p, []ast.Expr{st.Test, st.Msg})
	case *ast.ExprStmt:
		a.expr(s, p, st.Value)
	}
	for _, list := range ast.Bodies(st) {
		for _, inner := range list {
			a.stmt(s, p, inner)
		}
	}
}

func (a *analysis) list(s *scope, p *part, body []ast.Stmt) {
	for _, st := range body {
		a.stmt(s, p, st)
	}
}

func (a *analysis) try(s *scope, p *part, st *ast.Try) {
	a.list(s, a.part(p, partKey{st, "try"}, st.Body), st.Body)
	for _, h := range st.Handlers {
		a.expr(s, p, h.Type)
		in := a.part(p, partKey{h, "except"}, h.Body)
		if h.Name != "" {
			a.named(s, in, h.Name)
		}
		a.list(s, in, h.Body)
	}
	a.list(s, a.part(p, partKey{st, "else"}, st.Orelse), st.Orelse)
	a.list(s, a.part(p, partKey{st, "finally"}, st.Finalbody), st.Finalbody)
}

// named records that a name is the parameter of a part.
func (a *analysis) named(s *scope, in *part, name string) {
	a.bind(s, in, name)
	if s.kind != classScope {
		a.refs[len(a.refs)-1].as = true
	}
}

func (a *analysis) with(s *scope, p *part, st *ast.With) {
	for i, item := range st.Items {
		a.expr(s, p, item.Context)
		p = a.part(p, partKey{st, string(rune('a' + i))}, st.Body)
		if n, ok := item.Vars.(*ast.Name); ok {
			a.named(s, p, n.ID)
		} else {
			a.target(s, p, item.Vars)
		}
	}
	a.list(s, p, st.Body)
}

func (a *analysis) deleted(s *scope, p *part, t ast.Expr) {
	switch t := t.(type) {
	case *ast.Name:
		a.unbind(s, p, t.ID)
	case *ast.Tuple:
		for _, e := range t.Elts {
			a.deleted(s, p, e)
		}
	case *ast.List:
		for _, e := range t.Elts {
			a.deleted(s, p, e)
		}
	default:
		a.expr(s, p, t)
	}
}

// function looks at a function or lambda, whose body is a list of statements.
func (a *analysis) function(s *scope, p *part, node ast.Node, args *ast.Arguments, body []ast.Stmt, async bool) {
	for _, arg := range append(append([]*ast.Arg(nil), args.Args...), args.KwOnly...) {
		a.expr(s, p, arg.Default)
	}
	f := newScope(functionScope, s, p, body)
	f.generator, f.async = async || yields(body), async
	a.scopes[node] = f
	for _, name := range paramNames(args) {
		a.words[name] = true
		v := f.declare(name)
		v.param = true
		v.refs, v.binds = []*part{f.root}, []*part{f.root}
		f.params = append(f.params, name)
	}
	in := f.root
	if f.generator {
		in = a.part(f.root, partKey{node, "generator"}, body)
		in.once = true
	}
	a.block(f, in, body)
}

func paramNames(args *ast.Arguments) []string {
	var names []string
	for _, p := range append(append([]*ast.Arg(nil), args.Args...), args.KwOnly...) {
		names = append(names, p.Name)
	}
	for _, p := range []*ast.Arg{args.Vararg, args.Kwarg} {
		if p != nil {
			names = append(names, p.Name)
		}
	}
	return names
}

// yields reports whether statements make their function a generator.
func yields(body []ast.Stmt) bool {
	found := false
	for _, st := range body {
		ast.Walk(st, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FunctionDef, *ast.ClassDef, *ast.Lambda:
				return false
			case *ast.Yield, *ast.YieldFrom, *ast.Await:
				found = true
				_ = n
			}
			return !found
		})
	}
	return found
}
