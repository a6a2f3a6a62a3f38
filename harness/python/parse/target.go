package parse

import "quecstar/harness/python/ast"

// assignable fails unless an expression can be assigned to.
func (p *parser) assignable(e ast.Expr) {
	switch e := e.(type) {
	case *ast.Name, *ast.Attribute, *ast.Subscript:
		return
	case *ast.Starred:
		p.assignable(e.Value)
		return
	case *ast.Tuple:
		if len(e.Elts) == 0 { // as in MicroPython
			break
		}
		p.assignableAll(e.Elts)
		return
	case *ast.List:
		p.assignableAll(e.Elts)
		return
	}
	p.failPos(e.At(), "can't assign to %s", describe(e))
}

func (p *parser) assignableAll(elts []ast.Expr) {
	stars := 0
	for _, e := range elts {
		if _, ok := e.(*ast.Starred); ok {
			stars++
		}
		p.assignable(e)
	}
	if stars > 1 {
		p.failPos(elts[0].At(), "multiple *x in assignment")
	}
}

// deletable fails unless an expression can be deleted.
func (p *parser) deletable(e ast.Expr) {
	switch e := e.(type) {
	case *ast.Name, *ast.Attribute, *ast.Subscript:
		return
	case *ast.Tuple:
		if len(e.Elts) == 0 {
			break
		}
		for _, x := range e.Elts {
			p.deletable(x)
		}
		return
	case *ast.List:
		for _, x := range e.Elts {
			p.deletable(x)
		}
		return
	}
	p.failPos(e.At(), "can't delete %s", describe(e))
}

func (p *parser) failPos(pos ast.Pos, format string, args ...any) {
	p.line, p.lineStart = pos.Line, 0
	p.lexer.fail(int(pos.Col)-1, format, args...)
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
	case *ast.ListComp, *ast.SetComp, *ast.DictComp, *ast.GeneratorExp:
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
