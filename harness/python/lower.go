package python

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.starlark.net/syntax"
	"quecstar/harness/python/ast"

	"quecstar/harness/python/object"
)

// lowerer turns one file into Starlark syntax.
type lowerer struct {
	src    Source
	path   *string
	a      *analyzer
	consts []constant
	named  map[string]bool // the constants that there are
	temps  int
	py     string // what a ported program calls the helpers; "" for other programs
	bad    []Unsupported
	err    error // the first syntax error
	// inPlace says that x += y may have to change x itself, equality that == may call a method, and
	// so on: what the file mentions decides what is lowered to a helper.
	inPlace, equality, ordering, membership, slicing bool
	// alone says that no class of another file can have a method for equality.
	alone bool
	// inPlaceDefined says that a class of the file has a method for an operator such as +=.
	inPlaceDefined bool
	// slices says that a slice object may be an index.
	slices bool
	// nan says that not-a-number may be compared, which Starlark orders and finds equal.
	nan bool

	// lifting is the statement whose parts are lowered, nil for none; lifted are the functions of the
	// file that were made of such parts.
	lifting *lifting
	lifted  []syntax.Stmt
	// sure are the variables that have a value in what is lowered now.
	sure []*variable

	idents slab[syntax.Ident]
	calls  slab[syntax.CallExpr]
	dots   slab[syntax.DotExpr]
	names  map[constantKeyOf]string // of the constants that there are
}

// constantKeyOf is what makes a constant the same as another one.
type constantKeyOf struct {
	kind          constKind
	prefix, value string
}

// block is where statements are put while a function's body is lowered.
type block struct {
	*scope
	out []syntax.Stmt
	// synthetic says that the Starlark function is one that lowering made of a part of a body:
	// break, continue and return leave it as signals.
	synthetic bool
	// loops counts the loops around the statement within the Starlark function.
	loops int
	// signals are those that the synthetic function was seen to return.
	signals *signals
	// class is the innermost class around, and self the first parameter of the method, for super().
	class *classContext
	self  string
	// noHoist says that no statement can be put before the expression which is lowered.
	noHoist bool
	// hoisted are statements to put in front of the outermost loop of the function; nil outside of loops.
	hoisted *[]syntax.Stmt
	// flag is set when the loop that the statement is in is left by break, "" without an else.
	flag string
}

type signals struct{ brk, cnt, ret bool }

// classContext is a class whose body is lowered.
type classContext struct {
	scope *scope
	name  string
	bound map[string]bool // the names that the body has bound so far
}

// lower turns a parsed file into Starlark syntax and the constants that it needs.
func lower(src Source, mod *ast.Module) (*syntax.File, []constant, error) {
	l := &lowerer{src: src, path: &src.Filename, named: map[string]bool{}, names: map[constantKeyOf]string{}}
	if src.Ported {
		mod, l.py = unload(mod)
	}
	l.a = analyze(mod, src.Filename, src.Main, l.py)
	mentioned := func(names ...string) bool {
		for _, n := range names {
			if l.a.mentions[n] || l.a.defines(n) {
				return true
			}
		}
		return false
	}
	for op := range inPlaceMethods {
		l.inPlaceDefined = l.inPlaceDefined || mentioned(op)
	}
	l.inPlace = l.inPlaceDefined || mentioned("bytearray", "set")
	l.equality = mentioned("__eq__", "__ne__", "namedtuple") || l.a.derives
	l.ordering = mentioned("__lt__", "__gt__", "__le__", "__ge__", "namedtuple") || l.a.derives
	l.membership = mentioned("__contains__", "__iter__", "__getitem__") || l.equality
	l.slicing = mentioned("__getitem__")
	l.slices = mentioned("slice", "__getitem__", "__setitem__")
	l.nan = l.a.nan || mentioned("nan", "isnan")
	l.alone = src.Main && !src.Ported && src.Native != nil && !l.a.mentions["__import__"] &&
		!slices.ContainsFunc(l.a.imports, func(m string) bool { return !src.Native(m) })
	if l.a.mentions["__globals__"] {
		l.constant(moduleConst, "module", "") // by which a function knows its module
	}
	b := &block{scope: l.a.scopes[mod]}
	l.stmts(b, mod.Body)
	shadowed := l.shadowed(b)
	if l.err == nil {
		l.err = l.a.err
	}
	if l.err != nil {
		return nil, nil, l.err
	}
	if len(l.bad) > 0 {
		return nil, nil, &UnsupportedError{l.bad}
	}
	file := &syntax.File{Path: src.Filename, Options: fileOptions}
	if prologue := l.prologue(); prologue != nil {
		file.Stmts = append(file.Stmts, prologue)
	}
	file.Stmts = slices.Concat(file.Stmts, shadowed, l.lifted, b.out)
	return file, l.consts, nil
}

