package python

import (
	"slices"
	"strings"

	"quecstar/harness/python/ast"
)

// noteBool records the names that are given a bool.
func (a *analyzer) noteBool(target, value ast.Expr) {
	var names, values []ast.Expr
	switch t := target.(type) {
	case *ast.Name:
		a.bools[t.ID] = a.bools[t.ID] || holdsBool(value)
		return
	case *ast.Attribute:
		a.bools[t.Attr] = a.bools[t.Attr] || holdsBool(value)
		return
	case *ast.Tuple:
		names = t.Elts
	}
	if v, ok := value.(*ast.Tuple); ok {
		values = v.Elts
	}
	if len(names) == len(values) {
		for i := range names {
			a.noteBool(names[i], values[i])
		}
	}
}

// holdsBool reports whether an expression is a bool or writes out a container of some.
func holdsBool(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.List:
		return slices.ContainsFunc(e.Elts, holdsBool)
	case *ast.Tuple:
		return slices.ContainsFunc(e.Elts, holdsBool)
	case *ast.BoolOp:
		return slices.ContainsFunc(e.Values, holdsBool)
	case *ast.Call:
		n, ok := e.Func.(*ast.Name)
		return ok && n.ID == "bool"
	}
	return isBoolean(e)
}

// mayBeBool reports whether an operand is, or is a name that somewhere in the file is, given a bool:
// Starlark refuses to order a bool and an int.
func (l *lowerer) mayBeBool(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Name:
		return l.a.bools[e.ID]
	case *ast.Attribute:
		return l.a.bools[e.Attr]
	case *ast.Subscript:
		return l.mayBeBool(e.Value)
	}
	return holdsBool(e)
}

// isNaN reports whether a text is what float makes not-a-number of.
func isNaN(s string) bool {
	return strings.EqualFold(strings.TrimLeft(strings.TrimSpace(s), "+-"), "nan")
}
