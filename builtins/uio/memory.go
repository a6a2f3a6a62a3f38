package uio

import (
	"errors"
	"io"
	"syscall"

	"quecstar/harness/python/object"
)

// memory is a file in memory: what BytesIO and StringIO hold.
type memory struct {
	b      []byte
	pos    int
	closed bool
}

// maxMemory is how large such a file grows.
const maxMemory = 256 << 20

// errClosed is what a closed file in memory raises, unlike one in the tree.
var errClosed = errors.New("I/O operation on closed file")

var errFull = errors.New("a file in memory holds at most 256 MB")

func (m *memory) Read(p []byte) (int, error) {
	if m.closed {
		return 0, errClosed
	}
	if m.pos >= len(m.b) {
		return 0, io.EOF
	}
	n := copy(p, m.b[m.pos:])
	m.pos += n
	return n, nil
}

// Write overwrites from the position on; a gap is filled with zeros.
func (m *memory) Write(p []byte) (int, error) {
	if m.closed {
		return 0, errClosed
	}
	if m.pos+len(p) > maxMemory {
		return 0, errFull
	}
	if err := m.room(m.pos + len(p)); err != nil {
		return 0, err
	}
	if gap := m.pos - len(m.b); gap > 0 {
		m.b = append(m.b, make([]byte, gap)...)
	}
	n := copy(m.b[m.pos:], p)
	m.b = append(m.b, p[n:]...)
	m.pos += len(p)
	return len(p), nil
}

// room is a MemoryError where what it holds has to move to hold n bytes, and the run has no room for both.
func (m *memory) room(n int) error {
	if n <= cap(m.b) {
		return nil
	}
	return object.RoomLeft(max(n, cap(m.b)+cap(m.b)/4)) // as append grows what is large
}

func (m *memory) Seek(offset int64, whence int) (int64, error) {
	if m.closed {
		return 0, nil // as in MicroPython, which forgets what it held
	}
	switch whence {
	case io.SeekCurrent:
		offset += int64(m.pos)
	case io.SeekEnd:
		offset += int64(len(m.b))
	}
	if offset < 0 {
		if whence != io.SeekStart {
			offset = 0 // as in MicroPython
		} else {
			return 0, syscall.EINVAL
		}
	}
	m.pos = int(min(offset, maxMemory))
	return int64(m.pos), nil
}

func (m *memory) Close() error {
	m.closed = true
	return nil
}
