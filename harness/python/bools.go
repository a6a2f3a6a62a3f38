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
		a.results[t.ID] = a.results[t.ID] || mayReturnBool(value)
		return
	case *ast.Attribute:
		a.bools[t.Attr] = a.bools[t.Attr] || holdsBool(value)
		a.results[t.Attr] = a.results[t.Attr] || mayReturnBool(value)
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

// noteBoolArgs records the positions at which a call gives a bool.
func (a *analyzer) noteBoolArgs(e *ast.Call) {
	for i, arg := range e.Args {
		if !holdsBool(arg) {
			continue
		}
		switch f := e.Func.(type) {
		case *ast.Name:
			a.boolArgs[f.ID] = append(a.boolArgs[f.ID], i)
		case *ast.Attribute:
			a.boolArgs[f.Attr] = append(a.boolArgs[f.Attr], i, i+1) // behind self
		}
	}
}

// passBools records the parameters of the file's functions that a call gives a bool to.
func (a *analyzer) passBools() {
	for name, positions := range a.boolArgs {
		for _, params := range a.params[name] {
			for _, i := range positions {
				if i < len(params) {
					a.bools[params[i].Name] = true
				}
			}
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
		return ok && boolFunctions[n.ID]
	case *ast.IfExp:
		return holdsBool(e.Body) || holdsBool(e.Orelse)
	}
	return isBoolean(e)
}

// boolFunctions are the builtin functions that return a bool, numberFunctions and numberMethods those
// that return none, as far as scripts call them.
var (
	boolFunctions   = map[string]bool{"bool": true, "isinstance": true, "issubclass": true, "hasattr": true, "callable": true, "any": true, "all": true}
	numberFunctions = map[string]bool{"len": true, "abs": true, "ord": true, "int": true, "float": true, "round": true, "sum": true, "hash": true,
		"id": true, "min": true, "max": true, "str": true, "divmod": true}
	numberMethods = map[string]bool{"find": true, "rfind": true, "index": true, "rindex": true, "count": true, "ticks_ms": true, "ticks_us": true,
		"ticks_diff": true, "ticks_add": true, "time": true, "upper": true, "lower": true, "strip": true}
)

// mayReturnBool reports whether an expression is a call of a function that may return a bool.
func mayReturnBool(e ast.Expr) bool {
	c, ok := e.(*ast.Call)
	if !ok {
		return false
	}
	switch f := c.Func.(type) {
	case *ast.Name:
		return !numberFunctions[f.ID]
	case *ast.Attribute:
		return !numberMethods[f.Attr]
	}
	return true
}

// isResult reports whether an operand is a name that somewhere in the file is given what a call
// returned, which may be a bool.
func (l *lowerer) isResult(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Name:
		return l.a.results[e.ID]
	case *ast.Attribute:
		return l.a.results[e.Attr]
	}
	return false
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
	return holdsBool(e) || mayReturnBool(e)
}

// isNaN reports whether a text is what float makes not-a-number of.
func isNaN(s string) bool {
	return strings.EqualFold(strings.TrimLeft(strings.TrimSpace(s), "+-"), "nan")
}
