package emit

import (
	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
)

// test emits an expression of which only the truth matters.
func (e *emitter) test(x ast.Expr) syntax.Expr {
	pos := e.pos(x)
	switch x := x.(type) {
	case *ast.Compare:
		return e.compareTest(pos, x)
	case *ast.UnaryOp:
		if x.Op == ast.Not {
			return not(pos, e.test(x.Operand))
		}
	case *ast.BoolOp:
		return e.boolOp(pos, x, e.test)
	case *ast.Call:
		if name, ok := memberOf(x.Func); ok && name == "is_" && len(x.Args) == 2 {
			return e.is(pos, x.Args[0], x.Args[1])
		}
	}
	return e.expr(x)
}

// asBool makes a Python bool of a Starlark one.
func (e *emitter) asBool(pos syntax.Position, cond syntax.Expr) syntax.Expr {
	return &syntax.CondExpr{If: pos, Cond: cond, True: e.helper(pos, "True"), ElsePos: pos, False: e.helper(pos, "False")}
}

// is emits x is y. None is nobody's equal for Starlark, which asks no method.
func (e *emitter) is(pos syntax.Position, x, y ast.Expr) syntax.Expr {
	if isNone(x) || isNone(y) {
		return binary(pos, e.expr(x), syntax.EQL, e.expr(y))
	}
	return e.binary(pos, "is", x, y)
}

// binary emits x op y as ·op[x][y] for an operator that the run-time system does. Starlark makes neither a
// frame nor a list of arguments for that.
//
// Rounds of BenchmarkSpeed/while, compare, floordiv and modulo take 73, 128, 90 and 90 ns so, 98, 200, 185 and 170
// with calls of helpers, and 52, 112, 65 and 64 in plain Starlark.
func (e *emitter) binary(pos syntax.Position, op string, x, y ast.Expr) syntax.Expr {
	return index(pos, e.operator(pos, op, e.expr(x)), e.expr(y))
}

// rightSide is a constant y of x op y, which does the operation as an index of x; nil for what is no constant.
func (e *emitter) rightSide(pos syntax.Position, op syntax.Token, assigns bool, y ast.Expr) syntax.Expr {
	operand, id, ok := constantOf(y)
	if !ok {
		return nil
	}
	name := Made + op.String() + " " + id
	if assigns {
		name = Made + op.String() + "= " + id
	}
	return e.ident(pos, e.constant(Constant{Name: name, Kind: RightSide, Op: op, Assigns: assigns, Operand: operand}))
}

func isNone(x ast.Expr) bool {
	c, ok := x.(*ast.NameConstant)
	return ok && c.Value == ast.None
}

// flipped is y op x of x op y.
var flipped = map[ast.CmpOp]ast.CmpOp{ast.Eq: ast.Eq, ast.NotEq: ast.NotEq, ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}

var comparisons = map[ast.CmpOp]syntax.Token{ast.Eq: syntax.EQL, ast.NotEq: syntax.NEQ, ast.Lt: syntax.LT,
	ast.LtE: syntax.LE, ast.Gt: syntax.GT, ast.GtE: syntax.GE}

// compareTest emits a comparison of which only the truth matters.
func (e *emitter) compareTest(pos syntax.Position, x *ast.Compare) syntax.Expr {
	left, right := x.Left, x.Comparators[0]
	if name, ok := memberOf(right); ok && (name == "break_" || name == "continue_") {
		return binary(pos, e.expr(left), syntax.EQL, e.expr(right)) // a signal equals but itself
	}
	op := x.Ops[0]
	switch op {
	case ast.In:
		return e.binary(pos, "in", left, right)
	case ast.NotIn:
		return not(pos, e.binary(pos, "in", left, right))
	}
	if isConstant(left) && !isConstant(right) { // so that it is made but once
		left, right, op = right, left, flipped[op]
	}
	if y := e.rightSide(pos, comparisons[op], false, right); y != nil {
		return index(pos, y, e.expr(left))
	}
	return e.binary(pos, comparisons[op].String(), left, right)
}

// compare emits a comparison whose value is used: a method may return anything.
func (e *emitter) compare(pos syntax.Position, x *ast.Compare) syntax.Expr {
	switch op := x.Ops[0]; op {
	case ast.In, ast.NotIn:
		return e.asBool(pos, e.compareTest(pos, x))
	default:
		return e.binary(pos, comparisons[op].String()+" value", x.Left, x.Comparators[0])
	}
}

