package parse

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"quecstar/harness/python/ast"
)

// maxIndents is how deep blocks nest: far more than people write.
const maxIndents = 100

// lexer turns text into tokens.
type lexer struct {
	src       string
	pos, end  int
	line      int32
	lineStart int // where the line begins
	indents   []int
	brackets  []token // the open ones
	tokens    []token
	layout    ast.Layout
	keep      bool // the layout
}

// fail panics with an error, which Module and Expression recover.
func (lx *lexer) fail(at int, format string, args ...any) {
	panic(ast.Errorf(lx.place(at), format, args...))
}

// place is that of a byte of the line that is read.
func (lx *lexer) place(at int) ast.Pos {
	return ast.Pos{Line: lx.line, Col: int32(at - lx.lineStart + 1)}
}

func (lx *lexer) add(k kind, start int) { lx.addAt(k, lx.place(start), start) }

// addAt adds a token that began at a place, perhaps on another line.
func (lx *lexer) addAt(k kind, at ast.Pos, start int) {
	lx.tokens = append(lx.tokens, token{Pos: at, kind: k, start: int32(start), end: int32(lx.pos)})
}

// file reads all tokens of a file.
func (lx *lexer) file() {
	lx.indents = append(lx.indents, 0)
	lx.indentation()
	for lx.pos < lx.end {
		lx.next()
	}
	if len(lx.brackets) > 0 {
		lx.neverClosed()
	}
	if n := len(lx.tokens); n > 0 && lx.tokens[n-1].kind != newline {
		lx.add(newline, lx.pos)
	}
	for range lx.indents[1:] {
		lx.add(dedent, lx.pos)
	}
	lx.add(eof, lx.pos)
}

// neverClosed fails at the innermost open bracket.
func (lx *lexer) neverClosed() {
	open := lx.brackets[len(lx.brackets)-1]
	panic(ast.Errorf(open, "%q was never closed", rune(lx.src[open.start])))
}

// next reads one token, or the white space, comment or line end in front of it.
func (lx *lexer) next() {
	c := lx.src[lx.pos]
	switch {
	case c == ' ' || c == '\t' || c == '\f':
		lx.pos++
	case c == '\n':
		lx.lineEnd()
	case c == '#':
		lx.comment()
	case c == '\\':
		if lx.pos+1 >= lx.end || lx.src[lx.pos+1] != '\n' {
			lx.fail(lx.pos, "unexpected character after line continuation character")
		}
		lx.pos += 2
		lx.sameLine()
	case isLetter(c):
		lx.word()
	case isDigit(c), c == '.' && lx.pos+1 < lx.end && isDigit(lx.src[lx.pos+1]):
		lx.number()
	case c == '"' || c == '\'':
		lx.str(lx.pos)
	default:
		lx.operator(c)
	}
}

func (lx *lexer) newLine() {
	lx.line++
	lx.lineStart = lx.pos
}

// sameLine begins a line that goes on with a logical one: within brackets or a string, or behind a backslash.
func (lx *lexer) sameLine() {
	lx.newLine()
	if lx.keep {
		lx.layout.Joined[lx.line] = true
	}
}

// lineEnd ends a logical line, unless a bracket is open or the line is empty.
func (lx *lexer) lineEnd() {
	start := lx.pos
	lx.pos++
	if len(lx.brackets) > 0 || lx.indents == nil {
		lx.sameLine()
		return
	}
	if n := len(lx.tokens); n > 0 {
		switch lx.tokens[n-1].kind {
		case newline, indent, dedent:
		default:
			lx.add(newline, start)
		}
	}
	lx.newLine()
	lx.indentation()
}

// indentation reads the white space at the start of a line; empty lines and those that have only
// a comment say nothing about blocks. A tab goes to the next multiple of eight.
func (lx *lexer) indentation() {
	col := 0
	for ; lx.pos < lx.end; lx.pos++ {
		switch lx.src[lx.pos] {
		case ' ':
			col++
			continue
		case '\t':
			col += 8 - col%8
			continue
		case '\f':
			col = 0
			continue
		case '\n', '#':
			return
		}
		break
	}
	if lx.pos >= lx.end {
		return
	}
	top := lx.indents[len(lx.indents)-1]
	switch {
	case col > top:
		if len(lx.indents) > maxIndents {
			lx.fail(lx.pos, "too many levels of indentation")
		}
		lx.indents = append(lx.indents, col)
		lx.add(indent, lx.pos)
	case col < top:
		for col < lx.indents[len(lx.indents)-1] {
			lx.indents = lx.indents[:len(lx.indents)-1]
			lx.add(dedent, lx.pos)
		}
		if col != lx.indents[len(lx.indents)-1] {
			panic(&ast.Error{Pos: lx.place(lx.pos), Class: "IndentationError", Msg: "unindent doesn't match any outer indentation level"})
		}
	}
}

