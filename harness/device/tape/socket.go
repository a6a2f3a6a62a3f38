package tape

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
	"unicode/utf8"

	"quecstar/harness/device"
)

var _ device.Sockets = (*Device)(nil)

// DialSocket is that of the role Sockets.
func (d *Device) DialSocket(ctx context.Context, network, host string, port int) (net.Conn, error) {
	d.mu.Lock()
	d.sessions++
	c := &conn{d: d, name: "s" + strconv.Itoa(d.sessions), host: host, port: port}
	d.mu.Unlock()
	err := do(d, ctx, "DialSocket", func(r device.Sockets) error {
		var err error
		c.Conn, err = r.DialSocket(ctx, network, host, port)
		return err
	}, network, host, port)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Lookup is that of the role Sockets.
func (d *Device) Lookup(ctx context.Context, host string) (string, error) {
	return ask(d, ctx, "Lookup", func(r device.Sockets) (string, error) { return r.Lookup(ctx, host) }, host)
}

// Listen is not recorded.
func (d *Device) Listen(ctx context.Context, port int) (net.Listener, error) {
	if d.in == nil {
		return nil, notTaped("listening sockets")
	}
	r, err := device.As[device.Sockets](d.in, "")
	if err != nil {
		return nil, err
	}
	return r.Listen(ctx, port)
}

// Packets is not recorded.
func (d *Device) Packets(ctx context.Context, port int) (net.PacketConn, error) {
	if d.in == nil {
		return nil, notTaped("unconnected UDP sockets")
	}
	r, err := device.As[device.Sockets](d.in, "")
	if err != nil {
		return nil, err
	}
	return r.Packets(ctx, port)
}

func notTaped(what string) error {
	return fmt.Errorf("%s: %w by tapes", what, device.ErrUnsupported)
}

// data is what travelled, as a tape has it.
type data struct {
	Text string `json:",omitempty"`
	Hex  string `json:",omitempty"`
}

func toData(p []byte) data {
	if utf8.Valid(p) {
		return data{Text: string(p)}
	}
	return data{Hex: fmt.Sprintf("%x", p)}
}

func (x data) bytes() ([]byte, error) {
	if x.Hex == "" {
		return []byte(x.Text), nil
	}
	var p []byte
	_, err := fmt.Sscanf(x.Hex, "%x", &p)
	return p, err
}

// conn is a socket, recorded or played.
type conn struct {
	net.Conn
	d    *Device
	name string
	host string
	port int
	rest []byte // played, not read yet
}

// Read is on the tape with what came.
func (c *conn) Read(p []byte) (int, error) {
	if len(c.rest) > 0 {
		n := copy(p, c.rest)
		c.rest = c.rest[n:]
		return n, nil
	}
	got, err := ask(c.d, context.Background(), c.name+".Read", func(device.Sockets) (data, error) {
		n, err := c.Conn.Read(p)
		if n > 0 {
			err = nil // the next read says it again
		}
		return toData(p[:n]), err
	})
	if errors.Is(err, io.EOF) {
		return 0, io.EOF
	}
	if err != nil {
		return 0, err
	}
	raw, err := got.bytes()
	n := copy(p, raw)
	c.rest = raw[n:]
	return n, err
}

// Write is on the tape with what was sent.
func (c *conn) Write(p []byte) (int, error) {
	err := do(c.d, context.Background(), c.name+".Write",
		func(device.Sockets) error { _, err := c.Conn.Write(p); return err }, toData(p))
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close is not on the tape.
func (c *conn) Close() error {
	if c.Conn == nil {
		return nil
	}
	return c.Conn.Close()
}

// addr is the address of a played socket.
type addr string

// Network says what it is.
func (addr) Network() string { return "tape" }

// String is the address.
func (a addr) String() string { return string(a) }

// LocalAddr is that of the socket.
func (c *conn) LocalAddr() net.Addr {
	if c.Conn == nil {
		return addr("0.0.0.0:0")
	}
	return c.Conn.LocalAddr()
}

// RemoteAddr is that of the socket.
func (c *conn) RemoteAddr() net.Addr {
	if c.Conn == nil {
		return addr(net.JoinHostPort(c.host, strconv.Itoa(c.port)))
	}
	return c.Conn.RemoteAddr()
}

// SetDeadline is that of the socket; a tape has no waits to bound.
func (c *conn) SetDeadline(t time.Time) error {
	if c.Conn == nil {
		return nil
	}
	return c.Conn.SetDeadline(t)
}

// SetReadDeadline is that of the socket.
func (c *conn) SetReadDeadline(t time.Time) error {
	if c.Conn == nil {
		return nil
	}
	return c.Conn.SetReadDeadline(t)
}

// SetWriteDeadline is that of the socket.
func (c *conn) SetWriteDeadline(t time.Time) error {
	if c.Conn == nil {
		return nil
	}
	return c.Conn.SetWriteDeadline(t)
}
