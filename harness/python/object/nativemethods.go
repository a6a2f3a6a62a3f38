package object

import (
	"math"
	"math/big"
	"slices"

	"go.starlark.net/starlark"
)

var listMethods = map[string]nativeMethod{
	"append":  {Min: 1, Max: 1, Fn: onList(listAppend)},
	"clear":   {Fn: onList(func(l *starlark.List, _ *Args) (starlark.Value, error) { return starlark.None, l.Clear() })},
	"copy":    {Fn: onList(listCopy)},
	"count":   {Min: 1, Max: 1, Fn: sequenceCount},
	"extend":  {Min: 1, Max: 1, Fn: onList(listExtend)},
	"index":   {Min: 1, Max: 3, Fn: sequenceIndex},
	"insert":  {Min: 2, Max: 2, Fn: starlarks("insert")},
	"pop":     {Min: 0, Max: 1, Fn: starlarks("pop")},
	"remove":  {Min: 1, Max: 1, Fn: onList(listRemove)},
	"reverse": {Fn: onList(listReverse)},
	"sort":    {Max: 0, Kw: true, Fn: onList(listSort)},
}

var tupleMethods = map[string]nativeMethod{
	"count": {Min: 1, Max: 1, Fn: sequenceCount},
	"index": {Min: 1, Max: 3, Fn: sequenceIndex},
}

var intMethods = map[string]nativeMethod{
	"to_bytes":   {Min: 0, Max: 3, Fn: intToBytes},
	"from_bytes": {Min: 1, Max: 3, Fn: intFromBytes},
	"bit_length": {Fn: func(v starlark.Value, _ *Args) (starlark.Value, error) {
		return starlark.MakeInt(v.(starlark.Int).BigInt().BitLen()), nil
	}},
}

var floatMethods = map[string]nativeMethod{
	"is_integer": {Fn: func(v starlark.Value, _ *Args) (starlark.Value, error) {
		f := float64(v.(starlark.Float))
		return Bool(f == math.Trunc(f) && !math.IsInf(f, 0)), nil
	}},
}

func onList(f func(l *starlark.List, a *Args) (starlark.Value, error)) func(starlark.Value, *Args) (starlark.Value, error) {
	return func(v starlark.Value, a *Args) (starlark.Value, error) { return f(v.(*starlark.List), a) }
}

func sequenceCount(v starlark.Value, a *Args) (starlark.Value, error) {
	n := 0
	err := Each(v, func(e starlark.Value) error {
		is, err := equal(e, a.Pos[0])
		if is {
			n++
		}
		return err
	})
	return starlark.MakeInt(n), err
}

func sequenceIndex(v starlark.Value, a *Args) (starlark.Value, error) {
	elems, err := ToSlice(v)
	if err != nil {
		return nil, err
	}
	start, err := a.Int(1, 0)
	if err != nil {
		return nil, err
	}
	end, err := a.Int(2, len(elems))
	if err != nil {
		return nil, err
	}
	for i := clampIndex(start, len(elems)); i < clampIndex(end, len(elems)); i++ {
		if is, err := equal(elems[i], a.Pos[0]); is || err != nil {
			return starlark.MakeInt(i), err
		}
	}
	return nil, Errorf("ValueError", "object not in sequence")
}

func listExtend(l *starlark.List, a *Args) (starlark.Value, error) {
	elems, err := ToSlice(a.Pos[0])
	if rerr := roomForElements(l.Len() + len(elems)); rerr != nil {
		return nil, rerr
	}
	for _, e := range elems {
		if aerr := l.Append(e); aerr != nil {
			return nil, aerr
		}
	}
	return starlark.None, err
}

func listRemove(l *starlark.List, a *Args) (starlark.Value, error) {
	for i := 0; i < l.Len(); i++ { // which a method that compares may change
		if is, err := equal(l.Index(i), a.Pos[0]); is || err != nil {
			if err == nil {
				err = DelItem(l, starlark.MakeInt(i))
			}
			return starlark.None, err
		}
	}
	return nil, Errorf("ValueError", "object not in sequence")
}

