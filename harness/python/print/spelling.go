package print

import (
	"strings"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/desugar"
	"quecstar/harness/python/names"
)

// spelling is how names are written. Those that desugaring made up get ones that the program does not
// have, and load, a keyword of Starlark, another one.
type spelling struct {
	words map[string]bool   // the names that the program has
	bound map[string]bool   // those that it binds
	made  map[string]string // what names are written as
	// loads says that a function has a parameter load, which then has another name in calls, too.
	loads bool
}

func newSpelling(mod *ast.Module) *spelling {
	s := &spelling{words: map[string]bool{"load": true}, bound: map[string]bool{}, made: map[string]string{}}
	ast.Walk(mod, func(n ast.Node) bool {
		s.look(n)
		return true
	})
	s.made["load"] = s.free("load_")
	return s
}

// look notes the names of a node.
func (s *spelling) look(n ast.Node) {
	switch n := n.(type) {
	case *ast.Name:
		s.word(n.ID)
	case *ast.Call:
		for _, k := range n.Keywords {
			s.word(k.Arg)
		}
	case *ast.Attribute:
		if isBox(n.Value) {
			s.word(n.Attr)
			s.bound[n.Attr] = true
		}
	case *ast.FunctionDef:
		s.params(n.Args)
		s.bind(&ast.Name{ID: n.Name})
		if strings.HasPrefix(n.Name, desugar.Made+"class_") {
			s.methods(n)
		}
	case *ast.Lambda:
		s.params(n.Args)
	case *ast.Assign:
		s.bind(n.Targets...)
	case *ast.AugAssign:
		s.bind(n.Target)
	case *ast.For:
		s.bind(n.Target)
	case *ast.Comp:
		for _, g := range n.Generators {
			s.bind(g.Target)
		}
	}
}

// methods spells those of a class by their own names, where nothing in the class means another thing by
// them.
func (s *spelling) methods(class *ast.FunctionDef) {
	meant := map[string]bool{}
	ast.Walk(class, func(n ast.Node) bool {
		if n, ok := n.(*ast.Name); ok {
			meant[n.ID] = true
		}
		return true
	})
	for _, st := range class.Body {
		if def, ok := st.(*ast.FunctionDef); ok {
			if name := def.Name[strings.LastIndexByte(def.Name, '.')+1:]; !meant[name] && name != "load" {
				s.made[def.Name] = name
			}
		}
	}
}

// word notes a name that the program has; those that were made up are no such names.
func (s *spelling) word(name string) {
	if !strings.HasPrefix(name, desugar.Made) && !strings.Contains(name, ".") {
		s.words[name] = true
	}
}

func (s *spelling) bind(targets ...ast.Expr) {
	for _, t := range targets {
		ast.Walk(t, func(n ast.Node) bool {
			if n, ok := n.(*ast.Name); ok {
				s.word(n.ID)
				s.bound[n.ID] = true
			}
			return true
		})
	}
}

func (s *spelling) params(args *ast.Arguments) {
	for _, name := range names.ParamNames(args) {
		s.word(name)
		s.bound[name] = true
		s.loads = s.loads || name == "load"
	}
}

// free is a name that the program does not have.
func (s *spelling) free(wanted string) string {
	for s.words[wanted] {
		wanted += "_"
	}
	return wanted
}

// of is how a name is written.
func (s *spelling) of(name string) string {
	if written, ok := s.made[name]; ok {
		return written
	}
	made, isMade := strings.CutPrefix(name, desugar.Made)
	dotted := strings.Contains(name, ".")
	if !isMade && !dotted {
		return name
	}
	if dotted {
		front, last := made[:strings.LastIndexByte(made, '.')], made[strings.LastIndexByte(made, '.')+1:]
		switch {
		case front == "gen":
			made = "body"
		case last == "lambda": // a keyword
			made = "lambda_"
		case last == "<genexpr>":
			made = front
		default:
			made = last
		}
	}
	s.made[name] = s.free(made)
	return s.made[name]
}

// defs spells the functions of a block that are bound to a variable by the next statement: by the name of
// that.
func (s *spelling) defs(body []ast.Stmt) {
	for i, st := range body[:max(len(body)-1, 0)] {
		def, ok := st.(*ast.FunctionDef)
		if !ok || !strings.HasPrefix(def.Name, ".") {
			continue
		}
		if next, ok := body[i+1].(*ast.Assign); ok && len(next.Targets) == 1 {
			if n, ok := next.Targets[0].(*ast.Name); ok && "."+n.ID == def.Name {
				s.made[def.Name] = s.of(n.ID)
				continue
			}
		}
		delete(s.made, def.Name)
	}
}
