// Package uzlib is the script module uzlib, also called zlib: decompression as QuecPython documents
// it (python.quectel.com, API reference, uzlib).
package uzlib

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"io"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// maxPlain is how large decompressed data may be: far more than a module holds.
const maxPlain = 64 << 20

// Module is the table of uzlib.
func Module() *script.Module {
	return &script.Module{
		Name: "uzlib", Aliases: []string{"zlib"}, Lang: script.Python, Doc: "Decompression.",
		Funcs: []script.Func{
			{Name: "decompress", Params: "data, wbits=0, bufsize=0", Doc: "The plain form of data: zlib's form, raw DEFLATE with a negative wbits, gzip's with wbits over 15.", Call: decompress},
		},
		Classes: []*script.Class{{
			Name: "DecompIO", Doc: "A stream that reads the plain form of another.",
			Init: script.Func{Params: "stream, wbits=0", Doc: "Reads from an open stream; wbits as in decompress.", Call: newDecompIO},
			Methods: []script.Func{
				{Name: "read", Params: "size=-1", Doc: "Reads size bytes, or all.", Call: read},
				{Name: "readinto", Params: "buf", Doc: "Reads into a buffer; returns how many bytes.", Call: readinto},
				{Name: "readline", Doc: "Reads a line.", Call: readline},
			},
		}},
	}
}

// reader opens what wbits says that data is.
func reader(data io.Reader, wbits int) (io.Reader, error) {
	switch {
	case wbits < 0:
		return flate.NewReader(data), nil
	case wbits > 15:
		return gzip.NewReader(data)
	}
	return zlib.NewReader(data)
}

// failed is an error of decompression as a script sees it.
func failed(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return script.RaiseArgs("ValueError", err, -3)
}

func decompress(c *script.Call) (any, error) {
	var data []byte
	var wbits int
	if err := c.Unpack(&data, &wbits); err != nil {
		return nil, err
	}
	r, err := reader(bytes.NewReader(data), wbits)
	if err != nil {
		return nil, failed(err)
	}
	return all(r)
}

func all(r io.Reader) (any, error) {
	out, err := io.ReadAll(io.LimitReader(r, maxPlain+1))
	if err != nil {
		return nil, failed(err)
	}
	if len(out) > maxPlain {
		return nil, script.Raise("MemoryError", "the plain form is larger than %d bytes", maxPlain)
	}
	return out, nil
}

// newDecompIO reads the script's stream at once: what is behind the compressed data is not left in
// the stream, as on a module, which reads ahead too.
func newDecompIO(c *script.Call) (any, error) {
	wbits := 0
	if err := c.Unpack(nil, &wbits); err != nil {
		return nil, err
	}
	v, err := c.InvokeMethod(c.Args[0], "read")
	if err != nil {
		return nil, err
	}
	data, ok := object.AsBytes(v)
	if !ok {
		return nil, script.Raise("TypeError", "a stream of bytes is wanted")
	}
	r, err := reader(bytes.NewReader(data), wbits)
	if err != nil {
		return nil, failed(err)
	}
	return bufio.NewReader(r), nil
}

func read(c *script.Call) (any, error) {
	n := -1
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	r := c.Self.(*bufio.Reader)
	if n < 0 {
		return all(r)
	}
	out := make([]byte, min(n, maxPlain))
	k, err := io.ReadFull(r, out)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, failed(err)
	}
	return out[:k], nil
}

func readinto(c *script.Call) (any, error) {
	into, ok := object.AsBuffer(c.Args[0])
	if !ok {
		return nil, script.Raise("TypeError", "object with buffer protocol required")
	}
	k, err := io.ReadFull(c.Self.(*bufio.Reader), into)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, failed(err)
	}
	return k, nil
}

func readline(c *script.Call) (any, error) {
	line, err := c.Self.(*bufio.Reader).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, failed(err)
	}
	return line, nil
}
