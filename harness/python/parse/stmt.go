package parse

import (
	"strings"

	"quecstar/harness/python/ast"
)

// statement reads a compound statement, or a line of simple ones, and appends them.
func (p *parser) statement(out []ast.Stmt) []ast.Stmt {
	if st := p.compound(); st != nil {
		return append(out, st)
	}
	for {
		out = append(out, p.simple())
		if !p.accept(";") || p.tok.kind == newline {
			break
		}
	}
	if p.tok.kind != newline {
		p.unexpected()
	}
	p.advance()
	return out
}

func (p *parser) compound() ast.Stmt {
	t := p.tok
	switch t.kind {
	case "if":
		return p.ifStmt(0)
	case "while":
		p.advance()
		st := &ast.While{StmtBase: p.stmtBase(t), Test: p.named(), Body: p.suite()}
		st.Orelse = p.orelse()
		return st
	case "for":
		return p.forStmt(t, false)
	case "try":
		return p.try()
	case "with":
		return p.with(t, false)
	case "def":
		return p.def(t, nil, false)
	case "class":
		return p.class(nil)
	case "@":
		return p.decorated()
	case "async":
		return p.async(nil)
	}
	return nil
}

func (p *parser) async(decorators []ast.Expr) ast.Stmt {
	t := p.expect("async")
	switch p.tok.kind {
	case "def":
		return p.def(t, decorators, true)
	case "for":
		return p.forStmt(t, true)
	case "with":
		return p.with(t, true)
	}
	p.unexpected()
	return nil
}

// suite reads a colon and the statements behind it.
func (p *parser) suite() []ast.Stmt {
	p.expect(":")
	p.enter()
	defer p.leave()
	if !p.accept(newline) {
		var out []ast.Stmt
		switch p.tok.kind {
		case "if", "while", "for", "try", "with", "def", "class", "@", "async":
			p.unexpected()
		}
		return p.statement(out)
	}
	if p.tok.kind != indent {
		panic(&ast.Error{Pos: p.tok.Pos, Msg: "expected an indented block", Class: "IndentationError"})
	}
	p.advance()
	var out []ast.Stmt
	for p.tok.kind != dedent && p.tok.kind != eof {
		out = p.statement(out)
	}
	p.accept(dedent)
	return out
}

func (p *parser) orelse() []ast.Stmt {
	if p.accept("else") {
		return p.suite()
	}
	return nil
}

func (p *parser) ifStmt(n int) ast.Stmt {
	p.chain(n * 10)
	t := p.take()
	st := &ast.If{StmtBase: p.stmtBase(t), Test: p.named(), Body: p.suite()}
	if p.tok.kind == "elif" {
		st.Orelse = []ast.Stmt{p.ifStmt(n + 1)}
	} else {
		st.Orelse = p.orelse()
	}
	return st
}

func (p *parser) forStmt(t token, async bool) ast.Stmt {
	p.expect("for")
	st := &ast.For{StmtBase: p.stmtBase(t), Async: async, Target: p.targetList("in")}
	p.expect("in")
	st.Iter = p.testList()
	st.Body = p.suite()
	st.Orelse = p.orelse()
	return st
}

func (p *parser) try() ast.Stmt {
	t := p.take()
	st := &ast.Try{StmtBase: p.stmtBase(t), Body: p.suite()}
	for p.tok.kind == "except" {
		h := &ast.ExceptHandler{Pos: p.tok.Pos}
		p.advance()
		if n := len(st.Handlers); n > 0 && st.Handlers[n-1].Type == nil {
			p.fail("default 'except:' must be last")
		}
		if p.tok.kind != ":" {
			h.Type = p.test()
			if p.accept("as") {
				h.Name = p.text(p.expect(name))
			}
		}
		h.Body = p.suite()
		st.Handlers = append(st.Handlers, h)
	}
	if len(st.Handlers) > 0 {
		st.Else = p.stmtBase(p.tok).Pos
		st.Orelse = p.orelse()
	}
	st.Finally = p.stmtBase(p.tok).Pos
	if p.accept("finally") {
		st.Finalbody = p.suite()
	} else if len(st.Handlers) == 0 {
		p.fail("expected 'except' or 'finally' block")
	}
	return st
}

func (p *parser) with(t token, async bool) ast.Stmt {
	p.expect("with")
	st := &ast.With{StmtBase: p.stmtBase(t), Async: async}
	bracketed := p.tok.kind == "(" && p.bracketedItems()
	if bracketed {
		p.advance()
	}
	for {
		p.chain(len(st.Items) * 100)
		item := ast.WithItem{Context: p.test()}
		if p.accept("as") {
			item.Vars = p.starredTarget()
		}
		st.Items = append(st.Items, item)
		if !p.accept(",") || bracketed && p.tok.kind == ")" {
			break
		}
	}
	if bracketed {
		p.expect(")")
	}
	st.Body = p.suite()
	return st
}

