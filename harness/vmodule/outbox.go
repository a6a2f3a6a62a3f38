package vmodule

import (
	"bytes"
	"io"
	"sync"
	"time"
)

// maxWaiting is how much a port holds for a reader that is slow: beyond it URCs are lost, as on a
// UART without flow control, and answers wait.
const maxWaiting = 1 << 20

// outbox writes to a port from one goroutine, so that nobody waits for a slow reader.
type outbox struct {
	m    *Module
	conn io.Writer

	mu     sync.Mutex
	change sync.Cond
	data   []byte
	// writing says that bytes were taken and are not all written yet.
	writing bool
	closed  bool
}

func newOutbox(conn io.Writer, m *Module) *outbox {
	o := &outbox{m: m, conn: conn}
	o.change.L = &o.mu
	return o
}

// put queues bytes, and waits for room.
func (o *outbox) put(p []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.data) > maxWaiting && !o.closed {
		o.change.Wait()
	}
	o.add(p)
}

// offer queues bytes if there is room.
func (o *outbox) offer(p []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.data) <= maxWaiting {
		o.add(p)
	}
}

func (o *outbox) add(p []byte) {
	if o.closed || len(p) == 0 {
		return
	}
	o.data = append(o.data, p...)
	o.change.Broadcast()
}

func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.change.Broadcast()
}

// run writes until the box is closed or the other side is gone.
func (o *outbox) run() {
	for {
		p := o.take()
		if p == nil {
			return
		}
		if o.write(p) != nil {
			o.close()
			return
		}
	}
}

// take waits for something to write; nil at the end.
func (o *outbox) take() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.writing = false
	o.change.Broadcast()
	for len(o.data) == 0 && !o.closed {
		o.change.Wait()
	}
	if o.closed {
		return nil
	}
	p := o.data
	o.data, o.writing = nil, true
	o.change.Broadcast()
	return p
}

// write applies the faults of the line: noise in its bytes, and slowness.
func (o *outbox) write(p []byte) error {
	garble, perByte := o.m.lineFaults()
	if garble != nil {
		p = garble(bytes.Clone(p))
	}
	if perByte <= 0 {
		_, err := o.conn.Write(p)
		return err
	}
	for len(p) > 0 {
		n := min(len(p), slowPiece)
		if !o.m.pause(time.Duration(n) * perByte) {
			return io.ErrClosedPipe
		}
		if _, err := o.conn.Write(p[:n]); err != nil {
			return err
		}
		p = p[n:]
	}
	return nil
}

// transmission is how long bytes take on a UART of so many baud: ten bits a byte.
func transmission(baud int) time.Duration {
	if baud <= 0 {
		return 0
	}
	return 10 * time.Second / time.Duration(baud)
}

// flush waits until everything is written, for d at most.
func (o *outbox) flush(d time.Duration) {
	late := time.AfterFunc(d, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.change.Broadcast()
	})
	defer late.Stop()
	until := time.Now().Add(d)
	o.mu.Lock()
	defer o.mu.Unlock()
	for (len(o.data) > 0 || o.writing) && !o.closed && time.Now().Before(until) {
		o.change.Wait()
	}
}

// slowReader takes from a connection as fast as the line is.
type slowReader struct {
	m    *Module
	conn io.Reader
}

// slowPiece is how much a slow line takes at once.
const slowPiece = 64

// Read waits as long as the bytes take on the line.
func (s slowReader) Read(p []byte) (int, error) {
	_, perByte := s.m.lineFaults()
	if perByte <= 0 {
		return s.conn.Read(p)
	}
	n, err := s.conn.Read(p[:min(len(p), slowPiece)])
	if n > 0 && !s.m.pause(time.Duration(n)*perByte) {
		return n, io.ErrClosedPipe
	}
	return n, err
}
