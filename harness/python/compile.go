// Package python is the Python front end: it parses a .py file and lowers it to Starlark syntax
// with the original positions, to be run with the types of package object.
package python

import (
	"fmt"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/object"
	"quecstar/harness/python/parse"
)

// Source is one .py file.
type Source struct {
	// Filename is how errors and tracebacks name the file.
	Filename string
	// Text is the file's content.
	Text []byte
	// Name is the module's name; __main__ for the script itself.
	Name string
	// Ported says that the text is a ported program: Starlark that loads python.
	Ported bool
	// Main says that nothing imports the module, so that its variables may be Starlark's own.
	Main bool
	// Native reports whether a module is written in Go, so that it has no class whose instances say
	// what they are equal to. With nil none is known to be.
	Native func(module string) bool
	// Single says that the text is one statement as of an interactive session, which shows the
	// values of the expressions that are its statements.
	Single bool
}

// Program is a compiled file.
type Program struct {
	src    Source
	prog   *starlark.Program
	consts []constant
	parts  []string // of a ported program: see partsOf
}

// constant is a value that lowered code has as a global variable of the name.
type constant struct {
	name string
	// kind says what it is made of: one of the kinds below.
	kind  constKind
	value string
}

type constKind uint8

const (
	strConst         constKind = iota // a str
	bytesConst                        // bytes
	helperConst                       // a helper of the run-time system
	builtinConst                      // a builtin name
	unaryConst                        // a function that is called by an index
	methodConst                       // what calls a method of the name
	plainMethodConst                  // what calls it without arguments
	cellConst                         // a variable of the module
	moduleConst                       // the module itself
	ellipsisConst
	constructsConst // py, of a ported program
)

// constsName is the only name that lowered code has predeclared: the tuple of its constants.
const constsName = object.Marker + "k"

// fileOptions allow what Python does and Starlark by default does not.
var fileOptions = &syntax.FileOptions{While: true, TopLevelControl: true, GlobalReassign: true, Set: true, Recursion: true}

// Compile parses and lowers a file. The error is a *SyntaxError or an *UnsupportedError.
func Compile(src Source) (*Program, error) {
	if src.Ported {
		if err := checkPorted(src); err != nil {
			return nil, err
		}
	}
	mod, err := Parse(src)
	if err != nil {
		return nil, err
	}
	return CompileModule(src, mod)
}

// CompileModule lowers what Parse made of a file.
func CompileModule(src Source, mod *ast.Module) (*Program, error) {
	file, consts, err := lower(src, mod)
	if err != nil {
		return nil, err
	}
	prog, err := starlark.FileProgram(file, func(name string) bool { return name == constsName })
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be compiled: %w", src.Filename, err)
	}
	p := &Program{src: src, prog: prog, consts: consts}
	if src.Ported {
		p.parts = partsOf(mod)
	}
	return p, nil
}

// CompileExpression parses and lowers an expression; run, the program binds its value to the
// variable result.
func CompileExpression(src Source, result string) (*Program, error) {
	text, err := normalize(src)
	if err != nil {
		return nil, err
	}
	e, err := parse.Expression(text)
	if err != nil {
		return nil, syntaxError(src.Filename, err)
	}
	at := ast.Pos{Line: 1, Col: 1}
	target := &ast.Name{ExprBase: ast.ExprBase{Pos: at}, ID: result}
	return CompileModule(src, &ast.Module{Pos: at, Body: []ast.Stmt{
		&ast.Assign{StmtBase: ast.StmtBase{Pos: at}, Targets: []ast.Expr{target}, Value: e}}})
}

// Run runs the file as the module m on a thread that holds the interpreter lock.
func (p *Program) Run(t *starlark.Thread, rt *object.Runtime, m *object.Module) error {
	m.Hide(p.parts)
	values := make(starlark.Tuple, len(p.consts))
	for i, c := range p.consts {
		v, err := c.make(rt, m)
		if err != nil {
			return err
		}
		values[i] = v
	}
	_, err := p.prog.Init(t, starlark.StringDict{constsName: values})
	return err
}

func (c constant) make(rt *object.Runtime, m *object.Module) (starlark.Value, error) {
	switch c.kind {
	case strConst:
		return object.NewStr(c.value), nil
	case bytesConst:
		return object.NewBytes([]byte(c.value)), nil
	case cellConst:
		return m.Cell(c.value), nil
	case methodConst:
		return rt.MethodCall(c.value), nil
	case plainMethodConst:
		return rt.PlainMethodCall(c.value), nil
	case moduleConst:
		return m, nil
	case ellipsisConst:
		return object.Ellipsis, nil
	case constructsConst:
		return rt.Constructs(m), nil
	case builtinConst:
		if v, ok := rt.Builtin(c.value); ok {
			return v, nil
		}
	case unaryConst:
		if v := rt.Unary(c.value); v != nil {
			return v, nil
		}
	case helperConst:
		if v := rt.Helper(c.value); v != nil {
			return v, nil
		}
	}
	return nil, fmt.Errorf("the run-time system has no %q", c.value)
}
