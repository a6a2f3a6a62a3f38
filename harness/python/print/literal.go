package print

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
)

// num is a number, as the original writes it where Starlark reads the same.
func (p *printer) num(e *ast.Num) string {
	raw := p.src.number(e.At())
	switch v := e.Value.(type) {
	case int64:
		if starlarkReads(raw) == any(v) {
			return raw
		}
		return strconv.FormatInt(v, 10)
	case *big.Int:
		return v.String()
	case complex128:
		return "complex(0, " + floatLiteral(strings.TrimRight(raw, "jJ"), imag(v)) + ")"
	}
	return floatLiteral(raw, e.Value.(float64))
}

// floatLiteral is a float, as the original writes it where Starlark reads the same.
func floatLiteral(raw string, v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "float(\"inf\")"
	case starlarkReads(raw) == any(v):
		return raw
	}
	text := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}

// starlarkReads is the number that Starlark reads a token as; nil for no token of its.
func starlarkReads(token string) any {
	x, err := new(syntax.FileOptions).ParseExpr("", token, 0)
	if l, ok := x.(*syntax.Literal); ok && err == nil {
		return l.Value
	}
	return nil
}

// str is a str literal: raw or over many lines where the original is.
func (p *printer) str(e *ast.Str) string {
	if !utf8.ValidString(e.S) {
		p.fail(e, "a str with half of a surrogate pair, which Starlark cannot write: make it with chr()")
		return `""`
	}
	raw, triple := p.src.literal(e.At())
	if raw && strings.Contains(e.S, `\`) && !strings.ContainsAny(e.S, "\"\n") && !strings.HasSuffix(e.S, `\`) && printable(e.S) {
		return `r"` + e.S + `"`
	}
	if triple && strings.Contains(e.S, "\n") {
		return p.tripled("", e.S)
	}
	return `"` + escape(e.S, false) + `"`
}

// doc is a string that stands alone: a doc string.
func (p *printer) doc(e *ast.Str) string {
	if _, triple := p.src.literal(e.At()); triple && utf8.ValidString(e.S) {
		return p.tripled("", e.S)
	}
	return p.str(e)
}

func (p *printer) bytes(e *ast.Bytes) string {
	if _, triple := p.src.literal(e.At()); triple && strings.Contains(e.S, "\n") {
		return p.tripled("b", e.S)
	}
	return `b"` + escape(e.S, true) + `"`
}

// tripled is a literal over many lines.
func (p *printer) tripled(prefix, s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.ReplaceAll(escape(l, prefix == "b"), `\"`, `"`)
		lines[i] = strings.ReplaceAll(lines[i], `""`, `"\"`)
		lines[i] = strings.ReplaceAll(lines[i], `\t`, "\t")
		if strings.Contains(l, `\`) {
			lines[i] = escape(l, prefix == "b")
		}
	}
	text := strings.Join(lines, "\n")
	if strings.HasSuffix(text, `"`) && !strings.HasSuffix(text, `\"`) {
		text = text[:len(text)-1] + `\"`
	}
	return prefix + `"""` + text + `"""`
}

func printable(s string) bool {
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

var escapes = map[rune]string{'\n': `\n`, '\r': `\r`, '\t': `\t`, '\\': `\\`, '"': `\"`}

// escape is the inside of a literal.
func escape(s string, isBytes bool) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch e := escapes[r]; {
		case e != "":
			b.WriteString(e)
		case r < 0x7f && r >= ' ':
			b.WriteRune(r)
		case isBytes:
			for _, c := range []byte(s[i : i+n]) {
				fmt.Fprintf(&b, `\x%02x`, c)
			}
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		i += n
	}
	return b.String()
}
