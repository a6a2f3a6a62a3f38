package object

import (
	"fmt"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Range is what range() returns.
type Range struct {
	start, stop, step, n int
	in                   *Interpreter
}

var (
	_ starlark.Sequence   = (*Range)(nil)
	_ starlark.Sliceable  = (*Range)(nil)
	_ starlark.Comparable = (*Range)(nil)
	_ starlark.HasAttrs   = (*Range)(nil)
	_ starlark.HasBinary  = (*Range)(nil)
)

// makeRange is range(stop) or range(start, stop, step).
func makeRange(a *Args) (starlark.Value, error) {
	in := interpreterOf(a.Thread)
	var at [3]int
	for i, v := range a.Pos {
		n, err := ToInt(v)
		if err != nil {
			return nil, err
		}
		at[i] = n
	}
	switch len(a.Pos) {
	case 1:
		return newRange(in, 0, at[0], 1), nil
	case 2:
		return newRange(in, at[0], at[1], 1), nil
	}
	if at[2] == 0 {
		return nil, Errorf("ValueError", "zero step")
	}
	return newRange(in, at[0], at[1], at[2]), nil
}

func newRange(in *Interpreter, start, stop, step int) *Range {
	n := 0
	switch {
	case step > 0 && start < stop:
		n = (stop-start-1)/step + 1
	case step < 0 && start > stop:
		n = (start-stop-1)/-step + 1
	}
	return &Range{start, stop, step, n, in}
}

func (r *Range) String() string {
	if r.step == 1 {
		return fmt.Sprintf("range(%d, %d)", r.start, r.stop)
	}
	return fmt.Sprintf("range(%d, %d, %d)", r.start, r.stop, r.step)
}
func (r *Range) Type() string         { return "range" }
func (r *Range) Freeze()              {}
func (r *Range) Truth() starlark.Bool { return r.n > 0 }
func (r *Range) Len() int             { return r.n }

// Hash is one number for all ranges that have the same length.
func (r *Range) Hash() (uint32, error) { return starlark.MakeInt(r.n).Hash() }

// Index returns the i-th int.
func (r *Range) Index(i int) starlark.Value { return starlark.MakeInt(r.start + i*r.step) }

// Slice returns a range of a part.
func (r *Range) Slice(start, end, step int) starlark.Value {
	return newRange(r.in, r.start+start*r.step, r.start+end*r.step, r.step*step)
}

// Iterate yields the ints.
func (r *Range) Iterate() starlark.Iterator {
	return &rangeIterator{next: r.start, step: r.step, left: r.n}
}

type rangeIterator struct{ next, step, left int }

func (it *rangeIterator) Next(p *starlark.Value) bool {
	if it.left <= 0 {
		return false
	}
	*p = starlark.MakeInt(it.next)
	it.next += it.step
	it.left--
	return true
}

func (it *rangeIterator) Done() {}

// polledRange is the iterator of a range in the hands of a builtin, which takes no steps.
type polledRange struct {
	rangeIterator
	in  *Interpreter
	err error
}

// Next polls now and then.
func (it *polledRange) Next(p *starlark.Value) bool {
	if it.left%elementsPerPoll == elementsPerPoll-1 {
		if it.err = it.in.poll(); it.err != nil {
			return false
		}
	}
	return it.rangeIterator.Next(p)
}

// Err is what a poll returned.
func (it *polledRange) Err() error { return it.err }

// CompareSameType is == and !=: ranges of the same ints are equal.
func (r *Range) CompareSameType(op syntax.Token, other starlark.Value, _ int) (bool, error) {
	o := other.(*Range)
	same := r.n == o.n && (r.n == 0 || r.start == o.start && (r.n == 1 || r.step == o.step))
	return equality(op, same, r, o)
}

// Binary is in.
func (r *Range) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	if op != syntax.IN || side == starlark.Left {
		return nil, nil
	}
	v, ok := number(y).(starlark.Int)
	if !ok {
		return starlark.Bool(false), nil
	}
	n, ok := v.Int64()
	d := int(n) - r.start
	return starlark.Bool(ok && d%r.step == 0 && d/r.step >= 0 && d/r.step < r.n), nil
}

// Attr returns start, stop or step.
func (r *Range) Attr(name string) (starlark.Value, error) {
	switch name {
	case "start":
		return starlark.MakeInt(r.start), nil
	case "stop":
		return starlark.MakeInt(r.stop), nil
	case "step":
		return starlark.MakeInt(r.step), nil
	}
	return nil, NoAttr(r, name)
}

// AttrNames lists start, stop and step.
func (r *Range) AttrNames() []string { return []string{"start", "step", "stop"} }
