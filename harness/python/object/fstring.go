package object

import (
	"strings"

	"go.starlark.net/starlark"
)

// fstringHelper is ·fstring(part, …): an f-string of literal and formatted parts.
func fstringHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	var b strings.Builder
	for _, v := range a {
		if s, ok := v.(*Str); ok {
			b.WriteString(s.s)
			continue
		}
		s, err := formatValue(v, "")
		if err != nil {
			return nil, err
		}
		b.WriteString(s)
	}
	return NewStr(b.String()), nil
}

// formattedHelper is ·formatted(value, conversion, spec): a part of an f-string.
func formattedHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	v := a[0]
	var err error
	switch string(a[1].(starlark.String)) {
	case "r", "a":
		v, err = reprValue(v)
	case "s":
		v, err = strValue(v)
	}
	if err != nil {
		return nil, err
	}
	spec, _ := AsString(a[2])
	s, err := formatValue(v, spec)
	if err != nil {
		return nil, err
	}
	return NewStr(s), nil
}

// setCellHelper is ·setcell(cell, value), an assignment that is an expression.
func setCellHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	a[0].(*Cell).v = a[1]
	return a[1], nil
}

// unpacked marks, among the arguments of ·dictof, a mapping to unpack.
var unpacked = signal("a mapping to unpack")
