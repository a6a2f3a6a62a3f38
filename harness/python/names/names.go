// Package names is the symbol table of a Python file: which scopes it has, which names each of them
// binds, and where these are read and bound. Desugaring, and whoever else asks what a name means,
// reads it; nothing else looks for scopes.
package names

import (
	"fmt"

	"quecstar/harness/python/ast"
)

// Kind is what a scope belongs to.
type Kind uint8

// The kinds of scopes.
const (
	Module Kind = iota
	Function
	Class
	Comprehension
)

// Scope is where names live.
type Scope struct {
	Kind   Kind
	Parent *Scope // nil of the module
	// Names are the variables of the scope.
	Names map[string]*Variable
	// Globals and Nonlocals are the names that the scope declares as such.
	Globals, Nonlocals map[string]bool
	// Root is the part that the scope's body is.
	Root *Part
	// Generator says that the function yields, Async that it is async, too.
	Generator, Async bool
	// Params are the names of the function's parameters.
	Params []string
	lazy   bool // of a generator expression
}

// Variable is a name that a scope binds.
type Variable struct {
	// Param says that it is a parameter.
	Param bool
	// Boxed says that it cannot be a variable of a function in Starlark: another function binds it, or
	// it can be unbound again, or an expression binds it.
	Boxed bool
	// Named are the parts whose parameter the variable is: except … as x, with … as x.
	Named []*Part
	// Binds counts the statements that bind it.
	Binds int
	// Values is what statements assign to it; Unclear says that it is bound in other ways too.
	Values  []ast.Expr
	Unclear bool

	forced      bool // Boxed whatever the parts say
	captured    bool // a function uses it that may run later
	refs, bound []*Part
}

// Part is a list of statements that becomes a function of its own in Starlark: the body of a function,
// or a part of a try or with statement in it.
type Part struct {
	Scope *Scope
	Body  []ast.Stmt

	parent *Part // the part around it; nil of a module
	once   bool  // it runs once for each run of the scope
}

// PartKey names a part: the statement that it is of, and which of its parts.
type PartKey struct {
	Of   any // *ast.Try, *ast.ExceptHandler, *ast.With, *ast.FunctionDef, *ast.Lambda
	Kind string
}

// The kinds of parts. Those of a with statement are numbered, as WithPart says.
const (
	TryPart       = "try"
	ExceptPart    = "except"
	ElsePart      = "else"
	FinallyPart   = "finally"
	GeneratorPart = "generator"
)

// WithPart is the kind of what is within the i-th manager of a with statement.
func WithPart(i int) string { return fmt.Sprint("with ", i) }

// Table is what is known of the names of a file.
type Table struct {
	// Scopes are those of the nodes that open one: the module, functions, lambdas, classes and
	// comprehensions.
	Scopes map[ast.Node]*Scope
	Parts  map[PartKey]*Part
	// Star says that the file imports all names of a module, so that any may be a variable.
	Star bool

	refs []ref
	late []func() // checks that wait for the whole file
	err  *ast.Error
}

// ref is a place where a name is read or bound.
type ref struct {
	s    *Scope
	p    *Part
	name string
	bind bool
	as   bool // the parameter of the part
	// value is what it is bound to, nil for what is not known.
	value ast.Expr
}

// Analyze looks at a whole file. The error is an *ast.Error.
func Analyze(mod *ast.Module) (*Table, error) {
	t := &Table{Scopes: map[ast.Node]*Scope{}, Parts: map[PartKey]*Part{}}
	top := newScope(Module, nil, nil, mod.Body)
	t.Scopes[mod] = top
	t.block(top, top.Root, mod.Body)
	for _, check := range t.late {
		check()
	}
	if t.err != nil {
		return nil, t.err
	}
	for _, r := range t.refs {
		t.resolve(r)
	}
	for _, s := range t.Scopes {
		for name, v := range s.Names {
			v.Boxed = s.needsBox(name, v)
		}
	}
	return t, nil
}

func newScope(kind Kind, parent *Scope, at *Part, body []ast.Stmt) *Scope {
	s := &Scope{Kind: kind, Parent: parent, Names: map[string]*Variable{}}
	s.Root = &Part{parent: at, Scope: s, Body: body, once: true}
	return s
}

func (t *Table) fail(at ast.Pos, format string, args ...any) {
	if t.err == nil {
		t.err = ast.Errorf(at, format, args...)
	}
}

func (s *Scope) declare(name string) *Variable {
	v := s.Names[name]
	if v == nil {
		v = &Variable{}
		s.Names[name] = v
	}
	return v
}

// Body is the innermost scope that is no comprehension's.
func (s *Scope) Body() *Scope {
	for s.Kind == Comprehension {
		s = s.Parent
	}
	return s
}

// Top is the scope of the module.
func (s *Scope) Top() *Scope {
	for s.Parent != nil {
		s = s.Parent
	}
	return s
}

// Owner is the scope whose variable a name means that is read in s; the module's where none binds it.
func (s *Scope) Owner(name string) *Scope {
	for p := s; p != nil; p = p.Parent {
		if p.Kind == Class && p != s {
			continue
		}
		if p.Globals[name] {
			return s.Top()
		}
		if p.Nonlocals[name] {
			continue
		}
		if p.Kind == Module || p.Names[name] != nil {
			return p
		}
	}
	return s.Top()
}

// Boxes reports whether a variable of the function is boxed.
func (s *Scope) Boxes() bool {
	for _, v := range s.Names {
		if v.Boxed {
			return true
		}
	}
	return false
}

// FunctionBinds reports whether a function around the scope binds a name.
func (s *Scope) FunctionBinds(name string) bool {
	for p := s.Parent; p != nil; p = p.Parent {
		if p.Kind == Function && p.Names[name] != nil && !p.Globals[name] {
			return true
		}
	}
	return false
}

// Binds reports whether any scope of the file binds a name.
func (t *Table) Binds(name string) bool {
	for _, s := range t.Scopes {
		if s.Names[name] != nil {
			return true
		}
	}
	return false
}

// resolve tells a variable of a place that mentions it.
func (t *Table) resolve(r ref) {
	owner := r.s.Owner(r.name)
	if owner.Kind == Class && !r.bind && owner.Parent != nil {
		// A class body reads what is around it until it has bound the name.
		t.resolve(ref{s: owner.Parent, p: owner.Root.parent, name: r.name})
	}
	v := owner.Names[r.name]
	if v == nil {
		return
	}
	for s := r.s; s != owner && s != nil; s = s.Parent {
		v.captured = v.captured || s.Kind != Comprehension || s.lazy
	}
	p := r.p
	for p.Scope != owner && p.parent != nil {
		p = p.parent
	}
	if r.as {
		v.Named = append(v.Named, p)
	}
	v.refs = append(v.refs, p)
	if !r.bind {
		return
	}
	v.bound = append(v.bound, p)
	v.Binds++
	switch r.value {
	case nil:
		v.Unclear = true
	case ast.Expr(imported), ast.Expr(kept):
	default:
		v.Values = append(v.Values, r.value)
	}
	v.forced = v.forced || r.s.Body() != owner
}
