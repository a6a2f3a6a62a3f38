package port

import (
	"fmt"

	"quecstar/harness/python/ast"
)

// context is where statements are put while they are ported.
type context struct {
	scope *scope
	part  *part
	out   []ast.Stmt
	// used counts the names that the port has added to the Starlark function.
	used map[string]int
	// loops counts the loops around within the Starlark function.
	loops int
	// flag is set to False when the loop is left by break; "" without an else.
	flag string
	// apart says that the Starlark function is a part of another one, which what leaves it must
	// tell: sig is what was told.
	apart bool
	sig   *signals
	// tail says that nothing follows the statements in their function.
	tail bool
	// class is the innermost class around and self the first parameter of the method.
	class *class
	self  string
	// tight says that no statement can be put in front of the expression.
	tight bool
}

type signals struct{ brk, cnt, ret bool }

// class is a class whose body is ported.
type class struct {
	space string // what the body binds names in
	bound map[string]bool
}

func (c *context) add(st ...ast.Stmt) { c.out = append(c.out, st...) }

// inner is for nested statements of the same Starlark function.
func (c *context) inner() *context {
	in := *c
	in.out = nil
	return &in
}

// local is a new name within the Starlark function.
func (w *writer) local(c *context, wanted string) string {
	c.used[wanted]++
	if n := c.used[wanted]; n > 1 {
		return w.name(fmt.Sprintf("%s_%d", wanted, n))
	}
	return w.name(wanted)
}

// box is the name of the variables that functions inside of a function bind too. Functions within
// each other have different ones.
func (w *writer) box(s *scope) string {
	depth := 1
	for p := s.parent; p != nil; p = p.parent {
		if p.kind == functionScope && p.boxes() {
			depth++
		}
	}
	if depth == 1 {
		return w.name("local")
	}
	return w.name(fmt.Sprintf("local_%d", depth))
}

func (s *scope) boxes() bool {
	for _, v := range s.names {
		if v.box {
			return true
		}
	}
	return false
}

// load reads a variable.
func (w *writer) load(c *context, n ast.Node, name string) ast.Expr {
	id := &ast.Name{ExprBase: base(n), ID: w.id(name)}
	if c.scope.kind == classScope && c.class.bound[name] && !c.scope.globals[name] && !c.scope.nonlocals[name] {
		return w.attribute(&ast.Name{ExprBase: base(n), ID: c.class.space}, n, name)
	}
	if w.skips(c, name) {
		if builtinNames[name] && c.scope.module().names[name] == nil {
			return w.help("builtin", str(name))
		}
		return w.attribute(w.member("globals"), n, name)
	}
	s := c.scope
	for s.kind == classScope && !s.globals[name] {
		s = s.parent
	}
	owner := s.owner(name)
	v := owner.names[name]
	if owner.kind == moduleScope {
		if shadowed(c.scope, name) {
			return w.attribute(w.member("globals"), n, w.id(name))
		}
		return id
	}
	if v != nil && v.box && owner.kind == functionScope {
		return w.attribute(&ast.Name{ExprBase: base(n), ID: w.box(owner)}, n, w.id(name))
	}
	return id
}

// skips reports whether a class body reads a name that it has not bound yet, of which a function
// around has one, too: Python means the module's then, and Starlark would mean the function's.
func (w *writer) skips(c *context, name string) bool {
	s := c.scope
	return s.kind == classScope && s.names[name] != nil && !s.globals[name] && !s.nonlocals[name] && s.aroundBinds(name)
}

// shadowed reports whether a function around has a variable of the name of a global one.
func shadowed(s *scope, name string) bool {
	for ; s != nil; s = s.parent {
		if v := s.names[name]; v != nil && !v.box && (s.kind == functionScope || s.kind == compScope) && !s.globals[name] && !s.nonlocals[name] {
			return true
		}
	}
	return false
}

// store is what an assignment to a name assigns to.
func (w *writer) store(c *context, n ast.Node, name string) ast.Expr {
	id := &ast.Name{ExprBase: base(n), ID: w.id(name)}
	s := c.scope
	if s.kind == compScope {
		return id
	}
	if s.kind == classScope && !s.globals[name] && !s.nonlocals[name] {
		c.class.bound[name] = true
		return w.settable(&ast.Name{ExprBase: base(n), ID: c.class.space}, n, name)
	}
	owner := s.owner(name)
	v := owner.names[name]
	if owner.kind == moduleScope {
		if s.kind == moduleScope && (c.part == owner.root || v != nil && len(v.named) > 0 && !v.box) {
			return id
		}
		return w.settable(w.member("globals"), n, w.id(name))
	}
	if v != nil && v.box {
		return w.settable(&ast.Name{ExprBase: base(n), ID: w.box(owner)}, n, w.id(name))
	}
	return id
}

// settable is an attribute to assign to.
func (w *writer) settable(x ast.Expr, n ast.Node, name string) ast.Expr {
	return &ast.Attribute{ExprBase: base(n), Value: x, Attr: name}
}

// set assigns to what store returned; to the attribute load, a keyword of Starlark, by setattr.
func (w *writer) set(n ast.Node, target, value ast.Expr) ast.Stmt {
	if a, ok := target.(*ast.Attribute); ok && a.Attr == "load" {
		return do(n, call(w.builtin("setattr"), a.Value, str(a.Attr), value))
	}
	return assign(n, target, value)
}

// attribute reads an attribute; load, a keyword of Starlark, by getattr.
func (w *writer) attribute(x ast.Expr, n ast.Node, name string) ast.Expr {
	if name == "load" {
		return call(w.builtin("getattr"), x, str(name))
	}
	return &ast.Attribute{ExprBase: base(n), Value: x, Attr: name}
}

// boxed is the box and name of a stored variable, for helpers that want both.
func (w *writer) boxed(c *context, n ast.Node, name string) (box ast.Expr, field string) {
	if c.scope.kind == moduleScope {
		return w.member("globals"), w.id(name)
	}
	switch t := w.store(c, n, name).(type) {
	case *ast.Attribute:
		return t.Value, t.Attr
	}
	return w.member("globals"), w.id(name)
}
