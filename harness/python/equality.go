package python

import (
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
//	x == y    x == y or x in ·oddly and (x in ·odd or y in ·odd) and ·eq(x, y)
//
// The first test leaves ordinary values after one look: an int that a bool may equal is 0 or 1.

// operandKind is what is known of the value of an operand when it is compiled.
type operandKind uint8

const (
	anyKind operandKind = iota
	intKind             // an int, which only a bool equals that is not equal for Starlark
	ownKind             // equal to what Starlark finds equal, to nothing else
)

// kindOf finds the kind of an operand.
func kindOf(e ast.Expr, lowered syntax.Expr) operandKind {
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
	if isLen(lowered) {
		return intKind
	}
	return anyKind
}

// isLen reports whether a lowered expression is len(x), of the builtin len.
func isLen(e syntax.Expr) bool {
	i, ok := e.(*syntax.IndexExpr)
	if !ok {
		return false
	}
	fn, ok := i.X.(*syntax.Ident)
	return ok && fn.Name == lenName
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
	return !slices.ContainsFunc(elts, func(e ast.Expr) bool { return kindOf(e, nil) != ownKind })
}

// equals lowers == and !=.
func (l *lowerer) equals(pos syntax.Position, op ast.CmpOp, x, y ast.Expr, lx, ly syntax.Expr) syntax.Expr {
	c := compareOps[op]
	kx, ky := kindOf(x, lx), kindOf(y, ly)
	if kx == ownKind || ky == ownKind || kx == intKind && ky == intKind {
		return binary(pos, lx, c.token, ly)
	}
	odd := l.odd(pos, "odd", l.oddSide(kx, lx), l.oddSide(ky, ly))
	if kx == anyKind && ky == anyKind && odd != nil {
		odd = binary(pos, l.odd(pos, "oddly", first(lx, ly)), syntax.AND, odd)
	}
	again := l.again(lx, ly)
	if odd == nil || again == nil {
		return l.help(pos, c.helper, lx, ly)
	}
	if op == ast.NotEq {
		same := &syntax.UnaryExpr{OpPos: pos, Op: syntax.NOT, X: odd}
		return binary(pos, binary(pos, lx, syntax.NEQ, ly), syntax.AND, binary(pos, same, syntax.OR, l.help(pos, c.helper, again...)))
	}
	return binary(pos, binary(pos, lx, syntax.EQL, ly), syntax.OR, binary(pos, odd, syntax.AND, l.help(pos, c.helper, again...)))
}

// ordered lowers < and its kin of what may be a bool, which Starlark does not order with an int:
//
//	x < y    ·lt(x, y) if x in ·odd or y in ·odd else x < y
func (l *lowerer) ordered(pos syntax.Position, op ast.CmpOp, x, y ast.Expr, lx, ly syntax.Expr) syntax.Expr {
	c := compareOps[op]
	odd := l.odd(pos, "odd", l.oddSide(kindOf(x, lx), lx), l.oddSide(kindOf(y, ly), ly))
	again := l.again(lx, ly)
	if odd == nil || again == nil {
		return l.help(pos, c.helper, lx, ly)
	}
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

// odd lowers to a test whether one of the operands is odd; nil where one cannot be evaluated again.
func (l *lowerer) odd(pos syntax.Position, which string, sides ...syntax.Expr) syntax.Expr {
	var test syntax.Expr
	for _, side := range sides {
		if side == nil {
			continue
		}
		again := l.again(side)
		if again == nil {
			return nil
		}
		in := binary(pos, again[0], syntax.IN, l.helperValue(pos, which))
		if test == nil {
			test = in
		} else {
			test = binary(pos, test, syntax.OR, in)
		}
	}
	return test
}

// in lowers x in y: by Starlark's own in, where that may be, and what ·oddly says.
func (l *lowerer) in(pos syntax.Position, x, y ast.Expr, lx, ly syntax.Expr) syntax.Expr {
	native := binary(pos, lx, syntax.IN, ly)
	if l.membership || l.nan || !l.nativeIn(y) {
		return l.help(pos, "in", lx, ly)
	}
	if kindOf(x, lx) == ownKind || holdsOwn(y) {
		return native
	}
	odd, again := l.odd(pos, "oddly", lx), l.again(lx, ly)
	if odd == nil || again == nil {
		return l.help(pos, "in", lx, ly)
	}
	return binary(pos, native, syntax.OR, binary(pos, odd, syntax.AND, l.help(pos, "in", again...)))
}

// again copies lowered expressions that can be evaluated twice without harm; nil if one cannot.
func (l *lowerer) again(list ...syntax.Expr) []syntax.Expr {
	out := make([]syntax.Expr, len(list))
	for i, e := range list {
		if out[i] = l.copyOf(e, 0); out[i] == nil {
			return nil
		}
	}
	return out
}

// maxCopied is how deep an expression may be that is evaluated twice.
const maxCopied = 6

func (l *lowerer) copyOf(e syntax.Expr, depth int) syntax.Expr {
	if depth > maxCopied {
		return nil
	}
	pair := func(x, y syntax.Expr) []syntax.Expr {
		p := []syntax.Expr{l.copyOf(x, depth+1), l.copyOf(y, depth+1)}
		if p[0] == nil || p[1] == nil {
			return nil
		}
		return p
	}
	switch e := e.(type) {
	case *syntax.Ident:
		return l.ident(e.NamePos, e.Name)
	case *syntax.Literal:
		c := *e
		return &c
	case *syntax.DotExpr:
		if x := l.copyOf(e.X, depth+1); x != nil {
			return l.dot(e.Dot, x, e.Name.Name)
		}
	case *syntax.IndexExpr:
		fn, ok := e.X.(*syntax.Ident)
		if ok && (strings.HasPrefix(fn.Name, callPrefix) && !isLen(e) || fn.Name == yieldName) {
			return nil // a call
		}
		if p := pair(e.X, e.Y); p != nil {
			return &syntax.IndexExpr{X: p[0], Lbrack: e.Lbrack, Y: p[1], Rbrack: e.Rbrack}
		}
	case *syntax.BinaryExpr:
		if p := pair(e.X, e.Y); p != nil && e.Op != syntax.EQ {
			return binary(e.OpPos, p[0], e.Op, p[1])
		}
	case *syntax.TupleExpr:
		if list := l.copies(e.List, depth+1); list != nil {
			return &syntax.TupleExpr{Lparen: e.Lparen, List: list, Rparen: e.Rparen}
		}
	case *syntax.ListExpr:
		if list := l.copies(e.List, depth+1); list != nil {
			return &syntax.ListExpr{Lbrack: e.Lbrack, List: list, Rbrack: e.Rbrack}
		}
	}
	return nil
}

func (l *lowerer) copies(list []syntax.Expr, depth int) []syntax.Expr {
	out := make([]syntax.Expr, len(list))
	for i, e := range list {
		if out[i] = l.copyOf(e, depth); out[i] == nil {
			return nil
		}
	}
	return out
}

// callPrefix begins the names of functions that lowered code calls as an index; lenName is that of
// the builtin len.
const (
	callPrefix = object.Marker + "u_"
	lenName    = callPrefix + "len"
)
