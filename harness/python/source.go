package python

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/parse"
)

// SyntaxError says where a file is no Python.
type SyntaxError struct {
	Filename  string
	Line, Col int // counted from 1
	Msg       string
	// Class is what MicroPython raises where that is no SyntaxError: IndentationError, NotImplementedError.
	Class string
}

// Error is file:line:col: message.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Filename, e.Line, e.Col, e.Msg)
}

// Parse parses a file. The error is a *SyntaxError.
func Parse(src Source) (*ast.Module, error) {
	text, err := normalize(src)
	if err != nil {
		return nil, err
	}
	mod, err := parse.Module(text, parse.Options{Level: src.Level})
	if err == nil && src.Single && text != "" && len(mod.Body) == 0 {
		return nil, &SyntaxError{Filename: src.Filename, Line: 1, Col: 1, Msg: "invalid syntax: there is no statement"}
	}
	return mod, located(src.Filename, err)
}

// located turns an error that has a position in a file into a *SyntaxError.
func located(file string, err error) error {
	var e *ast.Error
	if !errors.As(err, &e) {
		return err
	}
	return &SyntaxError{Filename: file, Line: int(e.Line), Col: int(e.Col), Msg: e.Msg, Class: e.Class}
}

var lineFeeds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// normalize drops a byte order mark, turns line ends into line feeds, and refuses what is no text.
func normalize(src Source) (string, error) {
	text := bytes.TrimPrefix(src.Text, []byte("\xef\xbb\xbf"))
	// A str that is evaluated may hold one in a literal, as in MicroPython; a file with one is no text.
	if i := bytes.IndexByte(text, 0); i >= 0 && !strings.HasPrefix(src.Filename, "<") {
		return "", &SyntaxError{Filename: src.Filename, Line: 1 + bytes.Count(text[:i], []byte("\n")), Col: 1, Msg: "source code contains a null byte"}
	}
	for i, line := range bytes.Split(text, []byte("\n")) {
		if !utf8.Valid(line) {
			return "", &SyntaxError{Filename: src.Filename, Line: i + 1, Col: 1, Msg: "is not UTF-8; save the file in that encoding"}
		}
	}
	return lineFeeds.Replace(string(text)), nil
}
