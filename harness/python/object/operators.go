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
		"by": reused(&in.operands.by, inPlace), "mod": reused(&in.operands.modulus, remainder),
	} {
		all[name] = &operator{name: name, fn: fn}
	}
	for name, op := range comparisonOps {
		all[name] = &operator{name: name, fn: func(y starlark.Value) (starlark.Value, error) {
			c := &in.operands.compared[op]
			if *c == nil {
				*c = &compared{op: op}
			}
			(*c).y = y
			return *c, nil
		}}
	}
	return all
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
	modulus  *operand
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
	if !c.constant {
		c.y = nil
	}
	switch c.op {
	case syntax.IN:
		return contains(y, x)
	case identity:
		return Same(x, y), nil
	}
	if a, ok := x.(starlark.Int); ok {
		if b, ok := y.(starlark.Int); ok {
			return compareInts(c.op, a, b)
		}
	}
	return compare(c.op, x, y)
}

// compareInts compares two ints, of which nearly all are small.
func compareInts(op syntax.Token, x, y starlark.Int) (bool, error) {
	a, aSmall := x.Int64()
	b, bSmall := y.Int64()
	if !aSmall || !bSmall {
		return starlark.Compare(op, x, y)
	}
	switch op {
	case syntax.EQL:
		return a == b, nil
	case syntax.NEQ:
		return a != b, nil
	case syntax.LT:
		return a < b, nil
	case syntax.LE:
		return a <= b, nil
	case syntax.GT:
		return a > b, nil
	}
	return a >= b, nil
}

// operand is the right side of an operator, which it does itself in place of Starlark: ·by[y] for those such
// as +=, with methods that only these ask for, such as __iadd__, and in place where Python does; ·mod[y] for %
// and //, with the signs and the rounding of Python's floats, which Starlark's have not.
type operand struct {
	Opaque
	y        starlark.Value
	constant bool // the operand stays
	apply    func(op syntax.Token, x, y starlark.Value) (starlark.Value, error)
}

var _ starlark.HasBinary = (*operand)(nil)

// By returns the right side of an operator such as +=, which is a constant.
func By(y starlark.Value) starlark.Value { return &operand{y: y, constant: true, apply: inPlace} }

// Modulus returns the right side of the operator % or //, which is a constant.
func Modulus(y starlark.Value) starlark.Value {
	return &operand{y: y, constant: true, apply: remainder}
}

func remainder(op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	if op == syntax.SLASHSLASH {
		return floorDiv(x, y)
	}
	return modulo(x, y)
}

// Binary is x op y.
func (o *operand) Binary(op syntax.Token, x starlark.Value, _ starlark.Side) (starlark.Value, error) {
	y := o.y
	if !o.constant {
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

// bulk is a long list or tuple on a side of + or *.
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

// Binary is + or *, where there is room for what it makes.
func (b bulk) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	if other, ok := y.(bulk); ok {
		y = other.of
	}
	x := b.of
	if side == starlark.Right {
		x, y = y, x
	}
	if op == syntax.STAR {
		return multiply(x, y)
	}
	if n := starlark.Len(x) + starlark.Len(y); y.Type() == x.Type() {
		if err := roomForElements(n); err != nil {
			return nil, err
		}
	}
	return starlark.Binary(op, x, y)
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
