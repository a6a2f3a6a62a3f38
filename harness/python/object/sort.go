package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// sortBy returns elements in the stable order of their keys, which are as many.
func sortBy(elems, keys []starlark.Value, reverse bool) ([]starlark.Value, error) {
	if ints, ok := all(keys, smallInt); ok {
		return inOrder(elems, ints, reverse, func(x, y int64) bool { return x < y }), nil
	}
	if texts, ok := all(keys, plainStr); ok {
		return inOrder(elems, texts, reverse, func(x, y string) bool { return x < y }), nil
	}
	var failed error
	out := inOrder(elems, keys, reverse, func(x, y starlark.Value) bool {
		if failed != nil {
			return false
		}
		less, err := compare(syntax.LT, x, y)
		failed = err
		return less
	})
	return out, failed
}

// inOrder returns the elements in the order of their keys.
func inOrder[K any](elems []starlark.Value, keys []K, reverse bool, less func(x, y K) bool) []starlark.Value {
	order := make([]int, len(keys))
	for i := range order {
		order[i] = i
	}
	if reverse {
		mergeSort(order, make([]int, len(order)), func(i, j int) bool { return less(keys[j], keys[i]) })
	} else {
		mergeSort(order, make([]int, len(order)), func(i, j int) bool { return less(keys[i], keys[j]) })
	}
	out := make([]starlark.Value, len(elems))
	for i, from := range order {
		out[i] = elems[from]
	}
	return out
}

// mergeSort sorts stably and asks for nothing but less, seldom: a script may have written it. Go's own
// stable sorts ask for more than they need, or for three outcomes. A second slice of the same length
// is its room for merging.
func mergeSort(a, room []int, less func(i, j int) bool) {
	if len(a) <= 8 {
		for i := 1; i < len(a); i++ {
			for j := i; j > 0 && less(a[j], a[j-1]); j-- {
				a[j], a[j-1] = a[j-1], a[j]
			}
		}
		return
	}
	mid := len(a) / 2
	mergeSort(a[:mid], room[:mid], less)
	mergeSort(a[mid:], room[mid:], less)
	if !less(a[mid], a[mid-1]) {
		return
	}
	copy(room, a[:mid])
	i, j := 0, mid
	for k := range a {
		switch {
		case i == mid:
			return // what is left of the right half is in its place
		case j < len(a) && less(a[j], room[i]):
			a[k] = a[j]
			j++
		default:
			a[k] = room[i]
			i++
		}
	}
}

// all returns what all keys are, when each of them is of a kind.
func all[T any](keys []starlark.Value, of func(k starlark.Value) (T, bool)) ([]T, bool) {
	out := make([]T, len(keys))
	for i, k := range keys {
		var ok bool
		if out[i], ok = of(k); !ok {
			return nil, false
		}
	}
	return out, true
}

func smallInt(k starlark.Value) (int64, bool) {
	if n, ok := k.(starlark.Int); ok {
		return n.Int64()
	}
	return 0, false
}

func plainStr(k starlark.Value) (string, bool) {
	if s, ok := k.(*Str); ok {
		return s.s, true
	}
	return "", false
}
