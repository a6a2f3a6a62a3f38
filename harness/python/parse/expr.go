package parse

import "quecstar/harness/python/ast"

// tuple reads what read reads, and more of it behind commas while more says so: then they make a tuple.
func (p *parser) tuple(read func() ast.Expr, more func() bool) ast.Expr {
	first := p.tok
	e := read()
	if p.tok.kind != "," {
		return e
	}
	elts := []ast.Expr{e}
	for p.accept(",") && more() {
		elts = append(elts, read())
	}
	return &ast.Tuple{ExprBase: p.base(first), Elts: elts}
}

// until says that a list goes on until a token.
func (p *parser) until(end kind) func() bool { return func() bool { return p.tok.kind != end } }

// testList reads expressions, perhaps starred, with commas between; more than one make a tuple.
func (p *parser) testList() ast.Expr {
	return p.tuple(func() ast.Expr { return p.starredOr(p.test) }, p.startsExpr) // := wants brackets here
}

// element is a member of a list of expressions: a test, := or a starred expression.
func (p *parser) element() ast.Expr { return p.starredOr(p.named) }

// starredOr reads *x, or what read reads.
func (p *parser) starredOr(read func() ast.Expr) ast.Expr {
	if p.tok.kind != "*" {
		return read()
	}
	t := p.take()
	return &ast.Starred{ExprBase: p.base(t), Value: p.binary(0)}
}

// named reads a test, or name := test.
func (p *parser) named() ast.Expr {
	if p.tok.kind == name && p.peek() == ":=" && !p.isConst(p.text(p.tok)) {
		target := &ast.Name{ExprBase: p.base(p.tok), ID: p.text(p.tok)}
		p.advance()
		t := p.take()
		return &ast.NamedExpr{ExprBase: p.base(t), Target: target, Value: p.test()}
	}
	return p.test()
}

// startsExpr reports whether the current token can begin an expression.
func (p *parser) startsExpr() bool {
	switch p.tok.kind {
	case name, number, str, "(", "[", "{", "...", "+", "-", "~", "*",
		"False", "None", "True", "await", "lambda", "not", "yield":
		return true
	}
	return false
}

// test reads a conditional expression or a lambda.
func (p *parser) test() ast.Expr {
	p.enter()
	defer p.leave()
	if p.tok.kind == "lambda" {
		return p.lambda()
	}
	e := p.or()
	if p.tok.kind != "if" {
		return e
	}
	t := p.take()
	cond := p.or()
	p.expect("else")
	return &ast.IfExp{ExprBase: p.base(t), Test: cond, Body: e, Orelse: p.test()}
}

func (p *parser) lambda() ast.Expr {
	t := p.take()
	args := p.parameters(":", false)
	p.expect(":")
	return &ast.Lambda{ExprBase: p.base(t), Args: args, Body: p.test()}
}

func (p *parser) or() ast.Expr { return p.boolOp("or", p.and) }

func (p *parser) and() ast.Expr { return p.boolOp("and", p.not) }

// boolOp reads what operand reads, with and or or between.
func (p *parser) boolOp(word kind, operand func() ast.Expr) ast.Expr {
	e := operand()
	if p.tok.kind != word {
		return e
	}
	b := &ast.BoolOp{ExprBase: p.base(p.tok), Or: word == "or", Values: []ast.Expr{e}}
	for p.accept(word) {
		p.chain(len(b.Values))
		b.Values = append(b.Values, operand())
	}
	return b
}

func (p *parser) not() ast.Expr {
	if p.tok.kind != "not" {
		return p.comparison()
	}
	p.enter()
	defer p.leave()
	t := p.take()
	return &ast.UnaryOp{ExprBase: p.base(t), Op: ast.Not, Operand: p.not()}
}

func (p *parser) comparison() ast.Expr {
	e := p.binary(0)
	var c *ast.Compare
	for {
		t := p.tok
		op := p.cmpOp()
		if op == 0 {
			break
		}
		if c == nil {
			c = &ast.Compare{ExprBase: p.base(t), Left: e}
		}
		p.chain(len(c.Ops))
		c.Ops = append(c.Ops, op)
		c.Comparators = append(c.Comparators, p.binary(0))
	}
	if c == nil {
		return e
	}
	return c
}

// cmpOp takes a comparison operator; 0 when there is none.
func (p *parser) cmpOp() ast.CmpOp {
	op := p.tok.compares
	if word := p.tok.kind; op == 0 && word == "in" {
		op = ast.In
	} else if op == 0 && word == "is" {
		op = ast.Is
		if p.peek() == "not" {
			p.advance()
			op = ast.IsNot
		}
	} else if word == "not" && p.peek() == "in" {
		p.advance()
		op = ast.NotIn
	}
	if op != 0 {
		p.advance()
	}
	return op
}

