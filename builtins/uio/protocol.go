package uio

import (
	"io"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// ownBase is what an instance of a script's class that derives from IOBase has from it.
type ownBase struct{}

// Reader reads the bytes of a stream as the modules do that are given one: of a file, of a file in
// memory, of a socket, and of an IOBase of the script's, by its readinto.
type Reader struct {
	c      *script.Call
	from   starlark.Value
	stream *stream
	own    bool
}

// ReaderOf returns a reader of a script's stream; the error is MicroPython's for what is none.
func ReaderOf(c *script.Call, v starlark.Value) (*Reader, error) {
	r := &Reader{c: c, from: v}
	own, err := streamLike(v, "read", "readinto")
	r.own = own
	if o, ok := script.NativeOf(v); ok {
		r.stream, _ = o.Self().(*stream)
	}
	return r, err
}

// On says which call reads from now on, as a Call is over when its builtin returns.
func (r *Reader) On(c *script.Call) { r.c = c }

// streamLike reports whether v is an IOBase of the script's; it fails for what is no stream.
func streamLike(v starlark.Value, native, own string) (bool, error) {
	o, ok := script.NativeOf(v)
	if ok {
		_, isOwn := o.Self().(ownBase)
		name := native
		if isOwn {
			name = own
		}
		if m, err := object.GetAttr(v, name); err == nil && m != nil {
			return isOwn, nil
		}
	}
	return false, script.Raise("OSError", "stream operation not supported")
}

// Read is io.Reader's.
func (r *Reader) Read(p []byte) (int, error) {
	switch {
	case r.stream != nil:
		n, err := r.stream.readInto(p)
		if n == 0 && err == nil && len(p) > 0 {
			err = io.EOF
		}
		return n, err
	case r.own:
		return r.readOwn(p)
	}
	v, err := r.c.InvokeMethod(r.from, "read", len(p))
	if err != nil {
		return 0, err
	}
	b, ok := object.AsBytes(v)
	if !ok || len(b) == 0 {
		return 0, io.EOF
	}
	return copy(p, b), nil
}

// readOwn calls the script's readinto with a buffer.
func (r *Reader) readOwn(p []byte) (int, error) {
	buf := object.NewBytearray(make([]byte, len(p)))
	v, err := r.c.InvokeMethod(r.from, "readinto", buf)
	if err != nil {
		return 0, err
	}
	n, isInt := object.AsInt(v)
	k, fits := n.Int64()
	switch {
	case v == starlark.None:
		return 0, script.RaiseArgs("OSError", nil, eagain)
	case !isInt || !fits || k == 0:
		return 0, io.EOF
	case k < 0:
		return 0, script.RaiseArgs("OSError", nil, int(-k))
	}
	b, _ := object.AsBuffer(buf)
	return copy(p, b[:min(int(k), len(b))]), nil
}

// eagain is what a stream without data at the moment raises.
const eagain = 11

// Writer writes bytes to a script's stream, as Reader reads them.
type Writer struct {
	c      *script.Call
	to     starlark.Value
	stream *stream
}

// WriterOf returns a writer to a script's stream; the error is MicroPython's for what is none.
func WriterOf(c *script.Call, v starlark.Value) (*Writer, error) {
	w := &Writer{c: c, to: v}
	_, err := streamLike(v, "write", "write")
	if o, ok := script.NativeOf(v); ok {
		w.stream, _ = o.Self().(*stream)
	}
	return w, err
}

// On says which call writes from now on, as a Call is over when its builtin returns.
func (w *Writer) On(c *script.Call) { w.c = c }

// Write is io.Writer's. A stream of the script's tells how much it wrote, None when it cannot now, or an
// error as a negative number.
func (w *Writer) Write(p []byte) (int, error) {
	if w.stream != nil {
		return len(p), w.stream.writeBytes(p)
	}
	v, err := w.c.InvokeMethod(w.to, "write", object.NewBytearray(append([]byte(nil), p...)))
	if err != nil {
		return 0, err
	}
	if v == starlark.None {
		return 0, script.RaiseArgs("OSError", nil, eagain)
	}
	if n, isInt := object.AsInt(v); isInt && n.Sign() < 0 {
		return 0, script.RaiseArgs("OSError", nil, n.Mul(starlark.MakeInt(-1)))
	}
	return len(p), nil
}

// Close closes a script's stream: one of its own by ioctl, as MicroPython does (py/stream.h,
// MP_STREAM_CLOSE).
func Close(c *script.Call, v starlark.Value) error {
	own, err := streamLike(v, "close", "ioctl")
	if err != nil {
		return err
	}
	if !own {
		_, err := c.InvokeMethod(v, "close")
		return err
	}
	const closeStream = 4
	_, err = c.InvokeMethod(v, "ioctl", closeStream, 0)
	return err
}
