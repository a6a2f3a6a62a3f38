package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// sortBy returns elements in the stable order of their keys, which are as many.
func sortBy(elems, keys []starlark.Value, reverse bool) ([]starlark.Value, error) {
	if ints, ok := smallInts(keys); ok {
		return inOrder(elems, ints, reverse, func(x, y int64) bool { return x < y }), nil
	}
	if texts, ok := texts(keys); ok {
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

// smallInts returns the numbers that all keys are, when they are ints.
func smallInts(keys []starlark.Value) ([]int64, bool) {
	out := make([]int64, len(keys))
	for i, k := range keys {
		n, ok := k.(starlark.Int)
		if !ok {
			return nil, false
		}
		v, ok := n.Int64()
		if !ok {
			return nil, false
		}
		out[i] = v
	}
	return out, true
}

// texts returns the strings that all keys are.
func texts(keys []starlark.Value) ([]string, bool) {
	out := make([]string, len(keys))
	for i, k := range keys {
		s, ok := k.(*Str)
		if !ok {
			return nil, false
		}
		out[i] = s.s
	}
	return out, true
}