// binary reads operators that bind tighter than prec.
func (p *parser) binary(prec uint8) ast.Expr {
	e := p.unary()
	for n := 0; ; n++ {
		t := p.tok
		if t.prec <= prec {
			return e
		}
		p.chain(n)
		p.advance()
		e = &ast.BinOp{ExprBase: p.base(t), Left: e, Op: t.binary, Right: p.binary(t.prec)}
	}
}

func (p *parser) unary() ast.Expr {
	var op ast.UnaryOperator
	switch p.tok.kind {
	case "+":
		op = ast.UAdd
	case "-":
		op = ast.USub
	case "~":
		op = ast.Invert
	default:
		return p.power()
	}
	p.enter()
	defer p.leave()
	t := p.take()
	return &ast.UnaryOp{ExprBase: p.base(t), Op: op, Operand: p.unary()}
}

func (p *parser) power() ast.Expr {
	t := p.tok
	await := p.accept("await")
	e := p.trailers(p.atom())
	if await {
		e = &ast.Await{ExprBase: p.base(t), Value: e}
	}
	if p.tok.kind != "**" {
		return e
	}
	p.enter()
	defer p.leave()
	t = p.take()
	return &ast.BinOp{ExprBase: p.base(t), Left: e, Op: ast.Pow, Right: p.unary()}
}

func (p *parser) trailers(e ast.Expr) ast.Expr {
	for n := 0; ; n++ {
		p.chain(n)
		t := p.tok
		switch t.kind {
		case ".":
			p.advance()
			attr := p.expect(name)
			e = &ast.Attribute{ExprBase: p.base(t), Value: e, Attr: p.text(attr)}
		case "(":
			p.advance()
			c := &ast.Call{ExprBase: p.base(t), Func: e}
			c.Args, c.Keywords = p.arguments()
			e = c
		case "[":
			p.advance()
			e = &ast.Subscript{ExprBase: p.base(t), Value: e, Index: p.subscripts()}
			p.expect("]")
		default:
			return e
		}
	}
}

// arguments reads the arguments of a call, or the bases of a class, and the closing bracket.
func (p *parser) arguments() (args []ast.Expr, keywords []*ast.Keyword) {
	for p.tok.kind != ")" {
		t := p.tok
		switch {
		case t.kind == "*":
			p.advance()
			for _, k := range keywords {
				if k.Arg == "" {
					p.failAt(t, "iterable argument unpacking follows keyword argument unpacking")
				}
			}
			args = append(args, &ast.Starred{ExprBase: p.base(t), Value: p.test()})
		case t.kind == "**":
			p.advance()
			keywords = append(keywords, &ast.Keyword{Pos: t.Pos, Value: p.test()})
		case t.kind == name && p.peek() == "=":
			if p.isConst(p.text(t)) {
				p.fail("LHS of keyword arg must be an id")
			}
			p.advance()
			p.advance()
			for _, k := range keywords {
				if k.Arg == p.text(t) {
					p.failAt(t, "keyword argument repeated: %s", k.Arg)
				}
			}
			keywords = append(keywords, &ast.Keyword{Pos: t.Pos, Arg: p.text(t), Value: p.test()})
		default:
			args = append(args, p.positional(t, keywords, len(args) == 0))
		}
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	return args, keywords
}

// positional reads one positional argument; a generator expression needs no brackets of its own
// where it is the only one.
func (p *parser) positional(t token, keywords []*ast.Keyword, first bool) ast.Expr {
	for _, k := range keywords {
		what := "positional argument follows keyword argument"
		if k.Arg == "" {
			what += " unpacking"
		}
		p.failAt(t, "%s", what)
	}
	e := p.named()
	if p.tok.kind == "for" || p.tok.kind == "async" {
		e = p.comp(t, ast.GeneratorExp, nil, e)
		if !first || p.tok.kind != ")" {
			p.failAt(t, "generator expression must be parenthesized")
		}
	}
	return e
}

// subscripts reads what stands between [ and ].
func (p *parser) subscripts() ast.Expr { return p.tuple(p.subscript, p.until("]")) }

func (p *parser) subscript() ast.Expr {
	t := p.tok
	var lower ast.Expr
	if p.tok.kind != ":" {
		if lower = p.element(); p.tok.kind != ":" {
			return lower
		}
	}
	s := &ast.Slice{ExprBase: p.base(t), Lower: lower}
	p.advance()
	if p.tok.kind != ":" && p.tok.kind != "]" && p.tok.kind != "," {
		s.Upper = p.test()
	}
	if p.accept(":") && p.tok.kind != "]" && p.tok.kind != "," {
		s.Step = p.test()
	}
	return s
}

func (p *parser) yield() ast.Expr {
	t := p.expect("yield")
	if p.accept("from") {
		return &ast.YieldFrom{ExprBase: p.base(t), Value: p.test()}
	}
	y := &ast.Yield{ExprBase: p.base(t)}
	if p.startsExpr() {
		y.Value = p.testList()
	}
	return y
}
