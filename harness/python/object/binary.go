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

// operand is the right side of an operator, which it does itself in place of Starlark: ·by[y] for those such
// as +=, with methods that only these ask for, such as __iadd__, and in place where Python does. One that is a
// constant is asked as an index of the left side, too.
type operand struct {
	Opaque
	y     starlark.Value
	op    syntax.Token // of a constant, which stays; else 0
	apply computation
}

var (
	_ starlark.HasBinary = (*operand)(nil)
	_ starlark.Mapping   = (*operand)(nil)
)

// byOf is ·by[y]. There is one operand for all, which saves making it: nothing of a thread runs until it is
// used, and whoever takes the interpreter lock gets a new one.
func (in *Interpreter) byOf(y starlark.Value) (starlark.Value, error) {
	if in.by == nil {
		in.by = &operand{apply: inPlace}
	}
	in.by.y = y
	return in.by, nil
}

// Constant returns a constant as the right side of an operator, which may be one that works in place.
func Constant(op syntax.Token, assigns bool, y starlark.Value) starlark.Value {
	c := &operand{y: y, op: op, apply: notInPlace}
	switch {
	case assigns:
		c.apply = inPlace
	case compareNames[op][0] != "":
		c.apply = truthOf
	}
	return c
}

// Get is x op y of a constant y.
func (o *operand) Get(x starlark.Value) (starlark.Value, bool, error) {
	v, err := o.Binary(o.op, x, starlark.Right)
	return v, true, err
}

// Binary is x op y.
func (o *operand) Binary(op syntax.Token, x starlark.Value, _ starlark.Side) (starlark.Value, error) {
	y := o.y
	if a, ok := x.(starlark.Int); ok {
		if b, ok := y.(starlark.Int); ok {
			if v := ofInts(op, a, b); v != nil {
				return v, nil
			}
		}
	}
	if o.op == 0 {
		o.y = nil
	}
	return o.apply(op, x, y)
}

// takesOver returns what an operand that does the operator makes of x, which Starlark asks first as it has
// operators of its own.
func takesOver(op syntax.Token, x, y starlark.Value) (v starlark.Value, isOperand bool, err error) {
	o, ok := y.(*operand)
	if !ok {
		return nil, false, nil
	}
	v, err = o.Binary(op, x, starlark.Right)
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
