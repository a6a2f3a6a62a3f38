package parse

import (
	"strings"

	"quecstar/harness/python/ast"
)

// pieces reads text and fields from a place of an f-string literal on: to its end, or with a depth, within a
// specification, up to the brace that ends it. text is what adjacent literals left, parts what came before it.
func (p *parser) pieces(lit literal, pos, depth int, text []byte, parts []ast.Expr) ([]byte, []ast.Expr, int) {
	for pos < lit.end {
		i := strings.IndexAny(p.src[pos:lit.end], "{}")
		if i < 0 {
			return p.unescape(text, lit, pos, lit.end), parts, lit.end
		}
		at := pos + i
		text = p.unescape(text, lit, pos, at)
		switch {
		case depth == 0 && at+1 < lit.end && p.src[at+1] == p.src[at]:
			text = append(text, p.src[at])
			pos = at + 2
			continue
		case p.src[at] == '}' && depth > 0:
			return text, parts, at
		case p.src[at] == '}':
			p.failAt(lit.tok, "f-string: single '}' is not allowed")
		}
		var field *ast.FormattedValue
		var debug string
		field, debug, pos = p.field(lit, at, depth)
		parts = append(p.withText(parts, lit.tok, append(text, debug...)), field)
		text = nil
	}
	return text, parts, pos
}

// withText appends text to the parts of an f-string, where there is some.
func (p *parser) withText(parts []ast.Expr, t token, text []byte) []ast.Expr {
	if len(text) == 0 {
		return parts
	}
	return append(parts, &ast.Str{ExprBase: p.base(t), S: string(text)})
}

// field reads {expression=!conversion:spec} that begins at a brace; debug is the text that = asks
// for, and next is where the literal goes on.
func (p *parser) field(lit literal, brace, depth int) (field *ast.FormattedValue, debug string, next int) {
	if depth > 1 {
		p.failAt(lit.tok, "f-string: expressions nested too deeply")
	}
	end := p.fieldEnd(lit, brace+1)
	field = &ast.FormattedValue{ExprBase: ast.ExprBase{Pos: p.position(lit.tok, brace)}, Value: p.embedded(lit, brace+1, end)}
	pos := end
	if p.src[pos] == '=' {
		pos++
		for pos < lit.end && p.src[pos] == ' ' {
			pos++
		}
		debug = p.src[brace+1 : pos]
	}
	if pos < lit.end && p.src[pos] == '!' {
		if pos+1 >= lit.end || strings.IndexByte("rsa", p.src[pos+1]) < 0 {
			p.failAt(lit.tok, "f-string: invalid conversion character: expected 's', 'r', or 'a'")
		}
		field.Conversion = p.src[pos+1]
		pos += 2
	}
	if pos < lit.end && p.src[pos] == ':' {
		field.Spec, pos = p.spec(lit, pos+1, depth)
	}
	if pos >= lit.end || p.src[pos] != '}' {
		p.failAt(lit.tok, "f-string: expecting '}'")
	}
	return field, debug, pos + 1
}

// spec reads a format specification up to its closing brace; it may hold fields itself.
func (p *parser) spec(lit literal, pos, depth int) (ast.Expr, int) {
	text, parts, end := p.pieces(lit, pos, depth+1, nil, nil)
	return &ast.JoinedStr{ExprBase: p.base(lit.tok), Values: p.withText(parts, lit.tok, text)}, end
}

// fieldEnd finds where the expression of a field ends: at =, !, : or } outside of brackets and
// strings.
func (p *parser) fieldEnd(lit literal, pos int) int {
	depth := 0
	for ; pos < lit.end; pos++ {
		switch c := p.src[pos]; c {
		case '(', '[', '{':
			depth++
		case ')', ']':
			depth--
		case '}':
			if depth == 0 {
				return pos
			}
			depth--
		case '\'', '"':
			i := strings.IndexByte(p.src[pos+1:lit.end], c)
			if i < 0 {
				p.failAt(lit.tok, "f-string: unterminated string")
			}
			pos += i + 1
		case '#':
			p.failAt(lit.tok, "f-string expression part cannot include '#'")
		case ':':
			if depth == 0 {
				return pos
			}
		case '!', '=', '<', '>':
			if pos+1 < lit.end && p.src[pos+1] == '=' {
				pos++ // a comparison
			} else if depth == 0 && (c == '!' || c == '=') {
				return pos
			}
		}
	}
	p.failAt(lit.tok, "f-string: expecting '}'")
	return pos
}

// embedded parses the expression of a field.
func (p *parser) embedded(lit literal, start, end int) ast.Expr {
	if strings.TrimSpace(p.src[start:end]) == "" {
		p.failAt(lit.tok, "f-string: empty expression not allowed")
	}
	at := p.position(lit.tok, start)
	sub := &parser{lexer: lexer{src: p.src, pos: start, end: end, line: at.Line, lineStart: start - int(at.Col) + 1}, depth: p.depth, consts: p.consts}
	for sub.pos < sub.end {
		sub.next()
	}
	if len(sub.brackets) > 0 {
		p.failAt(lit.tok, "f-string: expecting '}'")
	}
	sub.add(eof, sub.pos)
	sub.advance()
	sub.enter()
	var e ast.Expr
	if sub.tok.kind == "yield" {
		e = sub.yield()
	} else {
		e = sub.testList()
	}
	if sub.tok.kind != eof {
		sub.failAt(sub.tok, "f-string: invalid syntax")
	}
	return e
}

// position is where a place inside a string stands, which may go over many lines.
func (p *parser) position(t token, at int) ast.Pos {
	before := p.src[t.start:at]
	n := strings.Count(before, "\n")
	if n == 0 {
		return ast.Pos{Line: t.Line, Col: t.Col + int32(len(before))}
	}
	return ast.Pos{Line: t.Line + int32(n), Col: int32(len(before) - strings.LastIndexByte(before, '\n'))}
}
