package at

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

const (
	socketCount = 12
	// mostAtOnce is how much one AT+QIRD or AT+QISEND carries.
	mostAtOnce = 1460
	// dataContext is the PDP context of sockets.
	dataContext = 1
)

// DialSocket opens a connection with the module's own stack (AT+QIOPEN), in buffer mode.
func (d *Device) DialSocket(ctx context.Context, network, host string, port int) (net.Conn, error) {
	kind := map[string]string{"tcp": "TCP", "udp": "UDP"}[network]
	if kind == "" {
		return nil, fmt.Errorf("%w: network %q: want tcp or udp", device.ErrConfig, network)
	}
	if d.opts.Reach != nil {
		if err := d.opts.Reach(host, port); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(d.wantURCs(ctx), d.Activate(ctx, dataContext)); err != nil {
		return nil, err
	}
	d.quietData(ctx)
	c, err := d.newConn(host, port)
	if err != nil {
		return nil, err
	}
	text, err := formatted("AT+QIOPEN=%d,%d,%q,%q,%d,0,0", dataContext, c.id, kind, host, port)
	if err != nil {
		c.finish(err)
		return nil, err
	}
	for attempt := 0; ; attempt++ {
		u, err := d.e.DoURC(ctx, Command{Text: text}, "+QIOPEN: ", func(u URC) bool { return u.Params().Int(0, -1) == c.id },
			0)
		if err != nil {
			err = fail(err)
			c.finish(err)
			return nil, err
		}
		code := u.Params().Int(1, -1)
		if code == 0 {
			return c, nil
		}
		if code == 563 && attempt == 0 { // a crashed host left it open
			if err := d.do(ctx, fmt.Sprintf("AT+QICLOSE=%d", c.id)); err == nil {
				continue
			}
		}
		err = fmt.Errorf("%w: %s:%d: %s (+QIOPEN: %d,%d)", device.ErrUnreachable, host, port, atcmd.SocketText(code), c.id,
			code)
		c.finish(err)
		return nil, err
	}
}

// quietData has the module not echo what AT+QISEND carries, which is a setting of its own beside ATE0;
// firmware without it goes by ATE0.
func (d *Device) quietData(ctx context.Context) {
	const text = "AT+QISDE=0"
	d.mu.Lock()
	_, done := d.dialects[text]
	d.dialects[text] = "sent"
	d.mu.Unlock()
	if !done {
		_ = d.do(ctx, text) // a module that echoes all the same is known by the echo
	}
}

// Lookup asks AT+QIDNSGIP for the address of a host.
func (d *Device) Lookup(ctx context.Context, host string) (string, error) {
	if net.ParseIP(host) != nil {
		return host, nil
	}
	if d.opts.Reach != nil {
		if err := d.opts.Reach(host, 0); err != nil {
			return "", err
		}
	}
	if err := errors.Join(d.wantURCs(ctx), d.Activate(ctx, dataContext)); err != nil {
		return "", err
	}
	text, err := formatted("AT+QIDNSGIP=%d,%q", dataContext, host)
	if err != nil {
		return "", err
	}
	// The first URC is a count or an error number, those behind it are addresses in quotes.
	u, err := d.e.DoURC(ctx, Command{Text: text}, `+QIURC: "dnsgip"`, func(u URC) bool {
		p := u.Params()
		return p.At(1).Quoted || p.Int(1, 0) != 0
	}, 0)
	if err != nil {
		return "", fail(err)
	}
	if p := u.Params(); p.At(1).Quoted {
		return p.Text(1), nil
	}
	return "", fmt.Errorf("%w: %s: %s", device.ErrUnreachable, host, atcmd.SocketText(u.Params().Int(1, 565)))
}

// Listen is not there.
func (d *Device) Listen(context.Context, int) (net.Listener, error) {
	return nil, fmt.Errorf("listening sockets: %w over AT commands here", device.ErrUnsupported)
}

// Packets is not there.
func (d *Device) Packets(context.Context, int) (net.PacketConn, error) {
	return nil, fmt.Errorf("unconnected UDP sockets: %w over AT commands here", device.ErrUnsupported)
}

// socketURC takes +QIURC.
func (d *Device) socketURC(u URC) {
	p := u.Params()
	id := p.Int(1, -1)
	if p.Text(0) == "pdpdeact" {
		d.onPDP.Tell(device.PDPEvent{ID: id})
		return
	}
	d.mu.Lock()
	var c *conn
	if id >= 0 && id < socketCount {
		c = d.sockets[id]
	}
	d.mu.Unlock()
	if c == nil {
		return
	}
	switch p.Text(0) {
	case "recv":
		c.wake(false)
	case "closed":
		c.wake(true)
	}
}

// conn is one connection of the module; it is a net.Conn.
type conn struct {
	d    *Device
	id   int
	host string
	port int

	mu       sync.Mutex
	data     []byte
	more     bool // the module holds something
	eof      bool // the other side closed
	ended    error
	change   chan struct{} // closed, and made anew, at every change
	deadline time.Time

	writing chan struct{} // holds one while something is sent; no mutex, whose waiters would stop virtual time
}

func (d *Device) newConn(host string, port int) (*conn, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.sockets {
		if d.sockets[i] == nil {
			d.sockets[i] = &conn{d: d, id: i, host: host, port: port, change: make(chan struct{}), writing: make(chan struct{}, 1)}
			return d.sockets[i], nil
		}
	}
	return nil, fmt.Errorf("%w: all %d sockets of the module are in use", device.ErrNotReady, socketCount)
}

// alter changes the state and wakes who waits.
func (c *conn) alter(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
	close(c.change)
	c.change = make(chan struct{})
}

func (c *conn) wake(closed bool) {
	c.alter(func() { c.more, c.eof = true, c.eof || closed })
}

// finish ends the connection here and frees its number.
func (c *conn) finish(why error) {
	c.alter(func() {
		if c.ended == nil {
			c.ended = why
		}
	})
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	if c.d.sockets[c.id] == c {
		c.d.sockets[c.id] = nil
	}
}

// Read takes what the module holds; it waits for the URC that says so, until the deadline.
func (c *conn) Read(p []byte) (int, error) {
	for {
		c.mu.Lock()
		n := copy(p, c.data)
		c.data = c.data[n:]
		more, eof, ended, change, deadline := c.more, c.eof, c.ended, c.change, c.deadline
		c.mu.Unlock()
		switch {
		case n > 0 || len(p) == 0:
			return n, nil
		case ended != nil:
			return 0, ended
		case more:
			if err := c.fetch(); err != nil {
				return 0, err
			}
		case eof:
			return 0, io.EOF
		default:
			if err := c.await(change, deadline); err != nil {
				return 0, err
			}
		}
	}
}

// await waits for a change.
func (c *conn) await(change <-chan struct{}, deadline time.Time) error {
	var late <-chan time.Time
	if !deadline.IsZero() {
		t := time.NewTimer(time.Until(deadline))
		defer t.Stop()
		late = t.C
	}
	select {
	case <-change:
		return nil
	case <-late:
		return os.ErrDeadlineExceeded
	case <-c.d.e.Ended():
		return c.d.e.Err()
	}
}

// fetch sends AT+QIRD; nothing there means that the next URC tells of more.
func (c *conn) fetch() error {
	c.mu.Lock()
	c.more = false // before the question: a URC behind it counts again
	c.mu.Unlock()
	r, err := c.d.e.Do(context.Background(), Command{Text: fmt.Sprintf("AT+QIRD=%d,%d", c.id, mostAtOnce),
		Answer: "+QIRD: "})
	if err != nil {
		return fail(err)
	}
	if len(r.Data) > 0 {
		c.alter(func() { c.data, c.more = append(c.data, r.Data...), true })
	}
	return nil
}

// Write sends all of p, in pieces of what a command carries.
func (c *conn) Write(p []byte) (int, error) {
	c.writing <- struct{}{}
	defer func() { <-c.writing }()
	sent := 0
	for sent < len(p) {
		c.mu.Lock()
		ended := c.ended
		c.mu.Unlock()
		if ended != nil {
			return sent, ended
		}
		part := p[sent:min(len(p), sent+mostAtOnce)]
		r, err := c.d.e.Do(context.Background(), Command{Text: fmt.Sprintf("AT+QISEND=%d,%d", c.id, len(part)),
			Prompt: ">", Payload: part, Results: []string{"SEND OK", "SEND FAIL"}})
		if err != nil {
			return sent, fail(err)
		}
		if r.Result == "SEND FAIL" {
			return sent, fmt.Errorf("%w: %s:%d: the module could not send", device.ErrLost, c.host, c.port)
		}
		sent += len(part)
	}
	return sent, nil
}

// Close sends AT+QICLOSE.
func (c *conn) Close() error {
	c.mu.Lock()
	over := c.ended != nil
	c.mu.Unlock()
	if over {
		return nil
	}
	c.finish(net.ErrClosed)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return c.d.do(ctx, fmt.Sprintf("AT+QICLOSE=%d", c.id))
}

// moduleAddr is an address as a module has it.
type moduleAddr string

// Network says that it is a module's.
func (moduleAddr) Network() string { return "module" }

// String is the address.
func (a moduleAddr) String() string { return string(a) }

// LocalAddr is the module's, which does not tell its own.
func (c *conn) LocalAddr() net.Addr { return moduleAddr("0.0.0.0:0") }

// RemoteAddr is the host and port that were asked for.
func (c *conn) RemoteAddr() net.Addr { return moduleAddr(fmt.Sprintf("%s:%d", c.host, c.port)) }

// SetDeadline bounds reads; a write is bounded by its commands.
func (c *conn) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// SetReadDeadline bounds reads.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.alter(func() { c.deadline = t })
	return nil
}

// SetWriteDeadline does nothing: a write is bounded by its commands.
func (c *conn) SetWriteDeadline(time.Time) error { return nil }
