// Package check finds out, without running it, what of a Python file would not run on the host or on
// a module.
package check

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"go.starlark.net/syntax"

	"quecstar/harness/dialect"
	"quecstar/harness/python"
	"quecstar/harness/python/ast"
	"quecstar/harness/script"
)

// Severity says how bad a finding is.
type Severity string

// The severities.
const (
	// Error is what fails here, and on a module too.
	Error Severity = "error"
	// Warning runs here and not on every module, or may fail.
	Warning Severity = "warning"
	// Note is what runs with a simulated part, or returns the vendor's failure code.
	Note Severity = "note"
)

// Finding is one thing about a file.
type Finding struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Col      int      `json:"col"`
	Severity Severity `json:"severity"`
	// Kind sorts findings for the summary: syntax, newer-python, import, name, api, method, call,
	// not-simulated, file or host.
	Kind string `json:"kind"`
	// What is found, and Use is what to use in its place, "" when there is nothing.
	What string `json:"what"`
	Use  string `json:"use,omitempty"`
}

// String is file:line:col: severity: what; what to use.
func (f Finding) String() string {
	s := fmt.Sprintf("%s:%d:%d: %s: %s", f.File, f.Line, f.Col, f.Severity, f.What)
	if f.Use != "" {
		s += "; " + f.Use
	}
	return s
}

// Checker knows the modules that scripts can import.
type Checker struct {
	modules map[string]*surface
	names   map[string]bool // of the modules
	later   map[string]bool
	files   map[string]*neighbour
	// Given, if set, tells what else a file has without an import, Looked how many files were looked at of those known.
	Given  func(file, name string) bool
	Looked func(files, known int)
}

// New returns a checker for these modules; later are those of QuecPython that are not there yet.
func New(modules []*script.Module, later []string) *Checker {
	c := &Checker{modules: map[string]*surface{}, names: map[string]bool{}, later: map[string]bool{}, files: map[string]*neighbour{}}
	for _, m := range modules {
		if m.Lang != 0 && m.Lang&script.Python == 0 {
			continue
		}
		s := surfaceOf(m)
		for _, name := range append([]string{m.Name}, m.Aliases...) {
			c.modules[name], c.names[name] = s, true
		}
	}
	for _, name := range later {
		c.later[name] = true
	}
	return c
}

// Paths checks files and trees: of a tree all .py files, those of hidden folders aside, and whatever
// files of the script's own these import. A file that cannot be read is a finding; the error is of paths
// that are not there. files is how many were looked at.
func (c *Checker) Paths(paths []string) (all []Finding, files int, err error) {
	var errs []error
	var todo []source
	for _, p := range paths {
		list, err := scripts(p)
		if err != nil {
			errs = append(errs, err)
		}
		todo = append(todo, list...)
	}
	seen := map[string]bool{}
	for ; len(todo) > 0; todo = todo[1:] {
		s := todo[0]
		if seen[s.file] {
			continue
		}
		seen[s.file] = true
		if files++; c.Looked != nil {
			c.Looked(files, files-1+len(todo))
		}
		text, err := os.ReadFile(s.file)
		if err != nil {
			all = append(all, Finding{File: s.file, Line: 1, Col: 1, Severity: Error, Kind: "file", What: "cannot be read: " + reason(err)})
			continue
		}
		found, imports := c.source(s, text)
		all = append(all, found...)
		for _, file := range imports {
			todo = append(todo, source{file: file, roots: s.roots})
		}
	}
	return all, files, errors.Join(errs...)
}

// reason is what is behind an error that names the path already.
func reason(err error) string {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err.Error()
	}
	return err.Error()
}

func scripts(path string) ([]source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		path = filepath.Clean(path)
		return []source{{path, []string{filepath.Dir(path)}}}, nil
	}
	var out []source
	var errs []error
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			errs = append(errs, err) // and the rest of the tree is looked at
			return nil
		case d.IsDir() && p != path && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case filepath.Ext(p) == ".py" && isFile(p):
			p = filepath.Clean(p)
			out = append(out, source{p, upTo(path, filepath.Dir(p))})
		}
		return nil
	})
	return out, errors.Join(append(errs, err)...)
}

// isFile reports whether a path is a file, perhaps behind a link.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular() // one that is not to be read is told of
}

// File checks one file; the files beside it count as what it can import. Of a .star file only the
// syntax is checked.
func (c *Checker) File(file string, text []byte) []Finding {
	found, _ := c.source(source{file, []string{filepath.Dir(file)}}, text)
	return found
}

// source also returns the files that the file imports.
func (c *Checker) source(s source, text []byte) (found []Finding, imports []string) {
	file := s.file
	v := &visitor{c: c, file: file, roots: s.roots}
	if filepath.Ext(file) == ".star" {
		v.starlark(text)
		return v.found, nil
	}
	src := python.Source{Filename: file, Text: text}
	mod, err := python.Parse(src)
	if err != nil {
		v.compileError(err)
		return v.found, nil
	}
	if _, err := python.CompileModule(src, mod); err != nil {
		v.compileError(err)
	}
	v.module(mod)
	sort.SliceStable(v.found, func(i, j int) bool {
		a, b := v.found[i], v.found[j]
		return a.Line < b.Line || a.Line == b.Line && a.Col < b.Col
	})
	return v.found, v.follows
}

// starlark looks at the syntax of a Starlark file.
func (v *visitor) starlark(text []byte) {
	_, err := dialect.Options().Parse(v.file, text, 0)
	var bad syntax.Error
	switch {
	case errors.As(err, &bad):
		pos, msg := dialect.ExplainSyntax(text, bad)
		v.add(ast.Pos{Line: pos.Line, Col: pos.Col}, Error, "syntax", msg, "")
	case err != nil:
		v.add(ast.Pos{Line: 1, Col: 1}, Error, "syntax", err.Error(), "")
	}
}

func (v *visitor) compileError(err error) {
	var syntax *python.SyntaxError
	switch {
	case errors.As(err, &syntax):
		v.add(ast.Pos{Line: int32(syntax.Line), Col: int32(syntax.Col)}, Error, "syntax", syntax.Msg, "")
	default:
		v.add(ast.Pos{Line: 1, Col: 1}, Error, "syntax", err.Error(), "")
	}
}

func (v *visitor) add(at ast.Pos, s Severity, kind, what, use string) {
	v.found = append(v.found, Finding{File: v.file, Line: int(at.Line), Col: int(at.Col), Severity: s, Kind: kind, What: what, Use: use})
}

// Summary counts findings by severity and kind, the errors first.
func Summary(all []Finding, files int) string {
	var b strings.Builder
	b.WriteString(count(files, "file") + ", " + count(len(all), "finding"))
	sep := ": "
	for _, severity := range []Severity{Error, Warning, Note} {
		kinds := map[string]int{}
		for _, f := range all {
			if f.Severity == severity {
				kinds[f.Kind]++
			}
		}
		for _, k := range slices.Sorted(maps.Keys(kinds)) {
			fmt.Fprintf(&b, "%s%d %s (%s)", sep, kinds[k], k, severity)
			sep = ", "
		}
	}
	return b.String()
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
