package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/memory"
)

// operator is a helper of one argument that emitted code calls as an index, f[x]: unlike for a call,
// Starlark makes neither a frame nor a tuple of arguments.
type operator struct {
	Opaque
	name string
	fn   func(x starlark.Value) (starlark.Value, error)
}

var _ starlark.Mapping = (*operator)(nil)

// Get calls the helper.
func (o *operator) Get(x starlark.Value) (starlark.Value, bool, error) {
	v, err := o.fn(x)
	return v, true, err
}

// Operators that Starlark has no token for.
const (
	identity = syntax.ILLEGAL // is
	matrix   = syntax.EOF     // @
)

// comparisonOps are the operators that compare, by the name of the helper.
var comparisonOps = map[string]syntax.Token{"eq": syntax.EQL, "ne": syntax.NEQ, "lt": syntax.LT, "le": syntax.LE,
	"gt": syntax.GT, "ge": syntax.GE, "in": syntax.IN, "is": identity}

// indexed makes the helpers that are called as an index.
func (in *Interpreter) indexed() map[string]starlark.Value {
	all := map[string]starlark.Value{}
	for name, fn := range map[string]func(x starlark.Value) (starlark.Value, error){
		"iter": LoopOver, "dict": dictOf, "pairs": dictOfPairs, "kwdict": keywordDict, "of": subjectOf, "bulk": bulkOf,
		"own": ownOf, "by": reused(&in.operands.by, inPlace), "times": reused(&in.operands.times, notInPlace), "one": in.callOf,
	} {
		all[name] = &operator{name: name, fn: fn}
	}
	for name, op := range comparisonOps {
		all[name] = &comparison{in: in, op: op}
	}
	return all
}

// comparison is ·lt and its kin.
type comparison struct {
	Opaque
	in *Interpreter
	op syntax.Token
}

// Get is ·lt[y].
func (o *comparison) Get(y starlark.Value) (starlark.Value, bool, error) {
	c := o.in.operands.compared[o.op]
	if c == nil {
		c = &compared{op: o.op}
		o.in.operands.compared[o.op] = c
	}
	c.y = y
	return c, true, nil
}

// reused makes the helper of an operator whose operand is kept in a place.
func reused(at **operand, apply func(op syntax.Token, x, y starlark.Value) (starlark.Value, error)) func(starlark.Value) (starlark.Value, error) {
	return func(y starlark.Value) (starlark.Value, error) {
		if *at == nil {
			*at = &operand{apply: apply}
		}
		(*at).y = y
		return *at, nil
	}
}

// operands are the right sides that emitted code has just made of an operator and uses by its next step.
// There is one of each, which saves making it: nothing of a thread runs between the two steps, and whoever
// takes the interpreter lock gets new ones.
type operands struct {
	compared [128]*compared // by the token
	by       *operand
	times    *operand
}

// compared is ·lt[y] and its kin: x in ·lt[y] is x < y, with no frame of a call, and with the methods and
// the bools that Starlark's own operators do not know.
type compared struct {
	Opaque
	op syntax.Token
	y  starlark.Value
	// constant says that the operand stays.
	constant bool
}

var _ starlark.Container = (*compared)(nil)

// Compared returns what a value is compared with by one of the operators eq, ne, lt, le, gt and ge.
func Compared(op string, y starlark.Value) starlark.Value {
	return &compared{op: comparisonOps[op], y: y, constant: true}
}

// Has compares x.
func (c *compared) Has(x starlark.Value) (bool, error) {
	y := c.y
	if a, ok := x.(starlark.Int); ok {
		if b, ok := y.(starlark.Int); ok {
			if holds, done := compareInts(c.op, a, b); done {
				return holds, nil
			}
		}
	}
	if !c.constant {
		c.y = nil
	}
	switch c.op {
	case syntax.IN:
		return contains(y, x)
	case identity:
		return Same(x, y), nil
	}
	return compare(c.op, x, y)
}

// compareInts compares two small ints, as nearly all are.
func compareInts(op syntax.Token, x, y starlark.Int) (holds, done bool) {
	a, aSmall := x.Int64()
	b, bSmall := y.Int64()
	if !aSmall || !bSmall {
		return false, false
	}
	switch op {
	case syntax.EQL:
		return a == b, true
	case syntax.NEQ:
		return a != b, true
	case syntax.LT:
		return a < b, true
	case syntax.LE:
		return a <= b, true
	case syntax.GT:
		return a > b, true
	case syntax.GE:
		return a >= b, true
	}
	return false, false
}

// operand is the right side of an operator, which it does itself in place of Starlark: ·by[y] for those such
// as +=, with methods that only these ask for, such as __iadd__, and in place where Python does; ·times[y] for
// *, % and //, with the bounds of products, and the signs and the rounding of Python's floats, which Starlark's
// have not.
type operand struct {
	Opaque
	y        starlark.Value
	constant bool // the operand stays
	apply    func(op syntax.Token, x, y starlark.Value) (starlark.Value, error)
}

var _ starlark.HasBinary = (*operand)(nil)

// RightSide returns the right side of an operator, a constant, as the helper by or times makes it.
func RightSide(helper string, y starlark.Value) starlark.Value {
	apply := notInPlace
	if helper == "by" {
		apply = inPlace
	}
	return &operand{y: y, constant: true, apply: apply}
}

