package check

import (
	"os"
	"path/filepath"
	"strings"

	"quecstar/harness/python"
	"quecstar/harness/python/ast"
	"quecstar/harness/python/names"
	"quecstar/harness/script"
)

// imports looks at the import statements, and binds their names to what they stand for.
func (v *visitor) imports(sc *names.Scope, n ast.Node) {
	switch st := n.(type) {
	case *ast.Import:
		for _, a := range st.Names {
			v.importName(sc, st, a)
		}
	case *ast.ImportFrom:
		v.importFrom(sc, st)
	}
}

// importName is import a.b or import a.b as c.
func (v *visitor) importName(sc *names.Scope, st *ast.Import, a ast.Alias) {
	v.importModule(st, a.Pos, a.Name, nil)
	b := v.s.find(sc, names.Imported(a))
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

func (v *visitor) importFrom(sc *names.Scope, st *ast.ImportFrom) {
	within := make([]string, 0, len(st.Names))
	for _, a := range st.Names {
		within = append(within, a.Name)
	}
	var place script.Place
	if st.Level == 0 {
		place = v.importModule(st, st.Pos, st.Module, within)
	} else {
		v.relative(st, within)
	}
	file, s := place.File, v.c.modules[st.Module]
	for _, a := range st.Names {
		if a.Name == "*" {
			v.importAll(file, s)
			continue
		}
		b := v.s.find(sc, names.Imported(a))
		switch {
		case st.Level > 0:
			b.unclear = true
		case file != "":
			b.unclear = true
			if inner, ok := v.locate(st.Module+"."+a.Name, nil); ok {
				v.follow(inner)
				continue
			}
			v.ofFile(st, a.Pos, v.c.neighbour(file), a.Name, catchesImport)
		case s != nil:
			v.api(st, a.Pos, s, a.Name)
			v.bindKind(b, &kind{of: s, name: a.Name})
		case place.Folder != "" || st.Module == "usr":
			v.importModule(st, a.Pos, st.Module+"."+a.Name, nil)
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
// it is no error. within are the names that the statement wants of it.
func (v *visitor) importModule(n ast.Node, at ast.Pos, name string, within []string) script.Place {
	if name == "__main__" || v.c.modules[name] != nil {
		return script.Place{}
	}
	if p, ok := v.locate(name, within); ok {
		v.standIn(at, name, p)
		v.follow(p)
		return p
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
		v.add(at, severity, "import", "no module "+name+", and no such file beside the script", didYouMean(name, v.c.names))
	}
	return script.Place{}
}

// locate finds the script's own module of a name, as the interpreter does: from where the main script
// may lie, whoever imports the module. A module of ours comes before a file.
func (v *visitor) locate(name string, within []string) (script.Place, bool) {
	if name == "" || v.c.modules[name] != nil {
		return script.Place{}, false
	}
	for _, root := range v.roots {
		dir, err := filepath.Abs(root)
		if err != nil {
			continue
		}
		if p, ok := script.Locate(dir, name, within); ok {
			return p, true
		}
	}
	return script.Place{}, false
}

// fileOf is the file that answers for a module, "" for none.
func (v *visitor) fileOf(name string) string {
	p, _ := v.locate(name, nil)
	return p.File
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
	s, err := scan(mod)
	if err != nil {
		return n
	}
	n.open = s.dynamic || s.table.Star
	for name := range s.top.Names {
		n.names[name] = true
	}
	return n
}

// ofFile says of a name that a neighbouring file does not bind it, which is no error where the script
// catches that.
func (v *visitor) ofFile(n ast.Node, at ast.Pos, f *neighbour, name string, by guard) {
	if f.open || f.names[name] || v.s.attrs[name] != nil || strings.HasPrefix(name, "__") || v.s.probed[name] {
		return
	}
	v.add(at, v.milder(n, Error, by), "api", filepath.Base(f.file)+" binds no "+name, didYouMean(name, f.names))
}
