package check

import "quecstar/harness/python/ast"

// around is what stands around the nodes of a file, and changes what they mean.
type around struct {
	// asked are the names that the file asks for with hasattr before it uses them.
	asked map[string]bool
	// tried are the nodes in a try whose handlers hear of a name that is not there.
	tried map[ast.Node]bool
	// param are the names that mean a parameter where they stand, whatever the file imports.
	param map[*ast.Name]bool
}

func aroundOf(mod *ast.Module) around {
	a := around{asked: map[string]bool{}, tried: map[ast.Node]bool{}, param: map[*ast.Name]bool{}}
	ast.Walk(mod, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Call:
			a.ask(n)
		case *ast.Try:
			a.try(n)
		case *ast.FunctionDef:
			for _, st := range n.Body {
				a.shadow(n.Args, st)
			}
		case *ast.Lambda:
			a.shadow(n.Args, n.Body)
		}
		return true
	})
	return a
}

// ask notes hasattr(x, "name"), and getattr with a default.
func (a around) ask(call *ast.Call) {
	f, ok := call.Func.(*ast.Name)
	if !ok || !(f.ID == "hasattr" && len(call.Args) == 2 || f.ID == "getattr" && len(call.Args) == 3) {
		return
	}
	if name, ok := call.Args[1].(*ast.Str); ok {
		a.asked[name.S] = true
	}
}

// hears are the exceptions by which a handler hears of a name that is not there.
var hears = map[string]bool{"AttributeError": true, "Exception": true, "BaseException": true, "NameError": true}

func (a around) try(t *ast.Try) {
	for _, h := range t.Handlers {
		if !heard(h.Type) {
			continue
		}
		for _, st := range t.Body {
			ast.Walk(st, func(n ast.Node) bool {
				a.tried[n] = true
				return true
			})
		}
		return
	}
}

func heard(e ast.Expr) bool {
	switch e := e.(type) {
	case nil:
		return true
	case *ast.Name:
		return hears[e.ID]
	case *ast.Tuple:
		for _, elt := range e.Elts {
			if heard(elt) {
				return true
			}
		}
	}
	return false
}

// shadow notes the names in a function's body that are its parameters.
func (a around) shadow(args *ast.Arguments, body ast.Node) {
	params := map[string]bool{}
	parameters(args, params)
	ast.Walk(body, func(n ast.Node) bool {
		if name, ok := n.(*ast.Name); ok && params[name.ID] {
			a.param[name] = true
		}
		return true
	})
}

// lack is how bad it is that a name is not there.
func (a around) lack(n ast.Node, name string) Severity {
	switch {
	case a.asked[name]:
		return Note
	case a.tried[n]:
		return Warning
	}
	return Error
}
