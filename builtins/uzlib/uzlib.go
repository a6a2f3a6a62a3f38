// Package uzlib has the script modules uzlib, also called zlib: decompression as QuecPython documents
// it (python.quectel.com, API reference, uzlib), with the errors of MicroPython's module of that name; and
// deflate, which newer MicroPython has in its place.
package uzlib

import (
	"bytes"
	"errors"
	"io"

	"quecstar/builtins/uio"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// maxPlain is how large decompressed data may be: far more than a module holds.
const maxPlain = 16 << 20

// What a ValueError of decompress holds (lib/uzlib, tinf.h).
const (
	badData     = -3
	badChecksum = -4
	badDict     = -5
)

// einval is what reading from a stream of bad data raises.
const einval = 22

// Module is the table of uzlib.
func Module() *script.Module {
	return &script.Module{
		Name: "uzlib", Aliases: []string{"zlib"}, Lang: script.Python, Doc: "Decompression.",
		Funcs: []script.Func{
			{Name: "decompress", Params: "data, wbits=0, bufsize=0, /", Doc: "The plain form of data: zlib's form, raw DEFLATE with a negative wbits, gzip's with wbits over 15.", Call: decompress},
		},
		Classes: []*script.Class{{
			Name: "DecompIO", Doc: "A stream that reads the plain form of another.",
			Init:    script.Func{Params: "stream, wbits=0, bufsize=1, /", Doc: "Reads from an open stream; wbits as in decompress.", Call: newDecompIO},
			Methods: readMethods(),
		}},
	}
}

// readMethods are those of a stream that reads compressed data.
func readMethods() []script.Func {
	return []script.Func{
		{Name: "read", Params: "size=-1, /", Doc: "Reads size bytes, or all.", Call: read},
		{Name: "readinto", Params: "buf, nbytes=0, /", Doc: "Reads into a buffer; returns how many bytes.", Call: readinto},
		{Name: "readline", Params: "size=-1, /", Doc: "Reads a line, of at most size bytes.", Call: readline},
	}
}

// formatOf is what wbits says that data is.
func formatOf(wbits int) format {
	switch {
	case wbits < 0:
		return asRaw
	case wbits > 15:
		return asGzip
	}
	return asZlib
}

func decompress(c *script.Call) (any, error) {
	var data []byte
	var wbits int
	if err := c.Unpack(&data, &wbits); err != nil {
		return nil, err
	}
	var out []byte
	r, err := unpack(bytes.NewReader(data), formatOf(wbits), largestBits)
	if err == nil {
		out, err = all(c, r)
	}
	if isOurs(err) {
		return nil, script.RaiseArgs("ValueError", err, number(err))
	}
	return out, err
}

// isOurs reports whether an error is of the data, and not one of the script's stream or of the run.
func isOurs(err error) bool {
	for _, e := range []error{errDeflate, errHeader, errChecksum, errDict, io.ErrUnexpectedEOF} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// number is what the ValueError of an error holds.
func number(err error) int {
	switch {
	case errors.Is(err, errChecksum):
		return badChecksum
	case errors.Is(err, errDict):
		return badDict
	}
	return badData
}

// all reads to the end, as far as memory and the run's limits allow.
func all(c *script.Call, r io.Reader) ([]byte, error) {
	var out bytes.Buffer
	for {
		n, err := io.CopyN(&out, r, 64<<10)
		if errors.Is(err, io.EOF) {
			return out.Bytes(), nil
		}
		if err != nil {
			return nil, err
		}
		if out.Len() > maxPlain {
			return nil, script.Raise("MemoryError", "the plain form is larger than %d bytes", maxPlain)
		}
		if err := c.Work(uint64(n) / 16); err != nil {
			return nil, err
		}
	}
}

func newDecompIO(c *script.Call) (any, error) {
	wbits := 0
	if err := c.Unpack(nil, &wbits); err != nil {
		return nil, err
	}
	from, err := uio.ReaderOf(c, c.Args[0])
	if err != nil {
		return nil, err
	}
	s := &stream{src: &source{from}}
	s.plain, err = unpack(s.src, formatOf(wbits), largestBits)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, script.RaiseArgs("EOFError", err)
	}
	if isOurs(err) {
		return nil, script.Raise("ValueError", "compression header")
	}
	return s, err
}

// failed is an error of reading as a script sees it; the end is none.
func failed(err error, got int) error {
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		if got > 0 {
			return nil // the next read tells
		}
		return script.RaiseArgs("EOFError", err)
	case isOurs(err):
		return script.RaiseArgs("OSError", err, einval)
	}
	return err
}

func read(c *script.Call) (any, error) {
	n := -1
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	r, err := c.Self.(*stream).reader(c)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		out, err := all(c, r)
		return out, failed(err, 0)
	}
	out := make([]byte, min(n, maxPlain))
	k, err := readFull(r, out)
	return out[:k], failed(err, k)
}

// readFull is io.ReadFull that leaves the end of the data apart from data that breaks off.
func readFull(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var k int
		k, err = r.Read(p[n:])
		n += k
	}
	return n, err
}

func readinto(c *script.Call) (any, error) {
	into, ok := object.AsBuffer(c.Args[0])
	if !ok {
		return nil, script.Raise("TypeError", "object with buffer protocol required")
	}
	most := len(into)
	if c.Args[1] != nil {
		if err := c.Unpack(nil, &most); err != nil {
			return nil, err
		}
		if most < 0 || most > len(into) {
			most = len(into)
		}
	}
	r, err := c.Self.(*stream).reader(c)
	if err != nil {
		return nil, err
	}
	k, err := readFull(r, into[:most])
	return k, failed(err, k)
}

func readline(c *script.Call) (any, error) {
	most := -1
	if err := c.Unpack(&most); err != nil {
		return nil, err
	}
	r, err := c.Self.(*stream).reader(c)
	if err != nil {
		return nil, err
	}
	if most < 0 {
		most = maxPlain
	}
	var line []byte
	for b := make([]byte, 1); len(line) < most; line = append(line, b...) {
		if _, err := readFull(r, b); err != nil {
			return line, failed(err, len(line))
		}
		if b[0] == '\n' {
			return append(line, b...), nil
		}
		if len(line)%script.WorkSteps == 0 {
			if err := c.Work(script.WorkSteps / 16); err != nil {
				return nil, err
			}
		}
	}
	if len(line) >= maxPlain {
		return nil, script.Raise("MemoryError", "the line is longer than %d bytes", maxPlain)
	}
	return line, nil
}
