package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// computation is what an operator does.
type computation func(op syntax.Token, x, y starlark.Value) (starlark.Value, error)

// operation is an operator that Starlark has not, or has with neither the methods nor the bools, bounds, signs and
// rounding of Python's: ·<[x][y] is x < y, without the frame and the list of arguments of a call.
type operation struct {
	Opaque
	op    syntax.Token
	apply computation
	value bool     // it makes a bool of Python's, not of Starlark's
	free  *pending // what was used before
}

var _ starlark.Mapping = (*operation)(nil)

// Get is ·<[x].
func (o *operation) Get(x starlark.Value) (starlark.Value, bool, error) {
	p := o.free
	if p == nil {
		p = &pending{of: o}
	} else {
		o.free = p.next
	}
	p.x = x
	return p, true, nil
}

// pending is an operation whose right side is being evaluated. It is used once.
type pending struct {
	Opaque
	of   *operation
	x    starlark.Value
	next *pending
}

// Get is x op y.
func (p *pending) Get(y starlark.Value) (starlark.Value, bool, error) {
	o, x := p.of, p.x
	p.next, o.free = o.free, p
	if a, ok := x.(starlark.Int); ok && !o.value {
		if b, ok := y.(starlark.Int); ok {
			if v := ofInts(o.op, a, b); v != nil {
				return v, true, nil
			}
		}
	}
	p.x = nil
	v, err := o.apply(o.op, x, y)
	return v, true, err
}

// constant is the right side of an operation, which is an index of its left side.
type constant struct {
	Opaque
	op    syntax.Token
	y     starlark.Value
	apply computation
}

var _ starlark.Mapping = (*constant)(nil)

// Constant returns a constant as the right side of an operator, which may be one that works in place.
func Constant(op syntax.Token, assigns bool, y starlark.Value) starlark.Value {
	c := &constant{op: op, y: y, apply: notInPlace}
	switch {
	case assigns:
		c.apply = inPlace
	case compareNames[op][0] != "":
		c.apply = truthOf
	}
	return c
}

// Get is x op y.
func (c *constant) Get(x starlark.Value) (starlark.Value, bool, error) {
	if a, ok := x.(starlark.Int); ok {
		if b, ok := c.y.(starlark.Int); ok {
			if v := ofInts(c.op, a, b); v != nil {
				return v, true, nil
			}
		}
	}
	v, err := c.apply(c.op, x, c.y)
	return v, true, err
}

// ofInts is x op y of two ints, at least one of which is small as nearly all are; nil for what is to be done
// otherwise.
func ofInts(op syntax.Token, x, y starlark.Int) starlark.Value {
	switch op {
	case syntax.PLUS:
		return x.Add(y)
	case syntax.MINUS:
		return x.Sub(y)
	}
	a, small := x.Int64()
	b, bSmall := y.Int64()
	if !small || !bSmall {
		return nil
	}
	switch op {
	case syntax.STAR:
		return x.Mul(y)
	case syntax.SLASHSLASH:
		if b != 0 {
			return x.Div(y)
		}
	case syntax.PERCENT:
		if b != 0 {
			return x.Mod(y)
		}
	case syntax.EQL:
		return starlark.Bool(a == b)
	case syntax.NEQ:
		return starlark.Bool(a != b)
	case syntax.LT:
		return starlark.Bool(a < b)
	case syntax.LE:
		return starlark.Bool(a <= b)
	case syntax.GT:
		return starlark.Bool(a > b)
	case syntax.GE:
		return starlark.Bool(a >= b)
	}
	return nil
}

// truthOf is the truth of what compares: a bool of Starlark's.
func truthOf(op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	var holds bool
	var err error
	switch op {
	case syntax.IN:
		holds, err = contains(y, x)
	case identity:
		holds = Same(x, y)
	default:
		holds, err = compare(op, x, y)
	}
	return starlark.Bool(holds), err
}

// comparisonValue is a comparison whose value is used: what the method of an instance returned.
func comparisonValue(op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	_, xi := x.(*Instance)
	_, yi := y.(*Instance)
	if xi || yi {
		return compareValue(op, x, y)
	}
	holds, err := compare(op, x, y)
	return Bool(holds), err
}
