package parse

import "quecstar/harness/python/ast"

// atom reads a name, a literal or a display.
func (p *parser) atom() ast.Expr {
	t := p.tok
	switch t.kind {
	case name:
		p.advance()
		if value := p.consts[p.text(t)]; value != nil {
			return literalOf(value, p.base(t))
		}
		return &ast.Name{ExprBase: p.base(t), ID: p.text(t)}
	case number:
		p.advance()
		return p.num(t)
	case str:
		return p.strings()
	case kwNone, kwTrue, kwFalse:
		p.advance()
		value := map[kind]ast.Singleton{kwNone: ast.None, kwTrue: ast.True, kwFalse: ast.False}[t.kind]
		return &ast.NameConstant{ExprBase: p.base(t), Value: value}
	case ellipsis:
		p.advance()
		return &ast.Ellipsis{ExprBase: p.base(t)}
	case lparen:
		return p.paren()
	case lbrack:
		return p.list()
	case lbrace:
		return p.braces()
	}
	p.unexpected()
	return nil
}

func (p *parser) paren() ast.Expr {
	t := p.expect(lparen)
	if p.accept(rparen) {
		return &ast.Tuple{ExprBase: p.base(t)}
	}
	if p.tok.kind == kwYield {
		e := p.yield()
		p.expect(rparen)
		return e
	}
	e := p.element()
	switch p.tok.kind {
	case kwFor, kwAsync:
		e = p.comp(t, ast.GeneratorExp, nil, e)
	case comma:
		e = &ast.Tuple{ExprBase: p.base(t), Elts: append([]ast.Expr{e}, p.rest(rparen)...)}
	default:
		if s, ok := e.(*ast.Starred); ok {
			p.failAt(t, "can't use starred expression here: %s", "*"+describe(s.Value))
		}
	}
	p.expect(rparen)
	return e
}

func (p *parser) list() ast.Expr {
	t := p.expect(lbrack)
	if p.accept(rbrack) {
		return &ast.List{ExprBase: p.base(t)}
	}
	e := p.element()
	if p.tok.kind == kwFor || p.tok.kind == kwAsync {
		e = p.comp(t, ast.ListComp, nil, e)
	} else {
		e = &ast.List{ExprBase: p.base(t), Elts: append([]ast.Expr{e}, p.rest(rbrack)...)}
	}
	p.expect(rbrack)
	return e
}

// rest reads what follows the first element of a display.
func (p *parser) rest(end kind) (elts []ast.Expr) {
	for p.accept(comma) && p.tok.kind != end {
		elts = append(elts, p.element())
	}
	return elts
}

// braces reads a dict or set display or comprehension.
func (p *parser) braces() ast.Expr {
	t := p.expect(lbrace)
	if p.accept(rbrace) {
		return &ast.Dict{ExprBase: p.base(t)}
	}
	if p.tok.kind == doubleStar {
		return p.dict(t, nil)
	}
	e := p.element()
	if p.tok.kind == colon {
		return p.dict(t, e)
	}
	if p.tok.kind == kwFor || p.tok.kind == kwAsync {
		c := p.comp(t, ast.SetComp, nil, e)
		p.expect(rbrace)
		return c
	}
	s := &ast.Set{ExprBase: p.base(t), Elts: append([]ast.Expr{e}, p.rest(rbrace)...)}
	p.expect(rbrace)
	return s
}

// dict reads a dict display whose first key is read already, unless it begins with **.
func (p *parser) dict(t token, key ast.Expr) ast.Expr {
	d := &ast.Dict{ExprBase: p.base(t)}
	for {
		var value ast.Expr
		if key == nil && p.accept(doubleStar) {
			value = p.binary(0)
		} else {
			if key == nil {
				key = p.test()
			}
			p.expect(colon)
			value = p.test()
		}
		if len(d.Keys) == 0 && key != nil && (p.tok.kind == kwFor || p.tok.kind == kwAsync) {
			c := p.comp(t, ast.DictComp, key, value)
			p.expect(rbrace)
			return c
		}
		d.Keys, d.Values = append(d.Keys, key), append(d.Values, value)
		key = nil
		if !p.accept(comma) || p.tok.kind == rbrace {
			break
		}
	}
	p.expect(rbrace)
	return d
}

// comp reads the for and if clauses of a comprehension.
func (p *parser) comp(t token, kind ast.CompKind, key, elt ast.Expr) *ast.Comp {
	var out []ast.Comprehension
	for p.tok.kind == kwFor || p.tok.kind == kwAsync {
		p.chain(len(out) * 100)
		c := ast.Comprehension{Async: p.accept(kwAsync)}
		p.expect(kwFor)
		c.Target = p.targetList(kwIn)
		p.expect(kwIn)
		c.Iter = p.or()
		for p.accept(kwIf) {
			if p.tok.kind == kwLambda {
				c.Ifs = append(c.Ifs, p.lambda())
				continue
			}
			c.Ifs = append(c.Ifs, p.namedOr())
		}
		out = append(out, c)
	}
	return &ast.Comp{ExprBase: p.base(t), Kind: kind, Key: key, Elt: elt, Generators: out}
}

// namedOr reads the condition of a comprehension, which has no if … else of its own.
func (p *parser) namedOr() ast.Expr {
	if p.tok.kind == name && p.peek() == walrus {
		return p.named()
	}
	return p.or()
}

// targetList reads what a for loop assigns to, up to the keyword that ends it.
func (p *parser) targetList(end kind) ast.Expr { return p.tuple(p.starredTarget, p.until(end)) }

// starredTarget reads what is assigned to, perhaps starred.
func (p *parser) starredTarget() ast.Expr {
	e := p.starredOr(func() ast.Expr { return p.binary(0) })
	p.assignable(e)
	return e
}
