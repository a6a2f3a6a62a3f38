package script

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/python/object"
)

// roomForTable is an error where there is no room for a dict or set of n entries, made one by one: its table
// is filled beside that of half its size.
func (in *Interp) roomForTable(n int) error {
	table := object.TableOf(n)
	return in.room(table + table/2)
}

// roomToInsert is an error where a dict or set needs a larger table for one more entry, and there is no room.
func (in *Interp) roomToInsert(v starlark.Value) error {
	switch v.(type) {
	case *starlark.Dict, *starlark.Set:
		return in.room(object.TableToGrow(starlark.Len(v)))
	}
	return nil
}

// guardedUnion is x | y or x ^ y.
func guardedUnion(op syntax.Token) func(in *Interp, x, y starlark.Value) (starlark.Value, error) {
	return func(in *Interp, x, y starlark.Value) (starlark.Value, error) {
		if err := in.roomForUnion(x, y); err != nil {
			return nil, err
		}
		return starlark.Binary(op, x, y)
	}
}

func (in *Interp) roomForUnion(self starlark.Value, more ...starlark.Value) error {
	switch self.(type) {
	case *starlark.Dict, *starlark.Set:
		n := starlark.Len(self)
		for _, v := range more {
			n += max(0, starlark.Len(v))
		}
		return in.roomForTable(n)
	}
	return nil
}

// guardedMerge is x |= y, which changes a dict in its place.
func (in *Interp) guardedMerge(x, y starlark.Value) (starlark.Value, error) {
	to, ok := x.(*starlark.Dict)
	from, both := y.(*starlark.Dict)
	if !ok || !both {
		return guardedUnion(syntax.PIPE)(in, x, y)
	}
	if to == from {
		return to, nil
	}
	if err := in.roomForUnion(to, from); err != nil {
		return nil, err
	}
	for k, v := range from.Entries() {
		if err := to.SetKey(k, v); err != nil {
			return nil, err
		}
	}
	return to, nil
}

// dictOfPairs is a dict comprehension.
func (in *Interp) dictOfPairs(list *starlark.List) (starlark.Value, error) {
	d := starlark.NewDict(0)
	for i := range list.Len() {
		if err := in.roomToInsert(d); err != nil {
			return nil, err
		}
		pair := list.Index(i).(starlark.Tuple)
		if err := d.SetKey(pair[0], pair[1]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// roomForAdded is the estimate of a method that adds its arguments' elements to a dict or set.
func roomForAdded(in *Interp, self starlark.Value, args starlark.Tuple, _ []starlark.Tuple) error {
	return in.roomForUnion(self, args...)
}

// roomForOne is the estimate of a method that adds one entry or element.
func roomForOne(in *Interp, self starlark.Value, _ starlark.Tuple, _ []starlark.Tuple) error {
	if list, ok := self.(*starlark.List); ok {
		const more = 4 // is the part that a large slice of Go's gets in addition when it grows
		return in.room((list.Len() + list.Len()/more) * bytesPerElement)
	}
	return in.roomToInsert(self)
}
