package uzlib

import (
	"errors"
	"io"

	"go.starlark.net/starlark"

	"quecstar/builtins/uio"
	"quecstar/harness/script"
)

// defaultBits is the window of DeflateIO where nothing says another: 256 bytes (docs.micropython.org,
// deflate).
const defaultBits = 8

// DeflateModule is the table of deflate, which newer MicroPython has in place of uzlib.
func DeflateModule() *script.Module {
	return &script.Module{
		Name: "deflate", Lang: script.Python, Doc: "Compression and decompression of streams.",
		Classes: []*script.Class{{
			Name: "DeflateIO", Doc: "A stream that reads or writes another in compressed form.",
			Init: script.Func{Params: "stream, format=AUTO, wbits=0, close=False, /",
				Doc: "Reads from an open stream, or writes to it; wbits says how large the window is, 1<<wbits bytes; close has the stream be closed with this one.", Call: newDeflateIO},
			Methods: append(readMethods(),
				script.Func{Name: "write", Params: "buf, /", Doc: "Writes the compressed form of buf; returns how many bytes it was.", Call: write},
				script.Func{Name: "close", Params: "/", Doc: "Writes what is left of the compressed form.", Call: closeIO},
				script.Func{Name: "__enter__", Doc: "The stream, for with.", Call: func(*script.Call) (any, error) { return script.Itself, nil }},
				script.Func{Name: "__exit__", Params: "*args", Doc: "Closes the stream.", Call: closeIO}),
			Show: func(any) string { return "<DeflateIO>" },
		}},
		Consts: []script.Const{
			{Name: "AUTO", Value: int(asAuto), Doc: "To read: ZLIB or GZIP, as the header says. To write: RAW."},
			{Name: "RAW", Value: int(asRaw), Doc: "Nothing around the data."},
			{Name: "ZLIB", Value: int(asZlib), Doc: "A header of 2 bytes and a checksum."},
			{Name: "GZIP", Value: int(asGzip), Doc: "The form of .gz files."},
		},
	}
}

// stream is a script's DeflateIO or DecompIO. What is behind the compressed data stays in its source.
type stream struct {
	under  starlark.Value
	src    *source
	format format
	wbits  int
	closes bool
	closed bool
	plain  *unpacker // once it was read from
	to     *uio.Writer
	packed *packer // once it was written to
}

func newDeflateIO(c *script.Call) (any, error) {
	f, wbits, closes := 0, 0, false
	if err := c.Unpack(nil, &f, &wbits, &closes); err != nil {
		return nil, err
	}
	if f < int(asAuto) || f > int(asGzip) {
		return nil, script.Raise("ValueError", "format")
	}
	if wbits != 0 && (wbits < smallestBits || wbits > largestBits) {
		return nil, script.Raise("ValueError", "wbits")
	}
	return &stream{under: c.Args[0], format: format(f), wbits: wbits, closes: closes}, nil
}

// reader is what a script reads, for one call.
func (s *stream) reader(c *script.Call) (io.Reader, error) {
	if s.closed {
		return nil, script.RaiseArgs("OSError", nil, einval)
	}
	if s.plain == nil {
		from, err := uio.ReaderOf(c, s.under)
		if err != nil {
			return nil, err
		}
		s.src = &source{from}
		plain, err := unpack(s.src, s.format, s.wbits)
		if err != nil {
			return nil, failed(err, 0)
		}
		s.plain = plain
	}
	s.src.On(c)
	return s.plain, nil
}

func write(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	s := c.Self.(*stream)
	if s.closed {
		return nil, script.RaiseArgs("OSError", nil, einval)
	}
	if s.packed == nil {
		if err := s.startWriting(c); err != nil {
			return nil, err
		}
	}
	s.to.On(c)
	for rest := data; len(rest) > 0; {
		n := min(len(rest), script.WorkSteps)
		if err := c.Work(uint64(n)); err != nil {
			return nil, err
		}
		if _, err := s.packed.Write(rest[:n]); err != nil {
			return nil, err
		}
		rest = rest[n:]
	}
	return len(data), nil
}

func (s *stream) startWriting(c *script.Call) error {
	to, err := uio.WriterOf(c, s.under)
	if err != nil {
		return err
	}
	s.to = to
	s.packed, err = pack(to, s.format, s.wbits)
	var raised *script.Error
	if errors.As(err, &raised) { // MicroPython forgets why the header was not written
		return script.RaiseArgs("OSError", err, einval)
	}
	return err
}

func closeIO(c *script.Call) (any, error) {
	s := c.Self.(*stream)
	if s.closed {
		return nil, nil
	}
	s.closed = true
	if s.packed != nil {
		s.to.On(c)
		if err := s.packed.finish(); err != nil {
			return nil, err
		}
	}
	if s.closes {
		return nil, uio.Close(c, s.under)
	}
	return nil, nil
}
