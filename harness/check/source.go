package check

import (
	"quecstar/harness/python"
	"quecstar/harness/python/ast"
	"quecstar/harness/script"
)

// sourceNames are the names that a module written in Python defines: "f", "Class", "Class.method",
// and "Class.attribute" for what methods set on self. A source that does not parse defines none; the
// module's own tests run it.
func sourceNames(m *script.Module) map[string]bool {
	names := map[string]bool{}
	tree, err := python.Parse(python.Source{Filename: m.Name + ".py", Text: []byte(m.Source)})
	if err != nil {
		return names
	}
	collectNames(names, "", tree.Body)
	return names
}

// collectNames adds what statements of a module or, with a prefix, of a class bind.
func collectNames(names map[string]bool, prefix string, body []ast.Stmt) {
	for _, s := range body {
		switch s := s.(type) {
		case *ast.FunctionDef:
			names[prefix+s.Name] = true
			if prefix != "" {
				collectSelf(names, prefix, s.Body)
			}
		case *ast.ClassDef:
			names[s.Name] = true
			for _, base := range s.Bases {
				if b, ok := base.(*ast.Name); ok {
					inherit(names, b.ID+".", s.Name+".")
				}
			}
			collectNames(names, s.Name+".", s.Body)
		case *ast.Assign:
			for _, target := range s.Targets {
				if n, ok := target.(*ast.Name); ok {
					names[prefix+n.ID] = true
				}
			}
		case *ast.ImportFrom:
			for _, a := range s.Names {
				names[prefix+bound(a)] = true
			}
		case *ast.Try:
			collectNames(names, prefix, s.Body)
		case *ast.If:
			collectNames(names, prefix, s.Body)
			collectNames(names, prefix, s.Orelse)
		}
	}
}

func bound(a ast.Alias) string {
	if a.AsName != "" {
		return a.AsName
	}
	return a.Name
}

// inherit gives a class the names of one that stands before it in the file.
func inherit(names map[string]bool, from, to string) {
	for name := range names {
		if len(name) > len(from) && name[:len(from)] == from {
			names[to+name[len(from):]] = true
		}
	}
}

// collectSelf adds the attributes that a method sets on self.
func collectSelf(names map[string]bool, prefix string, body []ast.Stmt) {
	for _, s := range body {
		a, ok := s.(*ast.Assign)
		if !ok {
			continue
		}
		for _, target := range a.Targets {
			if at, ok := target.(*ast.Attribute); ok {
				if n, ok := at.Value.(*ast.Name); ok && n.ID == "self" {
					names[prefix+at.Attr] = true
				}
			}
		}
	}
}