// bracketedItems reports whether the bracket behind with holds items with as, which no expression
// does.
func (p *parser) bracketedItems() bool {
	depth := 1
	for _, t := range p.tokens[p.ahead:] {
		switch t.kind {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth == 0 {
				return false
			}
		case "as":
			if depth == 1 {
				return true
			}
		}
	}
	return false
}

func (p *parser) decorated() ast.Stmt {
	var decorators []ast.Expr
	for p.accept("@") {
		if d := p.named(); !p.isEmitter(d) {
			decorators = append(decorators, d)
		}
		p.expect(newline)
	}
	switch p.tok.kind {
	case "def":
		return p.def(p.tok, decorators, false)
	case "class":
		return p.class(decorators)
	case "async":
		if p.peek() == "def" {
			return p.async(decorators)
		}
	}
	p.unexpected()
	return nil
}

// isEmitter reports whether a decorator says what code to make of a function, which the compiler reads
// and nobody evaluates: here all are made alike.
func (p *parser) isEmitter(e ast.Expr) bool {
	names := ast.Dotted(e)
	if len(names) == 0 || names[0] != "micropython" {
		return false
	}
	if len(names) == 2 {
		switch names[1] {
		case "bytecode", "native", "viper":
			return true
		}
	}
	p.failPos(e.At(), "invalid micropython decorator")
	return false
}

func (p *parser) def(t token, decorators []ast.Expr, async bool) ast.Stmt {
	p.expect("def")
	st := &ast.FunctionDef{StmtBase: p.stmtBase(t), Decorators: decorators, Async: async}
	st.Name = p.text(p.expect(name))
	p.expect("(")
	st.Args = p.parameters(")", true)
	p.expect(")")
	if p.accept("->") {
		p.test() // an annotation means nothing
	}
	st.Body = p.suite()
	return st
}

// parameters reads a parameter list up to the token that ends it.
func (p *parser) parameters(end kind, annotated bool) *ast.Arguments {
	args := &ast.Arguments{Pos: p.tok.Pos}
	seen := map[string]bool{}
	read := func() *ast.Arg {
		t := p.expect(name)
		a := &ast.Arg{Pos: t.Pos, Name: p.text(t)}
		if seen[a.Name] {
			p.failAt(t, "argument %q is there twice", a.Name)
		}
		seen[a.Name] = true
		if annotated && p.accept(":") {
			a.Annotation = p.test()
		}
		return a
	}
	keywordOnly, defaults := false, false
	for p.tok.kind != end {
		t := p.tok
		switch {
		case p.accept("**"):
			args.Kwarg = read()
			p.accept(",")
			return args
		case p.accept("*"):
			if keywordOnly {
				p.failAt(t, "invalid syntax: only one * is allowed")
			}
			keywordOnly = true
			if p.tok.kind == name {
				args.Vararg = read()
			} else if p.tok.kind != "," || p.peek() != name {
				p.failAt(t, "named arguments must follow bare *")
			}
		case t.kind == "/" && len(args.Args) > 0 && args.PosOnly == 0 && !keywordOnly:
			p.advance()
			args.PosOnly = len(args.Args)
		default:
			a := read()
			if p.accept("=") {
				a.Default = p.test()
				defaults = defaults || !keywordOnly
			} else if defaults && !keywordOnly {
				p.failAt(t, "non-default argument follows default argument")
			}
			if keywordOnly {
				args.KwOnly = append(args.KwOnly, a)
			} else {
				args.Args = append(args.Args, a)
			}
		}
		if !p.accept(",") {
			break
		}
	}
	return args
}

func (p *parser) class(decorators []ast.Expr) ast.Stmt {
	t := p.expect("class")
	st := &ast.ClassDef{StmtBase: p.stmtBase(t), Decorators: decorators, Name: p.text(p.expect(name))}
	if p.accept("(") {
		st.Bases, st.Keywords = p.arguments()
	}
	st.Body = p.suite()
	return st
}

// isStatement are the words that begin a simple statement.
var isStatement = map[kind]bool{"pass": true, "break": true, "continue": true, "return": true, "raise": true, "global": true,
	"nonlocal": true, "del": true, "assert": true, "import": true, "from": true}

