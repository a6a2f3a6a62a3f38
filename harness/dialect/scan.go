package dialect

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"go.starlark.net/syntax"
)

// token is a piece of a program that is no white space and no comment.
type token struct {
	text      string
	line, col int32 // as Starlark counts them: from 1, a column a character
	start     int   // in bytes
	first     bool  // of its line
}

// pieces are what a program is made of, for Starlark and for Python. Only a mistake has them compiled.
var pieces = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)(?:[rRbB]{1,2})?(?:"""(?:\\.|.)*?"""|'''(?:\\.|.)*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')` +
		`|#[^\n]*|[\pL_][\pL\d_]*|\d[\w.]*|\*\*|->|[=!<>]=|:=|\.\.\.|[^\s]`)
})

func scan(text string) []token {
	var out []token
	line, col, done := int32(1), int32(1), 0
	for _, at := range pieces().FindAllStringIndex(text, -1) {
		gap := text[done:at[0]]
		line, col = advance(line, col, gap)
		piece := text[at[0]:at[1]]
		if piece[0] != '#' {
			out = append(out, token{piece, line, col, at[0], len(out) == 0 || strings.Contains(gap, "\n")})
		}
		line, col = advance(line, col, piece)
		done = at[1]
	}
	return out
}

// advance is the place behind a text that begins at a place.
func advance(line, col int32, text string) (int32, int32) {
	if n := strings.Count(text, "\n"); n > 0 {
		return line + int32(n), 1 + int32(utf8.RuneCountInString(text[strings.LastIndexByte(text, '\n')+1:]))
	}
	return line, col + int32(utf8.RuneCountInString(text))
}

// tokenAt is the index of the token that an error at a place is about, which begins or ends there; -1 for
// none.
func tokenAt(tokens []token, pos syntax.Position, begins bool) int {
	found := -1
	for i, t := range tokens {
		if t.line == pos.Line && (t.col < pos.Col || begins && t.col == pos.Col) {
			found = i
		}
	}
	return found
}

// around is a token with its neighbours, and what the parser said there.
type around struct {
	tokens []token
	i      int
	msg    string
}

func (a around) text() string  { return a.tokens[a.i].text }
func (a around) before() token { return a.at(a.i - 1) }
func (a around) next() token   { return a.at(a.i + 1) }

func (a around) at(i int) token {
	if i < 0 || i >= len(a.tokens) {
		return token{}
	}
	return a.tokens[i]
}

// touches reports whether nothing is between the token and the one before it.
func (a around) touches() bool {
	b := a.before()
	return b.text != "" && b.start+len(b.text) == a.tokens[a.i].start
}

// line is the first token of the token's line.
func (a around) line() token {
	i := a.i
	for i > 0 && !a.tokens[i].first {
		i--
	}
	return a.tokens[i]
}
