package print

import (
	"regexp"
	"strings"

	"quecstar/harness/python/ast"
)

// source is the text of the original, for how its author wrote numbers, strings and blank lines.
type source struct {
	text  string
	lines []int // where each line begins; lines[0] is line 1
}

func newSource(text string) *source {
	s := &source{text: text, lines: []int{0}}
	for i := range text {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// at is the text from a position on; "" of what the port made.
func (s *source) at(p ast.Pos) string {
	if p.Line < 1 || int(p.Line) > len(s.lines) {
		return ""
	}
	i := s.lines[p.Line-1] + int(p.Col) - 1
	if i < 0 || i > len(s.text) {
		return ""
	}
	return s.text[i:]
}

// blankAbove counts the blank lines above a line.
func (s *source) blankAbove(line int32) int {
	n := 0
	for l := int(line) - 2; l >= 0; l-- {
		end := len(s.text)
		if l+1 < len(s.lines) {
			end = s.lines[l+1]
		}
		if strings.TrimSpace(s.text[s.lines[l]:end]) != "" {
			break
		}
		n++
	}
	return n
}

var numberToken = regexp.MustCompile(`^(0[xXbBoO][0-9a-fA-F_]+|[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?|\.[0-9]+([eE][+-]?[0-9]+)?)`)

// number is the number token at a position.
func (s *source) number(p ast.Pos) string { return numberToken.FindString(s.at(p)) }

var stringPrefix = regexp.MustCompile(`^([a-zA-Z]*)("""|'''|"|')`)

// literal describes the string token at a position.
func (s *source) literal(p ast.Pos) (raw, triple bool) {
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
func (s *source) keywordAbove(st ast.Stmt, words ...string) int32 {
	line := st.At().Line
	for l := line; l > 0; l-- {
		rest := strings.TrimLeft(s.at(ast.Pos{Line: l, Col: 1}), " \t")
		for _, word := range words {
			if strings.HasPrefix(rest, word) {
				return l
			}
		}
	}
	return line
}
