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
	case "None", "True", "False":
		p.advance()
		value := map[kind]ast.Singleton{"None": ast.None, "True": ast.True, "False": ast.False}[t.kind]
		return &ast.NameConstant{ExprBase: p.base(t), Value: value}
	case "...":
		p.advance()
		return &ast.Ellipsis{ExprBase: p.base(t)}
	case "(":
		return p.paren()
	case "[":
		return p.list()
	case "{":
		return p.braces()
	}
	p.unexpected()
	return nil
}

func (p *parser) paren() ast.Expr {
	t := p.expect("(")
	if p.accept(")") {
		return &ast.Tuple{ExprBase: p.base(t)}
	}
	if p.tok.kind == "yield" {
		e := p.yield()
		p.expect(")")
		return e
	}
	e := p.element()
	switch p.tok.kind {
	case "for", "async":
		e = p.comp(t, ast.GeneratorExp, nil, e)
	case ",":
		e = &ast.Tuple{ExprBase: p.base(t), Elts: append([]ast.Expr{e}, p.rest(")")...)}
	default:
		if s, ok := e.(*ast.Starred); ok {
			p.failAt(t, "can't use starred expression here: %s", "*"+describe(s.Value))
		}
	}
	p.expect(")")
	return e
}

func (p *parser) list() ast.Expr {
	t := p.expect("[")
	if p.accept("]") {
		return &ast.List{ExprBase: p.base(t)}
	}
	e := p.element()
	if p.tok.kind == "for" || p.tok.kind == "async" {
		e = p.comp(t, ast.ListComp, nil, e)
	} else {
		e = &ast.List{ExprBase: p.base(t), Elts: append([]ast.Expr{e}, p.rest("]")...)}
	}
	p.expect("]")
	return e
}

// rest reads what follows the first element of a display.
func (p *parser) rest(end kind) (elts []ast.Expr) {
	for p.accept(",") && p.tok.kind != end {
		elts = append(elts, p.element())
	}
	return elts
}

// braces reads a dict or set display or comprehension.
func (p *parser) braces() ast.Expr {
	t := p.expect("{")
	if p.accept("}") {
		return &ast.Dict{ExprBase: p.base(t)}
	}
	if p.tok.kind == "**" {
		return p.dict(t, nil)
	}
	e := p.element()
	if p.tok.kind == ":" {
		return p.dict(t, e)
	}
	if p.tok.kind == "for" || p.tok.kind == "async" {
		c := p.comp(t, ast.SetComp, nil, e)
		p.expect("}")
		return c
	}
	s := &ast.Set{ExprBase: p.base(t), Elts: append([]ast.Expr{e}, p.rest("}")...)}
	p.expect("}")
	return s
}

// dict reads a dict display whose first key is read already, unless it begins with **.
func (p *parser) dict(t token, key ast.Expr) ast.Expr {
	d := &ast.Dict{ExprBase: p.base(t)}
	for {
		var value ast.Expr
		if key == nil && p.accept("**") {
			value = p.binary(0)
		} else {
			if key == nil {
				key = p.test()
			}
			p.expect(":")
			value = p.test()
		}
		if len(d.Keys) == 0 && key != nil && (p.tok.kind == "for" || p.tok.kind == "async") {
			c := p.comp(t, ast.DictComp, key, value)
			p.expect("}")
			return c
		}
		d.Keys, d.Values = append(d.Keys, key), append(d.Values, value)
		key = nil
		if !p.accept(",") || p.tok.kind == "}" {
			break
		}
	}
	p.expect("}")
	return d
}

// comp reads the for and if clauses of a comprehension.
func (p *parser) comp(t token, kind ast.CompKind, key, elt ast.Expr) *ast.Comp {
	var out []ast.Comprehension
	for p.tok.kind == "for" || p.tok.kind == "async" {
		p.chain(len(out) * 100)
		c := ast.Comprehension{Async: p.accept("async")}
		p.expect("for")
		c.Target = p.targetList("in")
		p.expect("in")
		c.Iter = p.or()
		for p.accept("if") {
			if p.tok.kind == "lambda" {
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
	if p.tok.kind == name && p.peek() == ":=" {
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
