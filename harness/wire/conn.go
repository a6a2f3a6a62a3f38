package wire

import (
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// conn is one end of a connection.
type conn struct {
	local, remote addr
	in, out       *half
	circuit       *circuit
	once          sync.Once
}

var _ net.Conn = (*conn)(nil)

// Pipe is a connection without a network between its ends: what is written can be read at once, or behind the
// latency of o. Unlike net.Pipe's it holds bytes that nobody reads yet.
func Pipe(o Options) (net.Conn, net.Conn) {
	here, there := NewMemory(o).pair(nil, addr{"pipe", 1}, addr{"pipe", 2})
	return here, there
}

// circuit is what both ends of a connection have in common.
type circuit struct {
	link   *Link // which the connection passes; nil for none
	client *conn
	chance chance

	mu     sync.Mutex
	open   int             // ends that are not closed
	chosen map[*Fault]bool // whether a fault on some connections is on this one
}

// pair makes the two ends of a connection.
func (m *Memory) pair(via *Link, client, server addr) (here, there *conn) {
	c := &circuit{link: via, open: 2, chance: m.chanceOf(via)}
	up, down := newHalf(m, c, Up), newHalf(m, c, Down)
	up.other, down.other = down, up
	here = &conn{local: client, remote: server, in: down, out: up, circuit: c}
	there = &conn{local: server, remote: client, in: up, out: down, circuit: c}
	c.client = here
	if via != nil {
		via.join(here)
	}
	return here, there
}

// leave is the close of one end. The link forgets the connection with the second: what the first said last may
// be on its way yet.
func (c *circuit) leave() {
	c.mu.Lock()
	c.open--
	last := c.open == 0
	c.mu.Unlock()
	if last && c.link != nil {
		c.link.leave(c.client)
	}
}

// concerned decides, once a connection, whether a fault on some connections is on this one.
func (c *circuit) concerned(f *Fault) bool {
	if f.Share == 0 || f.onPackets() {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	is, known := c.chosen[f]
	if !known {
		if c.chosen == nil {
			c.chosen = map[*Fault]bool{}
		}
		is = c.chance.with(f.number).happens(f.Share)
		c.chosen[f] = is
	}
	return is
}

// Read waits for bytes.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.in.read(p)
	return n, c.why("read", err)
}

// Write sends bytes, and waits where too many are on their way. Where nobody reads any more it fails as TCP's
// does: not the first time, but when the news is back.
func (c *conn) Write(p []byte) (int, error) {
	n, err := c.out.write(p)
	return n, c.why("write", err)
}

func (c *conn) why(op string, err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &net.OpError{Op: op, Net: c.local.network, Source: c.local, Addr: c.remote, Err: err}
}

// Close ends the connection: the other side reads what is on its way, then the end, or a reset where this side
// had not read everything.
func (c *conn) Close() error {
	err := c.why("close", net.ErrClosed)
	c.once.Do(func() {
		err = nil
		end := io.EOF
		if c.in.abandon() {
			end = syscall.ECONNRESET
		}
		c.out.finish(end, true)
		c.circuit.leave()
	})
	return err
}

// CloseWrite ends what this side sends; it can read on.
func (c *conn) CloseWrite() error {
	c.out.finish(io.EOF, false)
	return nil
}

// AtEnd reports whether the other side has ended the connection and nothing is left to be read.
func (c *conn) AtEnd() bool { return c.in.atEnd() }

// reset ends the connection as a RST does, for both sides at once.
func (c *conn) reset() {
	c.in.breakOff(syscall.ECONNRESET)
	c.out.breakOff(syscall.ECONNRESET)
}

// LocalAddr is the address of this end.
func (c *conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr is the address of the other end.
func (c *conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline is SetReadDeadline and SetWriteDeadline.
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline ends reads at a time; the zero time ends none.
func (c *conn) SetReadDeadline(t time.Time) error {
	return c.why("set", c.in.setDeadline(&c.in.readBy, t))
}

// SetWriteDeadline ends writes at a time; the zero time ends none.
func (c *conn) SetWriteDeadline(t time.Time) error {
	return c.why("set", c.out.setDeadline(&c.out.writeBy, t))
}