func (p *parser) simple() ast.Stmt {
	t := p.tok
	if !isStatement[t.kind] {
		return p.exprStmt()
	}
	p.advance()
	base := p.stmtBase(t)
	switch t.kind {
	case "pass":
		return &ast.Pass{StmtBase: base}
	case "break":
		return &ast.Break{StmtBase: base}
	case "continue":
		return &ast.Continue{StmtBase: base}
	case "return":
		st := &ast.Return{StmtBase: base}
		if p.startsExpr() {
			st.Value = p.testList()
		}
		return st
	case "raise":
		st := &ast.Raise{StmtBase: base}
		if p.startsExpr() {
			st.Exc = p.test()
			if p.accept("from") {
				st.Cause = p.test()
			}
		}
		return st
	case "global":
		return &ast.Global{StmtBase: base, Names: p.names()}
	case "nonlocal":
		return &ast.Nonlocal{StmtBase: base, Names: p.names()}
	case "del":
		return p.del(base)
	case "assert":
		st := &ast.Assert{StmtBase: base, Test: p.test()}
		if p.accept(",") {
			st.Msg = p.test()
		}
		if p.level > 0 {
			return &ast.Pass{StmtBase: base}
		}
		return st
	case "import":
		st := &ast.Import{StmtBase: base, Names: []ast.Alias{p.alias(true)}}
		for p.accept(",") {
			st.Names = append(st.Names, p.alias(true))
		}
		return st
	}
	return p.importFrom(base)
}

func (p *parser) names() []string {
	out := []string{p.text(p.expect(name))}
	for p.accept(",") {
		out = append(out, p.text(p.expect(name)))
	}
	return out
}

func (p *parser) del(base ast.StmtBase) ast.Stmt {
	st := &ast.Delete{StmtBase: base}
	for p.startsExpr() {
		e := p.binary(0)
		p.target(e, "delete")
		st.Targets = append(st.Targets, e)
		if !p.accept(",") {
			break
		}
	}
	if len(st.Targets) == 0 {
		p.unexpected()
	}
	return st
}

// alias reads name as other; dotted says that the name may have dots.
func (p *parser) alias(dotted bool) ast.Alias {
	t := p.expect(name)
	a := ast.Alias{Pos: t.Pos, Name: p.text(t)}
	if dotted && p.tok.kind == "." {
		a.Name = p.dotted(a.Name)
	}
	if p.accept("as") {
		a.AsName = p.text(p.expect(name))
	}
	return a
}

// dotted reads the rest of a dotted name.
func (p *parser) dotted(first string) string {
	parts := []string{first}
	for p.accept(".") {
		parts = append(parts, p.text(p.expect(name)))
	}
	return strings.Join(parts, ".")
}

func (p *parser) importFrom(base ast.StmtBase) ast.Stmt {
	st := &ast.ImportFrom{StmtBase: base}
	for p.tok.kind == "." || p.tok.kind == "..." {
		st.Level += int(p.tok.end - p.tok.start)
		p.advance()
	}
	if st.Level == 0 || p.tok.kind == name {
		st.Module = p.dotted(p.text(p.expect(name)))
	}
	p.expect("import")
	if p.tok.kind == "*" {
		st.Names = []ast.Alias{{Pos: p.tok.Pos, Name: "*"}}
		p.advance()
		return st
	}
	bracket := p.accept("(")
	for {
		st.Names = append(st.Names, p.alias(false))
		if !p.accept(",") || bracket && p.tok.kind == ")" {
			break
		}
	}
	if bracket {
		p.expect(")")
	}
	return st
}

// exprStmt reads an expression, an assignment, or an annotated name.
func (p *parser) exprStmt() ast.Stmt {
	t := p.tok
	e := p.value()
	op, augmented := strings.CutSuffix(string(p.tok.kind), "=")
	switch {
	case p.tok.kind == "=":
		st := &ast.Assign{StmtBase: p.stmtBase(t)}
		for p.accept("=") {
			p.chain(len(st.Targets))
			p.assignable(e)
			if s, ok := e.(*ast.Starred); ok {
				p.failPos(s.At(), "starred assignment target must be in a list or tuple")
			}
			st.Targets = append(st.Targets, e)
			e = p.value()
		}
		st.Value = e
		return p.constant(st)
	case augmented && operators[op].binary != 0:
		if !isPlace(e) {
			p.failAt(t, "can't assign to %s", describe(e))
		}
		p.advance()
		return &ast.AugAssign{StmtBase: p.stmtBase(t), Target: e, Op: operators[op].binary, Value: p.value()}
	case p.tok.kind == ":":
		return p.annotated(t, e)
	}
	return &ast.ExprStmt{StmtBase: p.stmtBase(t), Value: e}
}

func (p *parser) annotated(t token, e ast.Expr) ast.Stmt {
	if !isPlace(e) {
		p.fail("invalid syntax at ':'")
	}
	p.advance()
	st := &ast.AnnAssign{StmtBase: p.stmtBase(t), Target: e, Annotation: p.test()}
	if p.accept("=") {
		st.Value = p.value()
	}
	return st
}

// value is what stands on a side of an assignment.
func (p *parser) value() ast.Expr {
	if p.tok.kind == "yield" {
		return p.yield()
	}
	return p.testList()
}
