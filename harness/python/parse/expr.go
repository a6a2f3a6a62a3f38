package parse

import "quecstar/harness/python/ast"

// testList reads expressions with commas between; more than one make a tuple. Starred ones are
// allowed where stars says so.
func (p *parser) testList(stars bool) ast.Expr {
	first := p.tok
	member := func() ast.Expr {
		if stars && p.tok.kind == star {
			return p.element(true)
		}
		return p.test() // := wants brackets here
	}
	e := member()
	if p.tok.kind != comma {
		return e
	}
	elts := []ast.Expr{e}
	for p.accept(comma) && p.startsExpr() {
		elts = append(elts, member())
	}
	return &ast.Tuple{ExprBase: p.base(first), Elts: elts}
}

// element is a member of a list of expressions: a test, := or a starred expression.
func (p *parser) element(stars bool) ast.Expr {
	if stars && p.tok.kind == star {
		t := p.tok
		p.advance()
		return &ast.Starred{ExprBase: p.base(t), Value: p.binary(0)}
	}
	return p.named()
}

// named reads a test, or name := test.
func (p *parser) named() ast.Expr {
	if p.tok.kind == name && p.peek() == walrus && !p.isConst(p.text(p.tok)) {
		target := &ast.Name{ExprBase: p.base(p.tok), ID: p.text(p.tok)}
		p.advance()
		t := p.tok
		p.advance()
		return &ast.NamedExpr{ExprBase: p.base(t), Target: target, Value: p.test()}
	}
	return p.test()
}

// startsExpr reports whether the current token can begin an expression.
func (p *parser) startsExpr() bool {
	switch p.tok.kind {
	case name, number, str, lparen, lbrack, lbrace, ellipsis, plus, minus, tilde, star,
		kwFalse, kwNone, kwTrue, kwAwait, kwLambda, kwNot, kwYield:
		return true
	}
	return false
}

// test reads a conditional expression or a lambda.
func (p *parser) test() ast.Expr {
	p.enter()
	defer p.leave()
	if p.tok.kind == kwLambda {
		return p.lambda()
	}
	e := p.or()
	if p.tok.kind != kwIf {
		return e
	}
	t := p.tok
	p.advance()
	cond := p.or()
	p.expect(kwElse)
	return &ast.IfExp{ExprBase: p.base(t), Test: cond, Body: e, Orelse: p.test()}
}

func (p *parser) lambda() ast.Expr {
	t := p.tok
	p.advance()
	args := p.parameters(colon, false)
	p.expect(colon)
	return &ast.Lambda{ExprBase: p.base(t), Args: args, Body: p.test()}
}

func (p *parser) or() ast.Expr {
	e := p.and()
	if p.tok.kind != kwOr {
		return e
	}
	b := &ast.BoolOp{ExprBase: p.base(p.tok), Or: true, Values: []ast.Expr{e}}
	for p.accept(kwOr) {
		p.chain(len(b.Values))
		b.Values = append(b.Values, p.and())
	}
	return b
}

func (p *parser) and() ast.Expr {
	e := p.not()
	if p.tok.kind != kwAnd {
		return e
	}
	b := &ast.BoolOp{ExprBase: p.base(p.tok), Values: []ast.Expr{e}}
	for p.accept(kwAnd) {
		p.chain(len(b.Values))
		b.Values = append(b.Values, p.not())
	}
	return b
}

func (p *parser) not() ast.Expr {
	if p.tok.kind != kwNot {
		return p.comparison()
	}
	p.enter()
	defer p.leave()
	t := p.tok
	p.advance()
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
	var op ast.CmpOp
	switch p.tok.kind {
	case eq:
		op = ast.Eq
	case ne:
		op = ast.NotEq
	case lt:
		op = ast.Lt
	case le:
		op = ast.LtE
	case gt:
		op = ast.Gt
	case ge:
		op = ast.GtE
	case kwIn:
		op = ast.In
	case kwIs:
		op = ast.Is
		if p.peek() == kwNot {
			p.advance()
			op = ast.IsNot
		}
	case kwNot:
		if p.peek() != kwIn {
			return 0
		}
		p.advance()
		op = ast.NotIn
	default:
		return 0
	}
	p.advance()
	return op
}

// binaryOps are the binary operators with their precedence, 0 for none.
var binaryOps = [kwYield + 1]struct {
	op   ast.Operator
	prec int
}{
	pipe: {ast.BitOr, 1}, caret: {ast.BitXor, 2}, amper: {ast.BitAnd, 3},
	lshift: {ast.LShift, 4}, rshift: {ast.RShift, 4}, plus: {ast.Add, 5}, minus: {ast.Sub, 5},
	star: {ast.Mult, 6}, slash: {ast.Div, 6}, doubleSlash: {ast.FloorDiv, 6}, percent: {ast.Modulo, 6}, at: {ast.MatMult, 6},
}

