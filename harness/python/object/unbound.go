package object

import (
	"encoding/hex"
	"strings"

	"go.starlark.net/starlark"
)

// unbound is a method of one of Python's own types as an attribute of the type, such as
// int.from_bytes, which takes no instance, or str.upper, which takes it first; nil for an unknown
// name.
func (c *Class) unbound(name string) starlark.Value {
	if fn, ok := classFunctions[c.name+"."+name]; ok {
		return fn.Value(name)
	}
	if !ownMethods[c.name][name] {
		return nil
	}
	return starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
		if len(pos) == 0 {
			return nil, Errorf("TypeError", "%s.%s takes an instance first", c.name, name)
		}
		if is, err := isInstance(pos[0], c); err != nil || !is {
			return nil, Errorf("TypeError", "argument has wrong type: a '%s' is wanted", c.name)
		}
		m, err := GetAttr(Native(pos[0]), name)
		if err != nil {
			return nil, err
		}
		return starlark.Call(t, m, pos[1:], kw)
	})
}

// classFunctions are the functions of types that take no instance.
var classFunctions = map[string]Function{
	"int.from_bytes": {Min: 1, Max: 3, Fn: func(a *Args) (starlark.Value, error) { return intFromBytes(nil, a) }},
	"dict.fromkeys":  fromKeys, "OrderedDict.fromkeys": fromKeys,
	"bytes.fromhex": {Min: 1, Max: 1, Fn: func(a *Args) (starlark.Value, error) {
		b, err := fromHex(a)
		return NewBytes(b), err
	}},
	"bytearray.fromhex": {Min: 1, Max: 1, Fn: func(a *Args) (starlark.Value, error) {
		b, err := fromHex(a)
		return NewBytearray(b), err
	}},
}

var fromKeys = Function{Min: 1, Max: 2, Fn: func(a *Args) (starlark.Value, error) { return dictFromKeys(nil, a) }}

func fromHex(a *Args) ([]byte, error) {
	s, err := a.Str(0)
	if err != nil {
		return nil, err
	}
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		return nil, Errorf("ValueError", "non-hex digit found")
	}
	return b, nil
}

// ownMethods are the names of the methods of each type.
var ownMethods = map[string]map[string]bool{
	"str": keysOf(strMethods), "bytes": keysOf(bytesMethods), "bytearray": keysOf(bytearrayMethods),
	"list": keysOf(listMethods), "tuple": keysOf(tupleMethods), "dict": keysOf(dictMethods), "OrderedDict": keysOf(dictMethods),
	"int": keysOf(intMethods), "float": keysOf(floatMethods), "set": keysOf(setMethods), "frozenset": keysOf(frozenMethods),
}

func keysOf[V any](m map[string]V) map[string]bool {
	out := make(map[string]bool, len(m))
	for k := range m {
		out[k] = true
	}
	return out
}
