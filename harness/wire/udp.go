package wire

import (
	"context"
	"net"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Datagrams that nobody reads: beyond so many the next are lost.
const datagrams = 256

type datagram struct {
	data []byte
	from addr
	due  time.Time
}

// packetConn is a socket for datagrams. Of a link's faults only that it is down concerns them.
type packetConn struct {
	m      *Memory
	link   *Link // which they pass; nil for none
	chance chance
	local  addr
	remote *addr // of a connected one

	mu      sync.Mutex
	in      []datagram // in the order in which they arrive
	by      time.Time  // the read deadline
	refused bool       // nobody was there
	closed  bool
	changed chan struct{} // closed when one of these changes
}

// ListenPacket receives datagrams on a port of this network; 0 is any.
func (m *Memory) ListenPacket(_ context.Context, network, address string) (net.PacketConn, error) {
	return m.openPackets(nil, network, address, nil)
}

func (m *Memory) openPackets(via *Link, network, address string, remote *addr) (*packetConn, error) {
	want, err := portOf("listen", network, address)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	port, err := m.freePort("listen", network, want, func(p int) bool { return m.packets[p] != nil })
	if err != nil {
		return nil, err
	}
	c := &packetConn{m: m, link: via, chance: m.chance.of("udp").with(port), local: addr{"udp", port}, remote: remote,
		changed: make(chan struct{})}
	m.packets[port] = c
	return c, nil
}

func (c *packetConn) why(op string, err error) error {
	return &net.OpError{Op: op, Net: "udp", Source: c.local, Err: err}
}

// change does something to the socket that whoever reads from it is to see.
func (c *packetConn) change(do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do()
	close(c.changed)
	c.changed = make(chan struct{})
}

// ReadFrom waits for a datagram.
func (c *packetConn) ReadFrom(p []byte) (int, net.Addr, error) {
	for {
		d, next, changed, err := c.first(time.Now())
		if err != nil {
			return 0, nil, c.why("read", err)
		}
		if d != nil {
			return copy(p, d.data), d.from, nil
		}
		var due <-chan time.Time
		if !next.IsZero() {
			t := time.NewTimer(time.Until(next))
			defer t.Stop()
			due = t.C
		}
		select {
		case <-due:
		case <-changed:
		}
	}
}

// first takes the first datagram that has arrived, or else says when to look again.
func (c *packetConn) first(now time.Time) (d *datagram, next time.Time, changed <-chan struct{}, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return nil, next, nil, net.ErrClosed
	case !c.by.IsZero() && !now.Before(c.by):
		return nil, next, nil, os.ErrDeadlineExceeded
	case c.refused:
		c.refused = false
		return nil, next, nil, syscall.ECONNREFUSED
	case len(c.in) > 0 && !now.Before(c.in[0].due):
		d, c.in = &c.in[0], c.in[1:]
		return d, next, nil, nil
	}
	next = c.by
	if len(c.in) > 0 && (next.IsZero() || c.in[0].due.Before(next)) {
		next = c.in[0].due
	}
	return nil, next, c.changed, nil
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
	c.mu.Lock()
	closed := c.closed
	c.mu.Unlock()
	switch {
	case closed:
		return 0, c.why("write", net.ErrClosed)
	case len(p) > mostDatagram:
		return 0, c.why("write", syscall.EMSGSIZE)
	case c.link.lost():
		return len(p), nil
	}
	c.m.mu.Lock()
	there := c.m.packets[port]
	c.m.mu.Unlock()
	switch {
	case there != nil:
		due := time.Now().Add(c.m.opts.Latency + c.chance.upTo(c.m.opts.Jitter))
		there.arrive(datagram{append([]byte(nil), p...), c.local, due})
	case c.remote != nil: // which learns of it, as by ICMP; the way there and back is left out
		c.change(func() { c.refused = true })
	}
	return len(p), nil
}

// mostDatagram is how many bytes go into one (RFC 768 in RFC 791).
const mostDatagram = 65507

// arrive has a datagram be on its way to the socket: it may overtake others, or be lost.
func (c *packetConn) arrive(d datagram) {
	if c.remote != nil && d.from != *c.remote || c.link.lost() {
		return
	}
	c.change(func() {
		if len(c.in) == datagrams {
			return
		}
		i := len(c.in)
		for i > 0 && d.due.Before(c.in[i-1].due) {
			i--
		}
		c.in = slices.Insert(c.in, i, d)
	})
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
	was := false
	c.change(func() { was, c.closed = c.closed, true })
	if was {
		return c.why("close", net.ErrClosed)
	}
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	delete(c.m.packets, c.local.port)
	return nil
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
	c.change(func() { c.by = t })
	return nil
}

// SetWriteDeadline does nothing: writes do not wait.
func (c *packetConn) SetWriteDeadline(time.Time) error { return nil }