// defines reports whether a class of the file has a method of that name.
func (a *analyzer) defines(name string) bool {
	for _, s := range a.scopes {
		if s.kind == classScope && s.names[name] != nil {
			return true
		}
	}
	return false
}

// prologue unpacks the constants into global variables, which Starlark finds by number and not, as
// what is predeclared, by name.
func (l *lowerer) prologue() syntax.Stmt {
	if len(l.consts) == 0 {
		return nil
	}
	pos := syntax.MakePosition(l.path, 1, 1)
	names := make([]syntax.Expr, len(l.consts))
	for i, c := range l.consts {
		names[i] = &syntax.Ident{NamePos: pos, Name: c.name}
	}
	return &syntax.AssignStmt{OpPos: pos, Op: syntax.EQ,
		LHS: &syntax.TupleExpr{Lparen: pos, List: names, Rparen: pos},
		RHS: &syntax.Ident{NamePos: pos, Name: constsName}}
}

// constant returns the name of a constant.
func (l *lowerer) constant(kind constKind, prefix, value string) string {
	key := constantKeyOf{kind, prefix, value}
	if name, ok := l.names[key]; ok {
		return name
	}
	name := object.Marker + prefix + value
	if kind == strConst || kind == bytesConst {
		name = object.Marker + prefix + strconv.Quote(value)
	}
	l.names[key] = name
	if !l.named[name] {
		l.named[name] = true
		l.consts = append(l.consts, constant{name: name, kind: kind, value: value})
	}
	return name
}

func (l *lowerer) pos(n ast.Node) syntax.Position {
	return syntax.MakePosition(l.path, n.At().Line, n.At().Col)
}

// unsupported records a construct that does not run yet.
func (l *lowerer) unsupported(n ast.Node, what string) {
	at := leftmost(n).At()
	l.bad = append(l.bad, Unsupported{l.src.Filename, int(at.Line), int(at.Col), what})
}

// fail records an error that the parser does not look for; the first is reported.
func (l *lowerer) fail(pos syntax.Position, format string, args ...any) {
	if l.err == nil {
		l.err = &SyntaxError{Filename: l.src.Filename, Line: int(pos.Line), Col: int(pos.Col), Msg: fmt.Sprintf(format, args...)}
	}
}

// leftmost is where an expression begins: the parser puts some at their operator.
func leftmost(n ast.Node) ast.Node {
	for {
		switch e := n.(type) {
		case *ast.Call:
			n = e.Func
		case *ast.Attribute:
			n = e.Value
		case *ast.Subscript:
			n = e.Value
		case *ast.BinOp:
			n = e.Left
		case *ast.Compare:
			n = e.Left
		default:
			return n
		}
	}
}

// temp returns a new name.
func (l *lowerer) temp() string {
	l.temps++
	return object.Marker + "t" + strconv.Itoa(l.temps)
}

// slab gives out zero values of which it makes many at once: lowering makes so many nodes that making
// each by itself is what takes the time.
type slab[T any] struct{ free []T }

func (s *slab[T]) next() *T {
	if len(s.free) == 0 {
		s.free = make([]T, 64)
	}
	p := &s.free[0]
	s.free = s.free[1:]
	return p
}

