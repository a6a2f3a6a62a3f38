package check

import (
	"strings"

	"quecstar/harness/python/ast"
)

// collect finds the names that the file binds.
func (v *visitor) collect(mod *ast.Module) {
	ast.Walk(mod, func(n ast.Node) bool {
		for _, t := range targets(n) {
			names(t, func(name string) { v.bound[name] = true })
		}
		switch n := n.(type) {
		case *ast.FunctionDef:
			v.bound[n.Name] = true
			parameters(n.Args, v.bound)
		case *ast.Lambda:
			parameters(n.Args, v.bound)
		case *ast.ClassDef:
			v.bound[n.Name] = true
		case *ast.Import:
			for _, a := range n.Names {
				v.bound[boundBy(a)] = true
			}
		case *ast.ImportFrom:
			for _, a := range n.Names {
				v.dynamic = v.dynamic || a.Name == "*"
				v.bound[boundBy(a)] = true
			}
		case *ast.Try:
			for _, h := range n.Handlers {
				v.bound[h.Name] = true
			}
		case *ast.Global:
			for _, name := range n.Names {
				v.bound[name] = true
			}
		case *ast.Call:
			if f, ok := n.Func.(*ast.Name); ok && (f.ID == "exec" || f.ID == "globals" || f.ID == "eval") {
				v.dynamic = true
			}
		}
		return true
	})
}

// ambiguous are the names that the file binds to something else than a module of ours, too.
func (v *visitor) ambiguous(mod *ast.Module) map[string]bool {
	all := map[string]bool{}
	ast.Walk(mod, func(n ast.Node) bool {
		for _, t := range targets(n) {
			names(t, func(name string) { all[name] = true })
		}
		switch n := n.(type) {
		case *ast.FunctionDef:
			all[n.Name] = true
		case *ast.ClassDef:
			all[n.Name] = true
		case *ast.Import:
			for _, a := range n.Names {
				if v.c.modules[a.Name] == nil {
					all[boundBy(a)] = true
				}
			}
		case *ast.ImportFrom:
			for _, a := range n.Names {
				if v.c.modules[n.Module] == nil {
					all[boundBy(a)] = true
				}
			}
		}
		return true
	})
	return all
}

// setAttributes are the names of the attributes that the file sets on anything.
func setAttributes(mod *ast.Module) map[string]bool {
	all := map[string]bool{}
	ast.Walk(mod, func(n ast.Node) bool {
		for _, t := range targets(n) {
			ast.Walk(t, func(n ast.Node) bool {
				if a, ok := n.(*ast.Attribute); ok {
					all[a.Attr] = true
				}
				return true
			})
		}
		return true
	})
	return all
}

// targets are what a node itself binds by assignment, with or without a word for it.
func targets(n ast.Node) []ast.Expr {
	var all []ast.Expr
	switch n := n.(type) {
	case *ast.Assign:
		all = n.Targets
	case *ast.AugAssign:
		all = []ast.Expr{n.Target}
	case *ast.AnnAssign:
		all = []ast.Expr{n.Target}
	case *ast.NamedExpr:
		all = []ast.Expr{n.Target}
	case *ast.For:
		all = []ast.Expr{n.Target}
	case *ast.With:
		for _, i := range n.Items {
			if i.Vars != nil {
				all = append(all, i.Vars)
			}
		}
	}
	for _, c := range ast.Generators(n) {
		all = append(all, c.Target)
	}
	return all
}

// names calls yield for the names in a target.
func names(t ast.Expr, yield func(name string)) {
	switch t := t.(type) {
	case *ast.Name:
		yield(t.ID)
	case *ast.Tuple:
		for _, e := range t.Elts {
			names(e, yield)
		}
	case *ast.List:
		for _, e := range t.Elts {
			names(e, yield)
		}
	case *ast.Starred:
		names(t.Value, yield)
	}
}

func boundBy(a ast.Alias) string {
	if a.AsName != "" {
		return a.AsName
	}
	name, _, _ := strings.Cut(a.Name, ".")
	return name
}

// parameters adds the names of a parameter list.
func parameters(args *ast.Arguments, to map[string]bool) {
	for _, list := range [][]*ast.Arg{args.Args, args.KwOnly, {args.Vararg, args.Kwarg}} {
		for _, a := range list {
			if a != nil {
				to[a.Name] = true
			}
		}
	}
}