var binaryOps = map[ast.Operator]syntax.Token{
	ast.Add: syntax.PLUS, ast.Sub: syntax.MINUS, ast.Mult: syntax.STAR, ast.Div: syntax.SLASH,
	ast.FloorDiv: syntax.SLASHSLASH, ast.Modulo: syntax.PERCENT, ast.BitAnd: syntax.AMP,
	ast.BitOr: syntax.PIPE, ast.BitXor: syntax.CIRCUMFLEX, ast.LShift: syntax.LTLT, ast.RShift: syntax.GTGT,
}

func (e *emitter) binOp(pos syntax.Position, x *ast.BinOp) syntax.Expr {
	op, ok := binaryOps[x.Op]
	if !ok {
		e.fail(x, "this operator does not run here")
	}
	if !e.starlarks(x) {
		if y := e.rightSide(pos, op, false, x.Right); y != nil {
			return index(pos, y, e.expr(x.Left))
		}
		return e.binary(pos, op.String(), x.Left, x.Right)
	}
	return binary(pos, e.expr(x.Left), op, e.expr(x.Right))
}

// starlarks reports whether Starlark does an operation as Python does: not sums of lists and products, which it
// does not bound, quotients and rests of floats, whose signs and rounding differ, and shifts by counts that it
// refuses.
func (e *emitter) starlarks(x *ast.BinOp) bool {
	switch x.Op {
	case ast.Add:
		return isConstant(x.Left) || isConstant(x.Right)
	case ast.Mult:
		return isFloat(x.Right)
	case ast.FloorDiv, ast.LShift, ast.RShift:
		return smallInt(x.Right)
	case ast.Modulo:
		return isConstant(x.Left) && !isNumber(x.Left) // which formats
	}
	return true
}

func isConstant(x ast.Expr) bool {
	switch x.(type) {
	case *ast.Num, *ast.Str, *ast.Bytes:
		return true
	}
	return false
}

func isFloat(x ast.Expr) bool {
	n, ok := x.(*ast.Num)
	if ok {
		_, ok = n.Value.(float64)
	}
	return ok
}

func isNumber(x ast.Expr) bool {
	_, ok := x.(*ast.Num)
	return ok
}

// smallInt reports whether an operand is an int by which Starlark shifts and divides as Python does, an
// int or a float alike.
func smallInt(x ast.Expr) bool {
	n, ok := x.(*ast.Num)
	if !ok {
		return false
	}
	i, ok := n.Value.(int64)
	return ok && i > 0 && i < 512
}

// subscript reads x[index].
func (e *emitter) subscript(pos syntax.Position, x *ast.Subscript) syntax.Expr {
	if s, ok := x.Index.(*ast.Slice); ok {
		args := []syntax.Expr{e.expr(x.Value)}
		for _, part := range []ast.Expr{s.Lower, s.Upper, s.Step} {
			if part == nil {
				args = append(args, e.none(pos))
				continue
			}
			args = append(args, e.expr(part))
		}
		return e.help(pos, "getslice", args...)
	}
	return e.item(x, "[]")
}

// item is x[index]. As Starlark's own sequences take nothing but ints, they are asked by a helper where the
// index may be a bool, a slice or an instance: by ·[][x][index] to read, and by ·of[x][index] to assign to.
func (e *emitter) item(x *ast.Subscript, helper string) syntax.Expr {
	return index(e.pos(x), e.subject(x, helper), e.expr(x.Index))
}

// subject is what the item is of.
func (e *emitter) subject(x *ast.Subscript, helper string) syntax.Expr {
	if plainIndex(x.Index) {
		return e.expr(x.Value)
	}
	return e.operator(e.pos(x), helper, e.expr(x.Value))
}

// plainIndex reports whether an index is none that Starlark takes differently: a constant, or what an
// operator computed of numbers.
func plainIndex(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Num, *ast.Str, *ast.Bytes, *ast.Tuple:
		return true
	case *ast.UnaryOp:
		return x.Op != ast.Not && plainIndex(x.Operand)
	case *ast.BinOp:
		switch x.Op {
		case ast.Add, ast.Sub, ast.Mult, ast.Modulo:
			return plainIndex(x.Left) || plainIndex(x.Right)
		}
	}
	return false
}
