package python

import (
	"go.starlark.net/syntax"
	"quecstar/harness/python/ast"
	"quecstar/harness/python/object"
)

// test lowers an expression of which only the truth matters.
func (l *lowerer) test(b *block, e ast.Expr) syntax.Expr {
	switch e := e.(type) {
	case *ast.Compare:
		return l.compare(b, e)
	case *ast.UnaryOp:
		if e.Op == ast.Not {
			return &syntax.UnaryExpr{OpPos: l.pos(e), Op: syntax.NOT, X: l.test(b, e.Operand)}
		}
	case *ast.BoolOp:
		return l.boolOp(b, e, l.test)
	}
	return l.expr(b, e)
}

// compareValue lowers a comparison whose value is used: a method may return anything.
func (l *lowerer) compareValue(b *block, e *ast.Compare) syntax.Expr {
	x := l.compare(b, e)
	if c, ok := x.(*syntax.CallExpr); ok && len(e.Ops) == 1 {
		if fn, ok := c.Fn.(*syntax.Ident); ok {
			if op, ok := compareOps[e.Ops[0]]; ok && fn.Name == object.Marker+op.helper {
				return l.help(l.pos(e), op.helper+"value", c.Args...)
			}
		}
	}
	return l.asBool(l.pos(e), x)
}

// inPlaceMethods are the methods of the operators such as +=.
var inPlaceMethods = map[string]bool{"__iadd__": true, "__isub__": true, "__imul__": true, "__ior__": true, "__iand__": true, "__ixor__": true,
	"__itruediv__": true, "__ifloordiv__": true, "__imod__": true, "__ilshift__": true, "__irshift__": true, "__ipow__": true, "__imatmul__": true}

// asBool makes a Python bool of a Starlark one.
func (l *lowerer) asBool(pos syntax.Position, cond syntax.Expr) syntax.Expr {
	return &syntax.CondExpr{If: pos, Cond: cond, True: l.helperValue(pos, "True"), ElsePos: pos, False: l.helperValue(pos, "False")}
}

// isBoolean reports whether an expression is surely a bool.
func isBoolean(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Compare:
		return true
	case *ast.UnaryOp:
		return e.Op == ast.Not
	case *ast.NameConstant:
		return e.Value != ast.None
	}
	return false
}

func (l *lowerer) boolOp(b *block, e *ast.BoolOp, operand func(*block, ast.Expr) syntax.Expr) syntax.Expr {
	token := syntax.AND
	if e.Or {
		token = syntax.OR
	}
	x := operand(b, e.Values[0])
	for _, v := range e.Values[1:] {
		x = binary(l.pos(e), x, token, operand(b, v))
	}
	return x
}

func (l *lowerer) unaryOp(b *block, e *ast.UnaryOp) syntax.Expr {
	pos := l.pos(e)
	if e.Op == ast.Not {
		return l.asBool(pos, &syntax.UnaryExpr{OpPos: pos, Op: syntax.NOT, X: l.test(b, e.Operand)})
	}
	token := map[ast.UnaryOperator]syntax.Token{ast.USub: syntax.MINUS, ast.UAdd: syntax.PLUS, ast.Invert: syntax.TILDE}[e.Op]
	return &syntax.UnaryExpr{OpPos: pos, Op: token, X: l.expr(b, e.Operand)}
}

func (l *lowerer) binOp(b *block, e *ast.BinOp) syntax.Expr {
	pos := l.pos(e)
	x, y := l.expr(b, e.Left), l.expr(b, e.Right)
	switch e.Op {
	case ast.Pow:
		return l.help(pos, "pow", x, y)
	case ast.MatMult:
		return l.help(pos, "matmul", x, y)
	case ast.FloorDiv:
		if isFloat(e.Left) || isFloat(e.Right) {
			return l.help(pos, "floordiv", x, y)
		}
	case ast.Mult:
		if isDisplay(e.Left) || isDisplay(e.Right) {
			return l.help(pos, "repeat", x, y)
		}
	case ast.LShift, ast.RShift:
		if n, ok := e.Right.(*ast.Num); !ok || !smallShift(n) {
			name := "lshift"
			if e.Op == ast.RShift {
				name = "rshift"
			}
			return l.help(pos, name, x, y)
		}
	}
	token, ok := binaryOps[e.Op]
	if !ok {
		l.unsupported(e, "this operator")
		return l.none(pos)
	}
	return binary(pos, x, token, y)
}

// isFloat reports whether an expression is the literal of a float.
func isFloat(e ast.Expr) bool {
	if u, ok := e.(*ast.UnaryOp); ok {
		return isFloat(u.Operand)
	}
	n, ok := e.(*ast.Num)
	if !ok {
		return false
	}
	_, ok = n.Value.(float64)
	return ok
}

// isDisplay reports whether an expression is a list or tuple that is written out.
func isDisplay(e ast.Expr) bool {
	switch e.(type) {
	case *ast.List, *ast.Tuple, *ast.ListComp:
		return true
	}
	return false
}

