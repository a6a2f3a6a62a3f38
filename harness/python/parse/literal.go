package parse

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"quecstar/harness/python/ast"
)

// num is the value of a number token.
func (p *parser) num(t token) ast.Expr {
	text := p.src[t.start:t.end]
	v, ok := numberValue(text)
	if !ok {
		hint := ""
		if i := strings.IndexFunc(text, unicode.IsLetter); i > 0 && isKeyword[text[i:]] {
			hint = ": MicroPython wants a space behind the number"
		}
		p.failAt(t, "invalid number %s%s", clip(text), hint)
	}
	return &ast.Num{ExprBase: p.base(t), Value: v}
}

// clip shortens a text for a message.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

func numberValue(text string) (any, bool) {
	if strings.Contains(text, "_") {
		if strings.Contains(text, "__") || strings.HasSuffix(text, "_") {
			return nil, false
		}
		text = strings.ReplaceAll(text, "_", "")
	}
	if len(text) < 19 {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, text[0] != '0' || n == 0
		}
	}
	if n := len(text) - 1; text[n] == 'j' || text[n] == 'J' {
		f, ok := floatValue(text[:n])
		return complex(0, f), ok
	}
	if len(text) > 2 && text[0] == '0' && strings.IndexByte("xXoObB", text[1]) >= 0 {
		return intValue(text)
	}
	if strings.ContainsAny(text, ".eE") {
		return floatValue(text)
	}
	return intValue(text)
}

// floatValue takes what Python takes; too large a number is infinity, as there.
func floatValue(text string) (float64, bool) {
	if strings.ContainsAny(text, "xXpPiInN") {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	if e, ok := err.(*strconv.NumError); ok && e.Err == strconv.ErrRange {
		return f, true
	}
	return f, err == nil
}

func intValue(text string) (any, bool) {
	if len(text) > 1 && text[0] == '0' && isDigit(text[1]) {
		return nil, false
	}
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		return n, true
	}
	b, ok := new(big.Int).SetString(text, 0)
	return b, ok
}

// strings reads adjacent string literals, which are one.
func (p *parser) strings() ast.Expr {
	first := p.tok
	var text []byte
	var parts []ast.Expr // of an f-string
	formatted, isBytes := false, false
	for n := 0; p.tok.kind == str; n++ {
		t := p.take()
		lit := p.literal(t)
		if n > 0 && lit.bytes != isBytes {
			p.failAt(t, "cannot mix bytes and nonbytes literals")
		}
		isBytes = lit.bytes
		if !lit.format {
			text = p.unescape(text, lit, lit.start, lit.end)
			continue
		}
		formatted = true
		text, parts, _ = p.pieces(lit, lit.start, 0, text, parts)
	}
	switch {
	case isBytes:
		return &ast.Bytes{ExprBase: p.base(first), S: string(text)}
	case formatted:
		if len(text) > 0 || len(parts) == 0 {
			parts = append(parts, &ast.Str{ExprBase: p.base(first), S: string(text)})
		}
		return &ast.JoinedStr{ExprBase: p.base(first), Values: parts}
	}
	return &ast.Str{ExprBase: p.base(first), S: string(text)}
}

// literal is a string literal; its content is the source from start to end.
type literal struct {
	tok                token
	raw, bytes, format bool
	start, end         int
}

func (p *parser) literal(t token) literal {
	text := p.text(t)
	i := strings.IndexAny(text, `'"`)
	quotes := 1
	if text = text[i:]; len(text) >= 6 && strings.HasPrefix(text, strings.Repeat(text[:1], 3)) {
		quotes = 3
	}
	prefix := strings.ToLower(p.text(t)[:i])
	return literal{tok: t, start: int(t.start) + i + quotes, end: int(t.end) - quotes,
		raw: strings.Contains(prefix, "r"), bytes: strings.Contains(prefix, "b"), format: strings.Contains(prefix, "f")}
}

// unescape appends the content from start to end, with its escapes resolved.
func (p *parser) unescape(out []byte, lit literal, start, end int) []byte {
	s := p.src[start:end]
	if lit.bytes && strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		p.failAt(lit.tok, "bytes can only contain ASCII literal characters")
	}
	if lit.raw {
		return append(out, s...)
	}
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 || i+1 >= len(s) {
			return append(out, s...)
		}
		out = append(out, s[:i]...)
		n := 0
		out, n = p.escape(out, lit, s[i:])
		s = s[i+n:]
	}
}

var simpleEscapes = [128]byte{'\\': '\\', '\'': '\'', '"': '"', 'a': 7, 'b': 8, 'f': 12, 'n': '\n', 'r': '\r', 't': '\t', 'v': 11}

// escape appends what the escape at the start of s means, and returns its length.
func (p *parser) escape(out []byte, lit literal, s string) ([]byte, int) {
	c := s[1]
	if c < utf8.RuneSelf && simpleEscapes[c] != 0 {
		return append(out, simpleEscapes[c]), 2
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
	switch {
	case c == '\n':
		return out, 2
	case '0' <= c && c <= '7':
		n, v := 1, rune(0)
		for ; n < len(s) && n < 4 && '0' <= s[n] && s[n] <= '7'; n++ {
			v = v*8 + rune(s[n]-'0')
		}
		return appendCode(out, lit, v), n
	case c == 'N' && !lit.bytes && len(s) > 2 && s[2] == '{':
		panic(&ast.Error{Pos: lit.tok.Pos, Class: "NotImplementedError",
			Msg: "a character by name (\\N{…}) is not supported: MicroPython has no names; write \\u and the number"})
	case digits == 0, lit.bytes && c != 'x':
		return append(out, '\\'), 1
	}
	if len(s) < 2+digits {
		p.failAt(lit.tok, "\\%c needs %d hexadecimal digits", c, digits)
	}
	v, err := strconv.ParseUint(s[2:2+digits], 16, 32)
	if err != nil || v > utf8.MaxRune {
		p.failAt(lit.tok, "\\%c needs %d hexadecimal digits", c, digits)
	}
	return appendCode(out, lit, rune(v)), 2 + digits
}

func appendCode(out []byte, lit literal, v rune) []byte {
	if lit.bytes {
		return append(out, byte(v))
	}
	return utf8.AppendRune(out, v)
}
