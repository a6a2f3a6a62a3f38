package python

import (
	"fmt"
	"strings"

	"quecstar/harness/python/ast"
)

// scopeKind is what a scope belongs to.
type scopeKind uint8

const (
	moduleScope scopeKind = iota
	functionScope
	classScope
	compScope // of a comprehension or lambda: its names are Starlark's own
)

// scope is where names live.
type scope struct {
	kind   scopeKind
	parent *scope
	names  map[string]*variable
	// globals and nonlocals are the names declared as such.
	globals, nonlocals map[string]bool
	generator          bool // the function yields
	async              bool // the function is async
	name               string
}

// variable is a name of a scope.
type variable struct {
	bound bool // assigned here; otherwise only declared
	param bool
	// cell says that the variable lives in a cell: another function, or one that lowering makes of
	// a part of this one, binds it, or it can be unbound.
	cell bool
	// assigned says that it has a value in all that was not lowered yet.
	assigned bool
	// values are what it is given, as far as that is known; unknown says that it is given something else.
	values  []ast.Expr
	unknown bool
	// ints says that it holds but ints.
	ints bool
	// rebound says that a parameter is assigned.
	rebound bool
}

func newScope(kind scopeKind, parent *scope, name string) *scope {
	return &scope{kind: kind, parent: parent, name: name, names: map[string]*variable{}}
}

// with adds a name to a set that is nil until it has one, as most scopes declare none.
func with(set map[string]bool, name string) map[string]bool {
	if set == nil {
		set = map[string]bool{}
	}
	set[name] = true
	return set
}

func (s *scope) declare(name string) *variable {
	v := s.names[name]
	if v == nil {
		v = &variable{}
		s.names[name] = v
	}
	return v
}

// hasCells reports whether a name of the scope lives in a cell.
func (s *scope) hasCells() bool {
	for _, v := range s.names {
		if v.cell {
			return true
		}
	}
	return false
}

// function is the innermost scope that is no comprehension's.
func (s *scope) function() *scope {
	for s.kind == compScope {
		s = s.parent
	}
	return s
}

// module is the outermost scope.
func (s *scope) module() *scope {
	for s.parent != nil {
		s = s.parent
	}
	return s
}

// outerFunction finds the enclosing function that binds a name; nil when none does.
func (s *scope) outerFunction(name string) *scope {
	for p := s.parent; p != nil; p = p.parent {
		if p.kind == functionScope || p.kind == compScope {
			if v := p.names[name]; v != nil && v.bound && !p.globals[name] {
				return p
			}
		}
	}
	return nil
}

// analyzer finds out where the names of a file live. It fills one scope per node that opens one.
type analyzer struct {
	scopes map[ast.Node]*scope
	// regions is how many parts of the current function, that lowering makes functions of, are
	// around what is looked at.
	regions int
	// mentions are attribute and function names anywhere in the file.
	mentions map[string]bool
	// bools are the names of variables, attributes and parameters that a bool is assigned to.
	bools map[string]bool
	// results are the names of variables and attributes that are given what a call returned.
	results map[string]bool
	// boolArgs are positions at which a function or method of a name is given a bool, params the
	// parameters of those of the file.
	boolArgs map[string][]int
	params   map[string][][]*ast.Arg
	// nan says that a text of the file is a name of not-a-number.
	nan bool
	// derives says that a class derives from one of Python's own types.
	derives bool
	// given are the variables that are given values which are known.
	given []given
	// imports are the modules that the file names.
	imports []string
	// early are the names that the module reads in front of what binds them, as far as the text goes.
	early map[string]bool
	// dynamic says that the module's variables can be bound by name.
	dynamic bool
	// outer are the nonlocal names that are bound.
	outer []outerBinding
	// classes are the scopes of classes within functions.
	classes []*scope
	// err is the first syntax error that only the scopes show.
	err  error
	file string
}

// outerBinding is a name of an outer function that a scope binds.
type outerBinding struct {
	s    *scope
	name string
	at   ast.Pos
}

func (a *analyzer) fail(at ast.Pos, format string, args ...any) {
	if a.err == nil {
		a.err = &SyntaxError{Filename: a.file, Line: int(at.Line), Col: int(at.Col), Msg: fmt.Sprintf(format, args...)}
	}
}

