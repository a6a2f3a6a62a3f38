package object

import (
	"bytes"

	"go.starlark.net/starlark"
)

// sliceValue is a slice object, as x[a:b:c] gives __getitem__.
type sliceValue struct {
	Plain
	lo, hi, step starlark.Value
}

func (s *sliceValue) String() string { return Repr(s) }

// Parts are those of the repr.
func (s *sliceValue) Parts() []any { return []any{"slice(", s.lo, ", ", s.hi, ", ", s.step, ")"} }

func (s *sliceValue) Type() string { return "slice" }

// Hash fails: as in MicroPython a slice is no key.
func (s *sliceValue) Hash() (uint32, error) {
	return 0, Errorf("TypeError", "unsupported type for __hash__: 'slice'")
}

// orderedKey is a slice as a key of an OrderedDict, which compares keys without hashing them. Slices are
// equal to themselves alone.
type orderedKey struct{ *sliceValue }

// Hash is the same of all.
func (s orderedKey) Hash() (uint32, error) { return 0, nil }

// Attr returns start, stop or step.
func (s *sliceValue) Attr(name string) (starlark.Value, error) {
	switch name {
	case "start":
		return s.lo, nil
	case "stop":
		return s.hi, nil
	case "step":
		return s.step, nil
	case "indices":
		return ofOne(s.indices).Value(name), nil
	}
	return nil, nil
}

// indices is what the slice means in a sequence of a length.
func (s *sliceValue) indices(length starlark.Value) (starlark.Value, error) {
	n, err := ToInt(length)
	if err != nil {
		return nil, err
	}
	lo, hi, step, err := bounds(s.lo, s.hi, s.step, n)
	return starlark.Tuple{starlark.MakeInt(lo), starlark.MakeInt(hi), starlark.MakeInt(step)}, err
}

// AttrNames lists the attributes.
func (s *sliceValue) AttrNames() []string { return []string{"indices", "start", "step", "stop"} }

// bounds are the first index, the end and the step that a slice means in a sequence of n.
func bounds(lo, hi, step starlark.Value, n int) (from, to, by int, err error) {
	by = 1
	if step != starlark.None {
		if by, err = ToInt(step); err != nil {
			return 0, 0, 0, err
		}
	}
	if by == 0 {
		return 0, 0, 0, Errorf("ValueError", "slice step can't be zero")
	}
	first, last := 0, n
	if by < 0 {
		first, last = n-1, -1
	}
	if from, err = bound(lo, first, n, by); err != nil {
		return 0, 0, 0, err
	}
	to, err = bound(hi, last, n, by)
	return from, to, by, err
}

func bound(v starlark.Value, def, n, by int) (int, error) {
	if v == starlark.None {
		return def, nil
	}
	i, err := ToInt(v)
	if err != nil {
		return 0, err
	}
	if i < 0 {
		i += n
	}
	if by < 0 {
		return max(-1, min(i, n-1)), nil
	}
	return max(0, min(i, n)), nil
}

// sliceOf is v[lo:hi:step].
func SliceOf(v, lo, hi, step starlark.Value) (starlark.Value, error) {
	if m, ok := v.(starlark.Mapping); ok {
		return GetItem(m, &sliceValue{lo: lo, hi: hi, step: step})
	}
	s, ok := v.(starlark.Sliceable)
	if !ok {
		return nil, Errorf("TypeError", "'%s' object isn't subscriptable", TypeName(v))
	}
	from, to, by, err := bounds(lo, hi, step, s.Len())
	if err != nil {
		return nil, err
	}
	if _, isRange := v.(*Range); by > 0 && !isRange { // an empty range keeps its end
		to = max(from, to)
	}
	if err := roomForSlice(s, (to-from)/by); err != nil {
		return nil, err
	}
	return s.Slice(from, to, by), nil
}

// roomForSlice is a MemoryError where there is no room for a slice of n.
func roomForSlice(s starlark.Sliceable, n int) error {
	switch x := s.(type) {
	case *Bytes, *Bytearray:
		return RoomLeft(n)
	case *Str:
		return RoomLeft(bytesPerRune * n)
	case *Array:
		return RoomLeft(n * x.size())
	case *starlark.List, starlark.Tuple:
		return RoomLeft(n * bytesPerElement)
	}
	return nil
}

// setSlice is v[lo:hi:step] = w; without a w it deletes.
func SetSlice(v, lo, hi, step, w starlark.Value) error {
	if m, ok := v.(starlark.HasSetKey); ok {
		s := &sliceValue{lo: lo, hi: hi, step: step}
		if w == nil {
			return DelItem(v, s)
		}
		return m.SetKey(s, w)
	}
	n, err := Length(v)
	if err != nil {
		return err
	}
	from, to, by, err := bounds(lo, hi, step, n)
	if err != nil {
		return err
	}
	switch x := v.(type) {
	case *starlark.List:
		var elems []starlark.Value
		if w != nil {
			if elems, err = ToSlice(w); err != nil {
				return err
			}
			if err = roomForElements(n + len(elems)); err != nil {
				return err
			}
		}
		out, err := spliced(listElems(x), from, to, by, elems, w == nil)
		if err != nil {
			return err
		}
		return refill(x, out)
	case *Bytearray:
		var part []byte
		if w != nil {
			if part, err = makeBytes(w, lowByte); err != nil {
				return err
			}
			if err = RoomFor(n + len(part)); err != nil {
				return err
			}
		}
		out, err := spliced(bytes.Clone(x.b), from, to, by, part, w == nil)
		if err != nil {
			return err
		}
		x.b = out
		return nil
	case interface {
		setSlice(from, to int, w starlark.Value) error
	}:
		if w == nil {
			return Errorf("TypeError", "'%s' object doesn't support item deletion", TypeName(v))
		}
		if by != 1 {
			return Errorf("NotImplementedError", "only slices with step=1 (aka None) are supported")
		}
		return x.setSlice(from, to, w)
	}
	return Errorf("TypeError", "'%s' object doesn't support item assignment", TypeName(v))
}

// spliced replaces every by-th element of s between from and to.
func spliced[T any](s []T, from, to, by int, with []T, remove bool) ([]T, error) {
	if by == 1 {
		to = max(from, to)
		return append(append(append(make([]T, 0, len(s)), s[:from]...), with...), s[to:]...), nil
	}
	var at []int
	for i := from; by > 0 && i < to || by < 0 && i > to; i += by {
		at = append(at, i)
	}
	if !remove {
		if len(at) != len(with) {
			return nil, Errorf("ValueError", "attempt to assign sequence of size %d to extended slice of size %d", len(with), len(at))
		}
		for k, i := range at {
			s[i] = with[k]
		}
		return s, nil
	}
	gone := map[int]bool{}
	for _, i := range at {
		gone[i] = true
	}
	var out []T
	for i, e := range s {
		if !gone[i] {
			out = append(out, e)
		}
	}
	return out, nil
}

// refill makes a list hold other elements. Starlark lets a list shrink only from its end, by pop,
// or altogether.
func refill(l *starlark.List, elems []starlark.Value) error {
	if err := l.Clear(); err != nil {
		return err
	}
	for _, e := range elems {
		if err := l.Append(e); err != nil {
			return err
		}
	}
	return nil
}
