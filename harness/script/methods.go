package script

import (
	"fmt"
	"strconv"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/memory"
)

// attribute is the name of the guard that stands in for x.name where a name is that of a guarded method.
const attribute = "."

// estimate is an error where a method of a value would make too much of its arguments.
type estimate func(in *Interp, self starlark.Value, args starlark.Tuple, kw []starlark.Tuple) error

// methods are the methods that make much of little, or much at once.
var methods = map[string]estimate{
	"format": roomForFormat, "join": roomForJoin, "replace": roomForReplace, "extend": roomForExtend,
	"split": roomForSplit, "rsplit": roomForSplit, "splitlines": roomForSplit,
	"upper": roomForCase, "lower": roomForCase, "title": roomForCase, "capitalize": roomForCase,
	"update": roomForAdded, "union": roomForAdded, "symmetric_difference": roomForAdded,
	"setdefault": roomForOne, "add": roomForOne, "append": roomForOne, "insert": roomForOne,
	"items": roomForItems, "keys": roomForItems, "values": roomForItems,
}

// guardedAttr is x.name.
func (in *Interp) guardedAttr(_ *starlark.Thread, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	name := string(args[1].(starlark.String)) // guardExpr wrote it
	v, err := starlark.Value(nil), error(nil)
	if x, ok := args[0].(starlark.HasAttrs); ok {
		v, err = x.Attr(name)
	}
	if err == nil && v == nil {
		err = fmt.Errorf("%s has no .%s field or method", args[0].Type(), name)
	}
	return in.guardMethod(v), err
}

// guardedGetattr is getattr.
func (in *Interp) guardedGetattr(t *starlark.Thread, args starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	v, err := starlark.Call(t, starlark.Universe["getattr"], args, kw)
	return in.guardMethod(v), err
}

// guardMethod stands in for a method of Starlark's that is guarded, and returns any other value.
func (in *Interp) guardMethod(v starlark.Value) starlark.Value {
	method, ok := v.(*starlark.Builtin)
	if !ok || method.Receiver() == nil {
		return v
	}
	switch self := method.Receiver().(type) {
	case starlark.String, *starlark.Dict, *starlark.Set:
	case *starlark.List:
		if name := method.Name(); (name == "append" || name == "insert") && self.Len() < memory.Much/bytesPerElement {
			return v // as nearly all are
		}
	default:
		return v
	}
	check, ok := methods[method.Name()]
	if !ok {
		return v
	}
	guarded := func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
		if err := check(in, method.Receiver(), args, kw); err != nil {
			return nil, err
		}
		return starlark.Call(t, method, args, kw)
	}
	return starlark.NewBuiltin(method.Name(), guarded).BindReceiver(method.Receiver())
}

// builderGrowth is how many times the bytes of a text are held at most while it grows.
const builderGrowth = 3

// roomForText is an error where a text of n bytes that grows is too much.
func (in *Interp) roomForText(n int) error {
	if err := in.roomFor(starlark.String(""), n); err != nil {
		return err
	}
	return in.room(n * builderGrowth)
}

func roomForFormat(in *Interp, self starlark.Value, args starlark.Tuple, kw []starlark.Tuple) error {
	size, index := textSize{}, 0
	for format := string(self.(starlark.String)); ; {
		literal, rest, found := strings.Cut(format, "{")
		size.bytes += len(literal)
		field, behind, closed := strings.Cut(rest, "}")
		if !found || !closed && !strings.HasPrefix(rest, "{") { // what is not closed is format's error
			return in.roomForText(size.bytes)
		}
		if format = behind; strings.HasPrefix(rest, "{") { // a brace that stands for itself
			format = rest[1:]
			continue
		}
		name, conversion, _ := strings.Cut(field, "!")
		name, _, _ = strings.Cut(name, ":")
		if name == "" {
			name = strconv.Itoa(index)
			index++
		}
		if err := size.add(conversion != "", argumentNamed(name, args, kw)); err != nil {
			return err
		}
	}
}

