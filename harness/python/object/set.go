package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Set is Python's set or frozenset.
type Set struct {
	d      *Dict // the elements are its keys
	frozen bool
}

var (
	_ starlark.Sequence   = (*Set)(nil)
	_ starlark.HasBinary  = (*Set)(nil)
	_ starlark.HasAttrs   = (*Set)(nil)
	_ starlark.Comparable = (*Set)(nil)
)

func newSet(from starlark.Value) (*Set, error) {
	s := &Set{d: NewDict(0)}
	if from == nil {
		return s, nil
	}
	return s, Each(from, s.add)
}

func (s *Set) add(v starlark.Value) error {
	if _, found, err := s.d.find(v); found || err != nil {
		return err
	}
	return s.d.SetKey(v, starlark.None)
}

func (s *Set) has(v starlark.Value) (bool, error) {
	_, found, err := s.d.find(v)
	return found, err
}

func (s *Set) String() string { return Repr(s) }

func (s *Set) name() string {
	if s.frozen {
		return "frozenset"
	}
	return "set"
}

// Type is the same for both kinds, so that they compare.
func (s *Set) Type() string         { return "set" }
func (s *Set) Freeze()              {}
func (s *Set) Truth() starlark.Bool { return s.d.Len() > 0 }
func (s *Set) Len() int             { return s.d.Len() }

// Hash is that of a frozenset; a set changes.
func (s *Set) Hash() (uint32, error) {
	if !s.frozen {
		return 0, Errorf("TypeError", "unsupported type for __hash__: 'set'")
	}
	sum := uint32(len(s.d.d.Keys()))
	for _, k := range s.d.d.Keys() {
		h, err := k.Hash()
		if err != nil {
			return 0, err
		}
		sum += h * 2654435761
	}
	return sum, nil
}

// Iterate yields the elements as they are now.
func (s *Set) Iterate() starlark.Iterator { return s.d.Iterate() }

// CompareSameType is equality and the order of subsets.
func (s *Set) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	o, ok := y.(*Set)
	if !ok {
		return false, Errorf("TypeError", "unsupported types for %s: 'set', '%s'", compareNames[op][0], TypeName(y))
	}
	switch op {
	case syntax.LT, syntax.LE:
		sub, err := s.subset(o)
		return sub && (op == syntax.LE || s.Len() < o.Len()), err
	case syntax.GT, syntax.GE:
		sub, err := o.subset(s)
		return sub && (op == syntax.GE || s.Len() > o.Len()), err
	}
	sub, err := s.subset(o)
	return (sub && s.Len() == o.Len()) == (op == syntax.EQL), err
}

func (s *Set) subset(o *Set) (bool, error) {
	for _, k := range s.d.d.Keys() {
		if in, err := o.has(k); !in || err != nil {
			return false, err
		}
	}
	return true, nil
}

// Binary is | & - ^ and in.
func (s *Set) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	if op == syntax.IN && side == starlark.Right {
		in, err := s.has(y)
		return starlark.Bool(in), err
	}
	o, ok := y.(*Set)
	if view, isView := y.(*dictView); isView {
		var err error
		if o, err = newSet(view); err != nil {
			return nil, err
		}
		ok = true
	}
	if !ok {
		return nil, nil
	}
	if side == starlark.Right {
		s, o = o, s
	}
	if setOps[op] == nil {
		return nil, nil
	}
	return s.combine(op, o)
}

// setOps say which elements a set operation keeps, by whether they are in the one set and in the other.
var setOps = map[syntax.Token]func(in, inOther bool) bool{
	syntax.PIPE:       func(in, inOther bool) bool { return in || inOther },
	syntax.AMP:        func(in, inOther bool) bool { return in && inOther },
	syntax.MINUS:      func(in, inOther bool) bool { return in && !inOther },
	syntax.CIRCUMFLEX: func(in, inOther bool) bool { return in != inOther },
}

// combine makes the set of a set operation.
func (s *Set) combine(op syntax.Token, o *Set) (*Set, error) {
	out, keeps := &Set{d: NewDict(0), frozen: s.frozen}, setOps[op]
	take := func(from, other *Set, keep func(inOther bool) bool) error {
		for _, k := range from.d.d.Keys() {
			in, err := other.has(k)
			if err == nil && keep(in) {
				err = out.add(k)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	err := take(s, o, func(inOther bool) bool { return keeps(true, inOther) })
	if err == nil && keeps(false, true) {
		err = take(o, s, func(in bool) bool { return keeps(in, true) })
	}
	return out, err
}

// methods are those of its kind.
func (s *Set) methods() map[string]Method[*Set] {
	if s.frozen {
		return frozenMethods
	}
	return setMethods
}

// Attr returns a method.
func (s *Set) Attr(name string) (starlark.Value, error) { return MethodOf(s.methods(), s, name) }

// AttrNames lists the methods.
func (s *Set) AttrNames() []string { return MethodNames(s.methods()) }
