package parse

import (
	"math"
	"math/big"
	"slices"

	"quecstar/harness/python/ast"
)

// maxFolded is how many bits an int may have that is computed before a program runs.
const maxFolded = 1 << 16

// constant is what becomes of name = const(value), as in MicroPython's compiler (docs.micropython.org,
// micropython.const; py/parse.c): from here to the end of the file the name, wherever it is an expression,
// is the value, whatever else binds it. A name that begins with _ is no variable at all. What const is bound
// to does not matter.
func (p *parser) constant(st *ast.Assign) ast.Stmt {
	call, isCall := st.Value.(*ast.Call)
	target, isName := st.Targets[0].(*ast.Name)
	if !isCall || !isName || len(st.Targets) > 1 {
		return st
	}
	if fn, ok := call.Func.(*ast.Name); !ok || fn.ID != "const" {
		return st
	}
	var value ast.Expr
	if len(call.Args) == 1 && len(call.Keywords) == 0 {
		value = folded(call.Args[0])
	}
	if value == nil {
		p.failPos(call.At(), "not a constant")
	}
	p.consts[target.ID] = value
	if target.ID[0] == '_' {
		return &ast.Pass{StmtBase: st.StmtBase}
	}
	st.Value = value
	return st
}

// isConst reports whether a name is that of a constant.
func (p *parser) isConst(name string) bool { return p.consts[name] != nil }

// moved is a constant as it stands at another place.
func moved(e ast.Expr, to ast.ExprBase) ast.Expr {
	switch e := e.(type) {
	case *ast.Num:
		return &ast.Num{ExprBase: to, Value: e.Value}
	case *ast.Str:
		return &ast.Str{ExprBase: to, S: e.S}
	case *ast.Bytes:
		return &ast.Bytes{ExprBase: to, S: e.S}
	case *ast.NameConstant:
		return &ast.NameConstant{ExprBase: to, Value: e.Value}
	case *ast.UnaryOp:
		return &ast.UnaryOp{ExprBase: to, Op: e.Op, Operand: moved(e.Operand, to)}
	case *ast.Tuple:
		t := &ast.Tuple{ExprBase: to}
		for _, x := range e.Elts {
			t.Elts = append(t.Elts, moved(x, to))
		}
		return t
	}
	return &ast.Ellipsis{ExprBase: to}
}

// folded is the literal that an expression is equal to, nil where it is no constant. A negative number is
// minus a literal.
func folded(e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.Num, *ast.Str, *ast.Bytes, *ast.NameConstant, *ast.Ellipsis:
		return e
	case *ast.Tuple:
		t := &ast.Tuple{ExprBase: e.ExprBase}
		for _, x := range e.Elts {
			if x = folded(x); x == nil {
				return nil
			}
			t.Elts = append(t.Elts, x)
		}
		return t
	case *ast.Attribute: // MicroPython's compiler knows these of other modules
		switch names := dottedName(e); {
		case slices.Equal(names, []string{"math", "pi"}):
			return literalOf(math.Pi, e.ExprBase)
		case slices.Equal(names, []string{"math", "e"}):
			return literalOf(math.E, e.ExprBase)
		}
	case *ast.UnaryOp:
		return foldedUnary(e)
	case *ast.BinOp:
		left, right := numberOf(folded(e.Left)), numberOf(folded(e.Right))
		if left == nil || right == nil {
			return nil
		}
		return literalOf(binary(e.Op, left, right), e.ExprBase)
	case *ast.BoolOp:
		return foldedBool(e)
	}
	return nil
}

func foldedUnary(e *ast.UnaryOp) ast.Expr {
	operand := folded(e.Operand)
	if operand == nil {
		return nil
	}
	if e.Op == ast.Not {
		value := ast.True
		if isTrue(operand) {
			value = ast.False
		}
		return &ast.NameConstant{ExprBase: e.ExprBase, Value: value}
	}
	switch n := numberOf(operand).(type) {
	case *big.Int:
		switch e.Op {
		case ast.USub:
			n = new(big.Int).Neg(n)
		case ast.Invert:
			n = new(big.Int).Not(n)
		}
		return literalOf(n, e.ExprBase)
	case float64:
		if e.Op == ast.USub {
			n = -n
		}
		if e.Op != ast.Invert {
			return literalOf(n, e.ExprBase)
		}
	}
	return nil
}

func foldedBool(e *ast.BoolOp) ast.Expr {
	var last ast.Expr
	for _, x := range e.Values {
		if last = folded(x); last == nil {
			return nil
		}
		if isTrue(last) == e.Or {
			break
		}
	}
	return last
}

