// Package ujson is the script module ujson, also called json: values to and from JSON. Starlark
// scripts have it as json, with encode and decode as other names of dumps and loads.
//
// dumps writes ", " and ": " between its parts, as MicroPython does; separators=(",", ":") changes
// that. loads keeps the order of keys and reads ints of any size; what is no JSON raises a
// ValueError.
package ujson

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module is the table of ujson.
func Module() *script.Module {
	return &script.Module{
		Name: "ujson", Aliases: []string{"json"}, Doc: "JSON.",
		Funcs: []script.Func{
			{Name: "dumps", Params: "obj, separators=None", Doc: "The JSON of a value.", Call: dumps},
			{Name: "dump", Params: "obj, stream, separators=None", Doc: "Writes the JSON of a value to a stream.", Call: dump},
			{Name: "loads", Params: "string", Doc: "The value of JSON, a str or bytes.", Call: loads},
			{Name: "load", Params: "stream", Doc: "The value of the JSON that a stream has.", Call: load},
			{Name: "encode", Params: "obj", Doc: "dumps.", Call: dumps},
			{Name: "decode", Params: "string", Doc: "loads.", Call: loads},
		},
	}
}

func dumps(c *script.Call) (any, error) {
	e := encoder{comma: ", ", colon: ": "}
	if len(c.Args) > 1 && c.Given(1) {
		if err := e.separators(c.Args[1]); err != nil {
			return nil, err
		}
	}
	if err := e.value(c.Args[0], 0); err != nil {
		return nil, err
	}
	return string(e.out), nil
}

func dump(c *script.Call) (any, error) {
	e := encoder{comma: ", ", colon: ": "}
	if c.Given(2) {
		if err := e.separators(c.Args[2]); err != nil {
			return nil, err
		}
	}
	if err := e.value(c.Args[0], 0); err != nil {
		return nil, err
	}
	_, err := c.InvokeMethod(c.Args[1], "write", string(e.out))
	return nil, err
}

func loads(c *script.Call) (any, error) {
	text, err := textOf(c.Args[0])
	if err != nil {
		return nil, err
	}
	return decode(text)
}

func load(c *script.Call) (any, error) {
	v, err := c.InvokeMethod(c.Args[0], "read")
	if err != nil {
		return nil, err
	}
	text, err := textOf(v)
	if err != nil {
		return nil, err
	}
	return decode(text)
}

func textOf(v starlark.Value) (string, error) {
	b, ok := object.AsBytes(v)
	if !ok {
		return "", script.Raise("TypeError", "JSON is a str or bytes, not %s", object.TypeName(v))
	}
	return string(b), nil
}