// smallShift reports whether a count is one that Starlark shifts by.
func smallShift(n *ast.Num) bool {
	i, ok := n.Value.(int64)
	return ok && i >= 0 && i < 512
}

// compare lowers a comparison to one that gives a Starlark Bool. The middle of a chain is
// evaluated once.
func (l *lowerer) compare(b *block, e *ast.Compare) syntax.Expr {
	pos := l.pos(e)
	operands := append([]ast.Expr{e.Left}, e.Comparators...)
	if len(e.Ops) == 1 {
		return l.compareOnce(b, pos, e.Ops[0], e.Left, e.Comparators[0], l.expr(b, e.Left), l.expr(b, e.Comparators[0]))
	}
	if l.repeatable(operands[1 : len(operands)-1]) {
		return l.chain(b, pos, e, func(i int) syntax.Expr { return l.expr(b, operands[i]) })
	}
	// (lambda a, b: a < b and b < last)(x, y): the last operand is evaluated only if it matters.
	in := *b
	in.noHoist = true
	params := make([]syntax.Expr, len(operands)-1)
	args := make([]syntax.Expr, len(operands)-1)
	for i := range params {
		params[i] = l.ident(pos, l.temp())
		args[i] = l.expr(b, operands[i])
	}
	body := l.chain(b, pos, e, func(i int) syntax.Expr {
		if i < len(params) {
			return l.ident(pos, params[i].(*syntax.Ident).Name)
		}
		return l.expr(&in, operands[i])
	})
	return l.callOf(pos, &syntax.ParenExpr{Lparen: pos, X: &syntax.LambdaExpr{Lambda: pos, Params: params, Body: body}, Rparen: pos}, args...)
}

func (l *lowerer) chain(b *block, pos syntax.Position, e *ast.Compare, operand func(i int) syntax.Expr) syntax.Expr {
	operands := append([]ast.Expr{e.Left}, e.Comparators...)
	var x syntax.Expr
	for i, op := range e.Ops {
		c := l.compareOnce(b, pos, op, operands[i], operands[i+1], operand(i), operand(i+1))
		if x == nil {
			x = c
		} else {
			x = binary(pos, x, syntax.AND, c)
		}
	}
	return x
}

// repeatable reports whether evaluating these twice does no harm.
func (l *lowerer) repeatable(list []ast.Expr) bool {
	for _, e := range list {
		switch e.(type) {
		case *ast.Name, *ast.Num, *ast.Str, *ast.Bytes, *ast.NameConstant:
		default:
			return false
		}
	}
	return true
}

var compareOps = map[ast.CmpOp]struct {
	token  syntax.Token
	helper string
}{
	ast.Eq: {syntax.EQL, "eq"}, ast.NotEq: {syntax.NEQ, "ne"}, ast.Lt: {syntax.LT, "lt"}, ast.LtE: {syntax.LE, "le"},
	ast.Gt: {syntax.GT, "gt"}, ast.GtE: {syntax.GE, "ge"},
}

func (l *lowerer) compareOnce(b *block, pos syntax.Position, op ast.CmpOp, x, y ast.Expr, lx, ly syntax.Expr) syntax.Expr {
	negate := func(e syntax.Expr) syntax.Expr { return &syntax.UnaryExpr{OpPos: pos, Op: syntax.NOT, X: e} }
	switch op {
	case ast.Is, ast.IsNot:
		if isNone(x) || isNone(y) {
			token := syntax.EQL
			if op == ast.IsNot {
				token = syntax.NEQ
			}
			return binary(pos, lx, token, ly)
		}
		is := l.help(pos, "is", lx, ly)
		if op == ast.IsNot {
			return negate(is)
		}
		return is
	case ast.In, ast.NotIn:
		in := l.in(b, pos, x, y, lx, ly)
		if op == ast.NotIn {
			return negate(in)
		}
		return in
	}
	c, equality := compareOps[op], op == ast.Eq || op == ast.NotEq
	switch {
	case l.ordering, l.nan, equality && (l.equality || sameName(x, y)), !equality && (l.mayBeBool(x) || l.mayBeBool(y)):
		return l.help(pos, c.helper, lx, ly)
	case equality:
		return l.equals(b, pos, op, x, y, lx, ly)
	case l.isResult(x) || l.isResult(y):
		return l.ordered(b, pos, op, x, y, lx, ly)
	}
	return binary(pos, lx, c.token, ly)
}

// nativeIn reports whether Starlark's own in does what Python's does for a container that is
// written out.
func (l *lowerer) nativeIn(y ast.Expr) bool {
	switch y.(type) {
	case *ast.Tuple, *ast.List, *ast.Str, *ast.Bytes, *ast.Name, *ast.Attribute, *ast.Call:
		return true
	}
	return false
}

func isNone(e ast.Expr) bool {
	c, ok := e.(*ast.NameConstant)
	return ok && c.Value == ast.None
}

func sameName(x, y ast.Expr) bool {
	a, ok := x.(*ast.Name)
	b, ok2 := y.(*ast.Name)
	return ok && ok2 && a.ID == b.ID
}
