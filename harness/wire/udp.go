package wire

import (
	"context"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// Datagrams that nobody reads: beyond so many the next are lost.
const datagrams = 256

type datagram struct {
	data []byte
	from addr
}

// packetConn is a socket for datagrams, which faults of a link do not concern.
type packetConn struct {
	m      *Memory
	local  addr
	remote *addr // of a connected one
	in     chan datagram
	closed chan struct{}
	once   sync.Once

	mu      sync.Mutex
	by      time.Time     // the read deadline
	changed chan struct{} // closed when it is set
}

// ListenPacket receives datagrams on a port of this network; 0 is any.
func (m *Memory) ListenPacket(_ context.Context, network, address string) (net.PacketConn, error) {
	want, err := portOf("listen", network, address)
	if err != nil {
		return nil, err
	}
	return m.openPackets(want, nil)
}

func (m *Memory) dialPacket(address string) (net.Conn, error) {
	port, err := portOf("dial", "udp", address)
	if err != nil {
		return nil, err
	}
	return m.openPackets(0, &addr{"udp", port})
}

func (m *Memory) openPackets(want int, remote *addr) (*packetConn, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	port, err := m.freePort("listen", "udp", want, func(p int) bool { return m.packets[p] != nil })
	if err != nil {
		return nil, err
	}
	c := &packetConn{m: m, local: addr{"udp", port}, remote: remote, in: make(chan datagram, datagrams),
		closed: make(chan struct{}), changed: make(chan struct{})}
	m.packets[port] = c
	return c, nil
}

func (c *packetConn) why(op string, err error) error {
	return &net.OpError{Op: op, Net: "udp", Source: c.local, Err: err}
}

// ReadFrom waits for a datagram.
func (c *packetConn) ReadFrom(p []byte) (int, net.Addr, error) {
	for {
		c.mu.Lock()
		by, changed := c.by, c.changed
		c.mu.Unlock()
		var late <-chan time.Time
		if !by.IsZero() {
			t := time.NewTimer(time.Until(by))
			defer t.Stop()
			late = t.C
		}
		select {
		case d := <-c.in:
			if c.remote == nil || d.from == *c.remote {
				return copy(p, d.data), d.from, nil
			}
		case <-c.closed:
			return 0, nil, c.why("read", net.ErrClosed)
		case <-late:
			return 0, nil, c.why("read", os.ErrDeadlineExceeded)
		case <-changed:
		}
	}
}

// WriteTo sends a datagram; one to nobody is lost.
func (c *packetConn) WriteTo(p []byte, to net.Addr) (int, error) {
	port, err := portOf("write", "udp", to.String())
	if err != nil {
		return 0, err
	}
	return c.sendTo(p, port)
}

func (c *packetConn) sendTo(p []byte, port int) (int, error) {
	select {
	case <-c.closed:
		return 0, c.why("write", net.ErrClosed)
	default:
	}
	if len(p) > 65507 {
		return 0, c.why("write", syscall.EMSGSIZE)
	}
	c.m.mu.Lock()
	there := c.m.packets[port]
	c.m.mu.Unlock()
	if there == nil {
		return len(p), nil
	}
	d := datagram{append([]byte(nil), p...), c.local}
	send := func() {
		select {
		case there.in <- d:
		default: // lost, as where a socket's buffer is full
		}
	}
	if delay := c.m.delay(c.m.opts.Latency, 0); delay > 0 {
		time.AfterFunc(delay, send)
	} else {
		send()
	}
	return len(p), nil
}

// Read waits for a datagram of the connected side.
func (c *packetConn) Read(p []byte) (int, error) {
	n, _, err := c.ReadFrom(p)
	return n, err
}

// Write sends a datagram to the connected side.
func (c *packetConn) Write(p []byte) (int, error) {
	if c.remote == nil {
		return 0, c.why("write", syscall.EDESTADDRREQ)
	}
	return c.sendTo(p, c.remote.port)
}

// Close ends the socket.
func (c *packetConn) Close() error {
	err := c.why("close", net.ErrClosed)
	c.once.Do(func() {
		err = nil
		close(c.closed)
		c.m.mu.Lock()
		defer c.m.mu.Unlock()
		delete(c.m.packets, c.local.port)
	})
	return err
}

// LocalAddr is where the socket receives.
func (c *packetConn) LocalAddr() net.Addr { return c.local }

// RemoteAddr is the connected side; nil for none.
func (c *packetConn) RemoteAddr() net.Addr {
	if c.remote == nil {
		return nil
	}
	return *c.remote
}

// SetDeadline is SetReadDeadline: writes do not wait.
func (c *packetConn) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// SetReadDeadline ends reads at a time; the zero time ends none.
func (c *packetConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by = t
	close(c.changed)
	c.changed = make(chan struct{})
	return nil
}

// SetWriteDeadline does nothing: writes do not wait.
func (c *packetConn) SetWriteDeadline(time.Time) error { return nil }
