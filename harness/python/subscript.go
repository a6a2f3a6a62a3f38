package python

import (
	"go.starlark.net/syntax"
	"quecstar/harness/python/ast"
)

func (l *lowerer) subscript(b *block, e *ast.Subscript) syntax.Expr {
	pos := l.pos(e)
	x := l.expr(b, e.Value)
	s, ok := e.Index.(*ast.Slice)
	if !ok && l.oddIndex(b, e) {
		return l.help(pos, "getitem", x, l.expr(b, e.Index))
	}
	if !ok {
		return &syntax.IndexExpr{X: x, Lbrack: pos, Y: l.index(b, e.Index), Rbrack: pos}
	}
	if l.slicing {
		return l.help(pos, "getslice", append([]syntax.Expr{x}, l.sliceParts(b, pos, s)...)...)
	}
	sl := &syntax.SliceExpr{X: x, Lbrack: pos, Rbrack: pos}
	if s.Lower != nil {
		sl.Lo = l.expr(b, s.Lower)
	}
	if s.Upper != nil {
		sl.Hi = l.expr(b, s.Upper)
	}
	if s.Step != nil {
		sl.Step = l.expr(b, s.Step)
	}
	return sl
}

// oddIndex reports whether an index may be one that Starlark refuses: a bool, as in ("off", "on")[state],
// or a slice object.
func (l *lowerer) oddIndex(b *block, e *ast.Subscript) bool {
	switch e.Index.(type) {
	case *ast.Num, *ast.Str, *ast.BinOp, *ast.Compare:
		return false
	}
	return l.mayBeSlice(b, e.Index) || !isBoolean(e.Index) && (l.mayBeBool(e.Index) || isPair(e.Value))
}

// mayBeSlice reports whether an index may be a slice object: what __getitem__ was given.
func (l *lowerer) mayBeSlice(b *block, index ast.Expr) bool {
	_, isName := index.(*ast.Name)
	return isName && l.slices && (b.class != nil || l.py != "" || l.a.mentions["slice"])
}

// isPair reports whether an expression writes out two elements.
func isPair(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Tuple:
		return len(e.Elts) == 2
	case *ast.List:
		return len(e.Elts) == 2
	case *ast.Str:
		return len(e.S) == 2
	}
	return false
}

// index is a subscript: a comparison used as one is an int, as Starlark takes nothing else.
func (l *lowerer) index(b *block, e ast.Expr) syntax.Expr {
	pos := l.pos(e)
	if isBoolean(e) {
		return &syntax.CondExpr{If: pos, Cond: l.test(b, e), True: number(pos, 1), ElsePos: pos, False: number(pos, 0)}
	}
	return l.expr(b, e)
}

func (l *lowerer) sliceParts(b *block, pos syntax.Position, s *ast.Slice) []syntax.Expr {
	out := make([]syntax.Expr, 3)
	for i, e := range []ast.Expr{s.Lower, s.Upper, s.Step} {
		out[i] = l.none(pos)
		if e != nil {
			out[i] = l.expr(b, e)
		}
	}
	return out
}
