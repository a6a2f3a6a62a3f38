package check

import (
	"slices"

	"quecstar/harness/python/ast"
)

// guard is what a try statement around catches: by that a script is prepared for what is not there.
type guard uint8

const (
	catchesImport guard = 1 << iota
	catchesAttribute
	catchesName
	catchesType
)

// caught says for an except clause what it is prepared for. One that catches everything is a script's
// way to go on whatever happens, and to do without a module, but not a wish for a wrong name.
var caught = map[string]guard{"ImportError": catchesImport, "ModuleNotFoundError": catchesImport, "Exception": catchesImport,
	"BaseException": catchesImport, "": catchesImport, "AttributeError": catchesAttribute, "NameError": catchesName, "TypeError": catchesType}

// guard finds what the try statements of a file catch.
func (v *visitor) guard(mod *ast.Module) {
	v.guards = map[ast.Node]guard{}
	ast.Walk(mod, func(n ast.Node) bool {
		st, ok := n.(*ast.Try)
		if !ok {
			return true
		}
		var g guard
		for _, h := range st.Handlers {
			g |= catches(h.Type)
		}
		v.within(st.Body, g)
		if g&catchesImport != 0 && slices.ContainsFunc(st.Body, imports) {
			for _, h := range st.Handlers {
				v.within(h.Body, catchesImport) // what it imports instead is a fallback
			}
		}
		return true
	})
}

// within adds to what is caught around all nodes of statements.
func (v *visitor) within(list []ast.Stmt, g guard) {
	for _, st := range list {
		ast.Walk(st, func(n ast.Node) bool {
			v.guards[n] |= g
			return true
		})
	}
}

func imports(st ast.Stmt) bool {
	switch st.(type) {
	case *ast.Import, *ast.ImportFrom:
		return true
	}
	return false
}

func catches(e ast.Expr) guard {
	switch e := e.(type) {
	case nil:
		return caught[""]
	case *ast.Name:
		return caught[e.ID]
	case *ast.Tuple:
		var g guard
		for _, x := range e.Elts {
			g |= catches(x)
		}
		return g
	}
	return 0
}

// milder is the severity of a finding, or a note's where the script is prepared for it.
func (v *visitor) milder(n ast.Node, s Severity, by guard) Severity {
	if v.guards[n]&by != 0 {
		return Note
	}
	return s
}
