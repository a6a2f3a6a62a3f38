package python

import (
	"errors"
	"fmt"

	"quecstar/harness/python/desugar"
	"quecstar/harness/python/parse"
	"quecstar/harness/python/print"
)

// Problem is a construct that cannot be ported.
type Problem struct {
	Filename  string
	Line, Col int // counted from 1
	What      string
}

// Error is file:line:col: what.
func (e *Problem) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Filename, e.Line, e.Col, e.What)
}

// Port writes the text of a .py file as Starlark that does the same: the program that Compile emits. The
// error is that of Compile where the program does not run, otherwise a *Problem.
func Port(filename string, text []byte) ([]byte, error) {
	src := Source{Filename: filename, Text: text}
	if _, err := Compile(src); err != nil {
		return nil, err
	}
	original, err := normalize(src)
	if err != nil {
		return nil, err
	}
	mod, err := parse.Module(original, parse.Options{Comments: true})
	if err != nil {
		return nil, syntaxError(filename, err)
	}
	plain, err := desugar.Module(mod, desugar.Options{Builtin: isBuiltin})
	if err != nil {
		return nil, located(filename, err)
	}
	out, err := print.Starlark(plain, original)
	if p := (*print.Problem)(nil); errors.As(err, &p) {
		return nil, &Problem{filename, int(p.Pos.Line), int(p.Pos.Col), p.Error()}
	}
	if _, err := Compile(Source{Filename: filename + " as ported", Text: out, Ported: true}); err != nil {
		return nil, &Problem{filename, 1, 1, "cannot be ported: the result would not run (please report it with the file): " + err.Error()}
	}
	return out, nil
}