// binary reads operators that bind tighter than prec.
func (p *parser) binary(prec int) ast.Expr {
	e := p.unary()
	for n := 0; ; n++ {
		o := binaryOps[p.tok.kind]
		if o.prec <= prec {
			return e
		}
		p.chain(n)
		t := p.tok
		p.advance()
		e = &ast.BinOp{ExprBase: p.base(t), Left: e, Op: o.op, Right: p.binary(o.prec)}
	}
}

func (p *parser) unary() ast.Expr {
	var op ast.UnaryOperator
	switch p.tok.kind {
	case plus:
		op = ast.UAdd
	case minus:
		op = ast.USub
	case tilde:
		op = ast.Invert
	default:
		return p.power()
	}
	p.enter()
	defer p.leave()
	t := p.tok
	p.advance()
	return &ast.UnaryOp{ExprBase: p.base(t), Op: op, Operand: p.unary()}
}

func (p *parser) power() ast.Expr {
	t := p.tok
	await := p.accept(kwAwait)
	e := p.trailers(p.atom())
	if await {
		e = &ast.Await{ExprBase: p.base(t), Value: e}
	}
	if p.tok.kind != doubleStar {
		return e
	}
	p.enter()
	defer p.leave()
	t = p.tok
	p.advance()
	return &ast.BinOp{ExprBase: p.base(t), Left: e, Op: ast.Pow, Right: p.unary()}
}

func (p *parser) trailers(e ast.Expr) ast.Expr {
	for n := 0; ; n++ {
		p.chain(n)
		t := p.tok
		switch t.kind {
		case dot:
			p.advance()
			attr := p.expect(name)
			e = &ast.Attribute{ExprBase: p.base(t), Value: e, Attr: p.text(attr)}
		case lparen:
			p.advance()
			c := &ast.Call{ExprBase: p.base(t), Func: e}
			c.Args, c.Keywords = p.arguments()
			e = c
		case lbrack:
			p.advance()
			e = &ast.Subscript{ExprBase: p.base(t), Value: e, Index: p.subscripts()}
			p.expect(rbrack)
		default:
			return e
		}
	}
}

// arguments reads the arguments of a call, or the bases of a class, and the closing bracket.
func (p *parser) arguments() (args []ast.Expr, keywords []*ast.Keyword) {
	for p.tok.kind != rparen {
		t := p.tok
		switch {
		case t.kind == star:
			p.advance()
			for _, k := range keywords {
				if k.Arg == "" {
					p.failAt(t, "iterable argument unpacking follows keyword argument unpacking")
				}
			}
			args = append(args, &ast.Starred{ExprBase: p.base(t), Value: p.test()})
		case t.kind == doubleStar:
			p.advance()
			keywords = append(keywords, &ast.Keyword{Pos: p.place(t), Value: p.test()})
		case t.kind == name && p.peek() == assign:
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
			keywords = append(keywords, &ast.Keyword{Pos: p.place(t), Arg: p.text(t), Value: p.test()})
		default:
			args = append(args, p.positional(t, keywords, len(args) == 0))
		}
		if !p.accept(comma) {
			break
		}
	}
	p.expect(rparen)
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
	if p.tok.kind == kwFor || p.tok.kind == kwAsync {
		e = &ast.GeneratorExp{ExprBase: p.base(t), Elt: e, Generators: p.comprehension()}
		if !first || p.tok.kind != rparen {
			p.failAt(t, "generator expression must be parenthesized")
		}
	}
	return e
}

// subscripts reads what stands between [ and ].
func (p *parser) subscripts() ast.Expr {
	first := p.tok
	e := p.subscript()
	if p.tok.kind != comma {
		return e
	}
	elts := []ast.Expr{e}
	for p.accept(comma) && p.tok.kind != rbrack {
		elts = append(elts, p.subscript())
	}
	return &ast.Tuple{ExprBase: p.base(first), Elts: elts}
}

func (p *parser) subscript() ast.Expr {
	t := p.tok
	var lower ast.Expr
	if p.tok.kind != colon {
		if lower = p.element(true); p.tok.kind != colon {
			return lower
		}
	}
	s := &ast.Slice{ExprBase: p.base(t), Lower: lower}
	p.advance()
	if p.tok.kind != colon && p.tok.kind != rbrack && p.tok.kind != comma {
		s.Upper = p.test()
	}
	if p.accept(colon) && p.tok.kind != rbrack && p.tok.kind != comma {
		s.Step = p.test()
	}
	return s
}

func (p *parser) yield() ast.Expr {
	t := p.expect(kwYield)
	if p.accept(kwFrom) {
		return &ast.YieldFrom{ExprBase: p.base(t), Value: p.test()}
	}
	y := &ast.Yield{ExprBase: p.base(t)}
	if p.startsExpr() {
		y.Value = p.testList(true)
	}
	return y
}
