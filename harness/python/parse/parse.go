// Package parse is a parser of Python: what Python 3.8 has, which is more than any MicroPython
// takes, except for pattern matching.
//
// It is written by hand, by recursive descent: the libraries that there are in Go stop at Python
// 3.4, and f-strings, underscores in numbers, annotations, := and async are in the scripts that
// people run.
package parse

import (
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/object"
)

const (
	// maxNesting is how deep brackets and expressions may nest: far more than people write, and
	// little enough that nobody who walks the tree runs out of stack.
	maxNesting = 200
	// maxChain is how long a chain of operators, calls or elifs may be, which nest to the left.
	maxChain = 5000
)

// parser reads statements and expressions from tokens.
type parser struct {
	lexer
	tok   token
	ahead int // the index of the token behind tok
	depth int
	level int
	// consts are the values of the names that were const(…), and of __debug__.
	consts map[string]starlark.Value
}

// Options say how a file is parsed.
type Options struct {
	// Layout has the tree say how the text is laid out.
	Layout bool
	// Level is that of micropython.opt_level: from 1 on __debug__ is False, and there is no assert.
	Level int
}

func newParser(src string, o Options) *parser {
	return &parser{lexer: lexer{src: src, end: len(src), line: 1, keep: o.Layout, layout: ast.NewLayout()}, level: o.Level,
		consts: map[string]starlark.Value{"__debug__": object.Bool(o.Level == 0)}}
}

// Module parses a file. The text must be UTF-8 with line feeds only. The error is an *ast.Error.
func Module(src string, o Options) (mod *ast.Module, err error) {
	p := newParser(src, o)
	defer recoverError(&err)
	p.tokens = make([]token, 0, len(src)/2+16)
	p.file()
	p.advance()
	mod = &ast.Module{Pos: ast.Pos{Line: 1, Col: 1}}
	for p.tok.kind != eof {
		mod.Body = p.statement(mod.Body)
	}
	mod.Layout = p.layout
	return mod, nil
}

// Expression parses an expression, as eval takes it; white space and line ends around it do not
// matter. The error is an *ast.Error.
func Expression(src string, o Options) (e ast.Expr, err error) {
	p := newParser(strings.Trim(src, " \t\n"), o)
	defer recoverError(&err)
	p.file()
	p.advance()
	e = p.testList()
	p.expect(newline)
	if p.tok.kind != eof {
		p.fail("invalid syntax")
	}
	return e, nil
}

func recoverError(err *error) {
	switch e := recover().(type) {
	case nil:
	case *ast.Error:
		*err = e
	default:
		panic(e)
	}
}

func (p *parser) advance() {
	p.tok = p.tokens[p.ahead]
	if p.ahead < len(p.tokens)-1 {
		p.ahead++
	}
}

// take takes the current token, whatever it is.
func (p *parser) take() token {
	t := p.tok
	p.advance()
	return t
}

// peek is the token behind the current one.
func (p *parser) peek() kind { return p.tokens[p.ahead].kind }

func (p *parser) base(t token) ast.ExprBase { return ast.ExprBase{Pos: t.Pos} }

func (p *parser) stmtBase(t token) ast.StmtBase { return ast.StmtBase{Pos: t.Pos} }

func (p *parser) text(t token) string { return p.src[t.start:t.end] }

func (p *parser) failAt(t token, format string, args ...any) { p.failPos(t.Pos, format, args...) }

func (p *parser) failPos(at ast.Pos, format string, args ...any) {
	panic(ast.Errorf(at, format, args...))
}

func (p *parser) fail(format string, args ...any) { p.failAt(p.tok, format, args...) }

// unexpected fails at a token that does not belong here.
func (p *parser) unexpected() {
	switch p.tok.kind {
	case indent:
		panic(&ast.Error{Pos: p.tok.Pos, Msg: "unexpected indent", Class: "IndentationError"})
	case eof, newline, dedent:
		p.fail("invalid syntax: the line ends too early")
	}
	p.fail("invalid syntax at %q", clip(p.text(p.tok)))
}

// accept takes a token if it is the next.
func (p *parser) accept(k kind) bool {
	if p.tok.kind == k {
		p.advance()
		return true
	}
	return false
}

// expected names tokens for messages that are not told by their text.
var expected = map[kind]string{name: "a name", newline: "the end of the line"}

func (p *parser) expect(k kind) token {
	t := p.tok
	if t.kind != k {
		what, ok := expected[k]
		if !ok {
			what = "'" + string(k) + "'"
		}
		switch {
		case t.kind == indent:
			p.unexpected()
		case t.kind == newline || t.kind == eof || t.kind == dedent:
			p.fail("invalid syntax: expected %s", what)
		default:
			p.fail("invalid syntax: expected %s, got %q", what, clip(p.text(t)))
		}
	}
	p.advance()
	return t
}

// enter and leave bound how deep expressions and blocks nest.
func (p *parser) enter() {
	if p.depth++; p.depth > maxNesting {
		p.fail("too many nested expressions or blocks")
	}
}

func (p *parser) leave() { p.depth-- }

// chain bounds a loop that makes the tree deeper.
func (p *parser) chain(n int) {
	if n > maxChain {
		p.fail("the expression or chain is too long: more than %d parts", maxChain)
	}
}
