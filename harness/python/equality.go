package python

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/object"
)

// Starlark finds an int and a bool unequal, and so what holds them, and it asks no method of a class
// that another file defines. Two values that Starlark finds equal are; where it finds them unequal,
// ·odd, whose "in" costs no call, says whether the two have to be compared again by a helper:
//
//	x == y    x == y or x in ·oddly and (x in ·odd or y in ·odd) and ·eqagain(x, y)
//
// The first test leaves ordinary values after one look, where no other file can have such a class: an
// int that a bool may equal is 0 or 1. Operands that call something when they are evaluated, as an
// attribute may, are evaluated but once:
//
//	x == y    x in ·equals[y]
//	x != y    x in ·differs[y]

// operandKind is what is known of the value of an operand when it is compiled.
type operandKind uint8

const (
	anyKind operandKind = iota
	intKind             // an int, which only a bool equals that is not equal for Starlark
	ownKind             // equal to what Starlark finds equal, to nothing else
)

// kindOf finds the kind of an operand.
func (l *lowerer) kindOf(b *block, e ast.Expr) operandKind {
	if kind := constantKind(e); kind != anyKind {
		return kind
	}
	if l.a.isInt(b.scope, e) {
		return intKind
	}
	return anyKind
}

// constantKind finds the kind of a constant.
func constantKind(e ast.Expr) operandKind {
	switch e := e.(type) {
	case *ast.Str, *ast.Bytes, *ast.JoinedStr:
		return ownKind
	case *ast.NameConstant:
		if e.Value == ast.None {
			return ownKind
		}
	case *ast.Num:
		switch n := e.Value.(type) {
		case int64:
			if n == 0 || n == 1 {
				return intKind
			}
		case float64:
			if n == 0 || n == 1 {
				return intKind
			}
		}
		return ownKind
	}
	return anyKind
}

// holdsOwn reports whether a container that is written out has nothing that an odd value may equal.
func holdsOwn(e ast.Expr) bool {
	var elts []ast.Expr
	switch e := e.(type) {
	case *ast.Tuple:
		elts = e.Elts
	case *ast.List:
		elts = e.Elts
	case *ast.Str, *ast.Bytes:
		return true
	default:
		return false
	}
	return !slices.ContainsFunc(elts, func(e ast.Expr) bool { return constantKind(e) != ownKind })
}

// equals lowers == and !=.
func (l *lowerer) equals(b *block, pos syntax.Position, op ast.CmpOp, x, y ast.Expr, lx, ly syntax.Expr) syntax.Expr {
	c := compareOps[op]
	kx, ky := l.kindOf(b, x), l.kindOf(b, y)
	own := kx == ownKind || ky == ownKind
	if own && l.alone || kx != anyKind && ky != anyKind {
		return binary(pos, lx, c.token, ly)
	}
	again := l.again(lx, ly)
	if again == nil {
		return binary(pos, lx, syntax.IN, l.comparedTo(pos, op, y, ly))
	}
	which := "odd"
	if own {
		which = "instances"
	}
	odd := l.odd(pos, which, l.oddSide(kx, lx), l.oddSide(ky, ly))
	if l.alone && kx == anyKind && ky == anyKind {
		odd = binary(pos, l.odd(pos, "oddly", first(lx, ly)), syntax.AND, odd)
	}
	if op == ast.NotEq {
		same := &syntax.UnaryExpr{OpPos: pos, Op: syntax.NOT, X: odd}
		return binary(pos, binary(pos, lx, syntax.NEQ, ly), syntax.AND, binary(pos, same, syntax.OR, l.help(pos, "neagain", again...)))
	}
	return binary(pos, binary(pos, lx, syntax.EQL, ly), syntax.OR, binary(pos, odd, syntax.AND, l.help(pos, "eqagain", again...)))
}

// comparedTo is what an operand is looked for in to be compared with y: for 0 and 1 a constant.
func (l *lowerer) comparedTo(pos syntax.Position, op ast.CmpOp, y ast.Expr, ly syntax.Expr) syntax.Expr {
	name := "equals"
	if op == ast.NotEq {
		name = "differs"
	}
	if n, ok := y.(*ast.Num); ok && (n.Value == int64(0) || n.Value == int64(1)) {
		return l.helperValue(pos, fmt.Sprintf("%s%d", name, n.Value))
	}
	return l.unary(pos, name, ly)
}

