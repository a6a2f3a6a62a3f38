package check

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"quecstar/harness/python"
	"quecstar/harness/python/ast"
	"quecstar/harness/spell"
)

// imports looks at the import statements, and binds their names to what they stand for.
func (v *visitor) imports(sc *scope, list []ast.Stmt) {
	for _, st := range list {
		switch st := st.(type) {
		case *ast.Import:
			for _, a := range st.Names {
				v.importName(sc, st, a)
			}
		case *ast.ImportFrom:
			v.importFrom(sc, st)
		case *ast.FunctionDef, *ast.ClassDef:
			for _, inner := range ast.Bodies(st) {
				v.imports(v.s.of[st], inner)
			}
			continue
		}
		for _, inner := range ast.Bodies(st) {
			v.imports(sc, inner)
		}
	}
}

// importName is import a.b or import a.b as c.
func (v *visitor) importName(sc *scope, st *ast.Import, a ast.Alias) {
	v.importModule(st, a.Pos, a.Name)
	b := v.s.bind(sc, boundBy(a))
	name := a.Name
	if a.AsName == "" {
		name, _, _ = strings.Cut(name, ".")
	}
	v.bindModule(b, name)
}

// bindModule says of a name that it stands for a module.
func (v *visitor) bindModule(b *binding, module string) {
	k := &kind{}
	if s := v.c.modules[module]; s != nil && !strings.HasPrefix(module, "usr.") && v.fileOf(module) == "" {
		k.of = s
	} else if file := v.fileOf(module); file != "" {
		k.file = v.c.neighbour(file)
	} else {
		b.unclear = true
		return
	}
	v.bindKind(b, k)
}

func (v *visitor) bindKind(b *binding, k *kind) {
	if b.is != nil && *b.is != *k {
		b.unclear = true
	}
	b.is = k
}

func (v *visitor) importFrom(sc *scope, st *ast.ImportFrom) {
	if st.Level == 0 {
		v.importModule(st, st.Pos, st.Module)
	}
	file := v.fileOf(st.Module)
	s := v.c.modules[st.Module]
	for _, a := range st.Names {
		if a.Name == "*" {
			v.importAll(file, s)
			continue
		}
		b := v.s.bind(sc, boundBy(a))
		switch {
		case st.Level > 0:
			b.unclear = true
		case file != "":
			v.ofFile(st, a.Pos, v.c.neighbour(file), a.Name)
			b.unclear = true
		case s != nil:
			v.api(st, a.Pos, s, a.Name)
			v.bindKind(b, &kind{of: s, name: a.Name})
		case v.fileOf(st.Module+"."+a.Name) != "":
			v.bindModule(b, st.Module+"."+a.Name)
		default:
			b.unclear = true
		}
	}
}

// importAll is from m import *: it binds what m has.
func (v *visitor) importAll(file string, s *surface) {
	if s != nil && file == "" && !s.open {
		for n := range s.names {
			v.s.words[n] = true
		}
		return
	}
	if file != "" {
		if n := v.c.neighbour(file); !n.open {
			for name := range n.names {
				v.s.words[name] = true
			}
			return
		}
	}
	v.s.dynamic = true
}

// importModule says of a module that nothing answers for it. Where the script is prepared for that,
// it is no error.
func (v *visitor) importModule(n ast.Node, at ast.Pos, name string) {
	if name == "__main__" || v.c.modules[name] != nil || v.fileOf(name) != "" || v.isFolder(name) {
		return
	}
	severity := v.milder(n, Error, catchesImport)
	top, _, _ := strings.Cut(name, ".")
	use, known := instead[name]
	if !known {
		use, known = instead[top]
	}
	switch {
	case v.c.later[top]:
		v.add(at, severity, "import", "module "+name+" of QuecPython is not there yet", "")
	case known:
		v.add(at, severity, "import", "no module "+name+" on a module: it is CPython's", use)
	default:
		if near := spell.Nearest(name, v.c.names()); near != "" {
			use = "did you mean " + near + "?"
		}
		v.add(at, severity, "import", "no module "+name+", and no such file beside the script", use)
	}
}

func (c *Checker) names() []string {
	out := make([]string, 0, len(c.modules))
	for n := range c.modules {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// places are where a module's file may lie, without an extension: beside the script, as a module's
// /usr, or beside a folder above it.
func (v *visitor) places(name string) []string {
	parts := strings.Split(name, ".")
	if parts[0] == "usr" {
		parts = parts[1:]
	}
	dir, err := filepath.Abs(filepath.Dir(v.file))
	if err != nil {
		return nil
	}
	var out []string
	for range 4 {
		out = append(out, filepath.Join(append([]string{dir}, parts...)...))
		dir = filepath.Dir(dir)
	}
	return out
}

// fileOf is the file that answers for a module, "" for none. A module of ours comes before a file.
func (v *visitor) fileOf(name string) string {
	if name == "" || name == "usr" || v.c.modules[name] != nil {
		return ""
	}
	for _, base := range v.places(name) {
		for _, p := range []string{base + ".py", filepath.Join(base, "__init__.py"), base + ".star"} {
			if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() {
				return p
			}
		}
	}
	return ""
}

// isFolder reports whether a folder answers for a module: a package without a file of its own.
func (v *visitor) isFolder(name string) bool {
	if name == "usr" {
		return true
	}
	for _, base := range v.places(name) {
		if info, err := os.Stat(base); err == nil && info.IsDir() {
			return true
		}
	}
	return false
}

// neighbour is a file that scripts import.
type neighbour struct {
	file  string
	names map[string]bool
	open  bool // what it binds cannot be known
}

// neighbour reads the names of a file, once.
func (c *Checker) neighbour(file string) *neighbour {
	if n := c.files[file]; n != nil {
		return n
	}
	n := &neighbour{file: file, names: map[string]bool{}, open: true}
	c.files[file] = n
	text, err := os.ReadFile(file)
	if err != nil || filepath.Ext(file) != ".py" || filepath.Base(file) == "__init__.py" {
		return n // which has a finding of its own when it is checked
	}
	mod, err := python.Parse(python.Source{Filename: file, Text: text})
	if err != nil {
		return n
	}
	s, top := scan(mod)
	n.open = s.dynamic
	for name := range top.binds {
		n.names[name] = true
	}
	ast.Walk(mod, func(node ast.Node) bool {
		switch st := node.(type) {
		case *ast.Import:
			for _, a := range st.Names {
				n.names[boundBy(a)] = true
			}
		case *ast.ImportFrom:
			for _, a := range st.Names {
				n.open = n.open || a.Name == "*"
				n.names[boundBy(a)] = true
			}
		}
		return true
	})
	return n
}

// ofFile says of a name that a neighbouring file does not bind it.
func (v *visitor) ofFile(n ast.Node, at ast.Pos, f *neighbour, name string) {
	if f.open || f.names[name] || v.s.attrs[name] != nil || strings.HasPrefix(name, "__") || v.s.probed[name] {
		return
	}
	use := ""
	if near := spell.Nearest(name, sortedKeys(f.names)); near != "" {
		use = "did you mean " + near + "?"
	}
	v.add(at, v.milder(n, Error, catchesAttribute), "api", filepath.Base(f.file)+" binds no "+name, use)
}
