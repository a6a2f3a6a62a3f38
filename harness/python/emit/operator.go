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
	return binary(pos, e.expr(x), syntax.IN, e.operator(pos, "is", e.expr(y)))
}

func isNone(x ast.Expr) bool {
	c, ok := x.(*ast.NameConstant)
	return ok && c.Value == ast.None
}

// flipped is y op x of x op y.
var flipped = map[ast.CmpOp]ast.CmpOp{ast.Eq: ast.Eq, ast.NotEq: ast.NotEq, ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}

var comparisons = map[ast.CmpOp]string{ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.In: "in"}

// compareTest emits a comparison of which only the truth matters: x < y as x in ·lt[y]. Starlark's own
// operators ask no method and find no bool that equals an int; of a container that is not one of its own
// types, in asks the container, which then compares. That costs 17 ns more than Starlark's own
// comparison, where the call of a helper costs 41 (BenchmarkSpeed/while, compare).
func (e *emitter) compareTest(pos syntax.Position, x *ast.Compare) syntax.Expr {
	left, right := x.Left, x.Comparators[0]
	if name, ok := memberOf(right); ok && (name == "break_" || name == "continue_") {
		return binary(pos, e.expr(left), syntax.EQL, e.expr(right)) // a signal equals but itself
	}
	op := x.Ops[0]
	if _, _, constant := constantOf(left); constant && flipped[op] != 0 { // so that it is made but once
		if _, _, both := constantOf(right); !both {
			left, right, op = right, left, flipped[op]
		}
	}
	if op == ast.NotIn {
		return not(pos, binary(pos, e.expr(left), syntax.IN, e.operator(pos, "in", e.expr(right))))
	}
	name := comparisons[op]
	lx := e.expr(left)
	if operand, id, ok := constantOf(right); ok && op != ast.In {
		c := Constant{Name: Made + name + " " + id, Kind: Compared, Text: name, Operand: operand}
		return binary(pos, lx, syntax.IN, e.ident(pos, e.constant(c)))
	}
	return binary(pos, lx, syntax.IN, e.operator(pos, name, e.expr(right)))
}

// compare emits a comparison whose value is used: a method may return anything.
func (e *emitter) compare(pos syntax.Position, x *ast.Compare) syntax.Expr {
	switch op := x.Ops[0]; op {
	case ast.In, ast.NotIn:
		return e.asBool(pos, e.compareTest(pos, x))
	default:
		return e.help(pos, comparisons[op]+"value", e.expr(x.Left), e.expr(x.Comparators[0]))
	}
}

var binaryOps = map[ast.Operator]syntax.Token{
	ast.Add: syntax.PLUS, ast.Sub: syntax.MINUS, ast.Mult: syntax.STAR, ast.Div: syntax.SLASH,
	ast.FloorDiv: syntax.SLASHSLASH, ast.Modulo: syntax.PERCENT, ast.BitAnd: syntax.AMP,
	ast.BitOr: syntax.PIPE, ast.BitXor: syntax.CIRCUMFLEX, ast.LShift: syntax.LTLT, ast.RShift: syntax.GTGT,
}

// helpedOps are the operators that Starlark does differently for some of its own values: counts of shifts that
// it refuses.
var helpedOps = map[ast.Operator]string{ast.LShift: "lshift", ast.RShift: "rshift"}

func (e *emitter) binOp(pos syntax.Position, x *ast.BinOp) syntax.Expr {
	left := e.expr(x.Left)
	if helper, ok := helpedOps[x.Op]; ok && !smallInt(x.Right) {
		return e.help(pos, helper, left, e.expr(x.Right))
	}
	token, ok := binaryOps[x.Op]
	if !ok {
		e.fail(x, "this operator does not run here")
	}
	switch {
	case x.Op == ast.Modulo && isConstant(x.Left) && !isNumber(x.Left): // which formats
	case x.Op == ast.Mult && isFloat(x.Right): // of which nothing large comes
	case x.Op == ast.Mult, x.Op == ast.Modulo, x.Op == ast.FloorDiv && !smallInt(x.Right):
		return binary(pos, left, token, e.rightSide(pos, "times", x.Right))
	case x.Op == ast.Add && !isConstant(x.Left) && !isConstant(x.Right):
		left = e.operator(pos, "bulk", left)
	}
	return binary(pos, left, token, e.expr(x.Right))
}

// rightSide is y of x op y that does the operation itself: of by in place, of times with the bounds, the signs
// and the rounding of Python's products, quotients and rests. Rounds of BenchmarkSpeed/product, floordiv and
// modulo take 148, 94 and 93 ns so, 190, 160 and 150 with the calls of helpers, and 136, 64 and 62 in plain Starlark; while, whose side is
// a constant, takes no time that could be measured.
func (e *emitter) rightSide(pos syntax.Position, helper string, y ast.Expr) syntax.Expr {
	if operand, id, ok := constantOf(y); ok {
		c := Constant{Name: Made + helper + " " + id, Kind: RightSide, Text: helper, Operand: operand}
		return e.ident(pos, e.constant(c))
	}
	return e.operator(pos, helper, e.expr(y))
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
	return e.item(x)
}

// item is x[index], to read and to assign to. As Starlark's own sequences take nothing but ints, they
// are asked by ·of[x][index] where the index may be a bool, a slice or an instance.
func (e *emitter) item(x *ast.Subscript) syntax.Expr {
	pos := e.pos(x)
	of := e.expr(x.Value)
	if !plainIndex(x.Index) {
		of = e.operator(pos, "of", of)
	}
	return index(pos, of, e.expr(x.Index))
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
