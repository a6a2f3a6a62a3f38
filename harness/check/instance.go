package check

import (
	"strings"

	"quecstar/harness/python/ast"
	"quecstar/harness/script"
)

// instances are the variables of a file that only ever hold instances of one class of ours, by
// "uart" or "self.uart": "machine.UART". A name that anything else may be bound to is "".
type instances map[string]string

// findInstances looks for them; imports must have been looked at.
func (v *visitor) findInstances(mod *ast.Module) instances {
	all := instances{}
	ast.Walk(mod, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Assign:
			for _, t := range n.Targets {
				all.bind(t, n.Value, v.made(n.Value))
			}
		case *ast.AnnAssign:
			all.bind(n.Target, n.Value, v.made(n.Value))
		case *ast.AugAssign:
			all.bind(n.Target, n.Value, "")
		case *ast.For:
			all.bind(n.Target, nil, "")
		case *ast.With:
			for _, i := range n.Items {
				all.bind(i.Vars, i.Context, v.made(i.Context))
			}
		case *ast.NamedExpr:
			all.bind(n.Target, n.Value, v.made(n.Value))
		}
		for _, c := range ast.Generators(n) {
			all.bind(c.Target, nil, "")
		}
		return true
	})
	return all
}

// bind notes what a target is bound to; class is "" for anything but an instance of ours.
func (all instances) bind(target, value ast.Expr, class string) {
	if c, ok := value.(*ast.NameConstant); ok && c.Value == ast.None {
		return // not there yet
	}
	switch t := target.(type) {
	case *ast.Name, *ast.Attribute:
		key := variable(t)
		if key == "" {
			return
		}
		if before, bound := all[key]; bound && before != class {
			class = ""
		}
		all[key] = class
	case *ast.Tuple:
		for _, e := range t.Elts {
			all.bind(e, nil, "")
		}
	case *ast.List:
		for _, e := range t.Elts {
			all.bind(e, nil, "")
		}
	case *ast.Starred:
		all.bind(t.Value, nil, "")
	}
}

// variable is the key of a variable. An attribute of anything counts as one of self: what a file
// assigns to x.uart, it may assign to the object that self is elsewhere.
func variable(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Name:
		return e.ID
	case *ast.Attribute:
		return "self." + e.Attr
	}
	return ""
}

// made is the class of ours, "machine.UART", that an expression makes an instance of.
func (v *visitor) made(e ast.Expr) string {
	call, ok := e.(*ast.Call)
	if !ok {
		return ""
	}
	name := ""
	switch f := call.Func.(type) {
	case *ast.Name:
		if v.around.param[f] {
			return ""
		}
		name = v.imported[f.ID]
	case *ast.Attribute:
		if module, ok := f.Value.(*ast.Name); ok && !v.around.param[module] && v.imported[module.ID] != "" {
			name = v.imported[module.ID] + "." + f.Attr
		}
	}
	module, class, ok := strings.Cut(name, ".")
	s := v.c.modules[module]
	if !ok || s == nil {
		return ""
	}
	made := v.c.made[s.name]
	if of, ok := made.returns[class]; ok {
		class = of
	}
	if !s.isClass(class) || made.anyName[class] {
		return ""
	}
	return module + "." + class
}

// instance is the class of ours that a variable holds an instance of, "" for what is not known.
func (v *visitor) instance(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Name:
		if v.around.param[e] {
			return ""
		}
		return v.held[e.ID]
	case *ast.Attribute:
		if self, ok := e.Value.(*ast.Name); ok && self.ID == "self" {
			return v.held["self."+e.Attr]
		}
	}
	return ""
}

// makers says what calls of a module's names make.
type makers struct {
	returns map[string]string // classes that functions make instances of
	anyName map[string]bool   // classes whose instances have attributes that no table lists
}

func makersOf(m *script.Module) makers {
	all := makers{returns: map[string]string{}, anyName: map[string]bool{}}
	for i := range m.Funcs {
		if of := m.Funcs[i].Returns; of != "" {
			all.returns[m.Funcs[i].Name] = of
		}
	}
	for _, c := range m.Classes {
		all.anyName[c.Name] = c.Attr != nil
	}
	return all
}
