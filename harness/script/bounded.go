package script

import (
	"fmt"

	"go.starlark.net/starlark"
)

// maxElements is how many elements Starlark's own functions take at once: of range(1 << 40) they would
// make room for all.
const maxElements = maxBytes / bytesPerElement

// takers are Starlark's functions that go over all elements of their arguments, and how many bytes they
// make room for at once for each.
var takers = map[string]int{"all": 0, "any": 0, "bytes": 0, "dict": bytesPerEntry, "enumerate": 72, "list": 16, "max": 0, "min": 0,
	"reversed": 16, "set": bytesPerEntry, "sorted": 48, "tuple": 16, "zip": 56}

// bytesPerEntry is how much an entry of a dict or set takes while its table grows, at most.
const bytesPerEntry = 210

// texts are Starlark's functions that make a text of their arguments.
var texts = []string{"fail", "print", "repr", "str"}

// bounded is one of Starlark's own functions behind a check of its arguments.
func bounded(name string, check func(in *Interp, args starlark.Tuple) error) substitute {
	plain := starlark.Universe[name]
	return func(in *Interp, t *starlark.Thread, args starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
		if err := check(in, args); err != nil {
			return nil, err
		}
		return starlark.Call(t, plain, args, kw)
	}
}

// addBounded adds those functions.
func addBounded(to map[string]substitute) {
	for name, bytes := range takers {
		to[name] = bounded(name, func(in *Interp, args starlark.Tuple) error { return in.roomToTake(name, bytes, args) })
	}
	for _, name := range texts {
		to[name] = bounded(name, func(in *Interp, args starlark.Tuple) error {
			var size textSize
			if err := size.add(name == "repr", args...); err != nil {
				return err
			}
			return in.roomForText(size.bytes)
		})
	}
}

// roomToTake is an error where a function of so many bytes an element would take more of its arguments than
// is taken at once.
func (in *Interp) roomToTake(name string, bytes int, args starlark.Tuple) error {
	total := 0
	for _, a := range args {
		n := starlark.Len(a)
		if n > maxElements {
			return fmt.Errorf("%s: %d elements are more than the %d that are taken at once", name, n, maxElements)
		}
		total += max(0, n)
	}
	return in.room(total * bytes)
}