// Binary is x op y.
func (o *operand) Binary(op syntax.Token, x starlark.Value, _ starlark.Side) (starlark.Value, error) {
	y := o.y
	if a, ok := x.(starlark.Int); ok {
		if b, ok := y.(starlark.Int); ok {
			if v, done := ofInts(op, a, b); done {
				return v, nil
			}
		}
	}
	if !o.constant {
		o.y = nil
	}
	return o.apply(op, x, y)
}

// ofInts is x op y where that is an int of no great size.
func ofInts(op syntax.Token, x, y starlark.Int) (v starlark.Int, done bool) {
	switch op {
	case syntax.PLUS:
		return x.Add(y), true
	case syntax.MINUS:
		return x.Sub(y), true
	case syntax.STAR:
		if _, small := x.Int64(); small {
			return x.Mul(y), true
		}
	case syntax.SLASHSLASH:
		if y.Sign() != 0 {
			return x.Div(y), true
		}
	case syntax.PERCENT:
		if y.Sign() != 0 {
			return x.Mod(y), true
		}
	}
	return v, false
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

// subject is ·of[x]: ·of[x][k] is x[k] for an index that Starlark's own sequences do not take.
type subject struct {
	Opaque
	of starlark.Value
}

var _ starlark.HasSetKey = subject{}

// Get is x[k].
func (s subject) Get(k starlark.Value) (starlark.Value, bool, error) {
	if l, ok := s.of.(*starlark.List); ok {
		if i, isInt := k.(starlark.Int); isInt {
			if n, ok := i.Int64(); ok && n >= 0 && n < int64(l.Len()) {
				return l.Index(int(n)), true, nil
			}
		}
	}
	v, err := GetItem(s.of, k)
	return v, err == nil, err
}

// SetKey is x[k] = v.
func (s subject) SetKey(k, v starlark.Value) error { return SetItem(s.of, k, v) }

// subjectOf leaves alone what takes any index by itself.
func subjectOf(x starlark.Value) (starlark.Value, error) {
	if _, ok := x.(starlark.Mapping); ok {
		return x, nil
	}
	return subject{of: x}, nil
}

// dictOf is ·dict[{…}]: a dict display, which Starlark makes a dict of its own of.
func dictOf(x starlark.Value) (starlark.Value, error) {
	d := &Dict{d: x.(*starlark.Dict)}
	if d.Len() == 1 { // with more entries a display has constants as keys
		if t, ok := d.d.Keys()[0].(starlark.Tuple); ok {
			d.twins = holdsBool(t)
		}
	}
	return d, nil
}

// dictOfPairs is ·pairs[[(k, v) for …]]: a dict comprehension.
func dictOfPairs(x starlark.Value) (starlark.Value, error) {
	list, d := x.(*starlark.List), NewDict(0)
	for i := range list.Len() {
		pair := list.Index(i).(starlark.Tuple)
		if err := d.SetKey(pair[0], pair[1]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// owned is ·own[x], the left side of an operator that works in place, of a type that may have one.
type owned struct {
	Opaque
	x starlark.Value
}

var _ starlark.HasBinary = owned{}

// ownOf is ·own[x], which is x where that never changes.
func ownOf(x starlark.Value) (starlark.Value, error) {
	switch x.(type) {
	case starlark.Int, starlark.Float, *Str:
		return x, nil
	}
	return owned{x: x}, nil
}

// Binary is x op= y.
func (o owned) Binary(op syntax.Token, y starlark.Value, _ starlark.Side) (starlark.Value, error) {
	return inPlace(op, o.x, y)
}

// bulk is a long list or tuple on the left of +: as a short one there makes little more of the right.
type bulk struct {
	Opaque
	of starlark.Value
}

var _ starlark.HasBinary = bulk{}

// Type is that of the list or tuple, for errors.
func (b bulk) Type() string { return b.of.Type() }

// bulkOf is ·bulk[x], which is x unless that is long.
func bulkOf(x starlark.Value) (starlark.Value, error) {
	switch v := x.(type) {
	case *starlark.List:
		if v.Len() >= memory.Much/bytesPerElement {
			return bulk{of: v}, nil
		}
	case starlark.Tuple:
		if len(v) >= memory.Much/bytesPerElement {
			return bulk{of: v}, nil
		}
	}
	return x, nil
}

// Binary is +, where there is room for what it makes.
func (b bulk) Binary(op syntax.Token, y starlark.Value, _ starlark.Side) (starlark.Value, error) {
	if y.Type() == b.of.Type() {
		if err := roomForElements(starlark.Len(b.of) + starlark.Len(y)); err != nil {
			return nil, err
		}
	}
	return starlark.Binary(op, b.of, y)
}

// keywordDict makes a Python dict of what a **parameter got: the same dict, as nobody else has it.
func keywordDict(x starlark.Value) (starlark.Value, error) {
	d := x.(*starlark.Dict)
	given := d.Items()
	if len(given) == 0 {
		return &Dict{d: d}, nil
	}
	if err := d.Clear(); err != nil {
		return nil, err
	}
	for _, kv := range given {
		if err := d.SetKey(NewStr(string(kv[0].(starlark.String))), kv[1]); err != nil {
			return nil, err
		}
	}
	return &Dict{d: d}, nil
}