// argumentNamed is the argument that a field of format names; what is not there is format's error.
func argumentNamed(name string, args starlark.Tuple, kw []starlark.Tuple) starlark.Value {
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(args) {
		return args[i]
	}
	for _, pair := range kw {
		if pair[0] == starlark.Value(starlark.String(name)) {
			return pair[1]
		}
	}
	return starlark.None
}

// roomForPercent is an error where format % x is too much.
func (in *Interp) roomForPercent(format string, x starlark.Value) error {
	size, index := textSize{}, 0
	args, isTuple := x.(starlark.Tuple)
	if !isTuple {
		args = starlark.Tuple{x}
	}
	for {
		literal, rest, found := strings.Cut(format, "%")
		size.bytes += len(literal)
		if !found || rest == "" {
			return in.roomForText(size.bytes)
		}
		arg := starlark.Value(starlark.None) // what is not there is the operator's error
		switch key, behind, closed := strings.Cut(rest[1:], ")"); {
		case rest[0] == '%':
		case rest[0] == '(' && closed && behind != "":
			rest = behind
			if m, ok := x.(starlark.Mapping); ok {
				if v, found, _ := m.Get(starlark.String(key)); found {
					arg = v
				}
			}
		case index < len(args):
			arg = args[index]
			index++
		}
		if rest[0] == 'f' || rest[0] == 'F' {
			size.bytes += maxFloat
		}
		if err := size.add(rest[0] == 'r', arg); err != nil {
			return err
		}
		format = rest[1:]
	}
}

// maxFloat is how many bytes a float may have that is written without an exponent.
const maxFloat = len("-.000000") + 309

func roomForJoin(in *Interp, self starlark.Value, args starlark.Tuple, _ []starlark.Tuple) error {
	if len(args) != 1 || starlark.Len(args[0]) < 0 {
		return nil
	}
	list, ok := args[0].(starlark.Iterable)
	if !ok {
		return nil
	}
	n, separator := 0, len(self.(starlark.String))
	for e := range starlark.Elements(list) {
		part, _ := starlark.AsString(e) // what is no string is join's error
		if n += len(part) + separator; n > maxBytes {
			break
		}
	}
	return in.roomForText(n)
}

func roomForReplace(in *Interp, self starlark.Value, args starlark.Tuple, _ []starlark.Tuple) error {
	text, parts := string(self.(starlark.String)), [2]string{}
	if len(args) < len(parts) {
		return nil
	}
	for i := range parts {
		parts[i], _ = starlark.AsString(args[i]) // as above
	}
	found := strings.Count(text, parts[0])
	if n, err := starlark.AsInt32(args[len(args)-1]); len(args) > len(parts) && err == nil && n >= 0 {
		found = min(found, n)
	}
	growth := len(parts[1]) - len(parts[0])
	if growth > 0 && found > maxBytes/growth {
		return in.roomForText(maxBytes + 1)
	}
	return in.roomForText(len(text) + found*growth)
}

func roomForSplit(in *Interp, self starlark.Value, args starlark.Tuple, _ []starlark.Tuple) error {
	text := string(self.(starlark.String))
	separators := []string{" ", "\t", "\n", "\r", "\v", "\f"}
	if len(args) > 0 {
		if s, _ := starlark.AsString(args[0]); s != "" {
			separators = []string{s}
		}
	}
	n := 1
	for _, s := range separators {
		n += strings.Count(text, s)
	}
	const bytesPerPart = 48 // of two slices, and of the string
	return in.room(n * bytesPerPart)
}

func roomForCase(in *Interp, self starlark.Value, _ starlark.Tuple, _ []starlark.Tuple) error {
	return in.room(starlark.Len(self) * builderGrowth)
}

func roomForExtend(in *Interp, self starlark.Value, args starlark.Tuple, _ []starlark.Tuple) error {
	if len(args) != 1 {
		return nil
	}
	return in.roomFor(self, starlark.Len(self)+max(0, starlark.Len(args[0])))
}

func roomForItems(in *Interp, self starlark.Value, _ starlark.Tuple, _ []starlark.Tuple) error {
	const bytesPerItem = 80 // of two slices, and of the pair
	return in.room(starlark.Len(self) * bytesPerItem)
}