// settle makes cells of the variables that inner functions bind, once all functions are known.
func (a *analyzer) settle() {
	for _, b := range a.outer {
		if b.s.outerFunction(b.name) == nil {
			a.fail(b.at, "no binding for nonlocal '%s' found", b.name)
		}
		for p := b.s.parent; p != nil; p = p.parent {
			if v := p.names[b.name]; p.kind == functionScope && v != nil && v.bound && !p.nonlocals[b.name] {
				v.cell, v.unknown = true, true
				break
			}
		}
	}
}

// unshadow makes cells of the module's variables that a class body reads by a name which a function
// around it has too.
func (a *analyzer) unshadow(top *scope) {
	for _, c := range a.classes {
		for name, v := range c.names {
			if global := top.names[name]; v.bound && global != nil && c.outerFunction(name) != nil {
				global.cell = true
			}
		}
	}
}

// analyze looks at a whole file; py is what a ported program calls the helpers.
func analyze(mod *ast.Module, file string, main bool, py string) *analyzer {
	a := &analyzer{file: file, scopes: map[ast.Node]*scope{}, mentions: map[string]bool{}, bools: map[string]bool{}, results: map[string]bool{},
		boolArgs: map[string][]int{}, params: map[string][][]*ast.Arg{}}
	top := newScope(moduleScope, nil, "<module>")
	a.scopes[mod] = top
	a.block(top, mod.Body)
	a.settle()
	a.unshadow(top)
	a.passBools()
	if py != "" {
		a.ported(mod, top, py)
	}
	for _, name := range []string{"exec", "eval", "globals", "locals", "vars", "compile", "__globals__"} {
		a.dynamic = a.dynamic || a.mentions[name] && top.names[name] == nil
	}
	for name, v := range top.names {
		// Until it is bound, the name is that of a builtin, or of nothing.
		v.cell = v.cell || v.bound && (builtinNames[name] || a.early[name])
	}
	if !main || a.dynamic {
		for _, v := range top.names {
			v.cell = true
		}
	}
	a.findInts()
	return a
}

// bind records that a name is assigned.
func (a *analyzer) bind(s *scope, name string) {
	s = s.function()
	switch {
	case s.globals[name]:
		v := s.module().declare(name)
		v.bound, v.unknown = true, true
		v.cell = true
	case s.nonlocals[name]:
		a.outer = append(a.outer, outerBinding{s: s, name: name})
	default:
		v := s.declare(name)
		v.rebound = v.param
		v.bound, v.unknown = true, true
		v.cell = v.cell || a.regions > 0
	}
}

// unbind records that a name may become unbound.
func (a *analyzer) unbind(s *scope, name string) {
	a.bind(s, name)
	if v := s.function().names[name]; v != nil {
		v.cell = true
	}
}

// region looks at statements that lowering makes a function of.
func (a *analyzer) region(s *scope, body []ast.Stmt) {
	a.regions++
	a.block(s, body)
	a.regions--
}

func (a *analyzer) block(s *scope, body []ast.Stmt) {
	a.declarations(s, body)
	for _, st := range body {
		a.stmt(s, st)
	}
}

// declarations finds the global and nonlocal statements first: they hold for the whole function.
func (a *analyzer) declarations(s *scope, body []ast.Stmt) {
	for _, st := range body {
		switch st := st.(type) {
		case *ast.Global:
			for _, n := range st.Names {
				if v := s.names[n]; v != nil && v.param || s.nonlocals[n] {
					a.fail(st.Pos, "identifier redefined as global")
				}
				s.globals = with(s.globals, n)
				if s.kind == moduleScope {
					delete(s.globals, n)
				}
			}
		case *ast.Nonlocal:
			for _, n := range st.Names {
				if s.kind == moduleScope {
					a.fail(st.Pos, "can't declare nonlocal in outer code")
				}
				if v := s.names[n]; v != nil && v.param || s.globals[n] {
					a.fail(st.Pos, "identifier redefined as nonlocal")
				}
				s.nonlocals = with(s.nonlocals, n)
				a.outer = append(a.outer, outerBinding{s, n, st.Pos})
			}
		case *ast.If:
			a.declarations(s, st.Body)
			a.declarations(s, st.Orelse)
		case *ast.While:
			a.declarations(s, st.Body)
			a.declarations(s, st.Orelse)
		case *ast.For:
			a.declarations(s, st.Body)
			a.declarations(s, st.Orelse)
		case *ast.With:
			a.declarations(s, st.Body)
		case *ast.Try:
			a.declarations(s, st.Body)
			a.declarations(s, st.Orelse)
			a.declarations(s, st.Finalbody)
			for _, h := range st.Handlers {
				a.declarations(s, h.Body)
			}
		}
	}
}

