package check

import (
	"os"
	"path/filepath"
	"strings"

	"quecstar/harness/python"
	"quecstar/harness/python/ast"
	"quecstar/harness/script"
)

// standIn tells of a folder that the interpreter takes in place of one that is not there.
func (v *visitor) standIn(at ast.Pos, name string, p script.Place) {
	if p.Aside != "" {
		v.add(at, Note, "import", name+" is not beside the script: it is taken from "+filepath.Base(p.Aside), "on the module put it into /usr")
		return
	}
	if p.Instead == "" {
		return
	}
	parts := strings.SplitN(name, ".", 3)
	v.add(at, Note, "import", "no folder is called "+parts[1]+": "+filepath.Base(p.Instead)+" is taken for it",
		"on the module call it "+parts[1])
}

// wanted looks in a file of the script's own for the names that an import wants of it. What cannot be
// parsed, or binds names while it runs, may have them.
func (v *visitor) wanted(at ast.Pos, p script.Place, name string, names []string) {
	if p.File == "" {
		v.modulesOf(at, name, names)
		return
	}
	if p.Instead != "" && p.Folder != "" || !strings.HasSuffix(p.File, ".py") {
		return
	}
	text, err := os.ReadFile(p.File)
	if err != nil {
		return
	}
	mod, err := python.Parse(python.Source{Filename: filepath.Base(p.File), Text: text})
	if err != nil {
		v.add(at, v.severity(), "import", "module "+name+" does not run: "+err.Error(), "")
		return
	}
	other := &visitor{c: v.c, file: p.File, roots: v.roots, bound: map[string]bool{}}
	other.collect(mod)
	has := moduleNames(mod)
	for _, want := range names {
		if want == "*" || strings.HasPrefix(want, "__") || other.dynamic || has[want] {
			continue
		}
		if p, ok := v.beside(name+"."+want, nil); ok {
			v.follow(p)
			continue
		}
		v.add(at, v.severity(), "import", "module "+name+" has no "+want, "")
	}
}

// moduleNames are the names that a file binds for those who import it: not those within its functions
// and classes, save what a function declares global.
func moduleNames(mod *ast.Module) map[string]bool {
	all := map[string]bool{}
	ast.Walk(mod, func(n ast.Node) bool {
		for _, t := range targets(n) {
			names(t, func(name string) { all[name] = true })
		}
		switch n := n.(type) {
		case *ast.FunctionDef:
			all[n.Name] = true
			return false
		case *ast.ClassDef:
			all[n.Name] = true
			return false
		case *ast.Import:
			for _, a := range n.Names {
				all[boundBy(a)] = true
			}
		case *ast.ImportFrom:
			for _, a := range n.Names {
				all[boundBy(a)] = true
			}
		}
		return true
	})
	ast.Walk(mod, func(n ast.Node) bool {
		if g, ok := n.(*ast.Global); ok {
			for _, name := range g.Names {
				all[name] = true
			}
		}
		return true
	})
	return all
}

// severity is that of a module or name that is missing: a try with handlers around an import is a
// script's way to be prepared.
func (v *visitor) severity() Severity {
	if v.guarded > 0 {
		return Warning
	}
	return Error
}

// modulesOf looks at the names that an import wants of a folder without __init__.py: modules all.
func (v *visitor) modulesOf(at ast.Pos, folder string, names []string) {
	for _, name := range names {
		if p, ok := v.beside(folder+"."+name, nil); ok {
			v.follow(p)
		} else if name != "*" {
			v.add(at, v.severity(), "import", "no module "+folder+"."+name+", and no such file beside the script", "")
		}
	}
}

// follow notes that the file imports another.
func (v *visitor) follow(p script.Place) {
	if filepath.Ext(p.File) != ".py" {
		return
	}
	here := filepath.Dir(v.file)
	if abs, err := filepath.Abs(here); err == nil {
		if rel, err := filepath.Rel(abs, p.File); err == nil {
			v.follows = append(v.follows, filepath.Join(here, rel))
		}
	}
}

// relative looks at "from .m import a": m lies in the file's own folder, or in one above it for each
// further dot. Whether the file is part of a package at all depends on who imports it.
func (v *visitor) relative(st *ast.ImportFrom, within []string) {
	dir, err := filepath.Abs(filepath.Dir(v.file))
	if err != nil {
		return
	}
	for range st.Level - 1 {
		dir = filepath.Dir(dir)
	}
	if st.Module == "" {
		for _, name := range within {
			if p, ok := script.Locate(dir, name, nil); ok {
				v.follow(p)
			}
		}
		return
	}
	p, ok := script.Locate(dir, st.Module, within)
	if !ok {
		v.add(st.Pos, v.severity(), "import", "no module "+st.Module+" in "+filepath.Base(dir), "")
		return
	}
	v.follow(p)
}
