// Package ustruct is the script module ustruct, also called struct: values to and from bytes by a
// format, as QuecPython documents it (python.quectel.com, API reference, ustruct) and MicroPython
// has it.
//
// A format begins with the byte order: < little, > and ! big, @ or nothing that of the module,
// which is little with elements aligned as by its C compiler. Then follow elements, each with an
// optional count: x a byte to skip, b B 8 bits, h H 16, i I l L 32, q Q 64 (small letters signed),
// e f d floats of 16, 32 and 64 bits, s bytes, P a pointer, and ?, a bool.
//
// As on a module, an integer that is too large loses its upper bits, missing values are zeros, and
// values too many are left out.
package ustruct

import (
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module is the table of ustruct.
func Module() *script.Module {
	return &script.Module{
		Name: "ustruct", Aliases: []string{"struct"}, Lang: script.Python, Doc: "Values to and from bytes.",
		Funcs: []script.Func{
			{Name: "calcsize", Params: "fmt, /", Doc: "How many bytes a format takes.", Call: calcsize},
			{Name: "pack", Params: "fmt, *args, /", Doc: "The bytes of values.", Call: pack},
			{Name: "unpack", Params: "fmt, data, offset=0, /", Doc: "The values of bytes, from an offset on.", Call: unpackFrom},
			{Name: "pack_into", Params: "fmt, buffer, offset, *args, /", Doc: "Writes the bytes of values into a bytearray.", Call: packInto},
			{Name: "unpack_from", Params: "fmt, data, offset=0, /", Doc: "The values of the bytes from an offset on.", Call: unpackFrom},
		},
	}
}

// layoutOf reads the format that is the first argument.
func layoutOf(c *script.Call) (*layout, error) {
	var format string
	if err := c.Unpack(&format); err != nil {
		return nil, err
	}
	return parse(format)
}

func calcsize(c *script.Call) (any, error) {
	l, err := layoutOf(c)
	if err != nil {
		return nil, err
	}
	return l.size, nil
}

func pack(c *script.Call) (any, error) {
	l, err := layoutOf(c)
	if err != nil {
		return nil, err
	}
	out := make([]byte, l.size)
	return out, l.pack(out, c.Rest)
}

func packInto(c *script.Call) (any, error) {
	l, err := layoutOf(c)
	if err != nil {
		return nil, err
	}
	buf, ok := object.AsBuffer(c.Args[1])
	if !ok {
		return nil, script.Raise("TypeError", "object with buffer protocol required")
	}
	buf, err = l.window(c, buf, 2)
	if err != nil {
		return nil, err
	}
	return nil, l.pack(buf, c.Rest)
}

func unpackFrom(c *script.Call) (any, error) {
	l, data, err := layoutAndData(c)
	if err != nil {
		return nil, err
	}
	if data, err = l.window(c, data, 2); err != nil {
		return nil, err
	}
	return l.unpack(data), nil
}

func layoutAndData(c *script.Call) (*layout, []byte, error) {
	l, err := layoutOf(c)
	if err != nil {
		return nil, nil, err
	}
	data, ok := object.AsBytes(c.Args[1])
	if !ok {
		return nil, nil, script.Raise("TypeError", "object with buffer protocol required")
	}
	return l, data, nil
}

// window is the part of a buffer at the offset which is the i-th argument; a negative one counts
// from the end.
func (l *layout) window(c *script.Call, buf []byte, i int) ([]byte, error) {
	offset := 0
	if c.Args[i] != nil {
		n, err := object.ToInt(c.Args[i])
		if err != nil {
			return nil, err
		}
		offset = n
	}
	if offset < 0 {
		offset += len(buf)
	}
	if offset < 0 || offset > len(buf) || len(buf)-offset < l.size {
		return nil, errShort()
	}
	return buf[offset : offset+l.size], nil
}

func errShort() error { return script.Raise("ValueError", "buffer too small") }
