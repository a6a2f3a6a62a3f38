// Package uzlib is the script module uzlib, also called zlib: decompression as QuecPython documents
// it (python.quectel.com, API reference, uzlib), with the errors of MicroPython's module of that name.
package uzlib

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
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
			Init: script.Func{Params: "stream, wbits=0, bufsize=1, /", Doc: "Reads from an open stream; wbits as in decompress.", Call: newDecompIO},
			Methods: []script.Func{
				{Name: "read", Params: "size=-1, /", Doc: "Reads size bytes, or all.", Call: read},
				{Name: "readinto", Params: "buf, nbytes=0, /", Doc: "Reads into a buffer; returns how many bytes.", Call: readinto},
				{Name: "readline", Params: "/", Doc: "Reads a line.", Call: readline},
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

func decompress(c *script.Call) (any, error) {
	var data []byte
	var wbits int
	if err := c.Unpack(&data, &wbits); err != nil {
		return nil, err
	}
	r, err := reader(bytes.NewReader(data), wbits)
	if err != nil {
		return nil, script.RaiseArgs("ValueError", err, number(err))
	}
	out, err := all(c, r)
	if isMemory(err) {
		return nil, err
	}
	if err != nil {
		return nil, script.RaiseArgs("ValueError", err, number(err))
	}
	return out, nil
}

// number is what the ValueError of an error holds.
func number(err error) int {
	switch {
	case errors.Is(err, zlib.ErrChecksum), errors.Is(err, gzip.ErrChecksum):
		return badChecksum
	case errors.Is(err, zlib.ErrDictionary):
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

// isMemory reports whether an error is one that all made itself, or what ended the run.
func isMemory(err error) bool {
	var e *script.Error
	return errors.As(err, &e) || errors.Is(err, script.ErrSteps) || errors.Is(err, script.ErrDeadline) ||
		errors.Is(err, script.ErrInterrupted) || errors.Is(err, script.ErrMemory)
}

// decompIO is a script's DecompIO. It reads its stream byte by byte, so that what is behind the
// compressed data is left there.
type decompIO struct {
	src   *source
	plain *bufio.Reader
}

// source is the script's stream.
type source struct{ *uio.Reader }

// ReadByte is io.ByteReader's.
func (s *source) ReadByte() (byte, error) {
	var b [1]byte
	_, err := io.ReadFull(s.Reader, b[:])
	return b[0], err
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
	src := &source{from}
	r, err := reader(src, wbits)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, script.RaiseArgs("EOFError", err)
	}
	if isMemory(err) {
		return nil, err
	}
	if err != nil {
		return nil, script.Raise("ValueError", "compression header")
	}
	return &decompIO{src: src, plain: bufio.NewReader(r)}, nil
}

// on is the stream for one call.
func on(c *script.Call) *bufio.Reader {
	d := c.Self.(*decompIO)
	d.src.On(c)
	return d.plain
}

// failed is an error of reading as a script sees it; the end is none.
func failed(err error, got int) error {
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return nil
	case isMemory(err):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		if got > 0 {
			return nil // the next read tells
		}
		return script.RaiseArgs("EOFError", err)
	}
	return script.RaiseArgs("OSError", err, einval)
}

func read(c *script.Call) (any, error) {
	n := -1
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	r := on(c)
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
	k, err := readFull(on(c), into[:most])
	return k, failed(err, k)
}

func readline(c *script.Call) (any, error) {
	r := on(c)
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, failed(err, len(line))
		}
		if len(line) > maxPlain {
			return nil, script.Raise("MemoryError", "the line is longer than %d bytes", maxPlain)
		}
	}
}
