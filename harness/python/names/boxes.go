package names

import (
	"slices"

	"quecstar/harness/python/ast"
)

// needsBox reports whether a variable cannot be one of a Starlark function. Of a module it says
// that it is bound inside of functions.
func (s *Scope) needsBox(name string, v *Variable) bool {
	if s.Kind == Class || s.Kind == Comprehension {
		return false
	}
	if v.forced {
		return true
	}
	if len(v.Named) > 0 && !v.captured && v.staysNamed() {
		return false
	}
	home := s.Root
	if s.Kind == Function && !v.Param {
		home = common(v.refs)
	}
	for _, b := range v.bound {
		if b != home {
			return true
		}
	}
	return home != nil && !home.once && (v.captured || !bindsFirst(home.Body, name))
}

// staysNamed reports whether a variable is used only inside the parts whose parameter it is.
func (v *Variable) staysNamed() bool {
	inside := func(p *Part) int { return slices.IndexFunc(v.Named, p.within) }
	outside := func(p *Part) bool { return inside(p) < 0 }
	elsewhere := func(p *Part) bool { return outside(p) || v.Named[inside(p)] != p }
	return !slices.ContainsFunc(v.refs, outside) && !slices.ContainsFunc(v.bound, elsewhere)
}

func (p *Part) within(outer *Part) bool {
	for ; p != nil; p = p.parent {
		if p == outer {
			return true
		}
	}
	return false
}

// common is the innermost part around all.
func common(parts []*Part) *Part {
	if len(parts) == 0 {
		return nil
	}
	c := parts[0]
	for _, p := range parts[1:] {
		for !p.within(c) {
			c = c.parent
		}
	}
	return c
}

// bindsFirst reports whether a list of statements surely binds a name before it reads it.
func bindsFirst(body []ast.Stmt, name string) bool {
	for i, st := range body {
		if !Mentions(st, name) {
			continue
		}
		switch s := st.(type) {
		case *ast.Assign:
			return !Mentions(s.Value, name) && targetsName(s.Targets, name)
		case *ast.Import, *ast.ImportFrom:
			return true
		case *ast.FunctionDef:
			return s.Name == name
		case *ast.For, *ast.If, *ast.While:
			return !MentionsAny(body[i+1:], name) && bindsFirstInside(st, name)
		}
		return false
	}
	return false
}

// bindsFirstInside is bindsFirst of a compound statement which has all mentions of the name.
func bindsFirstInside(st ast.Stmt, name string) bool {
	var test ast.Expr
	switch s := st.(type) {
	case *ast.For:
		if Mentions(s.Iter, name) {
			return false
		}
		if targetsName([]ast.Expr{s.Target}, name) {
			return !MentionsAny(s.Orelse, name)
		}
	case *ast.If:
		test = s.Test
	case *ast.While:
		test = s.Test
	}
	if test != nil && Mentions(test, name) {
		return false
	}
	var inside []ast.Stmt
	for _, list := range ast.Bodies(st) {
		if MentionsAny(list, name) {
			if inside != nil {
				return false
			}
			inside = list
		}
	}
	return inside != nil && bindsFirst(inside, name)
}

func targetsName(targets []ast.Expr, name string) bool {
	is := func(e ast.Expr) bool { return ast.IsName(e, name) }
	return slices.ContainsFunc(targets, func(t ast.Expr) bool { return slices.ContainsFunc(ast.Leaves(t), is) })
}

// MentionsAny reports whether a name stands anywhere in statements.
func MentionsAny(body []ast.Stmt, name string) bool {
	return slices.ContainsFunc(body, func(st ast.Stmt) bool { return Mentions(st, name) })
}

// Mentions reports whether a name stands anywhere in a statement or expression.
func Mentions(n ast.Node, name string) bool {
	found := false
	ast.Walk(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Name:
			found = found || n.ID == name
		case *ast.FunctionDef:
			found = found || n.Name == name
		case *ast.ClassDef:
			found = found || n.Name == name
		case *ast.Import:
			for _, a := range n.Names {
				found = found || Imported(a) == name
			}
		case *ast.ImportFrom:
			for _, a := range n.Names {
				found = found || Imported(a) == name
			}
		case *ast.Try:
			for _, h := range n.Handlers {
				found = found || h.Name == name
			}
		case *ast.Global, *ast.Nonlocal:
			return false
		}
		return !found
	})
	return found
}