// Builders of syntax, all at one position.

func (l *lowerer) ident(pos syntax.Position, name string) *syntax.Ident {
	id := l.idents.next()
	id.NamePos, id.Name = pos, name
	return id
}

func text(pos syntax.Position, s string) *syntax.Literal {
	return &syntax.Literal{Token: syntax.STRING, TokenPos: pos, Value: s}
}

func number(pos syntax.Position, n int64) *syntax.Literal {
	return &syntax.Literal{Token: syntax.INT, TokenPos: pos, Raw: strconv.FormatInt(n, 10), Value: n}
}

func (l *lowerer) none(pos syntax.Position) syntax.Expr { return l.ident(pos, "None") }

func (l *lowerer) callOf(pos syntax.Position, fn syntax.Expr, args ...syntax.Expr) *syntax.CallExpr {
	c := l.calls.next()
	c.Fn, c.Lparen, c.Args, c.Rparen = fn, pos, args, pos
	return c
}

// help is a call of a helper.
func (l *lowerer) help(pos syntax.Position, name string, args ...syntax.Expr) *syntax.CallExpr {
	return l.callOf(pos, l.ident(pos, l.constant(helperConst, "", name)), args...)
}

// unary is a call of a helper of one argument that is made as an index.
func (l *lowerer) unary(pos syntax.Position, name string, x syntax.Expr) syntax.Expr {
	return &syntax.IndexExpr{X: l.ident(pos, l.constant(unaryConst, "u_", name)), Lbrack: pos, Y: x, Rbrack: pos}
}

func (l *lowerer) helperValue(pos syntax.Position, name string) *syntax.Ident {
	return l.ident(pos, l.constant(helperConst, "", name))
}

func (l *lowerer) dot(pos syntax.Position, x syntax.Expr, name string) *syntax.DotExpr {
	d := l.dots.next()
	d.X, d.Dot, d.NamePos, d.Name = x, pos, pos, l.ident(pos, name)
	return d
}

func assign(pos syntax.Position, lhs, rhs syntax.Expr) *syntax.AssignStmt {
	return &syntax.AssignStmt{OpPos: pos, Op: syntax.EQ, LHS: lhs, RHS: rhs}
}

func binary(pos syntax.Position, x syntax.Expr, op syntax.Token, y syntax.Expr) *syntax.BinaryExpr {
	return &syntax.BinaryExpr{X: x, OpPos: pos, Op: op, Y: y}
}

func branch(pos syntax.Position, token syntax.Token) syntax.Stmt {
	return &syntax.BranchStmt{Token: token, TokenPos: pos}
}

func (l *lowerer) define(pos syntax.Position, name string, params []syntax.Expr, body []syntax.Stmt) *syntax.DefStmt {
	if len(body) == 0 {
		body = []syntax.Stmt{branch(pos, syntax.PASS)}
	}
	return &syntax.DefStmt{Def: pos, Name: l.ident(pos, name), Lparen: pos, Params: params, Rparen: pos, Body: body}
}

func (b *block) add(st ...syntax.Stmt) { b.out = append(b.out, st...) }

// inner is a block for nested statements of the same Starlark function.
func (b *block) inner() *block {
	c := *b
	c.out = nil
	return &c
}

// load reads a variable.
func (l *lowerer) load(b *block, pos syntax.Position, name string) syntax.Expr {
	switch name {
	case "None":
		return l.none(pos)
	case "True", "False":
		return l.helperValue(pos, name)
	}
	if b.kind == classScope {
		if b.class.bound[name] && !b.globals[name] && !b.nonlocals[name] {
			return l.dot(pos, l.ident(pos, namespaceName), name)
		}
		if v := b.names[name]; v != nil && v.bound && !b.globals[name] && !b.nonlocals[name] {
			return l.global(b.module(), pos, name) // which the body binds later on: no variable of a function
		}
		return l.outer(b.scope, pos, name)
	}
	for s := b.scope; s.kind == functionScope || s.kind == compScope; s = s.parent {
		if s.globals[name] {
			return l.global(s.module(), pos, name)
		}
		if v := s.names[name]; v != nil && v.bound {
			return l.variable(s, v, pos, name)
		}
		if s.kind == functionScope {
			return l.outer(s, pos, name)
		}
	}
	if b.function().kind == classScope {
		return l.outer(b.function(), pos, name)
	}
	return l.global(b.module(), pos, name)
}

