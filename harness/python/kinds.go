package python

import "quecstar/harness/python/ast"

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
	known := f.declare(n.ID).unknown
	a.target(s, target)
	f.names[n.ID].unknown = known
	f.names[n.ID].values = append(f.names[n.ID].values, value)
}

// isInt reports whether an expression is surely an int and no bool. A variable is where all that it is
// given is.
func (l *lowerer) isInt(s *scope, e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Num:
		_, ok := e.Value.(int64)
		return ok
	case *ast.Name:
		return l.isIntVariable(s, e.ID)
	case *ast.BinOp:
		return intOps[e.Op] && l.isInt(s, e.Left) && l.isInt(s, e.Right)
	case *ast.UnaryOp:
		return e.Op != ast.Not && l.isInt(s, e.Operand)
	case *ast.IfExp:
		return l.isInt(s, e.Body) && l.isInt(s, e.Orelse)
	case *ast.Call:
		n, ok := e.Func.(*ast.Name)
		return ok && intFunctions[n.ID] && !l.a.dynamic && isUnbound(s, n.ID)
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

func (l *lowerer) isIntVariable(s *scope, name string) bool {
	for ; s != nil; s = s.parent {
		v := s.names[name]
		if v == nil || !v.bound || s.kind == classScope {
			continue
		}
		if v.param || v.unknown || s.kind == moduleScope && v.cell || len(v.values) == 0 || s.kind == compScope {
			return false
		}
		return l.allInts(s, v)
	}
	return false
}

// allInts reports whether all that a variable is given are ints; while that is found out, it is taken
// for one, as in x = x + 1.
func (l *lowerer) allInts(s *scope, v *variable) bool {
	if v.ints != 0 {
		return v.ints > 0
	}
	v.ints = 1
	for _, e := range v.values {
		if !l.isInt(s, e) {
			v.ints = -1
			break
		}
	}
	return v.ints > 0
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
