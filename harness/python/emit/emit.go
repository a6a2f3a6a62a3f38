// Package emit turns a desugared Python program into Starlark syntax, nearly one to one and with the
// original positions. What an expression means is decided by the expression itself and by the values
// that it meets: never by the rest of the file.
//
// A variable of a module is a cell, ·g_x.v, as whoever has the module may change it; a variable of a
// function is Starlark's own. Constants, cells and helpers are the elements of one tuple, which a
// program is given when it begins.
package emit

import (
	"strconv"

	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/desugar"
)

// Made begins the names that no program has.
const Made = desugar.Made

// ConstantsName is the only name that an emitted program has predeclared: the tuple of its constants.
const ConstantsName = Made + "k"

// ModuleName is the global variable that has the module which the file is run as.
const ModuleName = Made + "module"

// Kind is what a constant is made of.
type Kind uint8

// The kinds of constants.
const (
	Str       Kind = iota // a str
	Bytes                 // bytes
	Helper                // a helper of the run-time system, or a member of py
	Builtin               // a builtin function, type or constant
	Cell                  // a variable of the module
	Module                // the module itself
	Py                    // what has the helpers as attributes
	RightSide             // a constant on the right of an operator
	Complex               // a complex number
	Method                // a method that is called with one argument
)

// Constant is a value that emitted code has as a global variable of the name.
type Constant struct {
	Name string
	Kind Kind
	// Text is the text of a str or bytes, or the name of a helper, builtin, method or variable.
	Text string
	// Op is the operator of a RightSide, and Assigns says that it is one such as +=.
	Op      syntax.Token
	Assigns bool
	// Operand is the constant of a RightSide or Complex: an int64, *big.Int, float64,
	// complex128, string for a str or []byte for bytes.
	Operand any
}

// fileOptions allow what Python does and Starlark by default does not.
var fileOptions = &syntax.FileOptions{While: true, TopLevelControl: true, GlobalReassign: true, Set: true, Recursion: true}

// emitter emits one file.
type emitter struct {
	path   *string
	lines  bool
	consts []Constant
	names  map[string]bool // of the constants
	here   syntax.Position // where what has no position stands
	depth  int             // the functions around
	once   *[]syntax.Stmt  // what stands in front of the loops around; nil outside of loops
	guards int             // how many there are
	err    *ast.Error

	idents slab[syntax.Ident]
	calls  slab[syntax.CallExpr]
	dots   slab[syntax.DotExpr]
}

// File emits a desugared file; without lines, all of it stands on the first. The error is an *ast.Error.
func File(mod *ast.Module, filename string, lines bool) (*syntax.File, []Constant, error) {
	e := &emitter{path: &filename, lines: lines, names: map[string]bool{}}
	e.here = syntax.MakePosition(e.path, 1, 1)
	e.constant(Constant{Name: ModuleName, Kind: Module})
	body := e.stmts(mod.Body)
	if e.err != nil {
		return nil, nil, e.err
	}
	file := &syntax.File{Path: filename, Options: fileOptions}
	file.Stmts = append([]syntax.Stmt{e.prologue()}, body...)
	return file, e.consts, nil
}

// prologue unpacks the constants into global variables, which Starlark finds by number and not, as
// what is predeclared, by name.
func (e *emitter) prologue() syntax.Stmt {
	pos := syntax.MakePosition(e.path, 1, 1)
	all := make([]syntax.Expr, len(e.consts))
	for i, c := range e.consts {
		all[i] = &syntax.Ident{NamePos: pos, Name: c.Name}
	}
	return assign(pos, &syntax.TupleExpr{Lparen: pos, List: all, Rparen: pos}, &syntax.Ident{NamePos: pos, Name: ConstantsName})
}

// constant returns the name of a constant.
func (e *emitter) constant(c Constant) string {
	if !e.names[c.Name] {
		e.names[c.Name] = true
		e.consts = append(e.consts, c)
	}
	return c.Name
}

func (e *emitter) fail(n ast.Node, msg string) {
	if e.err == nil {
		e.err = ast.Errorf(n, "%s", msg)
	}
}

// pos is where a node stands.
func (e *emitter) pos(n ast.Node) syntax.Position {
	at := n.At()
	if at.Line == 0 || !e.lines {
		return e.here
	}
	return syntax.MakePosition(e.path, at.Line, at.Col)
}

// slab gives out zero values of which it makes many at once: a file has so many nodes that making each
// by itself is what takes the time.
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

func (e *emitter) ident(pos syntax.Position, name string) *syntax.Ident {
	id := e.idents.next()
	id.NamePos, id.Name = pos, name
	return id
}

func text(pos syntax.Position, s string) *syntax.Literal {
	return &syntax.Literal{Token: syntax.STRING, TokenPos: pos, Value: s}
}

func number(pos syntax.Position, n int64) *syntax.Literal {
	return &syntax.Literal{Token: syntax.INT, TokenPos: pos, Raw: strconv.FormatInt(n, 10), Value: n}
}

func (e *emitter) none(pos syntax.Position) syntax.Expr { return e.ident(pos, "None") }

func (e *emitter) call(pos syntax.Position, fn syntax.Expr, args ...syntax.Expr) *syntax.CallExpr {
	c := e.calls.next()
	c.Fn, c.Lparen, c.Args, c.Rparen = fn, pos, args, pos
	return c
}

// helper is a helper of the run-time system.
func (e *emitter) helper(pos syntax.Position, name string) *syntax.Ident {
	return e.ident(pos, e.constant(Constant{Name: Made + name, Kind: Helper, Text: name}))
}

// help is a call of a helper.
func (e *emitter) help(pos syntax.Position, name string, args ...syntax.Expr) *syntax.CallExpr {
	return e.call(pos, e.helper(pos, name), args...)
}

// operator is a helper of one argument that is called as an index: unlike for a call, Starlark makes
// neither a frame nor a list of arguments.
//
// BenchmarkSpeed/for, while and compare: with calls they take 1.5 to 1.8 times as long.
func (e *emitter) operator(pos syntax.Position, name string, x syntax.Expr) syntax.Expr {
	return index(pos, e.helper(pos, name), x)
}

func index(pos syntax.Position, x, y syntax.Expr) *syntax.IndexExpr {
	return &syntax.IndexExpr{X: x, Lbrack: pos, Y: y, Rbrack: pos}
}

func (e *emitter) dot(pos syntax.Position, x syntax.Expr, name string) *syntax.DotExpr {
	d := e.dots.next()
	d.X, d.Dot, d.NamePos, d.Name = x, pos, pos, e.ident(pos, name)
	return d
}

func assign(pos syntax.Position, lhs, rhs syntax.Expr) *syntax.AssignStmt {
	return &syntax.AssignStmt{OpPos: pos, Op: syntax.EQ, LHS: lhs, RHS: rhs}
}

func binary(pos syntax.Position, x syntax.Expr, op syntax.Token, y syntax.Expr) *syntax.BinaryExpr {
	return &syntax.BinaryExpr{X: x, OpPos: pos, Op: op, Y: y}
}

func not(pos syntax.Position, x syntax.Expr) syntax.Expr {
	return &syntax.UnaryExpr{OpPos: pos, Op: syntax.NOT, X: x}
}

func branch(pos syntax.Position, token syntax.Token) syntax.Stmt {
	return &syntax.BranchStmt{Token: token, TokenPos: pos}
}

func tuple(pos syntax.Position, list []syntax.Expr) *syntax.TupleExpr {
	return &syntax.TupleExpr{Lparen: pos, List: list, Rparen: pos}
}