func (a *analyzer) stmt(s *scope, st ast.Stmt) {
	switch st := st.(type) {
	case *ast.FunctionDef:
		a.bind(s, st.Name)
		a.exprs(s, st.Decorators)
		a.functionDef(s, st, st.Name, st.Args, func(f *scope) {
			f.generator = st.Async
			f.async = st.Async
			a.block(f, st.Body)
		})
	case *ast.ClassDef:
		a.classDef(s, st)
	case *ast.Import:
		for _, n := range st.Names {
			a.bind(s, importedName(n))
			a.imports = append(a.imports, n.Name)
		}
	case *ast.ImportFrom:
		a.imports = append(a.imports, strings.Repeat(".", st.Level)+st.Module)
		for _, n := range st.Names {
			if n.Name == "*" {
				a.dynamic = true
				if s.kind != moduleScope {
					a.fail(st.Pos, "import * not at module level")
				}
			} else {
				a.bind(s, importedName(n))
			}
		}
	case *ast.Try:
		a.try(s, st)
	case *ast.With:
		for _, item := range st.Items {
			a.expr(s, item.Context)
		}
		a.regions++
		for _, item := range st.Items {
			a.target(s, item.Vars)
		}
		a.block(s, st.Body)
		a.regions--
	case *ast.Delete:
		for _, t := range st.Targets {
			a.deleted(s, t)
		}
	default:
		a.simpleStmt(s, st)
	}
}

func (a *analyzer) deleted(s *scope, t ast.Expr) {
	switch t := t.(type) {
	case *ast.Name:
		a.unbind(s, t.ID)
	case *ast.Tuple:
		for _, e := range t.Elts {
			a.deleted(s, e)
		}
	case *ast.List:
		for _, e := range t.Elts {
			a.deleted(s, e)
		}
	default:
		a.expr(s, t)
	}
}

func (a *analyzer) simpleStmt(s *scope, st ast.Stmt) {
	switch st := st.(type) {
	case *ast.Return:
		a.expr(s, st.Value)
	case *ast.Assign:
		a.expr(s, st.Value)
		for _, t := range st.Targets {
			a.bindTo(s, t, st.Value)
			a.noteBool(t, st.Value)
		}
	case *ast.AnnAssign:
		if n, ok := st.Target.(*ast.Name); ok && st.Value == nil {
			a.unbind(s, n.ID)
			return
		}
		a.expr(s, st.Value)
		a.target(s, st.Target)
	case *ast.AugAssign:
		a.expr(s, st.Value)
		a.bindTo(s, st.Target, &ast.BinOp{Left: st.Target, Op: st.Op, Right: st.Value})
	case *ast.For:
		a.expr(s, st.Iter)
		if e := rangeElement(st.Iter); e != nil && !st.Async && isUnbound(s, "range") {
			a.bindTo(s, st.Target, e)
		} else {
			a.target(s, st.Target)
		}
		a.block(s, st.Body)
		a.block(s, st.Orelse)
	case *ast.While:
		a.expr(s, st.Test)
		a.block(s, st.Body)
		a.block(s, st.Orelse)
	case *ast.If:
		a.expr(s, st.Test)
		a.block(s, st.Body)
		a.block(s, st.Orelse)
	case *ast.Raise:
		a.exprs(s, []ast.Expr{st.Exc, st.Cause})
	case *ast.Assert:
		a.exprs(s, []ast.Expr{st.Test, st.Msg})
	case *ast.ExprStmt:
		a.expr(s, st.Value)
	}
}

func (a *analyzer) try(s *scope, st *ast.Try) {
	a.region(s, st.Body)
	a.region(s, st.Orelse)
	a.region(s, st.Finalbody)
	for _, h := range st.Handlers {
		a.expr(s, h.Type)
		a.regions++
		if h.Name != "" {
			a.unbind(s, h.Name)
		}
		a.block(s, h.Body)
		a.regions--
	}
}

// importedName is what an import binds: of a dotted name, its first part.
func importedName(n ast.Alias) string {
	if n.AsName != "" {
		return n.AsName
	}
	name := n.Name
	for i, c := range name {
		if c == '.' {
			return name[:i]
		}
	}
	return name
}