// starlarks calls Starlark's own method of the name.
func starlarks(name string) func(starlark.Value, *Args) (starlark.Value, error) {
	return func(v starlark.Value, a *Args) (starlark.Value, error) {
		m, err := v.(*starlark.List).Attr(name)
		if err != nil {
			return nil, err
		}
		// Without the frame that starlark.Call makes.
		return m.(*starlark.Builtin).CallInternal(a.Thread, a.Pos, nil)
	}
}

func listAppend(l *starlark.List, a *Args) (starlark.Value, error) {
	if n := l.Len(); n%elementsPerPoll == 0 {
		if err := RoomLeft((n + n/growth) * bytesPerElement); err != nil {
			return nil, err
		}
	}
	return starlark.None, l.Append(a.Pos[0])
}

func listCopy(l *starlark.List, _ *Args) (starlark.Value, error) {
	if err := RoomLeft(l.Len() * bytesPerElement); err != nil {
		return nil, err
	}
	return starlark.NewList(listElems(l)), nil
}

func listReverse(l *starlark.List, _ *Args) (starlark.Value, error) {
	elems := listElems(l)
	slices.Reverse(elems)
	return starlark.None, refill(l, elems)
}

func listSort(l *starlark.List, a *Args) (starlark.Value, error) {
	elems, err := sorted(a.Thread, listElems(l), a)
	if err != nil {
		return nil, err
	}
	return starlark.None, refill(l, elems)
}

// sorted sorts stably by the keyword arguments key and reverse.
func sorted(t *starlark.Thread, elems []starlark.Value, a *Args) ([]starlark.Value, error) {
	if err := a.Only("key", "reverse"); err != nil {
		return nil, err
	}
	const bytesToSort = 48 // of an element: its key, its place before and behind, and room to merge
	if err := RoomLeft(len(elems) * bytesToSort); err != nil {
		return nil, err
	}
	keys := elems
	if key := a.Named(len(a.Pos), "key"); key != nil && key != starlark.None {
		keys = make([]starlark.Value, len(elems))
		for i, e := range elems {
			k, err := starlark.Call(t, key, starlark.Tuple{e}, nil)
			if err != nil {
				return nil, err
			}
			keys[i] = k
		}
	}
	rev := a.Named(len(a.Pos), "reverse")
	return sortBy(elems, keys, rev != nil && Truth(rev))
}

func intToBytes(v starlark.Value, a *Args) (starlark.Value, error) {
	n, err := 1, error(nil)
	if v := a.Named(0, "length"); v != nil {
		if n, err = ToInt(v); err != nil {
			return nil, err
		}
	}
	if n < 0 || n > maxRepeat {
		return nil, Errorf("ValueError", "length argument must be non-negative")
	}
	little := isLittle(a, 1)
	b := v.(starlark.Int).BigInt()
	if b.Sign() < 0 {
		b.Add(b, new(big.Int).Lsh(big.NewInt(1), uint(8*n)))
	}
	if b.Sign() < 0 || b.BitLen() > 8*n {
		return nil, Errorf("OverflowError", "buffer too small")
	}
	out := b.FillBytes(make([]byte, n))
	if little {
		slices.Reverse(out)
	}
	return NewBytes(out), nil
}

func intFromBytes(_ starlark.Value, a *Args) (starlark.Value, error) {
	given, ok := bytesOf(a.Pos[0])
	if text, isStr := strOf(a.Pos[0]); isStr { // for MicroPython a str has a buffer too
		given, ok = []byte(text.s), true
	}
	if !ok {
		return nil, Errorf("TypeError", "object with buffer protocol required")
	}
	b := slices.Clone(given)
	if isLittle(a, 1) {
		slices.Reverse(b)
	}
	return starlark.MakeBigInt(new(big.Int).SetBytes(b)), nil // never below 0: MicroPython has no signed
}

// isLittle reads the byte order, which is big but for "little".
func isLittle(a *Args, i int) bool {
	if a.At(i) == nil {
		return false
	}
	order, _ := AsString(a.At(i))
	return order == "little"
}
