package check

import "quecstar/harness/python/ast"

// newer tells of what Python has and MicroPython has not, or not that of QuecPython's firmware, which is
// made of MicroPython 1.12 and 1.13: f-strings came with 1.17, := and annotated variables with 1.13,
// several * in a call with 1.20. What every version refuses was tried on a real MicroPython 1.27.
func (v *visitor) newer(n ast.Node) {
	switch n := n.(type) {
	case *ast.FunctionDef:
		if n.Args.PosOnly > 0 {
			v.warn(n, "positional-only parameters are refused by MicroPython", "leave the / out")
		}
		v.decorators(n.Decorators)
	case *ast.ClassDef:
		if len(n.Keywords) > 0 {
			v.warn(n, "keyword arguments of a class are refused by MicroPython", "")
		}
		v.decorators(n.Decorators)
	case *ast.AnnAssign:
		v.warn(n, "annotated variables are refused by firmware before MicroPython 1.13", "leave the annotation out")
	case *ast.Delete:
		for _, t := range n.Targets {
			v.stepped(t)
		}
	case *ast.Assign:
		for _, t := range n.Targets {
			v.stepped(t)
		}
		v.starred(n.Value)
	case *ast.Return:
		v.starred(n.Value)
	case *ast.For:
		v.starred(n.Iter)
	case *ast.JoinedStr:
		v.warn(n, "f-strings are refused by firmware before MicroPython 1.17", "use str.format")
	case *ast.NamedExpr:
		v.warn(n, ":= is refused by firmware before MicroPython 1.13", "assign in a line of its own")
	case *ast.BinOp:
		if n.Op == ast.MatMult {
			v.warn(n, "the operator @ is not there in all firmware", "call a method")
		}
		v.starred(n.Left)
		v.starred(n.Right)
	case *ast.Dict:
		for _, k := range n.Keys {
			if k == nil {
				v.warn(n, "** in a dict display is refused by MicroPython", "use update()")
				return
			}
		}
	case *ast.Call:
		v.stars(n)
	case *ast.Yield:
		v.starred(n.Value)
	case *ast.Comp:
		for _, c := range n.Generators {
			if c.Async {
				v.warn(n, "async comprehensions are refused by MicroPython", "write a loop")
			}
		}
	}
}

func (v *visitor) warn(n ast.Node, what, use string) {
	v.add(n.At(), Warning, "newer-python", what, use)
}

// stepped tells of a slice with a step that is assigned to or deleted.
func (v *visitor) stepped(t ast.Expr) {
	s, ok := t.(*ast.Subscript)
	if !ok {
		return
	}
	if sl, ok := s.Index.(*ast.Slice); ok && sl.Step != nil {
		v.warn(s, "MicroPython does not assign to or delete slices with a step", "write a loop")
	}
}

// decorators tells of those that are no name or call of one: MicroPython's grammar has no others.
func (v *visitor) decorators(list []ast.Expr) {
	for _, d := range list {
		e := d
		if c, ok := e.(*ast.Call); ok {
			e = c.Func
		}
		if ast.Dotted(e) == nil {
			v.warn(d, "a decorator that is no name or call is refused by MicroPython", "bind it to a name first")
		}
	}
}

// starred tells of a display with * in it.
func (v *visitor) starred(e ast.Expr) {
	for _, x := range ast.Elts(e) {
		if _, ok := x.(*ast.Starred); ok {
			v.warn(x, "* in a list, tuple or set is refused by MicroPython", "put the lists together with +")
			return
		}
	}
}

// stars tells of a call with several * or **.
func (v *visitor) stars(n *ast.Call) {
	single, double := 0, 0
	for _, a := range n.Args {
		if _, ok := a.(*ast.Starred); ok {
			single++
		}
		v.starred(a)
	}
	for _, k := range n.Keywords {
		if k.Arg == "" {
			double++
		}
		v.starred(k.Value)
	}
	if single > 1 || double > 1 {
		v.warn(n, "more than one * or ** in a call is refused by firmware before MicroPython 1.20", "put the arguments together first")
	}
}
