package suite

import (
	"slices"

	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
	"quecstar/harness/script"
)

// A pattern is compared with == and != as a value is, also where no check shows both sides, as in
//
//	all([id == between(1, 65535) for id in ids])
//
// Neither language asks a pattern there, so that such a comparison, where it names one, becomes one of what
// ·fits(x, y) says with True: x == y would always be false, and x != y always true.
const fitsName = "·fits"

// patternNames are the functions that make patterns.
var patternNames = []string{"like", "matches", "between", "any_of", "has", "anything"}

// fitsCall is ·fits(x, y).
func fitsCall(c *script.Call) (any, error) {
	is, err := runOf(c).equal(c.Args[0], c.Args[1], deepest)
	return is, err
}

// fitPython rewrites the comparisons of a .py file that name a pattern.
func fitPython(mod *ast.Module) {
	makes := func(e ast.Expr) bool {
		call, ok := e.(*ast.Call)
		if !ok {
			return false
		}
		name, ok := call.Func.(*ast.Name)
		return ok && slices.Contains(patternNames, name.ID)
	}
	ast.Walk(mod, func(n ast.Node) bool {
		e, ok := n.(*ast.Compare)
		if ok && len(e.Ops) == 1 && (e.Ops[0] == ast.Eq || e.Ops[0] == ast.NotEq) &&
			(makes(e.Left) || makes(e.Comparators[0])) {
			e.Left = callOf(e, fitsName, e.Left, e.Comparators[0])
			e.Comparators = []ast.Expr{&ast.NameConstant{ExprBase: exprAt(e), Value: ast.True}}
		}
		return true
	})
}

// fitStarlark is fitPython of a .star file.
func fitStarlark(f *syntax.File) {
	makes := func(e syntax.Expr) bool {
		call, ok := e.(*syntax.CallExpr)
		if !ok {
			return false
		}
		name, ok := call.Fn.(*syntax.Ident)
		return ok && slices.Contains(patternNames, name.Name)
	}
	syntax.Walk(f, func(n syntax.Node) bool {
		e, ok := n.(*syntax.BinaryExpr)
		if ok && (e.Op == syntax.EQL || e.Op == syntax.NEQ) && (makes(e.X) || makes(e.Y)) {
			e.X = starCall(e.OpPos, fitsName, e.X, e.Y)
			e.Y = &syntax.Ident{NamePos: e.OpPos, Name: "True"}
		}
		return true
	})
}