// outer reads a variable that a function or class body has from around it.
func (l *lowerer) outer(s *scope, pos syntax.Position, name string) syntax.Expr {
	if f := s.outerFunction(name); f != nil && !s.globals[name] {
		return l.variable(f, f.names[name], pos, name)
	}
	return l.global(s.module(), pos, name)
}

// variable is a variable of the function s.
func (l *lowerer) variable(s *scope, v *variable, pos syntax.Position, name string) syntax.Expr {
	if v.cell {
		l.uses(s, cellName(name), true)
		return l.dot(pos, l.ident(pos, cellName(name)), "v")
	}
	l.uses(s, name, v.param || v.assigned)
	return l.ident(pos, name)
}

func cellName(name string) string { return object.Marker + "c_" + name }

// namespaceName is what a class body calls its namespace.
const namespaceName = object.Marker + "ns"

// global reads a variable of the module, or a builtin.
func (l *lowerer) global(m *scope, pos syntax.Position, name string) syntax.Expr {
	if name == "__name__" || name == "__file__" {
		m.declare(name).cell = true
		m.names[name].bound = true
	}
	if v := m.names[name]; v != nil && v.bound {
		if v.cell {
			return l.dot(pos, l.ident(pos, l.constant(cellConst, "g_", name)), "v")
		}
		return l.ident(pos, name)
	}
	if name == l.py && name != "" {
		return l.ident(pos, l.constant(constructsConst, "py", ""))
	}
	if !l.a.dynamic && builtinNames[name] {
		return l.ident(pos, l.constant(builtinConst, "b_", name))
	}
	return l.help(pos, "name", l.ident(pos, l.constant(moduleConst, "module", "")), text(pos, name))
}

// shadowed gives the module's variables that hide a builtin its value: the name means that until the
// module assigns to it. Variables in cells know it by themselves.
func (l *lowerer) shadowed(b *block) []syntax.Stmt {
	var names []string
	for name, v := range b.names {
		if v.bound && !v.cell && builtinNames[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	pos := syntax.MakePosition(l.path, 1, 1)
	out := make([]syntax.Stmt, len(names))
	for i, name := range names {
		out[i] = assign(pos, l.ident(pos, name), l.ident(pos, l.constant(builtinConst, "b_", name)))
	}
	return out
}

// builtinNames are the names that no module needs to define.
var builtinNames = func() map[string]bool {
	all := map[string]bool{}
	for _, n := range object.BuiltinNames() {
		all[n] = true
	}
	return all
}()

// store is what an assignment to a name assigns to.
func (l *lowerer) store(b *block, pos syntax.Position, name string) syntax.Expr {
	s := b.scope
	if s.kind == compScope {
		if v := s.names[name]; v != nil {
			return l.ident(pos, name)
		}
		s = s.function()
	}
	switch {
	case s.globals[name]:
		return l.global(s.module(), pos, name)
	case s.kind == classScope && s.nonlocals[name], s.nonlocals[name]:
		return l.outer(s, pos, name)
	case s.kind == classScope:
		b.class.bound[name] = true
		return l.dot(pos, l.ident(pos, namespaceName), name)
	case s.kind == moduleScope:
		return l.global(s, pos, name)
	}
	return l.variable(s, s.names[name], pos, name)
}

// qualified is how a function is named in Starlark: methods after their class, so that no name in
// a method can mean another method.
func qualified(b *block, name string) string {
	if b.kind == classScope {
		return strings.TrimPrefix(b.class.name+"."+name, ".")
	}
	return name
}
