package check

import (
	"strings"

	"quecstar/harness/python"
	"quecstar/harness/python/ast"
	"quecstar/harness/script"
)

// sourceNames are the names that a module written in Python defines: "f", "Class", "Class.method",
// and "Class.attribute" for what methods set on self. A source that does not parse defines none; the
// module's own tests run it.
func sourceNames(m *script.Module) map[string]bool {
	all := map[string]bool{}
	tree, err := python.Parse(python.Source{Filename: m.Name + ".py", Text: []byte(m.Source)})
	if err != nil {
		return all
	}
	s, err := scan(tree)
	if err != nil {
		return all
	}
	for name := range s.top.Names {
		all[name] = true
	}
	sourceClasses(s, tree, all)
	return all
}

// sourceClasses adds what the classes have: what their bodies bind, what methods set on self, and what a class
// has that stands before it in the file and is a base.
func sourceClasses(s *scopes, tree *ast.Module, into map[string]bool) {
	ast.Walk(tree, func(n ast.Node) bool {
		class, ok := n.(*ast.ClassDef)
		if !ok {
			return true
		}
		for _, base := range class.Bases {
			if b, ok := base.(*ast.Name); ok {
				inherit(into, b.ID+".", class.Name+".")
			}
		}
		for name := range s.table.Scopes[class].Names {
			into[class.Name+"."+name] = true
		}
		ast.Walk(class, func(n ast.Node) bool {
			if a, ok := n.(*ast.Attribute); ok && s.stored[a] {
				if of, ok := a.Value.(*ast.Name); ok && of.ID == "self" {
					into[class.Name+"."+a.Attr] = true
				}
			}
			return true
		})
		return true
	})
}

// inherit gives a class the names of another one.
func inherit(names map[string]bool, from, to string) {
	for name := range names {
		if member, ok := strings.CutPrefix(name, from); ok {
			names[to+member] = true
		}
	}
}
