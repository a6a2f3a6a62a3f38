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
	if p.File == "" || p.Instead != "" && p.Folder != "" || !strings.HasSuffix(p.File, ".py") {
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
	other := &visitor{c: v.c, file: p.File, bound: map[string]bool{}}
	other.collect(mod)
	for _, want := range names {
		if want == "*" || strings.HasPrefix(want, "__") || other.dynamic || other.bound[want] {
			continue
		}
		if _, ok := v.beside(name+"."+want, nil); ok {
			continue
		}
		v.add(at, v.severity(), "import", "module "+name+" has no "+want, "")
	}
}

// severity is that of a module or name that is missing: a try with handlers around an import is a
// script's way to be prepared.
func (v *visitor) severity() Severity {
	if v.guarded > 0 {
		return Warning
	}
	return Error
}
