// Package bytearray is the function bytearray of Starlark scripts, whose language has no bytes that change:
// functions such as machine.I2C.read fill one. Python scripts have their own.
package bytearray

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// most is how many bytes one may have: as one operation of a script makes at most.
const most = 1 << 26

// Module is the table of bytearray, which Starlark scripts have predeclared.
func Module() *script.Module {
	return &script.Module{
		Name: "bytearray", Lang: script.Starlark, Flat: true,
		Doc: "Bytes that change, for functions that fill them.",
		Funcs: []script.Func{{
			Name: "bytearray", Params: "source=0, /",
			Doc:  "So many zeros, or the bytes of a str, bytes or list of ints; x[i] reads and sets one, bytes(x) copies them.",
			Call: call,
		}},
	}
}

func call(c *script.Call) (any, error) {
	if n, ok := c.Args[0].(starlark.Int); ok {
		size, fits := n.Int64()
		switch {
		case n.Sign() < 0:
			return nil, script.Raise("ValueError", "wants a size of 0 or more, not %v", n)
		case !fits || size > most:
			return nil, script.Raise("MemoryError", "%v bytes are more than %d", n, most)
		}
		return object.NewBytearray(make([]byte, size)), nil
	}
	if list, ok := c.Args[0].(starlark.Iterable); ok {
		return ofInts(list)
	}
	var data []byte
	if c.Args[0] != nil {
		if err := c.Unpack(&data); err != nil {
			return nil, err
		}
	}
	return object.NewBytearray(append([]byte(nil), data...)), nil
}

func ofInts(list starlark.Iterable) (any, error) {
	it := list.Iterate()
	defer it.Done()
	var data []byte
	var v starlark.Value
	for it.Next(&v) {
		n, err := starlark.AsInt32(v)
		if err != nil || n < 0 || n > 255 {
			return nil, script.Raise("ValueError", "holds ints from 0 to 255, not %v", v)
		}
		if data = append(data, byte(n)); len(data) > most {
			return nil, script.Raise("MemoryError", "more than %d bytes", most)
		}
	}
	return object.NewBytearray(data), nil
}
