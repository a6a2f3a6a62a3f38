package python

import (
	"quecstar/harness/python/ast"
	"quecstar/harness/python/object"
)

// inners are the parts of a file's functions that have frames of their own in a traceback, by the positions in
// them. A file is parsed for them once more where a traceback is printed of it.
func inners(src Source) object.Inners {
	mod, err := Parse(src)
	if err != nil || src.Ported {
		return nil
	}
	m := marks{}
	mark(m, nil, mod.Body...)
	return object.Inners(m)
}

type marks object.Inners

// mark notes the innermost part around what is in nodes.
func mark[N ast.Node](m marks, in *object.Inner, nodes ...N) {
	for _, n := range nodes {
		ast.Walk(n, func(n ast.Node) bool {
			if in != nil {
				m[[2]int32{n.At().Line, n.At().Col}] = in
			}
			return !m.enter(in, n)
		})
	}
}

// enter goes into a node that has a part of its own, or none.
func (m marks) enter(in *object.Inner, n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FunctionDef:
		mark(m, in, n.Decorators...)
		mark(m, in, n.Args.Defaults()...)
		mark(m, nil, n.Body...)
	case *ast.Lambda:
		mark(m, in, n.Args.Defaults()...)
		mark(m, nil, n.Body)
	case *ast.ClassDef:
		mark(m, in, n.Decorators...)
		mark(m, in, n.Bases...)
		for _, k := range n.Keywords {
			mark(m, in, k.Value)
		}
		mark(m, &object.Inner{Name: n.Name, Line: n.Line, Outer: in}, n.Body...)
	default:
		return m.comprehension(in, n)
	}
	return true
}

// comprehension marks what a comprehension does for each element: what it goes over belongs to the function around.
func (m marks) comprehension(in *object.Inner, n ast.Node) bool {
	clauses := ast.Generators(n)
	if clauses == nil {
		return false
	}
	name := "<genexpr>"
	switch n.(type) {
	case *ast.ListComp:
		name = "<listcomp>"
	case *ast.SetComp:
		name = "<setcomp>"
	case *ast.DictComp:
		name = "<dictcomp>"
	}
	own := &object.Inner{Name: name, Line: n.At().Line, Outer: in}
	m[[2]int32{n.At().Line, n.At().Col}] = own // which takes the elements
	mark(m, own, ast.Made(n)...)
	for i, c := range clauses {
		mark(m, own, c.Target)
		mark(m, own, c.Ifs...)
		if i == 0 {
			mark(m, in, c.Iter)
		} else {
			mark(m, own, c.Iter)
		}
	}
	return true
}
