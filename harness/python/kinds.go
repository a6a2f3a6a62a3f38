package python

import (
	"slices"

	"quecstar/harness/python/ast"
)

// intOps are the operators that make an int of two.
var intOps = map[ast.Operator]bool{ast.Add: true, ast.Sub: true, ast.Mult: true, ast.FloorDiv: true, ast.Modulo: true,
	ast.BitAnd: true, ast.BitOr: true, ast.BitXor: true, ast.LShift: true, ast.RShift: true}

// intFunctions are the builtin functions that return an int, whatever they are given.
var intFunctions = map[string]bool{"len": true, "ord": true, "int": true}

// bindTo records that a name is given the value of an expression, any other binding that the value is
// not known.
func (a *analyzer) bindTo(s *scope, target, value ast.Expr) {
	n, ok := target.(*ast.Name)
	f := s.function()
	if !ok || f.globals[n.ID] || f.nonlocals[n.ID] {
		a.target(s, target)
		return
	}
	v := f.declare(n.ID)
	if v.values == nil {
		a.given = append(a.given, given{f, v})
	}
	known := v.unknown
	a.target(s, target)
	v.unknown = known
	v.values = append(v.values, value)
}

// given is a variable with its scope.
type given struct {
	s *scope
	v *variable
}

// maxRounds is how often variables are looked at before all count as unknown: each round settles those
// that depend on others which the round before it settled, and scripts do not go round in long circles.
const maxRounds = 20

// findInts finds the variables that hold but ints. All that may be are taken for such, as in x = x + 1,
// until one of the values that they are given turns out to be something else.
func (a *analyzer) findInts() {
	for _, g := range a.given {
		g.v.ints = !g.v.param && !g.v.unknown && !(g.s.kind == moduleScope && g.v.cell)
	}
	for range maxRounds {
		changed := false
		for _, g := range a.given {
			if g.v.ints && slices.ContainsFunc(g.v.values, func(e ast.Expr) bool { return !a.isInt(g.s, e) }) {
				g.v.ints, changed = false, true
			}
		}
		if !changed {
			return
		}
	}
	for _, g := range a.given {
		g.v.ints = false
	}
}

// isInt reports whether an expression is surely an int and no bool.
func (a *analyzer) isInt(s *scope, e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Num:
		_, ok := e.Value.(int64)
		return ok
	case *ast.Name:
		return isIntVariable(s, e.ID)
	case *ast.BinOp:
		return intOps[e.Op] && a.isInt(s, e.Left) && a.isInt(s, e.Right)
	case *ast.UnaryOp:
		return e.Op != ast.Not && a.isInt(s, e.Operand)
	case *ast.IfExp:
		return a.isInt(s, e.Body) && a.isInt(s, e.Orelse)
	case *ast.Call:
		n, ok := e.Func.(*ast.Name)
		return ok && intFunctions[n.ID] && !a.dynamic && isUnbound(s, n.ID)
	}
	return false
}

// isUnbound reports whether no scope binds a name, which then is a builtin's.
func isUnbound(s *scope, name string) bool {
	for ; s != nil; s = s.parent {
		if v := s.names[name]; v != nil && v.bound {
			return false
		}
	}
	return true
}

func isIntVariable(s *scope, name string) bool {
	for ; s != nil; s = s.parent {
		if v := s.names[name]; v != nil && v.bound && s.kind != classScope {
			return v.ints
		}
	}
	return false
}

// rangeElement is a stand-in for the elements of a range, 0, or nil for what may be something else.
func rangeElement(e ast.Expr) ast.Expr {
	c, ok := e.(*ast.Call)
	if !ok {
		return nil
	}
	if n, ok := c.Func.(*ast.Name); !ok || n.ID != "range" {
		return nil
	}
	return &ast.Num{ExprBase: c.ExprBase, Value: int64(0)}
}
