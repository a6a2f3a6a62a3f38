package parse

import "quecstar/harness/python/ast"

// assignable fails unless an expression can be assigned to.
func (p *parser) assignable(e ast.Expr) {
	if s, ok := e.(*ast.Starred); ok {
		e = s.Value
	}
	p.target(e, "assign to")
}

// target fails unless something can be done to an expression as a target.
func (p *parser) target(e ast.Expr, do string) {
	switch e := e.(type) {
	case *ast.Tuple, *ast.List:
		elts := ast.Elts(e)
		if _, isTuple := e.(*ast.Tuple); isTuple && len(elts) == 0 { // as in MicroPython
			break
		}
		stars := 0
		for _, x := range elts {
			if s, ok := x.(*ast.Starred); ok && do == "assign to" {
				stars++
				x = s.Value
			}
			p.target(x, do)
		}
		if stars > 1 {
			p.failPos(elts[0].At(), "multiple *x in assignment")
		}
		return
	}
	if !isPlace(e) {
		p.failPos(e.At(), "can't %s %s", do, describe(e))
	}
}

// isPlace reports whether an expression is a name, an attribute or an item.
func isPlace(e ast.Expr) bool {
	switch e.(type) {
	case *ast.Name, *ast.Attribute, *ast.Subscript:
		return true
	}
	return false
}

// describe names a kind of expression for messages.
func describe(e ast.Expr) string {
	switch e.(type) {
	case *ast.Call:
		return "a function call"
	case *ast.Num, *ast.Str, *ast.Bytes, *ast.JoinedStr:
		return "a literal"
	case *ast.NameConstant, *ast.Ellipsis:
		return "a constant"
	case *ast.Compare:
		return "a comparison"
	case *ast.BinOp, *ast.UnaryOp, *ast.BoolOp:
		return "an operator"
	case *ast.Lambda:
		return "a lambda"
	case *ast.IfExp:
		return "a conditional expression"
	case *ast.Comp:
		return "a comprehension"
	case *ast.Yield, *ast.YieldFrom:
		return "a yield expression"
	case *ast.Dict, *ast.Set:
		return "a display"
	case *ast.Tuple:
		return "()"
	}
	return "an expression"
}
