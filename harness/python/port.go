package python

import (
	"quecstar/harness/python/desugar"
	"quecstar/harness/python/parse"
	"quecstar/harness/python/print"
)

// Port writes the text of a .py file as Starlark that does the same: the program that Compile emits. The
// error is a *SyntaxError, also for what cannot be ported.
func Port(filename string, text []byte) ([]byte, error) {
	src := Source{Filename: filename, Text: text}
	if _, err := Compile(src); err != nil {
		return nil, err
	}
	original, err := normalize(src)
	if err != nil {
		return nil, err
	}
	mod, err := parse.Module(original, parse.Options{Layout: true})
	if err != nil {
		return nil, located(filename, err)
	}
	plain, err := desugar.Module(mod, desugar.Options{Builtin: isBuiltin})
	if err != nil {
		return nil, located(filename, err)
	}
	out, err := print.Starlark(plain, original)
	if err != nil {
		return nil, located(filename, err)
	}
	if _, err := Compile(Source{Filename: filename + " as ported", Text: out, Ported: true}); err != nil {
		return nil, &SyntaxError{Filename: filename, Line: 1, Col: 1,
			Msg: "cannot be ported: the result would not run (please report it with the file): " + err.Error()}
	}
	return out, nil
}
