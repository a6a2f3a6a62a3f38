package names

import (
	"slices"
	"strings"

	"quecstar/harness/python/ast"
)

// bind records that a name is bound to a value, nil for one that is not known.
func (t *Table) bind(s *Scope, p *Part, name string, value ast.Expr) *Variable {
	f := s.Body()
	if s.Kind == Comprehension && s.Names[name] != nil {
		f = s
	}
	var v *Variable
	switch {
	case f.Globals[name]:
		v = f.Top().declare(name)
		v.forced = true
	case f.Nonlocals[name]:
	default:
		v = f.declare(name)
	}
	t.refs = append(t.refs, ref{s: f, p: p, name: name, bind: true, value: value})
	return v
}

// unbind records that a name may become unbound, or is bound by an expression.
func (t *Table) unbind(s *Scope, p *Part, name string, value ast.Expr) {
	if v := t.bind(s, p, name, value); v != nil {
		v.forced = true
	}
}

func (t *Table) part(outer *Part, of any, kind string, body []ast.Stmt) *Part {
	p := &Part{parent: outer, Scope: outer.Scope, Body: body}
	t.Parts[PartKey{of, kind}] = p
	return p
}

func (t *Table) block(s *Scope, p *Part, body []ast.Stmt) {
	t.declarations(s, body)
	t.stmts(s, p, body)
}

// declarations finds the global and nonlocal statements first: they hold for the whole function.
func (t *Table) declarations(s *Scope, body []ast.Stmt) {
	for _, st := range body {
		switch st := st.(type) {
		case *ast.Global:
			for _, n := range st.Names {
				t.declaration(s, st.Pos, n, "global", &s.Globals, s.Nonlocals)
			}
		case *ast.Nonlocal:
			for _, n := range st.Names {
				if s.Kind == Module {
					t.fail(st.Pos, "can't declare nonlocal in outer code")
				}
				t.declaration(s, st.Pos, n, "nonlocal", &s.Nonlocals, s.Globals)
				t.late = append(t.late, func() { t.checkNonlocal(s, st.Pos, n) })
			}
		case *ast.FunctionDef, *ast.ClassDef:
		default:
			for _, list := range ast.Bodies(st) {
				t.declarations(s, list)
			}
		}
	}
}

func (t *Table) declaration(s *Scope, at ast.Pos, name, word string, into *map[string]bool, other map[string]bool) {
	if v := s.Names[name]; v != nil && v.Param || other[name] {
		t.fail(at, "identifier redefined as %s", word)
	}
	if s.Kind == Module {
		return
	}
	if *into == nil {
		*into = map[string]bool{}
	}
	(*into)[name] = true
}

// checkNonlocal looks for what a nonlocal statement means once all functions are known.
func (t *Table) checkNonlocal(s *Scope, at ast.Pos, name string) {
	if s.FunctionBinds(name) {
		return
	}
	t.fail(at, "no binding for nonlocal '%s' found", name)
}

func (t *Table) stmts(s *Scope, p *Part, body []ast.Stmt) {
	for _, st := range body {
		t.stmt(s, p, st)
	}
}

func (t *Table) stmt(s *Scope, p *Part, st ast.Stmt) {
	switch st := st.(type) {
	case *ast.FunctionDef:
		t.bind(s, p, st.Name, nil)
		t.exprs(s, p, st.Decorators)
		t.function(s, p, st, st.Args, st.Body, st.Async)
		return
	case *ast.ClassDef:
		t.bind(s, p, st.Name, nil)
		t.exprs(s, p, st.Decorators)
		t.exprs(s, p, st.Bases)
		for _, k := range st.Keywords {
			t.expr(s, p, k.Value)
		}
		c := newScope(Class, s, p, st.Body)
		t.Scopes[st] = c
		t.block(c, c.Root, st.Body)
		return
	case *ast.Try:
		t.try(s, p, st)
		return
	case *ast.With:
		t.with(s, p, st)
		return
	case *ast.Import:
		for _, n := range st.Names {
			t.bind(s, p, Imported(n), imported)
		}
	case *ast.ImportFrom:
		t.importFrom(s, p, st)
	case *ast.Delete:
		for _, e := range st.Targets {
			t.deleted(s, p, e)
		}
	case *ast.Assign:
		t.expr(s, p, st.Value)
		for _, e := range st.Targets {
			t.target(s, p, e, st.Value)
		}
	case *ast.AnnAssign:
		if n, ok := st.Target.(*ast.Name); ok && st.Value == nil {
			t.unbind(s, p, n.ID, nil)
			return
		}
		t.expr(s, p, st.Value)
		t.target(s, p, st.Target, st.Value)
	case *ast.AugAssign:
		t.expr(s, p, st.Value)
		t.expr(s, p, st.Target)
		t.target(s, p, st.Target, kept)
	case *ast.For:
		t.expr(s, p, st.Iter)
		t.target(s, p, st.Target, nil)
	default:
		for _, part := range ast.Children(st) {
			if e, ok := part.(ast.Expr); ok {
				t.expr(s, p, e)
			}
		}
	}
	for _, list := range ast.Bodies(st) {
		t.stmts(s, p, list)
	}
}