func (lx *lexer) comment() {
	start := lx.pos
	if i := strings.IndexByte(lx.src[lx.pos:lx.end], '\n'); i >= 0 {
		lx.pos += i
	} else {
		lx.pos = lx.end
	}
	if lx.keep {
		lx.layout.Comments = append(lx.layout.Comments, ast.Comment{Pos: lx.place(start),
			Text: strings.TrimRight(lx.src[start:lx.pos], " \t"), Alone: strings.TrimLeft(lx.src[lx.lineStart:start], " \t\f") == ""})
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isLetter reports whether a name can begin with c; all of UTF-8's bytes count and are looked at
// by word.
func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= utf8.RuneSelf
}

// word reads a name, a keyword, or a string with a prefix.
func (lx *lexer) word() {
	start := lx.pos
	for lx.pos < lx.end && (isLetter(lx.src[lx.pos]) || isDigit(lx.src[lx.pos])) {
		lx.pos++
	}
	text := lx.src[start:lx.pos]
	if lx.pos < lx.end && len(text) <= 2 && (lx.src[lx.pos] == '"' || lx.src[lx.pos] == '\'') && isPrefix(text) {
		lx.str(start)
		return
	}
	for i, r := range text {
		if r >= utf8.RuneSelf && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)) {
			lx.fail(start+i, "invalid character %q (U+%04X)", r, r)
		}
	}
	if isKeyword[text] {
		lx.add(kind(text), start)
		return
	}
	lx.add(name, start)
}

// isPrefix reports whether a word in front of a quote belongs to the string.
func isPrefix(s string) bool {
	switch strings.ToLower(s) {
	case "r", "b", "u", "f", "rb", "br", "rf", "fr":
		return true
	}
	return false
}

// number reads as much as could be of a number; literal.go says whether it is one. As on a module, a keyword
// right behind it belongs to it: 1if x else 2 is none.
func (lx *lexer) number() {
	start := lx.pos
	hex := lx.src[lx.pos] == '0' && lx.pos+1 < lx.end && strings.IndexByte("xXoObB", lx.src[lx.pos+1]) >= 0
	for ; lx.pos < lx.end; lx.pos++ {
		c := lx.src[lx.pos]
		if c < utf8.RuneSelf && isLetter(c) || isDigit(c) || c == '.' && !hex {
			continue
		}
		if (c == '+' || c == '-') && !hex && (lx.src[lx.pos-1] == 'e' || lx.src[lx.pos-1] == 'E') {
			continue
		}
		break
	}
	lx.add(number, start)
}

// str reads a string whose prefix begins at start and whose quote is at the current position.
func (lx *lexer) str(start int) {
	at := lx.place(start)
	quote := lx.src[lx.pos]
	long := lx.pos+2 < lx.end && lx.src[lx.pos+1] == quote && lx.src[lx.pos+2] == quote
	lx.pos++
	if long {
		lx.pos += 2
	}
	for {
		if lx.pos >= lx.end {
			panic(ast.Errorf(at, "unterminated string literal"))
		}
		switch c := lx.src[lx.pos]; {
		case c == '\\' && lx.pos+1 < lx.end:
			lx.pos += 2
			if lx.src[lx.pos-1] == '\n' {
				lx.sameLine()
			}
		case c == '\n':
			if !long {
				lx.fail(start, "unterminated string literal")
			}
			lx.pos++
			lx.sameLine()
		case c == quote && !long:
			lx.pos++
			lx.addAt(str, at, start)
			return
		case c == quote && strings.HasPrefix(lx.src[lx.pos:lx.end], strings.Repeat(string(quote), 3)):
			lx.pos += 3
			lx.addAt(str, at, start)
			return
		default:
			lx.pos++
		}
	}
}

// operator reads the longest operator that stands here.
func (lx *lexer) operator(c byte) {
	start := lx.pos
	for n := min(3, lx.end-start); n > 0; n-- {
		text := lx.src[start : start+n]
		if o, ok := operators[text]; ok {
			lx.pos += n
			lx.bracket(c, start)
			lx.add(kind(text), start)
			lx.tokens[len(lx.tokens)-1].operator = o
			return
		}
	}
	lx.fail(start, "invalid character %q", rune(c))
}

// bracket keeps account of the open brackets.
func (lx *lexer) bracket(c byte, at int) {
	switch c {
	case '(', '[', '{':
		lx.brackets = append(lx.brackets, token{Pos: lx.place(at), start: int32(at)})
		if len(lx.brackets) > maxNesting {
			lx.fail(at, "too many nested parentheses")
		}
	case ')', ']', '}':
		n := len(lx.brackets)
		if n == 0 {
			lx.fail(at, "unmatched %q", rune(c))
		}
		open := lx.src[lx.brackets[n-1].start]
		if lx.keep {
			lx.layout.Closed[lx.brackets[n-1].Pos] = lx.line
		}
		if want := map[byte]byte{'(': ')', '[': ']', '{': '}'}[open]; want != c {
			lx.fail(at, "closing %q doesn't match opening %q", rune(c), rune(open))
		}
		lx.brackets = lx.brackets[:n-1]
	}
}
