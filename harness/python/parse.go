package python

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/go-python/gpython/ast"
	"github.com/go-python/gpython/parser"
	"github.com/go-python/gpython/py"
)

// SyntaxError says where a file is no Python.
type SyntaxError struct {
	Filename  string
	Line, Col int // counted from 1
	Msg       string
}

// Error is file:line:col: message.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Filename, e.Line, e.Col, e.Msg)
}

// maxNesting is how deep brackets and blocks may nest: far more than people write, and little
// enough that neither the parser nor the lowering runs out of stack.
const maxNesting = 200

// parse parses a file.
func parse(src Source) (mod *ast.Module, err error) {
	text, err := normalize(src)
	if err != nil {
		return nil, err
	}
	if err := checkNesting(src.Filename, text); err != nil {
		return nil, err
	}
	defer func() {
		// The parser panics on some invalid input.
		if p := recover(); p != nil {
			mod, err = nil, &SyntaxError{src.Filename, 1, 1, fmt.Sprintf("invalid syntax (%v)", p)}
		}
	}()
	tree, err := parser.Parse(bytes.NewReader(text), src.Filename, py.ExecMode)
	if err != nil {
		return nil, syntaxError(src.Filename, text, err)
	}
	mod, ok := tree.(*ast.Module)
	if !ok {
		return nil, &SyntaxError{src.Filename, 1, 1, "invalid syntax"}
	}
	return mod, nil
}

// normalize drops a byte order mark, turns line ends into line feeds, and has the last line end
// with one, as the parser wants it.
func normalize(src Source) ([]byte, error) {
	text := bytes.TrimPrefix(src.Text, []byte("\xef\xbb\xbf"))
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return nil, &SyntaxError{src.Filename, 1 + bytes.Count(text[:i], []byte("\n")), 1, "source code contains a null byte"}
	}
	for at, line := 0, 1; at < len(text); line++ {
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 {
			end = len(text) - at
		}
		if !utf8.Valid(text[at : at+end]) {
			return nil, &SyntaxError{src.Filename, line, 1, "is not UTF-8; save the file in that encoding"}
		}
		at += end + 1
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	return append(expandTabs(text), '\n'), nil
}

// expandTabs turns the tabs that indent lines into spaces, to the next multiple of eight, as Python
// counts them.
func expandTabs(text []byte) []byte {
	if !bytes.Contains(text, []byte("\t")) {
		return bytes.Clone(text)
	}
	var out []byte
	starts := lineStarts(text)
	for n, line := range bytes.SplitAfter(text, []byte("\n")) {
		col, i := 0, 0
		for ; n < len(starts) && starts[n] && i < len(line) && (line[i] == ' ' || line[i] == '\t'); i++ {
			if line[i] == '\t' {
				col += 8 - col%8
			} else {
				col++
			}
		}
		out = append(append(out, bytes.Repeat([]byte(" "), col)...), line[i:]...)
	}
	return out
}

// checkNesting refuses text that nests too deep, before any recursion sees it. It counts brackets
// and indentation roughly: those in strings and comments count too, which matters to nobody.
func checkNesting(file string, text []byte) error {
	depth, line := 0, 1
	for i, c := range text {
		switch c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth = max(0, depth-1)
		case '\n':
			line++
			indent := len(text[i+1:]) - len(bytes.TrimLeft(text[i+1:], " "))
			if indent > 8*maxNesting {
				return &SyntaxError{file, line, 1, "too many levels of indentation"}
			}
		}
		if depth > maxNesting {
			return &SyntaxError{file, line, 1, "too many nested parentheses"}
		}
	}
	return nil
}

// syntaxError turns the parser's error, which is an exception of its own kind, into ours.
func syntaxError(file string, text []byte, err error) error {
	line, col := 1, 1
	if e, ok := err.(*py.Exception); ok {
		if n, ok := e.Dict["lineno"].(py.Int); ok {
			line = int(n)
		}
		if n, ok := e.Dict["offset"].(py.Int); ok {
			col = int(n) + 1
		}
	}
	msg := "invalid syntax"
	if text := err.Error(); strings.Contains(text, "ndent") {
		msg = "inconsistent indentation"
	} else if strings.Contains(text, "EOF") || strings.Contains(text, "string literal") {
		msg = "unexpected end of file or of a string"
	}
	if what := newer(lineOf(text, line)); what != "" {
		return &UnsupportedError{[]Unsupported{{file, line, col, what}}}
	}
	return &SyntaxError{file, line, col, msg}
}

func lineOf(text []byte, n int) string {
	lines := strings.Split(string(text), "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	return lines[n-1]
}

var newerSyntax = []struct {
	pattern *regexp.Regexp
	what    string
}{
	{regexp.MustCompile(`(^|[^\w])[rR]?[fF][rR]?["']`), "an f-string"},
	{regexp.MustCompile(`(^|\s)(async|await)\s`), "async and await"},
	{regexp.MustCompile(`:=`), "an assignment expression (:=)"},
	{regexp.MustCompile(`\d_\d`), "an underscore in a number"},
	{regexp.MustCompile(`^\s*[\w.\[\]]+\s*:\s*[\w.\[\], ]+(=|$)`), "an annotated variable"},
}

// newer names what newer Python syntax a line seems to have.
func newer(line string) string {
	for _, n := range newerSyntax {
		if n.pattern.MatchString(line) {
			return n.what
		}
	}
	return ""
}
