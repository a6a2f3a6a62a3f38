// Package securedata is the script module securedata: sixteen numbered records in a part of the
// flash that new firmware leaves alone.
//
//	import securedata
//	securedata.Store(1, bytearray(b"key"), 3)
//	buf = bytearray(52)
//	n = securedata.Read(1, buf, 52)
//
// The records live as long as the run (vendor's documentation, "securedata - Secure Data Area").
package securedata

import (
	"bytes"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// missing is what Read returns for a record that was never stored.
const missing = -2

// records are what is stored, by index. The interpreter lock guards them.
type records map[int][]byte

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "securedata", Aliases: []string{"SecureData"}, Simulated: true, // which is what the firmware calls it
		Doc: "Records 1 to 16: 1 to 8 of 52 bytes, 9 to 12 of 100, 13 and 14 of 500, 15 and 16 of 1000.",
		Funcs: []script.Func{
			{Name: "Store", Params: "index, databuf, len", Doc: "Stores the first len bytes of databuf; returns 0, or -1 for wrong arguments.", Call: store},
			{Name: "Read", Params: "index, databuf, len", Doc: "Fills the bytearray databuf with up to len bytes; returns how many, -1 for wrong arguments, -2 when nothing is stored.", Call: read},
		},
		New: func(*script.Interp) (any, error) { return records{}, nil },
	}
}

// size is how many bytes a record holds; 0 for an index that is none.
func size(index int) int {
	switch {
	case index < 1 || index > 16:
		return 0
	case index <= 8:
		return 52
	case index <= 12:
		return 100
	case index <= 14:
		return 500
	}
	return 1000
}

func store(c *script.Call) (any, error) {
	var index, n int
	var data []byte
	if err := c.Unpack(&index, &data, &n); err != nil {
		return nil, err
	}
	n = min(n, len(data))
	if n < 0 || n > size(index) || size(index) == 0 {
		return quectel.Failed, nil
	}
	c.State().(records)[index] = bytes.Clone(data[:n])
	return quectel.OK, nil
}

func read(c *script.Call) (any, error) {
	var index, n int
	var buf starlark.Value
	if err := c.Unpack(&index, &buf, &n); err != nil {
		return nil, err
	}
	memory, ok := object.AsBuffer(buf)
	if !ok || size(index) == 0 || n < 0 || n > len(memory) {
		return quectel.Failed, nil
	}
	data, stored := c.State().(records)[index]
	if !stored {
		return missing, nil
	}
	return copy(memory[:n], data), nil
}
