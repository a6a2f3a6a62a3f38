package parse

import (
	"math"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/object"
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
	if !isCall || !isName || len(st.Targets) > 1 || !ast.IsName(call.Func, "const") {
		return st
	}
	var value starlark.Value
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
	st.Value = literalOf(value, ast.ExprBase{Pos: call.Args[0].At()})
	return st
}

// isConst reports whether a name is that of a constant.
func (p *parser) isConst(name string) bool { return p.consts[name] != nil }

// folded is the value of an expression, nil where it is no constant.
func folded(e ast.Expr) starlark.Value {
	switch e := e.(type) {
	case *ast.Num:
		return object.FromGo(e.Value)
	case *ast.Str:
		return object.NewStr(e.S)
	case *ast.Bytes:
		return object.NewBytes([]byte(e.S))
	case *ast.NameConstant:
		return [...]starlark.Value{ast.None: starlark.None, ast.True: object.True, ast.False: object.False}[e.Value]
	case *ast.Ellipsis:
		return object.Ellipsis
	case *ast.Tuple:
		t := make(starlark.Tuple, len(e.Elts))
		for i, x := range e.Elts {
			if t[i] = folded(x); t[i] == nil {
				return nil
			}
		}
		return t
	case *ast.Attribute: // MicroPython's compiler knows these of other modules
		switch strings.Join(ast.Dotted(e), ".") {
		case "math.pi":
			return starlark.Float(math.Pi)
		case "math.e":
			return starlark.Float(math.E)
		}
	case *ast.UnaryOp:
		return foldedUnary(e.Op, folded(e.Operand))
	case *ast.BinOp:
		return foldedBinary(e.Op, folded(e.Left), folded(e.Right))
	case *ast.BoolOp:
		var last starlark.Value
		for _, x := range e.Values {
			if last = folded(x); last == nil || object.Truth(last) == e.Or {
				break
			}
		}
		return last
	}
	return nil
}

func isNumber(v starlark.Value) bool {
	switch v.(type) {
	case starlark.Int, starlark.Float:
		return true
	}
	return false
}

func foldedUnary(op ast.UnaryOperator, x starlark.Value) starlark.Value {
	if op == ast.Not && x != nil {
		return object.Bool(!object.Truth(x))
	}
	token := map[ast.UnaryOperator]syntax.Token{ast.USub: syntax.MINUS, ast.UAdd: syntax.PLUS, ast.Invert: syntax.TILDE}[op]
	if v, err := starlark.Unary(token, x); err == nil && isNumber(x) {
		return v
	}
	return nil
}

// foldedBinary computes with two numbers; nil for what is not computed ahead.
func foldedBinary(op ast.Operator, x, y starlark.Value) starlark.Value {
	if !isNumber(x) || !isNumber(y) {
		return nil
	}
	if a, ok := x.(starlark.Int); ok && op == ast.Pow {
		if times, _ := object.AsFloat(y); times*float64(a.BigInt().BitLen()) > maxFolded {
			return nil
		}
	}
	v, err := object.InPlace(op.String(), x, y)
	if n, isInt := v.(starlark.Int); err != nil || !isNumber(v) || isInt && n.BigInt().BitLen() > maxFolded {
		return nil
	}
	return v
}

// literalOf writes a constant as it stands at a place. A negative number is minus a literal.
func literalOf(v starlark.Value, at ast.ExprBase) ast.Expr {
	switch v := v.(type) {
	case starlark.NoneType:
		return &ast.NameConstant{ExprBase: at, Value: ast.None}
	case starlark.Int:
		if n, small := v.Int64(); v.Sign() >= 0 && small {
			return &ast.Num{ExprBase: at, Value: n}
		} else if v.Sign() >= 0 {
			return &ast.Num{ExprBase: at, Value: v.BigInt()}
		}
		return &ast.UnaryOp{ExprBase: at, Op: ast.USub, Operand: literalOf(starlark.MakeInt(0).Sub(v), at)}
	case starlark.Float:
		if f := float64(v); !math.Signbit(f) || math.IsNaN(f) {
			return &ast.Num{ExprBase: at, Value: f}
		}
		return &ast.UnaryOp{ExprBase: at, Op: ast.USub, Operand: literalOf(-v, at)}
	case object.Complex:
		return &ast.Num{ExprBase: at, Value: complex128(v)}
	case *object.Str:
		return &ast.Str{ExprBase: at, S: v.GoString()}
	case *object.Bytes:
		b, _ := object.AsBytes(v)
		return &ast.Bytes{ExprBase: at, S: string(b)}
	case starlark.Tuple:
		t := &ast.Tuple{ExprBase: at}
		for _, x := range v {
			t.Elts = append(t.Elts, literalOf(x, at))
		}
		return t
	}
	switch v {
	case object.True:
		return &ast.NameConstant{ExprBase: at, Value: ast.True}
	case object.False:
		return &ast.NameConstant{ExprBase: at, Value: ast.False}
	}
	return &ast.Ellipsis{ExprBase: at}
}
