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
	left, right := e.expr(x.Left), e.expr(x.Right)
	if helper, ok := helpedOps[x.Op]; ok && !smallInt(x.Right) {
		return e.help(pos, helper, left, right)
	}
	// BenchmarkSpeed/product: 180 ns a round, where plain Starlark takes 126.
	if x.Op == ast.Mult && (isDisplay(x.Left) || isDisplay(x.Right) || !smallFactor(x.Left) && !smallFactor(x.Right)) {
		return e.help(pos, "repeat", left, right)
	}
	left, right = e.bulks(pos, x, left, right)
	if x.Op == ast.Modulo || x.Op == ast.FloorDiv && !smallInt(x.Right) {
		return binary(pos, left, binaryOps[x.Op], e.modulus(pos, x, right))
	}
	token, ok := binaryOps[x.Op]
	if !ok {
		e.fail(x, "this operator does not run here")
	}
	return binary(pos, left, token, right)
}

// modulus is y of x % y or x // y, with which a float is computed as Python does. Of a constant str % formats.
// A round of BenchmarkSpeed/modulo takes 138 ns so, where plain Starlark takes 68; that of floordiv 159,
// and 185 with the call of a helper.
func (e *emitter) modulus(pos syntax.Position, x *ast.BinOp, y syntax.Expr) syntax.Expr {
	switch x.Left.(type) {
	case *ast.Str, *ast.Bytes:
		return y
	}
	if operand, id, ok := constantOf(x.Right); ok {
		return e.ident(pos, e.constant(Constant{Name: Made + "mod " + id, Kind: Modulus, Operand: operand}))
	}
	return e.operator(pos, "mod", y)
}

// bulks are the operands of + or *, with those marked that may be a long list, of which Starlark makes a longer
// one whatever it takes: for + the left alone, as a short one on the left makes little more of the right.
func (e *emitter) bulks(pos syntax.Position, x *ast.BinOp, left, right syntax.Expr) (l, r syntax.Expr) {
	switch {
	case x.Op == ast.Mult && isConstant(x.Left) && !isConstant(x.Right):
		return left, e.operator(pos, "bulk", right)
	case x.Op == ast.Mult && !isConstant(x.Left), x.Op == ast.Add && !isConstant(x.Left) && !isConstant(x.Right):
		return e.operator(pos, "bulk", left), right
	}
	return left, right
}

func isConstant(x ast.Expr) bool {
	switch x.(type) {
	case *ast.Num, *ast.Str, *ast.Bytes:
		return true
	}
	return false
}

// isDisplay reports whether an expression is a list or tuple that is written out.
func isDisplay(x ast.Expr) bool {
	switch x.(type) {
	case *ast.List, *ast.Tuple, *ast.ListComp:
		return true
	}
	return false
}

// smallFactor reports whether a factor makes no value that is many times the other: Starlark does not bound
// products.
func smallFactor(x ast.Expr) bool {
	n, ok := x.(*ast.Num)
	if !ok {
		return false
	}
	const most = 1000
	switch v := n.Value.(type) {
	case int64:
		return v <= most
	case float64:
		return true
	}
	return false
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
