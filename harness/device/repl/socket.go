package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"quecstar/harness/device"
)

// socketHelper is what the module gets for sockets: they are asked for what came, as the module cannot call this side.
// The numbers are EAGAIN and what firmware calls a timeout. It keeps to Python 3.4.
const socketHelper = `
import usocket as _qs_usocket
class _qs_Socket:
    def __init__(self, host, port, kind):
        self.s = _qs_usocket.socket(_qs_usocket.AF_INET, getattr(_qs_usocket, kind))
        try:
            self.s.connect(_qs_usocket.getaddrinfo(host, port)[0][-1])
        except Exception:
            self.s.close()
            raise
    def recv(self, n):
        self.s.settimeout(0.02)
        try:
            return self.s.recv(n)
        except OSError as e:
            if e.args[0] in (11, 110, 116):
                return None
            raise
    def send(self, data):
        self.s.settimeout(20)
        return self.s.send(data)
_qs_sockets = {}
`

const (
	// socketPoll is how long a socket without data is left alone, socketCall how long one call of the prompt may take.
	socketPoll = 20 * time.Millisecond
	socketCall = 30 * time.Second
	// socketPiece is how many bytes one call carries: modules have little room for source text.
	socketPiece = 1024
)

var _ device.Sockets = (*Device)(nil)

// DialSocket opens a connection with the firmware's usocket.
func (d *Device) DialSocket(ctx context.Context, network, host string, port int) (net.Conn, error) {
	kind := map[string]string{"tcp": "SOCK_STREAM", "udp": "SOCK_DGRAM"}[network]
	if kind == "" {
		return nil, fmt.Errorf("%w: network %q: want tcp or udp", device.ErrConfig, network)
	}
	if d.reach != nil {
		if err := d.reach(host, port); err != nil {
			return nil, err
		}
	}
	if err := d.helpSockets(ctx); err != nil {
		return nil, err
	}
	d.mu.Lock()
	d.sockets++
	c := &conn{d: d, key: "_qs_sockets[" + strconv.Itoa(d.sockets) + "]", to: hostPort(net.JoinHostPort(host,
		strconv.Itoa(port)))}
	d.mu.Unlock()
	err := d.c.Exec(ctx, fmt.Sprintf("%s=_qs_Socket(%s,%d,%q)", c.key, quote(host), port, kind), nil)
	var remote *RemoteError
	if errors.As(err, &remote) {
		return nil, fmt.Errorf("%w: %s: the module's usocket: %w", device.ErrUnreachable, c.to, err)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// helpSockets gives the module its helper, which one that restarted has no more.
func (d *Device) helpSockets(ctx context.Context) error {
	helped, err := d.c.Eval(ctx, "'_qs_sockets' in globals()")
	if err == nil && helped != true {
		err = d.c.Exec(ctx, socketHelper, nil)
	}
	if remote := (*RemoteError)(nil); errors.As(err, &remote) {
		return fmt.Errorf("usocket: %w by the module's firmware: %w", device.ErrUnsupported, err)
	}
	return err
}

// Lookup asks the module's DNS.
func (d *Device) Lookup(ctx context.Context, host string) (string, error) {
	if err := d.helpSockets(ctx); err != nil {
		return "", err
	}
	v, err := d.c.Eval(ctx, fmt.Sprintf("_qs_usocket.getaddrinfo(%s,80)[0][-1][0]", quote(host)))
	if err != nil {
		return "", fmt.Errorf("%w: %s: the module's usocket: %w", device.ErrUnreachable, host, err)
	}
	text, ok := v.(string)
	if !ok {
		return "", fmt.Errorf("%w: %s: the module's usocket tells no address: %v", device.ErrUnreachable, host, v)
	}
	return text, nil
}

// notListening is why the module waits for nobody.
func notListening() error {
	return fmt.Errorf("%w through a prompt: sockets that wait for others; connections to a host are made",
		device.ErrUnsupported)
}

// Listen is not there.
func (*Device) Listen(context.Context, int) (net.Listener, error) { return nil, notListening() }

// Packets is not there.
func (*Device) Packets(context.Context, int) (net.PacketConn, error) { return nil, notListening() }

// hostPort is where a connection leads.
type hostPort string

func (hostPort) Network() string  { return "tcp" }
func (a hostPort) String() string { return string(a) }

// conn is a socket of the module's.
type conn struct {
	d   *Device
	key string // the object on the module
	to  hostPort

	mu            sync.Mutex
	readBy, write time.Time
	closed, eof   bool
}

// may is why nothing can be done any more by a deadline of the connection; nil where something can.
func (c *conn) may(by *time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return net.ErrClosed
	case !by.IsZero() && !time.Now().Before(*by):
		return os.ErrDeadlineExceeded
	}
	return nil
}

func (c *conn) call(format string, args ...any) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), socketCall)
	defer cancel()
	v, err := c.d.c.Eval(ctx, c.key+fmt.Sprintf(format, args...))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", device.ErrLost, c.to, err)
	}
	return v, nil
}

// Read asks for what came until something has, or the deadline passes.
func (c *conn) Read(p []byte) (int, error) {
	for len(p) > 0 {
		if err := c.may(&c.readBy); err != nil {
			return 0, err
		}
		if c.eof {
			return 0, io.EOF
		}
		v, err := c.call(".recv(%d)", min(len(p), socketPiece))
		if err != nil {
			return 0, err
		}
		switch data, _ := v.([]byte); {
		case v == nil:
			time.Sleep(socketPoll)
		case len(data) == 0:
			c.eof = true
		default:
			return copy(p, data), nil
		}
	}
	return 0, nil
}

// Write sends all of p, piece by piece.
func (c *conn) Write(p []byte) (n int, err error) {
	for n < len(p) {
		if err := c.may(&c.write); err != nil {
			return n, err
		}
		v, err := c.call(".send(%s)", quoteBytes(p[n:min(len(p), n+socketPiece)]))
		if err != nil {
			return n, err
		}
		sent, _ := v.(int64)
		if sent <= 0 {
			return n, fmt.Errorf("%w: %s: the module's usocket sends nothing", device.ErrLost, c.to)
		}
		n += int(sent)
	}
	return n, nil
}

// Close closes the socket on the module.
func (c *conn) Close() error {
	c.mu.Lock()
	was := c.closed
	c.closed = true
	c.mu.Unlock()
	if was {
		return nil
	}
	_, err := c.call(".s.close()")
	if errors.Is(err, device.ErrGone) || errors.As(err, new(*RemoteError)) {
		return nil // it is gone with the module, or was closed from the other side
	}
	return err
}

// LocalAddr is not known; RemoteAddr is the host as it was named.
func (c *conn) LocalAddr() net.Addr  { return hostPort("") }
func (c *conn) RemoteAddr() net.Addr { return c.to }

// SetDeadline, SetReadDeadline and SetWriteDeadline hold from the next call of the prompt on.
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline is for Read.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.readBy = t
	return nil
}

// SetWriteDeadline is for Write.
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.write = t
	return nil
}
