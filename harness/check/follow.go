package check

import (
	"path/filepath"
	"strings"

	"quecstar/harness/python/ast"
	"quecstar/harness/script"
)

// source is a file to check. roots are the folders that the main script may lie in, which is where a
// module is looked for, whoever imports it.
type source struct {
	file  string
	roots []string
}

// upTo lists a folder and those above it, up to the top of a tree: the main script may lie in any.
func upTo(top, dir string) []string {
	out := []string{dir}
	for top = filepath.Clean(top); dir != top && dir != filepath.Dir(dir); {
		dir = filepath.Dir(dir)
		out = append(out, dir)
	}
	return out
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

// standIn tells once of a folder that the interpreter takes in place of one that is not there, or beside the
// script's.
func (v *visitor) standIn(at ast.Pos, name string, p script.Place) {
	if v.said[p.Aside+"\n"+p.Instead] {
		return
	}
	v.said[p.Aside+"\n"+p.Instead] = true
	switch {
	case p.Aside != "":
		v.add(at, Note, "import", name+" is not beside the script: it is taken from "+filepath.Base(p.Aside), "on the module put it into /usr")
	case p.Instead != "":
		parts := strings.SplitN(name, ".", 3)
		v.add(at, Note, "import", "no folder is called "+parts[1]+": "+filepath.Base(p.Instead)+" is taken for it",
			"on the module call it "+parts[1])
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
		v.add(st.Pos, v.milder(st, Error, catchesImport), "import", "no module "+st.Module+" in "+filepath.Base(dir), "")
		return
	}
	v.follow(p)
}
