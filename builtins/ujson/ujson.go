// Package ujson is the script module ujson, also called json: values to and from JSON. Starlark
// scripts have it as json, with encode and decode as other names of dumps and loads.
//
// dumps writes ", " and ": " between its parts, as MicroPython does; separators=(",", ":") changes
// that. What JSON does not have is written as its repr. loads keeps the order of keys, reads ints of
// any size and, as MicroPython's, overlooks missing and superfluous commas; what is no JSON raises a
// ValueError.
package ujson

import (
	"bytes"
	"io"

	"go.starlark.net/starlark"

	"quecstar/builtins/uio"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module is the table of ujson.
func Module() *script.Module {
	return &script.Module{
		Name: "ujson", Aliases: []string{"json"}, Doc: "JSON.",
		Funcs: []script.Func{
			{Name: "dumps", Params: "obj, /, *, separators=None", Doc: "The JSON of a value.", Call: dumps},
			{Name: "dump", Params: "obj, stream, /, *, separators=None", Doc: "Writes the JSON of a value to a stream.", Call: dump},
			{Name: "loads", Params: "string, /", Doc: "The value of JSON, a str or bytes.", Call: loads},
			{Name: "load", Params: "stream, /", Doc: "The value of the JSON that a stream has.", Call: load},
			{Name: "encode", Params: "obj", Doc: "dumps.", Call: dumps},
			{Name: "decode", Params: "string, /", Doc: "loads.", Call: loads},
		},
	}
}

func encoderOf(c *script.Call, i int) (*encoder, error) {
	e := &encoder{c: c, comma: ", ", colon: ": "}
	if len(c.Args) > i && c.Given(i) {
		return e, e.separators(c.Args[i])
	}
	return e, nil
}

func dumps(c *script.Call) (any, error) {
	e, err := encoderOf(c, 1)
	if err != nil {
		return nil, err
	}
	if err := e.value(c.Args[0], 0); err != nil {
		return nil, err
	}
	return string(e.out), nil
}

func dump(c *script.Call) (any, error) {
	e, err := encoderOf(c, 2)
	if err != nil {
		return nil, err
	}
	w, err := uio.WriterOf(c, c.Args[1])
	if err != nil {
		return nil, err
	}
	e.sink = func(part []byte) error {
		_, err := w.Write(part)
		return err
	}
	return nil, e.value(c.Args[0], 0)
}

func loads(c *script.Call) (any, error) {
	b, ok := object.AsBytes(c.Args[0])
	if !ok {
		return nil, script.Raise("TypeError", "object with buffer protocol required")
	}
	return value(decode(c, bytes.NewReader(b)))
}

func load(c *script.Call) (any, error) {
	r, err := uio.ReaderOf(c, c.Args[0])
	if err != nil {
		return nil, err
	}
	return value(decode(c, oneByOne{r}))
}

// value keeps a nil value from becoming a value that is nil.
func value(v starlark.Value, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// oneByOne reads a stream byte by byte, so that behind a failure the stream stands where
// MicroPython would have left it.
type oneByOne struct{ r io.Reader }

// ReadByte is io.ByteReader's.
func (o oneByOne) ReadByte() (byte, error) {
	var b [1]byte
	_, err := io.ReadFull(o.r, b[:])
	return b[0], err
}
