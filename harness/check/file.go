package check

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"quecstar/harness/python/ast"
)

// files tells of files that the script opens to read by a literal name, makes nowhere itself and has
// not beside it. One in a try with handlers is a script's way to find out.
func (v *visitor) files(mod *ast.Module) {
	mentions := map[string]int{}
	prepared := map[ast.Node]bool{}
	ast.Walk(mod, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Str:
			mentions[n.S]++
		case *ast.Try:
			for _, st := range n.Body {
				ast.Walk(st, func(inner ast.Node) bool {
					prepared[inner] = prepared[inner] || len(n.Handlers) > 0
					return true
				})
			}
		}
		return true
	})
	var reads []*ast.Str
	ast.Walk(mod, func(n ast.Node) bool {
		if name := readsFile(n); name != nil && !prepared[n] {
			reads = append(reads, name)
		}
		return true
	})
	opened := map[string]int{}
	for _, name := range reads {
		opened[name.S]++
	}
	for _, name := range reads {
		// A name that is also told to something else may be a file that this makes.
		if opened[name.S] == mentions[name.S] && !v.hasFile(name.S) {
			v.add(name.Pos, Warning, "file", "no file "+name.S+" beside the script, whose folder is /usr", "put it there before the run")
			opened[name.S] = 0 // once is enough
		}
	}
}

// readsFile is the name of the file in open("name"), open("name", "r…") and uos.stat("name"), or nil.
func readsFile(n ast.Node) *ast.Str {
	call, ok := n.(*ast.Call)
	if !ok || len(call.Args) == 0 {
		return nil
	}
	name, ok := call.Args[0].(*ast.Str)
	if !ok {
		return nil
	}
	switch f := call.Func.(type) {
	case *ast.Name:
		if f.ID != "open" {
			return nil
		}
	case *ast.Attribute:
		if of, ok := f.Value.(*ast.Name); !ok || f.Attr != "stat" || of.ID != "uos" && of.ID != "os" {
			return nil
		}
	default:
		return nil
	}
	mode := ast.Expr(nil)
	if len(call.Args) > 1 {
		mode = call.Args[1]
	}
	for _, k := range call.Keywords {
		if k.Arg == "mode" {
			mode = k.Value
		}
	}
	if mode == nil {
		return name
	}
	if text, ok := mode.(*ast.Str); ok && !strings.ContainsAny(text.S, "wax+") {
		return name
	}
	return nil
}

// hasFile reports whether a file of a module lies beside the script; what is imported may lie in a
// folder below it.
func (v *visitor) hasFile(name string) bool {
	rel, ok := strings.CutPrefix(path.Join("/", name), "/usr/")
	if !ok {
		return false
	}
	if rel == "system_config.json" {
		return true // the firmware's start writes it
	}
	dir, err := filepath.Abs(filepath.Dir(v.file))
	if err != nil {
		return false
	}
	for range 3 {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(rel))); err == nil {
			return true
		}
		dir = filepath.Dir(dir)
	}
	return false
}
