package desugar

import (
	"fmt"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/names"
)

// context is where statements are put while they are desugared.
type context struct {
	scope *names.Scope
	part  *names.Part
	out   []ast.Stmt
	// used counts the names that were made up in the function.
	used map[string]int
	// loops counts the loops around within the function.
	loops int
	// flag is set to False when the loop is left by break; "" without an else.
	flag string
	// apart says that the function is a part of another one, which what leaves it must tell: sig is
	// what was told.
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

// class is a class whose body is desugared.
type class struct {
	name  string          // after the classes around
	bound map[string]bool // the names that the body has bound so far
}

// spaceName is what a class body calls what it binds names in, YieldName the function by which a
// generator's body yields.
const (
	spaceName = Made + "cls"
	YieldName = Made + "yield_"
)

func (c *context) add(st ...ast.Stmt) { c.out = append(c.out, st...) }

// inner is for nested statements of the same function.
func (c *context) inner() *context {
	in := *c
	in.out = nil
	return &in
}

// local is a new name within the function.
func (c *context) local(wanted string) string {
	c.used[wanted]++
	if n := c.used[wanted]; n > 1 {
		return fmt.Sprintf("%s%s_%d", Made, wanted, n)
	}
	return Made + wanted
}

// boxName is the name of the variables of a function that functions inside of it bind too. Functions
// within each other have different ones.
func boxName(s *names.Scope) string {
	depth := 1
	for p := s.Parent; p != nil; p = p.Parent {
		if p.Kind == names.Function && p.Boxes() {
			depth++
		}
	}
	if depth == 1 {
		return Made + "local"
	}
	return fmt.Sprintf("%slocal_%d", Made, depth)
}

// own reports whether a scope has a name for itself: it declares it neither global nor nonlocal.
func own(s *names.Scope, name string) bool { return !s.Globals[name] && !s.Nonlocals[name] }

// load reads a variable.
func (d *desugarer) load(c *context, n ast.Node, name string) ast.Expr {
	if name == d.py && c.scope.Owner(name).Kind == names.Module && d.table.Scopes[d.mod].Names[name] == nil {
		return ident(Helpers)
	}
	if c.scope.Kind == names.Class && c.class.bound[name] && own(c.scope, name) {
		return &ast.Attribute{ExprBase: base(n), Value: ident(spaceName), Attr: name}
	}
	if d.skips(c, name) {
		return d.global(n, name)
	}
	s := c.scope
	for s.Kind == names.Class && !s.Globals[name] {
		s = s.Parent
	}
	owner := s.Owner(name)
	switch v := owner.Names[name]; {
	case owner.Kind == names.Module && shadowed(c.scope, name):
		return d.global(n, name)
	case v != nil && v.Boxed && owner.Kind == names.Function:
		return boxedVariable(owner, n, name)
	}
	return &ast.Name{ExprBase: base(n), ID: name, Global: owner.Kind == names.Module && !partsOwn(owner.Names[name])}
}

// partsOwn reports whether a variable of the module is but a parameter of the parts that use it.
func partsOwn(v *names.Variable) bool { return v != nil && len(v.Named) > 0 && !v.Boxed }

// global is a variable of the module by what finds it wherever it stands.
func (d *desugarer) global(n ast.Node, name string) *ast.Attribute {
	return &ast.Attribute{ExprBase: base(n), Value: member("globals"), Attr: name}
}

func boxedVariable(owner *names.Scope, n ast.Node, name string) *ast.Attribute {
	return &ast.Attribute{ExprBase: base(n), Value: ident(boxName(owner)), Attr: name}
}

// skips reports whether a class body reads a name that it has not bound yet, of which a function
// around has one, too: Python means the module's then, and Starlark would mean the function's.
func (d *desugarer) skips(c *context, name string) bool {
	s := c.scope
	return s.Kind == names.Class && s.Names[name] != nil && own(s, name) && s.FunctionBinds(name)
}

// shadowed reports whether a function around has a variable of the name of a global one.
func shadowed(s *names.Scope, name string) bool {
	for ; s != nil; s = s.Parent {
		v := s.Names[name]
		if v != nil && !v.Boxed && (s.Kind == names.Function || s.Kind == names.Comprehension) && own(s, name) {
			return true
		}
	}
	return false
}

// store is what an assignment to a name assigns to.
func (d *desugarer) store(c *context, n ast.Node, name string) ast.Expr {
	s := c.scope
	if s.Kind == names.Comprehension {
		return &ast.Name{ExprBase: base(n), ID: name}
	}
	if s.Kind == names.Class && own(s, name) {
		c.class.bound[name] = true
		return &ast.Attribute{ExprBase: base(n), Value: ident(spaceName), Attr: name}
	}
	owner := s.Owner(name)
	v := owner.Names[name]
	if owner.Kind == names.Module {
		if s.Kind == names.Module && (c.part == owner.Root || partsOwn(v)) {
			return &ast.Name{ExprBase: base(n), ID: name, Global: !partsOwn(v)}
		}
		return d.global(n, name)
	}
	if v != nil && v.Boxed {
		return boxedVariable(owner, n, name)
	}
	return &ast.Name{ExprBase: base(n), ID: name}
}

// boxed is the box and name of a stored variable, for helpers that want both.
func (d *desugarer) boxed(c *context, n ast.Node, name string) (box ast.Expr, field string) {
	if c.scope.Kind == names.Module {
		return member("globals"), name
	}
	if t, ok := d.store(c, n, name).(*ast.Attribute); ok {
		return t.Value, t.Attr
	}
	return member("globals"), name
}