func (t *Table) importFrom(s *Scope, p *Part, st *ast.ImportFrom) {
	for _, n := range st.Names {
		if n.Name != "*" {
			t.bind(s, p, Imported(n), imported)
			continue
		}
		t.Star = true
		if s.Kind != Module {
			t.fail(st.Pos, "import * not at module level")
		}
	}
}

func (t *Table) try(s *Scope, p *Part, st *ast.Try) {
	t.stmts(s, t.part(p, st, TryPart, st.Body), st.Body)
	for _, h := range st.Handlers {
		t.expr(s, p, h.Type)
		in := t.part(p, h, ExceptPart, h.Body)
		if h.Name != "" {
			t.named(s, in, h.Name)
		}
		t.stmts(s, in, h.Body)
	}
	t.stmts(s, t.part(p, st, ElsePart, st.Orelse), st.Orelse)
	t.stmts(s, t.part(p, st, FinallyPart, st.Finalbody), st.Finalbody)
}

// named records that a name is the parameter of a part.
func (t *Table) named(s *Scope, in *Part, name string) {
	t.bind(s, in, name, nil)
	t.refs[len(t.refs)-1].as = s.Kind != Class
}

func (t *Table) with(s *Scope, p *Part, st *ast.With) {
	for i, item := range st.Items {
		t.expr(s, p, item.Context)
		p = t.part(p, st, WithPart(i), st.Body)
		if n, ok := item.Vars.(*ast.Name); ok {
			t.named(s, p, n.ID)
		} else {
			t.target(s, p, item.Vars, nil)
		}
	}
	t.stmts(s, p, st.Body)
}

func (t *Table) deleted(s *Scope, p *Part, e ast.Expr) {
	for _, leaf := range ast.Leaves(e) {
		if n, ok := leaf.(*ast.Name); ok {
			t.unbind(s, p, n.ID, nil)
		} else {
			t.expr(s, p, leaf)
		}
	}
}

// function looks at a function or lambda, whose body is a list of statements.
func (t *Table) function(s *Scope, p *Part, node ast.Node, args *ast.Arguments, body []ast.Stmt, async bool) {
	for _, arg := range slices.Concat(args.Args, args.KwOnly) {
		t.expr(s, p, arg.Default)
	}
	f := newScope(Function, s, p, body)
	f.Generator, f.Async = async || yields(body), async
	t.Scopes[node] = f
	for _, name := range ParamNames(args) {
		v := f.declare(name)
		v.Param, v.Unclear = true, true
		v.refs, v.bound = []*Part{f.Root}, []*Part{f.Root}
		f.Params = append(f.Params, name)
	}
	in := f.Root
	if f.Generator {
		in = t.part(f.Root, node, GeneratorPart, body)
		in.once = true
	}
	t.block(f, in, body)
}

// ParamNames are the names of all parameters.
func ParamNames(args *ast.Arguments) []string {
	var all []string
	for _, p := range slices.Concat(args.Args, args.KwOnly, []*ast.Arg{args.Vararg, args.Kwarg}) {
		if p != nil {
			all = append(all, p.Name)
		}
	}
	return all
}

// yields reports whether statements make their function a generator.
func yields(body []ast.Stmt) bool {
	found := false
	for _, st := range body {
		ast.Walk(st, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FunctionDef, *ast.ClassDef, *ast.Lambda:
				return false
			case *ast.Yield, *ast.YieldFrom, *ast.Await:
				found = true
			}
			return !found
		})
	}
	return found
}

// Imported is what an import binds: of a dotted name, its first part.
func Imported(n ast.Alias) string {
	if n.AsName != "" {
		return n.AsName
	}
	first, _, _ := strings.Cut(n.Name, ".")
	return first
}