// isTrue is the truth of a constant.
func isTrue(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Str:
		return e.S != ""
	case *ast.Bytes:
		return e.S != ""
	case *ast.NameConstant:
		return e.Value == ast.True
	case *ast.Tuple:
		return len(e.Elts) > 0
	}
	switch n := numberOf(e).(type) {
	case *big.Int:
		return n.Sign() != 0
	case float64:
		return n != 0
	}
	return true
}

// numberOf is the *big.Int or float64 that a constant is, nil for any other.
func numberOf(e ast.Expr) any {
	switch e := e.(type) {
	case *ast.Num:
		switch n := e.Value.(type) {
		case int64:
			return big.NewInt(n)
		case *big.Int, float64:
			return n
		}
	case *ast.UnaryOp: // minus, as foldedUnary leaves no other
		switch n := numberOf(e.Operand).(type) {
		case *big.Int:
			return new(big.Int).Neg(n)
		case float64:
			return -n
		}
	}
	return nil
}

// literalOf is a number as a literal, nil of nil.
func literalOf(n any, at ast.ExprBase) ast.Expr {
	switch n := n.(type) {
	case *big.Int:
		switch {
		case n.Sign() < 0:
			return &ast.UnaryOp{ExprBase: at, Op: ast.USub, Operand: literalOf(new(big.Int).Neg(n), at)}
		case n.IsInt64():
			return &ast.Num{ExprBase: at, Value: n.Int64()}
		}
		return &ast.Num{ExprBase: at, Value: n}
	case float64:
		if math.Signbit(n) && !math.IsNaN(n) {
			return &ast.UnaryOp{ExprBase: at, Op: ast.USub, Operand: &ast.Num{ExprBase: at, Value: -n}}
		}
		return &ast.Num{ExprBase: at, Value: n}
	}
	return nil
}

// binary computes with two numbers; nil for what is not computed ahead.
func binary(op ast.Operator, left, right any) any {
	a, aInt := left.(*big.Int)
	b, bInt := right.(*big.Int)
	if aInt && bInt && op != ast.Div && !(op == ast.Pow && b.Sign() < 0) {
		return binaryInts(op, a, b)
	}
	x, y := floatOf(left), floatOf(right)
	switch op {
	case ast.Add:
		return x + y
	case ast.Sub:
		return x - y
	case ast.Mult:
		return x * y
	case ast.Pow:
		if x != 0 || y >= 0 {
			return math.Pow(x, y)
		}
	case ast.Div:
		if y != 0 {
			return x / y
		}
	case ast.FloorDiv:
		if y != 0 {
			return math.Floor(x / y)
		}
	case ast.Modulo:
		if y != 0 {
			r := math.Mod(x, y)
			if r != 0 && (r < 0) != (y < 0) {
				r += y
			}
			return r
		}
	}
	return nil
}

func floatOf(n any) float64 {
	if i, ok := n.(*big.Int); ok {
		f, _ := new(big.Float).SetInt(i).Float64()
		return f
	}
	return n.(float64)
}

func binaryInts(op ast.Operator, a, b *big.Int) any {
	out := new(big.Int)
	switch op {
	case ast.Add:
		return out.Add(a, b)
	case ast.Sub:
		return out.Sub(a, b)
	case ast.Mult:
		return out.Mul(a, b)
	case ast.BitAnd:
		return out.And(a, b)
	case ast.BitOr:
		return out.Or(a, b)
	case ast.BitXor:
		return out.Xor(a, b)
	case ast.LShift:
		if b.Sign() >= 0 && b.IsInt64() && b.Int64()+int64(a.BitLen()) <= maxFolded {
			return out.Lsh(a, uint(b.Int64()))
		}
	case ast.RShift:
		if b.Sign() >= 0 && b.IsInt64() {
			return out.Rsh(a, uint(min(b.Int64(), maxFolded)))
		}
	case ast.Pow:
		if b.IsInt64() && b.Int64()*int64(a.BitLen()) <= maxFolded {
			return out.Exp(a, b, nil)
		}
	case ast.FloorDiv, ast.Modulo:
		if b.Sign() == 0 {
			return nil
		}
		q, r := out.QuoRem(a, b, new(big.Int))
		if r.Sign() != 0 && r.Sign() != b.Sign() {
			q.Sub(q, big.NewInt(1))
			r.Add(r, b)
		}
		if op == ast.Modulo {
			return r
		}
		return q
	}
	return nil
}
