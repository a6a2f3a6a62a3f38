package port

import (
	"fmt"
	"slices"

	"go.starlark.net/syntax"

	"quecstar/harness/python"
	"quecstar/harness/python/ast"
	"quecstar/harness/python/parse"
)

// Problem is a construct that cannot be ported.
type Problem struct {
	Filename  string
	Line, Col int // counted from 1
	What      string
}

// Error is file:line:col: what.
func (e *Problem) Error() string {
	return fmt.Sprintf("%s:%d:%d: cannot be ported: %s", e.Filename, e.Line, e.Col, e.What)
}

// writer ports one file.
type writer struct {
	file  string
	src   *source
	a     *analysis
	py    string            // what the helpers are called
	fresh map[string]string // the names that the port adds, by what they are for
	// equality says that == may call a method of the script.
	equality bool
	// loads says that a function has a parameter load, which is a keyword of Starlark: it gets another
	// name, and so do the arguments of that name in the calls of the file.
	loads bool
	bad   *Problem
}

// Program ports the text of a .py file. The error is that of python.Compile where the program does
// not run, otherwise a *Problem.
func Program(filename string, text []byte) ([]byte, error) {
	src := python.Source{Filename: filename, Text: text, Name: "__main__", Main: true}
	if _, err := python.Compile(src); err != nil {
		return nil, err
	}
	plain, err := python.Text(src)
	if err != nil {
		return nil, err
	}
	mod, err := parse.Module(plain, true)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", filename, err)
	}
	w := &writer{file: filename, src: newSource(plain), a: analyze(mod), fresh: map[string]string{}}
	w.look(mod)
	body := w.module(mod)
	if w.bad != nil {
		return nil, w.bad
	}
	out := w.print(mod, body)
	if w.bad != nil {
		return nil, w.bad
	}
	return out, check(filename, out)
}

// check makes sure that what was written is Starlark that runs.
func check(filename string, out []byte) error {
	opts := &syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true, Recursion: true}
	_, err := opts.Parse(filename+" as ported", out, 0)
	if err == nil {
		_, err = python.Compile(python.Source{Filename: filename + " as ported", Text: out, Name: "__main__", Main: true, Ported: true})
	}
	if err != nil {
		return &Problem{Filename: filename, Line: 1, Col: 1, What: "the result would not run (please report it with the file): " + err.Error()}
	}
	return nil
}

// look finds what the whole file decides.
func (w *writer) look(mod *ast.Module) {
	defined := map[string]bool{}
	attrs := map[string]bool{}
	ast.Walk(mod, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FunctionDef:
			defined[n.Name] = true
			w.loads = w.loads || slices.Contains(paramNames(n.Args), "load")
		case *ast.Lambda:
			w.loads = w.loads || slices.Contains(paramNames(n.Args), "load")
		case *ast.Attribute:
			attrs[n.Attr] = true
		case *ast.ClassDef:
			w.equality = w.equality || derivesValue(n.Bases)
		}
		return true
	})
	has := func(name string) bool { return defined[name] || attrs[name] || w.a.words[name] }
	for _, name := range []string{"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"} {
		w.equality = w.equality || has(name)
	}
	w.py = w.name("py")
}

// valueTypes are types of Python that classes derive from and whose values Starlark compares.
var valueTypes = map[string]bool{"int": true, "float": true, "str": true, "bytes": true, "bytearray": true,
	"tuple": true, "list": true, "dict": true, "set": true, "array": true}

// derivesValue reports whether a base is one of Python's own types.
func derivesValue(bases []ast.Expr) bool {
	for _, b := range bases {
		switch b := b.(type) {
		case *ast.Name:
			if valueTypes[b.ID] {
				return true
			}
		case *ast.Attribute:
			if valueTypes[b.Attr] {
				return true
			}
		}
	}
	return false
}

// name returns an identifier that the file does not have.
func (w *writer) name(wanted string) string {
	if n, ok := w.fresh[wanted]; ok {
		return n
	}
	n := wanted
	for w.a.words[n] || n == "load" {
		n += "_"
	}
	w.fresh[wanted] = n
	return n
}

// id is how an identifier of the original is written: load is a keyword of Starlark.
func (w *writer) id(name string) string {
	if name == "load" {
		return w.name("load_")
	}
	return name
}

func (w *writer) fail(n ast.Node, format string, args ...any) {
	if w.bad == nil {
		w.bad = &Problem{Filename: w.file, Line: int(n.At().Line), Col: int(n.At().Col), What: fmt.Sprintf(format, args...)}
	}
}

func (w *writer) module(mod *ast.Module) []ast.Stmt {
	c := &context{scope: w.a.scopes[mod], part: w.a.scopes[mod].root, used: map[string]int{}}
	w.stmts(c, mod.Body)
	return c.out
}
