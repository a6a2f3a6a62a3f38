// Package python runs Python on Starlark: a .py file is parsed, desugared to what Starlark has too
// (package desugar), and either emitted as Starlark syntax with the original positions, to be run by
// package runtime, or written out as a Starlark program that does the same (package print).
package python

import (
	"fmt"
	"sync"

	"go.starlark.net/starlark"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/desugar"
	"quecstar/harness/python/emit"
	"quecstar/harness/python/object"
	"quecstar/harness/python/parse"
	"quecstar/harness/python/runtime"
)

// Source is one .py file.
type Source struct {
	// Filename is how errors and tracebacks name the file.
	Filename string
	// Text is the file's content.
	Text []byte
	// Ported says that the text is a ported program: Starlark that loads python.
	Ported bool
	// Single says that the text is one statement as of an interactive session, which shows the
	// values of the expressions that are its statements.
	Single bool
	// Level is that of micropython.opt_level; from 3 on all lines are called 1.
	Level int
}

// Program is a compiled file.
type Program struct {
	src    Source
	prog   *starlark.Program
	consts []emit.Constant
	parts  []string // of a ported program: see partsOf
	inners func() object.Inners
}

// Filename is how errors and tracebacks name the file.
func (p *Program) Filename() string { return p.src.Filename }

// Compile parses, desugars and emits a file. The error is a *SyntaxError.
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

// CompileModule compiles what Parse made of a file.
func CompileModule(src Source, mod *ast.Module) (*Program, error) {
	p := &Program{src: src, inners: sync.OnceValue(func() object.Inners { return inners(src) })}
	opts := desugar.Options{Single: src.Single, Builtin: isBuiltin}
	if src.Ported {
		p.parts = partsOf(mod)
		mod, opts.Py = unload(mod)
	}
	plain, err := desugar.Module(mod, opts)
	if err != nil {
		return nil, located(src.Filename, err)
	}
	file, consts, err := emit.File(plain, src.Filename, src.Level < noLines)
	if err != nil {
		return nil, located(src.Filename, err)
	}
	p.consts = consts
	p.prog, err = starlark.FileProgram(file, func(name string) bool { return name == emit.ConstantsName })
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be compiled: %w", src.Filename, err)
	}
	return p, nil
}

// noLines is the level from which on the numbers of lines are forgotten.
const noLines = 3

// isBuiltin reports whether a name is that of a builtin.
func isBuiltin(name string) bool { return runtime.BuiltinNames[name] }

// CompileExpression parses and compiles an expression; run, the program binds its value to the
// variable result.
func CompileExpression(src Source, result string) (*Program, error) {
	text, err := normalize(src)
	if err != nil {
		return nil, err
	}
	e, err := parse.Expression(text, parse.Options{Level: src.Level})
	if err != nil {
		return nil, located(src.Filename, err)
	}
	at := ast.Pos{Line: 1, Col: 1}
	target := &ast.Name{ExprBase: ast.ExprBase{Pos: at}, ID: result}
	return CompileModule(src, &ast.Module{Pos: at, Body: []ast.Stmt{
		&ast.Assign{StmtBase: ast.StmtBase{Pos: at}, Targets: []ast.Expr{target}, Value: e}}})
}

// Run runs the file as the module m on a thread that holds the interpreter lock.
func (p *Program) Run(t *starlark.Thread, rt *runtime.Runtime, m *runtime.Module) error {
	m.Hide(p.parts)
	rt.AddSource(p.src.Filename, p.inners)
	values := make(starlark.Tuple, len(p.consts))
	for i, c := range p.consts {
		if values[i] = valueOf(c, rt, m); values[i] == nil {
			return fmt.Errorf("the run-time system has no %q", c.Text)
		}
	}
	_, err := p.prog.Init(t, starlark.StringDict{emit.ConstantsName: values})
	return err
}

// valueOf makes a constant of a program; nil where the run-time system has none of the name.
func valueOf(c emit.Constant, rt *runtime.Runtime, m *runtime.Module) starlark.Value {
	switch c.Kind {
	case emit.Str:
		return object.NewStr(c.Text)
	case emit.Bytes:
		return object.NewBytes([]byte(c.Text))
	case emit.Cell:
		return m.Cell(c.Text)
	case emit.Module:
		return m
	case emit.Py:
		return rt.Constructs(m)
	case emit.RightSide:
		return object.Constant(c.Op, c.Assigns, object.FromGo(c.Operand))
	case emit.Method:
		return rt.MethodOfOne(c.Text)
	case emit.Complex:
		return object.FromGo(c.Operand)
	case emit.Builtin:
		v, _ := rt.Builtin(c.Text)
		return v
	case emit.Helper:
		return rt.Helper(c.Text, m)
	}
	return nil
}
