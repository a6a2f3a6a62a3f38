package modulepage

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"quecstar/harness/livepage"
	"quecstar/harness/serial"
	"quecstar/harness/wire"
)

// What is kept of what a port said, and how much of it a page is sent at once.
const (
	mostSaid  = 256 << 10
	mostPiece = 64 << 10
	mostTyped = 64 << 10
)

// port is a port of the module as another program would have it, which all pages share. It is opened when it is first
// looked at, and again when somebody types behind its end.
type port struct {
	open func() net.Conn

	mu      sync.Mutex
	conn    net.Conn // nil where none is open
	said    []byte   // the newest
	gone    int      // what was said before that
	changed chan struct{}
	closed  bool
	work    sync.WaitGroup
}

// port opens a port of the module.
func (p *page) port(role serial.Role) func() net.Conn {
	return func() net.Conn {
		here, there := wire.Pipe(wire.Options{})
		p.opts.Module.Serve(there, role)
		return here
	}
}

// opened is the port's connection; nil where the page is closed. The caller holds mu.
func (t *port) opened() net.Conn {
	if t.conn == nil && !t.closed {
		conn := t.open()
		t.conn = conn
		t.work.Go(func() { t.read(conn) })
	}
	return t.conn
}

// read takes what the port says until it ends.
func (t *port) read(conn net.Conn) {
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		t.mu.Lock()
		t.add(buf[:n])
		if err != nil {
			t.conn = nil
		}
		t.mu.Unlock()
		if err != nil {
			_ = conn.Close() // the other side has gone
			return
		}
	}
}

// add keeps what was said. The caller holds mu.
func (t *port) add(p []byte) {
	t.said = append(t.said, p...)
	if extra := len(t.said) - mostSaid; extra > 0 {
		t.said = append([]byte{}, t.said[extra:]...)
		t.gone += extra
	}
	if t.changed != nil {
		close(t.changed)
		t.changed = nil
	}
}

// write sends what was typed.
func (t *port) write(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostTyped))
	if err != nil {
		refuse(w, err)
		return
	}
	t.mu.Lock()
	conn := t.opened()
	t.mu.Unlock()
	if conn == nil {
		refuse(w, net.ErrClosed)
		return
	}
	_ = conn.SetWriteDeadline(time.Now().Add(patience)) // of a pipe in memory, which has deadlines
	if _, err := conn.Write(text); err != nil {
		refuse(w, err)
		return
	}
	livepage.Reply(w, map[string]any{})
}

// feed is what the port says: {"data": bytes in Base64, "skipped": n}, n bytes being missed before.
func (t *port) feed(cursor int) livepage.Reader {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.opened()
	return &portReader{t, max(cursor, 0)}
}

// portReader is a livepage.Reader of a port.
type portReader struct {
	port   *port
	cursor int
}

// Wait implements livepage.Reader.
func (r *portReader) Wait(ctx context.Context) error {
	t := r.port
	for {
		t.mu.Lock()
		if r.cursor < t.gone+len(t.said) {
			t.mu.Unlock()
			return nil
		}
		if t.changed == nil {
			t.changed = make(chan struct{})
		}
		changed := t.changed
		t.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Next implements livepage.Reader.
func (r *portReader) Next() (message any, cursor int) {
	t := r.port
	t.mu.Lock()
	defer t.mu.Unlock()
	skipped := max(t.gone-r.cursor, 0)
	from := min(r.cursor+skipped-t.gone, len(t.said))
	piece := append([]byte{}, t.said[from:min(from+mostPiece, len(t.said))]...)
	r.cursor += skipped + len(piece)
	return map[string]any{"data": piece, "skipped": skipped}, r.cursor
}

// close ends the port.
func (t *port) close() {
	t.mu.Lock()
	t.closed = true
	if t.conn != nil {
		_ = t.conn.Close() // its reader ends
	}
	t.mu.Unlock()
	t.work.Wait()
}
