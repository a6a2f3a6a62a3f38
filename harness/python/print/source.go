package print

import (
	"regexp"
	"strings"

	"quecstar/harness/python/ast"
)

// source is the text of the original, by lines, for how its author wrote numbers, strings and blank lines.
type source []string

// line is a line from 1 on; "" where there is none.
func (s source) line(n int32) string {
	if n < 1 || int(n) > len(s) {
		return ""
	}
	return s[n-1]
}

// at is the rest of a line from a position on; "" of what the port made.
func (s source) at(p ast.Pos) string {
	line := s.line(p.Line)
	return line[min(max(int(p.Col)-1, 0), len(line)):]
}

// column is where the text of a line begins.
func (s source) column(line int32) int32 {
	text := s.line(line)
	return int32(len(text)-len(strings.TrimLeft(text, " \t"))) + 1
}

// blankAbove counts the blank lines above a line.
func (s source) blankAbove(line int32) (n int) {
	for line--; line > 0 && strings.TrimSpace(s.line(line)) == ""; line-- {
		n++
	}
	return n
}

var numberToken = regexp.MustCompile(`^(0[xXbBoO][0-9a-fA-F_]+|[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?|\.[0-9]+([eE][+-]?[0-9]+)?)`)

// number is the number token at a position.
func (s source) number(p ast.Pos) string { return numberToken.FindString(s.at(p)) }

var stringPrefix = regexp.MustCompile(`^([a-zA-Z]*)("""|'''|"|')`)

// literal describes the string token at a position.
func (s source) literal(p ast.Pos) (raw, triple bool) {
	m := stringPrefix.FindStringSubmatch(s.at(p))
	if m == nil {
		return false, false
	}
	return strings.ContainsAny(m[1], "rR"), len(m[2]) == 3
}

// start is where an expression begins: the parser puts some at their operator.
func start(n ast.Node) ast.Pos {
	switch e := n.(type) {
	case *ast.Call:
		return start(e.Func)
	case *ast.Attribute:
		return start(e.Value)
	case *ast.Subscript:
		return start(e.Value)
	case *ast.BinOp:
		return start(e.Left)
	case *ast.Compare:
		return start(e.Left)
	case *ast.BoolOp:
		return start(e.Values[0])
	case *ast.IfExp:
		return start(e.Body)
	case *ast.Starred:
		return start(e.Value)
	}
	return n.At()
}

// keywordAbove is the line at or above a statement that begins with a keyword; the statement's own
// where there is none.
func (s source) keywordAbove(st ast.Stmt, words ...string) int32 {
	line := st.At().Line
	for l := line; l > 0; l-- {
		rest := s.at(ast.Pos{Line: l, Col: s.column(l)})
		for _, word := range words {
			if strings.HasPrefix(rest, word) {
				return l
			}
		}
	}
	return line
}
