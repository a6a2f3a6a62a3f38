package object

import (
	"math"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// equal is x == y.
func equal(x, y starlark.Value) (bool, error) { return compare(syntax.EQL, x, y) }

// Less is x < y.
func Less(x, y starlark.Value) (bool, error) { return compare(syntax.LT, x, y) }

var compareNames = map[syntax.Token][2]string{
	syntax.EQL: {"__eq__", "__eq__"}, syntax.NEQ: {"__ne__", "__ne__"},
	syntax.LT: {"__lt__", "__gt__"}, syntax.GT: {"__gt__", "__lt__"},
	syntax.LE: {"__le__", "__ge__"}, syntax.GE: {"__ge__", "__le__"},
}

// compare is x op y with everything that Python lets take part in it.
func compare(op syntax.Token, x, y starlark.Value) (bool, error) {
	return compareDepth(op, x, y, maxCompared)
}

func compareDepth(op syntax.Token, x, y starlark.Value, depth int) (bool, error) {
	_, xi := x.(*Instance)
	_, yi := y.(*Instance)
	if xi || yi {
		return compareInstances(op, x, y)
	}
	if f, ok := x.(starlark.Float); ok && math.IsNaN(float64(f)) {
		return op == syntax.NEQ, nil
	}
	if f, ok := y.(starlark.Float); ok && math.IsNaN(float64(f)) {
		return op == syntax.NEQ, nil
	}
	switch a := x.(type) {
	case *starlark.List:
		if b, ok := y.(*starlark.List); ok {
			return compareElems(op, a, b, depth)
		}
	case Complex:
		if holds, ok := equalComplex(op, a, y); ok {
			return holds, nil
		}
	}
	if c, ok := y.(Complex); ok {
		if holds, ok := equalComplex(op, c, x); ok {
			return holds, nil
		}
	}
	if a, b, ok := asTuples(x, y); ok {
		return compareElems(op, a, b, depth)
	}
	return starlark.CompareDepth(op, number(fromString(x)), number(fromString(y)), depth)
}

// equality is == or != of two values, of a type that has no order, that are equal or are not.
func equality(op syntax.Token, equal bool, x, y starlark.Value) (bool, error) {
	if op != syntax.EQL && op != syntax.NEQ {
		return false, Errorf("TypeError", "unsupported types for %s: '%s', '%s'", compareNames[op][0], TypeName(x), TypeName(y))
	}
	return equal == (op == syntax.EQL), nil
}

// equalComplex is c == v or c != v of a number v; not ok for others.
func equalComplex(op syntax.Token, c Complex, v starlark.Value) (holds, ok bool) {
	f, err := toFloat(v)
	if other, isComplex := v.(Complex); isComplex {
		return (c == other) == (op == syntax.EQL), op == syntax.EQL || op == syntax.NEQ
	}
	return (c == Complex(complex(f, 0))) == (op == syntax.EQL), err == nil && (op == syntax.EQL || op == syntax.NEQ)
}

// asTuples are two tuples, one of which may have names.
func asTuples(x, y starlark.Value) (a, b starlark.Tuple, ok bool) {
	a, aOK := tupleOf(x).(starlark.Tuple)
	b, bOK := tupleOf(y).(starlark.Tuple)
	return a, b, aOK && bOK
}

// fromString turns a Starlark String into a str, so that the two compare.
func fromString(v starlark.Value) starlark.Value {
	switch v.(type) {
	case starlark.String, starlark.Bytes:
		return FromGo(v)
	}
	return v
}

func compareInstances(op syntax.Token, x, y starlark.Value) (bool, error) {
	v, err := compareValue(op, x, y)
	return err == nil && Truth(v), err
}

// compareValue is x op y of which one is an instance: what its method returns, which may be anything.
func compareValue(op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	names := compareNames[op]
	for n, side := range [2][2]starlark.Value{{x, y}, {y, x}} {
		i, ok := side[0].(*Instance)
		if !ok {
			continue
		}
		if v, err := i.binaryMethod(names[n], side[1]); v != nil || err != nil {
			return v, err
		}
		if op == syntax.NEQ { // without __ne__ it is not __eq__
			if v, err := i.binaryMethod("__eq__", side[1]); v != nil || err != nil {
				return Bool(err == nil && !Truth(v)), err
			}
		}
	}
	nx, ny := Native(x), Native(y)
	_, xi := nx.(*Instance)
	_, yi := ny.(*Instance)
	if !xi && !yi {
		holds, err := compare(op, nx, ny)
		return Bool(holds), err
	}
	switch op {
	case syntax.EQL:
		return Bool(Same(x, y)), nil
	case syntax.NEQ:
		return Bool(!Same(x, y)), nil
	}
	return nil, Errorf("TypeError", "unsupported types for %s: '%s', '%s'", names[0], TypeName(x), TypeName(y))
}

// maxCompared is how deep containers are compared.
const maxCompared = 200

// compareElems is x op y of two lists or two tuples.
func compareElems(op syntax.Token, x, y starlark.Indexable, depth int) (bool, error) {
	if depth <= 0 {
		return false, Errorf("RuntimeError", "maximum recursion depth exceeded")
	}
	if x.Len() != y.Len() && (op == syntax.EQL || op == syntax.NEQ) {
		return op == syntax.NEQ, nil
	}
	for i := range min(x.Len(), y.Len()) {
		is, err := compareDepth(syntax.EQL, x.Index(i), y.Index(i), depth-1)
		if err != nil {
			return false, err
		}
		if is {
			continue
		}
		if op == syntax.EQL || op == syntax.NEQ {
			return op == syntax.NEQ, nil
		}
		return compareDepth(op, x.Index(i), y.Index(i), depth-1)
	}
	return starlark.Compare(op, starlark.MakeInt(x.Len()), starlark.MakeInt(y.Len()))
}

var zero, one = starlark.MakeInt(0), starlark.MakeInt(1)
