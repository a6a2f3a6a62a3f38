package uio

import (
	"bytes"
	"errors"
	"io"
	"os"
	"unicode/utf8"
	"weak"

	"quecstar/harness/flash"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// file is what a stream reads and writes.
type file interface {
	io.ReadWriteSeeker
	io.Closer
}

// stream is an open file as a script has it. The interpreter lock guards it.
type stream struct {
	file   file
	text   bool
	ahead  []byte // read from the file and not yet by the script
	append bool
}

// mostAhead is how many bytes one read gives at most, as of other operations.
const mostAhead = 64 << 20

var errLong = errors.New("one read gives at most 64 MB")

// chunk is how many bytes are read at once.
const chunk = 4096

// osError is an error of a file as the OSError that a module raises.
func osError(err error) error {
	if err == nil {
		return nil
	}
	if room := (*object.Error)(nil); errors.As(err, &room) {
		return err
	}
	if errors.Is(err, errClosed) || errors.Is(err, os.ErrClosed) {
		return script.Raise("ValueError", "%w", errClosed)
	}
	if errors.Is(err, errFull) || errors.Is(err, errLong) {
		return script.Raise("MemoryError", "%w", err)
	}
	return script.RaiseArgs("OSError", err, flash.Errno(err))
}

// fill reads more; false at the end.
func (s *stream) fill() (bool, error) {
	if len(s.ahead) > mostAhead {
		return false, errLong
	}
	b := make([]byte, chunk)
	n, err := s.file.Read(b)
	s.ahead = append(s.ahead, b[:n]...)
	if err == io.EOF {
		return n > 0, nil
	}
	return n > 0, err
}

// take removes the first n bytes that were read ahead and returns them as the script's type.
func (s *stream) take(n int) (any, error) {
	b := bytes.Clone(s.ahead[:n])
	s.ahead = s.ahead[n:]
	switch {
	case !s.text:
		return b, nil
	case !utf8.Valid(b):
		return nil, script.RaiseArgs("UnicodeError", nil)
	}
	return string(b), nil
}

// count goes over the characters, or bytes, that are to be taken of what was read ahead, and goes on where it
// was once more has been read.
type count struct {
	left int // how many are wanted beside those that were found; less than 0 for all there are
	size int // of those in bytes
}

// enough goes on and reports whether all are there.
func (s *stream) enough(c *count) bool {
	if c.left < 0 {
		return false
	}
	if !s.text {
		n := min(c.left, len(s.ahead)-c.size)
		c.left, c.size = c.left-n, c.size+n
	}
	for ; c.left > 0 && utf8.FullRune(s.ahead[c.size:]); c.left-- {
		_, k := utf8.DecodeRune(s.ahead[c.size:])
		c.size += k
	}
	return c.left == 0
}

// read is read(n); all with n < 0.
func (s *stream) read(n int) (any, error) {
	c := count{left: n}
	for {
		if s.enough(&c) {
			return s.take(c.size)
		}
		ok, err := s.fill()
		if err != nil {
			return nil, osError(err)
		}
		switch {
		case !ok && n < 0:
			return s.take(len(s.ahead))
		case !ok:
			return s.take(c.size)
		}
	}
}

// readline reads up to a line feed, at most n characters when n >= 0.
func (s *stream) readline(n int) (any, error) {
	from, c := 0, count{left: n}
	for {
		enough := s.enough(&c)
		if i := bytes.IndexByte(s.ahead[from:], '\n'); i >= 0 {
			size := from + i + 1
			if n >= 0 {
				size = min(size, c.size)
			}
			return s.take(size)
		}
		from = len(s.ahead)
		if enough {
			return s.take(c.size)
		}
		ok, err := s.fill()
		if err != nil {
			return nil, osError(err)
		}
		if !ok {
			return s.take(len(s.ahead))
		}
	}
}

// settle puts the file's position where the script believes it to be.
func (s *stream) settle() error {
	if len(s.ahead) == 0 {
		return nil
	}
	_, err := s.file.Seek(-int64(len(s.ahead)), io.SeekCurrent)
	s.ahead = nil
	return osError(err)
}

func self(c *script.Call) *stream { return c.Self.(*stream) }

func read(c *script.Call) (any, error) {
	n := -1
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	if n < -1 { // of which MicroPython makes a size beyond all memory
		return nil, script.Raise("MemoryError", "memory allocation failed, allocating %d bytes", uint32(n))
	}
	return self(c).read(n)
}

func readline(c *script.Call) (any, error) {
	n := -1
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	return self(c).readline(n)
}

func readlines(c *script.Call) (any, error) {
	lines := script.List{}
	for {
		line, err := self(c).readline(-1)
		if err != nil || empty(line) {
			return lines, err
		}
		lines = append(lines, line)
	}
}

func empty(line any) bool {
	switch l := line.(type) {
	case string:
		return l == ""
	case []byte:
		return len(l) == 0
	}
	return false
}

func next(c *script.Call) (any, error) {
	line, err := self(c).readline(-1)
	if err == nil && empty(line) {
		return nil, script.RaiseArgs("StopIteration", nil)
	}
	return line, err
}

func readinto(c *script.Call) (any, error) {
	into, ok := object.AsBuffer(c.Args[0])
	if !ok {
		return nil, script.Raise("TypeError", "object with buffer protocol required")
	}
	n := len(into)
	if c.Args[1] != nil {
		most, err := object.ToInt(c.Args[1])
		if err != nil {
			return nil, err
		}
		if most >= 0 {
			n = min(n, most)
		}
	}
	return self(c).readInto(into[:n])
}

// readInto fills a buffer as far as there is something; 0 at the end.
func (s *stream) readInto(into []byte) (int, error) {
	for len(s.ahead) < len(into) {
		ok, err := s.fill()
		if err != nil {
			return 0, osError(err)
		}
		if !ok {
			break
		}
	}
	k := copy(into, s.ahead)
	s.ahead = s.ahead[k:]
	return k, nil
}

// write is write(data, max) or write(data, offset, max), of which both count bytes of data.
func write(c *script.Call) (any, error) {
	s := self(c)
	data, ok := object.AsBytes(c.Args[0])
	if !ok {
		return nil, script.Raise("TypeError", "object with buffer protocol required")
	}
	count := len(data)
	if c.Args[1] != nil {
		from, most := 0, 0
		if err := c.Unpack(nil, &from, &most); err != nil {
			return nil, err
		}
		if c.Args[2] == nil {
			from, most = 0, from
		}
		from = min(max(0, from), len(data))
		data = data[from:min(len(data), from+max(0, most))]
		count = len(data)
	}
	if err := s.writeBytes(data); err != nil {
		return nil, err
	}
	return count, nil
}

// writeBytes writes where the script believes the file to stand, or at its end.
func (s *stream) writeBytes(data []byte) error {
	if err := s.settle(); err != nil {
		return err
	}
	if s.append {
		if _, err := s.file.Seek(0, io.SeekEnd); err != nil {
			return osError(err)
		}
	}
	_, err := s.file.Write(data)
	return osError(err)
}

func (s *stream) isFile() bool {
	_, inMemory := s.file.(*memory)
	return !inMemory
}

func seek(c *script.Call) (any, error) {
	offset, whence := int64(0), 0
	if err := c.Unpack(&offset, &whence); err != nil {
		return nil, err
	}
	s := self(c)
	if err := s.settle(); err != nil {
		return nil, err
	}
	if whence < 0 || whence > 2 {
		return nil, script.RaiseArgs("OSError", nil, 22)
	}
	at, err := s.file.Seek(offset, whence)
	return at, osError(err)
}

func tell(c *script.Call) (any, error) {
	s := self(c)
	at, err := s.file.Seek(0, io.SeekCurrent)
	return at - int64(len(s.ahead)), osError(err)
}

// flush writes nothing, as nothing is held back, but refuses a closed file.
func flush(c *script.Call) (any, error) {
	s := self(c)
	if !s.isFile() {
		return nil, nil
	}
	_, err := s.file.Seek(0, io.SeekCurrent)
	return nil, osError(err)
}

func closeStream(c *script.Call) (any, error) {
	s := self(c)
	s.ahead = nil
	delete(unclosedOf(c), weak.Make(s))
	if err := s.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return nil, osError(err)
	}
	return nil, nil
}

func getvalue(c *script.Call) (any, error) {
	s := self(c)
	m := s.file.(*memory)
	if m.closed {
		return nil, script.Raise("ValueError", "I/O operation on closed file")
	}
	if s.text {
		return string(m.b), nil
	}
	return bytes.Clone(m.b), nil
}