// ordered lowers < and its kin of what may be a bool, which Starlark does not order with an int:
//
//	x < y    ·lt(x, y) if x in ·odd or y in ·odd else x < y
func (l *lowerer) ordered(b *block, pos syntax.Position, op ast.CmpOp, x, y ast.Expr, lx, ly syntax.Expr) syntax.Expr {
	c := compareOps[op]
	kx, ky := l.kindOf(b, x), l.kindOf(b, y)
	if kx != anyKind && ky != anyKind {
		return binary(pos, lx, c.token, ly)
	}
	again := l.again(lx, ly)
	if again == nil {
		return l.help(pos, c.helper, lx, ly)
	}
	odd := l.odd(pos, "odd", l.oddSide(kx, lx), l.oddSide(ky, ly))
	return &syntax.CondExpr{If: pos, Cond: odd, True: l.help(pos, c.helper, again...), ElsePos: pos, False: binary(pos, lx, c.token, ly)}
}

// first is the operand that is looked at first, and alone where it is an ordinary value: a variable
// rather than what takes longer.
func first(x, y syntax.Expr) syntax.Expr {
	if _, ok := y.(*syntax.Ident); ok {
		return y
	}
	return x
}

// oddSide is an operand that has to be looked at; nil for one that is known not to be odd.
func (l *lowerer) oddSide(kind operandKind, x syntax.Expr) syntax.Expr {
	if kind != anyKind {
		return nil
	}
	return x
}

// odd lowers to a test whether one of the operands, which can be evaluated again, is odd.
func (l *lowerer) odd(pos syntax.Position, which string, sides ...syntax.Expr) syntax.Expr {
	var test syntax.Expr
	for _, side := range sides {
		if side == nil {
			continue
		}
		in := binary(pos, l.copyOf(side), syntax.IN, l.helperValue(pos, which))
		if test == nil {
			test = in
		} else {
			test = binary(pos, test, syntax.OR, in)
		}
	}
	return test
}

// in lowers x in y: by Starlark's own in, where that may be, and what ·oddly says.
func (l *lowerer) in(b *block, pos syntax.Position, x, y ast.Expr, lx, ly syntax.Expr) syntax.Expr {
	kind := l.kindOf(b, x)
	if kind != anyKind && holdsOwn(y) || l.alone && !l.membership && !l.nan && l.nativeIn(y) && (kind == ownKind || holdsOwn(y)) {
		return binary(pos, lx, syntax.IN, ly)
	}
	if l.membership || l.nan || !l.alone || !l.nativeIn(y) {
		return binary(pos, lx, syntax.IN, l.unary(pos, "within", ly))
	}
	again := l.again(lx, ly)
	if again == nil {
		return binary(pos, lx, syntax.IN, l.unary(pos, "within", ly))
	}
	odd := l.odd(pos, "oddly", lx)
	return binary(pos, binary(pos, lx, syntax.IN, ly), syntax.OR, binary(pos, odd, syntax.AND, l.help(pos, "in", again...)))
}

// again copies lowered expressions that can be evaluated twice and no one will see; nil if one cannot.
func (l *lowerer) again(list ...syntax.Expr) []syntax.Expr {
	out := make([]syntax.Expr, len(list))
	for i, e := range list {
		if out[i] = l.copyOf(e); out[i] == nil {
			return nil
		}
	}
	return out
}

// copyOf copies constants, variables, and displays of these: all else may call a method.
func (l *lowerer) copyOf(e syntax.Expr) syntax.Expr {
	switch e := e.(type) {
	case *syntax.Ident:
		return l.ident(e.NamePos, e.Name)
	case *syntax.Literal:
		c := *e
		return &c
	case *syntax.DotExpr: // of a cell
		if cell, ok := e.X.(*syntax.Ident); ok && strings.HasPrefix(cell.Name, object.Marker) && e.Name.Name == "v" {
			return l.dot(e.Dot, l.ident(cell.NamePos, cell.Name), "v")
		}
	case *syntax.TupleExpr:
		if list := l.again(e.List...); list != nil {
			return &syntax.TupleExpr{Lparen: e.Lparen, List: list, Rparen: e.Rparen}
		}
	case *syntax.ListExpr:
		if list := l.again(e.List...); list != nil {
			return &syntax.ListExpr{Lbrack: e.Lbrack, List: list, Rbrack: e.Rbrack}
		}
	}
	return nil
}
