package object

import (
	"math"
	"math/big"
	"slices"

	"go.starlark.net/starlark"
)

var listMethods = map[string]nativeMethod{
	"append":  {min: 1, max: 1, fn: onList(func(l *starlark.List, a *args) (starlark.Value, error) { return starlark.None, l.Append(a.pos[0]) })},
	"clear":   {fn: onList(func(l *starlark.List, _ *args) (starlark.Value, error) { return starlark.None, l.Clear() })},
	"copy":    {fn: onList(func(l *starlark.List, _ *args) (starlark.Value, error) { return starlark.NewList(listElems(l)), nil })},
	"count":   {min: 1, max: 1, fn: sequenceCount},
	"extend":  {min: 1, max: 1, fn: onList(listExtend)},
	"index":   {min: 1, max: 3, fn: sequenceIndex},
	"insert":  {min: 2, max: 2, fn: starlarks("insert")},
	"pop":     {min: 0, max: 1, fn: starlarks("pop")},
	"remove":  {min: 1, max: 1, fn: onList(listRemove)},
	"reverse": {fn: onList(listReverse)},
	"sort":    {max: 0, kw: true, fn: onList(listSort)},
}

var tupleMethods = map[string]nativeMethod{
	"count": {min: 1, max: 1, fn: sequenceCount},
	"index": {min: 1, max: 3, fn: sequenceIndex},
}

var intMethods = map[string]nativeMethod{
	"to_bytes":   {min: 0, max: 3, fn: intToBytes},
	"from_bytes": {min: 1, max: 3, fn: intFromBytes},
	"bit_length": {fn: func(v starlark.Value, _ *args) (starlark.Value, error) {
		return starlark.MakeInt(v.(starlark.Int).BigInt().BitLen()), nil
	}},
}

var floatMethods = map[string]nativeMethod{
	"is_integer": {fn: func(v starlark.Value, _ *args) (starlark.Value, error) {
		f := float64(v.(starlark.Float))
		return Bool(f == math.Trunc(f) && !math.IsInf(f, 0)), nil
	}},
}

func onList(f func(l *starlark.List, a *args) (starlark.Value, error)) func(starlark.Value, *args) (starlark.Value, error) {
	return func(v starlark.Value, a *args) (starlark.Value, error) { return f(v.(*starlark.List), a) }
}

func sequenceCount(v starlark.Value, a *args) (starlark.Value, error) {
	n := 0
	err := each(v, func(e starlark.Value) error {
		is, err := equal(e, a.pos[0])
		if is {
			n++
		}
		return err
	})
	return starlark.MakeInt(n), err
}

func sequenceIndex(v starlark.Value, a *args) (starlark.Value, error) {
	elems, err := toSlice(v)
	if err != nil {
		return nil, err
	}
	start, err := a.int(1, 0)
	if err != nil {
		return nil, err
	}
	end, err := a.int(2, len(elems))
	if err != nil {
		return nil, err
	}
	for i := clampIndex(start, len(elems)); i < clampIndex(end, len(elems)); i++ {
		if is, err := equal(elems[i], a.pos[0]); is || err != nil {
			return starlark.MakeInt(i), err
		}
	}
	return nil, newError("ValueError", "object not in sequence")
}

func listExtend(l *starlark.List, a *args) (starlark.Value, error) {
	elems, err := toSlice(a.pos[0])
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

func listRemove(l *starlark.List, a *args) (starlark.Value, error) {
	for i := 0; i < l.Len(); i++ { // which a method that compares may change
		if is, err := equal(l.Index(i), a.pos[0]); is || err != nil {
			if err == nil {
				err = delItem(l, starlark.MakeInt(i))
			}
			return starlark.None, err
		}
	}
	return nil, newError("ValueError", "object not in sequence")
}

// starlarks calls Starlark's own method of the name.
func starlarks(name string) func(starlark.Value, *args) (starlark.Value, error) {
	return func(v starlark.Value, a *args) (starlark.Value, error) {
		m, err := v.(*starlark.List).Attr(name)
		if err != nil {
			return nil, err
		}
		// Without the frame that starlark.Call makes.
		return m.(*starlark.Builtin).CallInternal(a.thread, a.pos, nil)
	}
}

func listReverse(l *starlark.List, _ *args) (starlark.Value, error) {
	elems := listElems(l)
	slices.Reverse(elems)
	return starlark.None, refill(l, elems)
}

func listSort(l *starlark.List, a *args) (starlark.Value, error) {
	elems, err := sorted(a.thread, listElems(l), a)
	if err != nil {
		return nil, err
	}
	return starlark.None, refill(l, elems)
}

// sorted sorts stably by the keyword arguments key and reverse.
func sorted(t *starlark.Thread, elems []starlark.Value, a *args) ([]starlark.Value, error) {
	if err := a.only("key", "reverse"); err != nil {
		return nil, err
	}
	keys := elems
	if key := a.named(len(a.pos), "key"); key != nil && key != starlark.None {
		keys = make([]starlark.Value, len(elems))
		for i, e := range elems {
			k, err := starlark.Call(t, key, starlark.Tuple{e}, nil)
			if err != nil {
				return nil, err
			}
			keys[i] = k
		}
	}
	rev := a.named(len(a.pos), "reverse")
	return sortBy(elems, keys, rev != nil && Truth(rev))
}

func intToBytes(v starlark.Value, a *args) (starlark.Value, error) {
	n, err := 1, error(nil)
	if v := a.named(0, "length"); v != nil {
		if n, err = toInt(v); err != nil {
			return nil, err
		}
	}
	if n < 0 || n > maxRepeat {
		return nil, newError("ValueError", "length argument must be non-negative")
	}
	little := isLittle(a, 1)
	b := v.(starlark.Int).BigInt()
	if b.Sign() < 0 {
		b.Add(b, new(big.Int).Lsh(big.NewInt(1), uint(8*n)))
	}
	if b.Sign() < 0 || b.BitLen() > 8*n {
		return nil, newError("OverflowError", "buffer too small")
	}
	out := b.FillBytes(make([]byte, n))
	if little {
		slices.Reverse(out)
	}
	return NewBytes(out), nil
}

func intFromBytes(_ starlark.Value, a *args) (starlark.Value, error) {
	given, ok := bytesOf(a.pos[0])
	if text, isStr := strOf(a.pos[0]); isStr { // for MicroPython a str has a buffer too
		given, ok = []byte(text.s), true
	}
	if !ok {
		return nil, newError("TypeError", "object with buffer protocol required")
	}
	b := slices.Clone(given)
	if isLittle(a, 1) {
		slices.Reverse(b)
	}
	return starlark.MakeBigInt(new(big.Int).SetBytes(b)), nil // never below 0: MicroPython has no signed
}

// isLittle reads the byte order, which is big but for "little".
func isLittle(a *args, i int) bool {
	if a.at(i) == nil {
		return false
	}
	order, _ := AsString(a.at(i))
	return order == "little"
}
