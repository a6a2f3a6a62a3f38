// Package usocket is the script module usocket, also called socket: TCP and UDP as QuecPython
// documents them (python.quectel.com, API reference, usocket).
//
// A socket reaches this machine, the hosts that the bench names, and with --live every host; others
// raise OSError with the reason.
package usocket

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/errno"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

const (
	stream   = 1
	datagram = 2
	// mostAtOnce bounds what one recv asks for.
	mostAtOnce = 1 << 20
)

// Module is the table of usocket.
func Module() *script.Module {
	return &script.Module{
		Name: "usocket", Aliases: []string{"socket"}, Lang: script.Python, Doc: "TCP and UDP.",
		Funcs: []script.Func{{Name: "getaddrinfo", Params: "host, port, af=0, type=0, proto=0, flags=0",
			Doc: "Where a host is: [(family, type, proto, name, (address, port))].", Call: getaddrinfo}},
		Classes: []*script.Class{socketClass()},
		Consts: []script.Const{{Name: "AF_INET", Value: 2}, {Name: "AF_INET6", Value: 10}, {Name: "SOCK_STREAM", Value: stream},
			{Name: "SOCK_DGRAM", Value: datagram}, {Name: "SOCK_RAW", Value: 3}, {Name: "IPPROTO_TCP", Value: 6}, {Name: "IPPROTO_UDP", Value: 17},
			{Name: "IPPROTO_TCP_SER", Value: 8}, {Name: "IPPROTO_IP", Value: 0}, {Name: "SOL_SOCKET", Value: 4095}, {Name: "SO_REUSEADDR", Value: 4},
			{Name: "TCP_KEEPALIVE", Value: 2}, {Name: "TCP_CUSTOMIZE_PORT", Value: 0x1000}},
	}
}

// socket is a script's socket. The interpreter lock guards it; conn and listener are used without.
type socket struct {
	kind     int
	port     int // of bind
	conn     net.Conn
	packets  net.PacketConn
	listener net.Listener
	timeout  time.Duration // 0 waits without end, less than 0 does not wait
	closed   bool
	ended    bool   // the other side has closed and all that it sent was read
	sent     int    // bytes
	ahead    []byte // read and not yet taken, of readline

	beside beside // of uasyncio
}

// close closes what is open. What was sent is on its way: there is no error to tell.
func (s *socket) close() {
	if s.conn != nil {
		_ = s.conn.Close()
	}
	if s.packets != nil {
		_ = s.packets.Close()
	}
	if s.listener != nil {
		_ = s.listener.Close()
	}
}

// open are the sockets of a run that the script has not closed. The interpreter lock guards it.
type open map[*socket]struct{}

// Close closes them at the end of the run.
func (o *open) Close() error {
	for s := range *o {
		s.close()
	}
	return nil
}

func openOf(c *script.Call) open { return *script.Shared(c.Interp, func() *open { return &open{} }) }

func closeSocket(c *script.Call) (any, error) {
	s := self(c)
	s.close()
	s.closed = true
	delete(openOf(c), s)
	return nil, nil
}

func socketClass() *script.Class {
	class := &script.Class{Name: "socket", Doc: "A socket."}
	class.Init = script.Func{Params: "af=2, type=1, proto=0", Doc: "Makes a socket.", Call: func(c *script.Call) (any, error) {
		s := &socket{kind: stream}
		if err := c.Unpack(nil, &s.kind); err != nil {
			return nil, err
		}
		if s.kind != stream && s.kind != datagram {
			return nil, script.RaiseArgs("OSError", nil, errno.Number(syscall.EINVAL))
		}
		openOf(c)[s] = struct{}{}
		return s, nil
	}}
	done := func(*script.Call) (any, error) { return nil, nil }
	class.Methods = []script.Func{
		{Name: "connect", Params: "address", Doc: "Connects to (host, port).", Call: opened(connect)},
		{Name: "bind", Params: "address", Doc: "Takes a port of this machine: (host, port).", Call: opened(bind)},
		{Name: "listen", Params: "backlog=1", Doc: "Begins to wait for connections.", Call: opened(listen)},
		{Name: "accept", Doc: "Waits for a connection: (socket, address, port).", Call: opened(func(c *script.Call) (any, error) { return accept(c, class) })},
		{Name: "send", Params: "send_data", Doc: "Sends; returns how many bytes.", Call: opened(send)},
		{Name: "sendall", Params: "data", Doc: "Sends all.", Call: opened(func(c *script.Call) (any, error) { _, err := send(c); return nil, err })},
		{Name: "write", Params: "write_data", Doc: "Sends; returns how many bytes.", Call: opened(send)},
		{Name: "sendto", Params: "send_data, address", Doc: "Sends a datagram; returns how many bytes.", Call: opened(sendto)},
		{Name: "recv", Params: "size", Doc: "Up to size bytes, b'' at the end.", Call: opened(recv)},
		{Name: "recvfrom", Params: "size", Doc: "A datagram and where it is from.", Call: opened(recvfrom)},
		{Name: "read", Params: "size=-1", Doc: "size bytes, or all up to the end.", Call: opened(read)},
		{Name: "readinto", Params: "buf, size=None", Doc: "Fills a buffer; returns how many bytes.", Call: opened(readinto)},
		{Name: "readline", Doc: "A line.", Call: opened(readline)},
		{Name: "close", Doc: "Closes.", Call: closeSocket},
		{Name: "settimeout", Params: "value", Doc: "Waits value seconds at most; None waits without end, 0 not at all.", Call: settimeout},
		{Name: "setblocking", Params: "flag", Doc: "Waits without end, or not at all.", Call: func(c *script.Call) (any, error) {
			self(c).timeout = 0
			if c.Args[0].Truth() == starlark.False {
				self(c).timeout = -1
			}
			return nil, nil
		}},
		{Name: "setsockopt", Params: "level, optname, value", Doc: "Does nothing: the host has its own options.", Call: done},
		{Name: "makefile", Params: "mode='rb'", Doc: "The socket itself, which reads and writes like a file.", Call: func(*script.Call) (any, error) { return script.Itself, nil }},
		// The vendor's AIS-140 client sends, and awaits that this grows by as much.
		{Name: "getsendacksize", Doc: "How many of the bytes that were sent have arrived: all.", Call: func(c *script.Call) (any, error) { return self(c).sent, nil }},
		{Name: "getsocketsta", Doc: "The state of a TCP connection: 0 unused, 1 listening, 4 connected, 7 closed by the other side, -1 after close.", Call: getsocketsta},
		{Name: "__enter__", Doc: "The socket, for with.", Call: func(*script.Call) (any, error) { return script.Itself, nil }},
		{Name: "__exit__", Params: "*args", Doc: "Closes.", Call: closeSocket},
	}
	return class
}

func self(c *script.Call) *socket { return c.Self.(*socket) }

// osError is an error of the network as what a call raises. The end of the run is no failure that a
// script catches.
func osError(c *script.Call, err error) error {
	if c.Context().Err() != nil || errors.Is(err, context.Canceled) {
		return err
	}
	return failure(err)
}

// failure is an error of the network as the number that a module raises.
func failure(err error) error {
	no, numbered := errno.Of(err)
	var timeout net.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, new(*script.Error)):
		return err // raised already, such as of a device without sockets
	case errors.Is(err, device.ErrUnsupported):
		return script.Raise("NotImplementedError", "%w", err)
	case errors.Is(err, device.ErrNotAllowed):
		return script.RaiseArgs("OSError", err, errno.Number(syscall.EACCES), err.Error())
	case errors.Is(err, net.ErrClosed):
		return script.RaiseArgs("OSError", err, errno.Number(syscall.EBADF))
	case numbered:
		return script.RaiseArgs("OSError", err, no)
	case errors.As(err, &timeout) && timeout.Timeout():
		return script.RaiseArgs("OSError", err, errno.Number(syscall.ETIMEDOUT))
	}
	return script.RaiseArgs("OSError", err, errno.Number(syscall.EIO))
}

// address reads (host, port).
func address(v starlark.Value) (host string, port int, err error) {
	pair, ok := object.Native(v).(starlark.Indexable)
	if ok && pair.Len() >= 2 {
		h, isText := object.AsString(pair.Index(0))
		n, isPort := portNumber(pair.Index(1))
		if isText && isPort {
			return h, n, nil
		}
	}
	return "", 0, script.Raise("TypeError", "an address is (host, port) with a port of 0 to 65535")
}

// portNumber reads a port. It may be written as a str of digits: the vendor's SimpleDTU passes the
// "6666" of its settings to getaddrinfo and connect as it is.
func portNumber(v starlark.Value) (int, bool) {
	if text, ok := object.AsString(v); ok {
		n, err := strconv.ParseUint(text, 10, 16)
		return int(n), err == nil
	}
	p, isInt := object.AsInt(v)
	n, fits := p.Int64()
	return int(n), isInt && fits && n >= 0 && n <= 65535
}

func pair(a net.Addr) any {
	host, port := hostPort(a)
	return script.Tuple{host, port}
}

func hostPort(a net.Addr) (string, int) {
	host, port, err := net.SplitHostPort(a.String())
	n, nerr := strconv.Atoi(port)
	if err != nil || nerr != nil {
		return a.String(), 0
	}
	return host, n
}

func getaddrinfo(c *script.Call) (any, error) {
	var host string
	kind := stream
	if err := c.Unpack(&host, nil, nil, &kind); err != nil {
		return nil, err
	}
	port, ok := portNumber(c.Args[1])
	if !ok {
		return nil, script.Raise("TypeError", "port %s is not a number of 0 to 65535", object.Repr(c.Args[1]))
	}
	if kind == 0 {
		kind = stream
	}
	found, err := quectel.Ask(c, func(s device.Sockets, ctx context.Context) (string, error) { return s.Lookup(ctx, host) })
	if err != nil {
		return nil, osError(c, err)
	}
	return script.List{script.Tuple{2, kind, 0, "", script.Tuple{found, port}}}, nil
}

// within is the context of a call that waits as long as the socket says.
func (s *socket) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.timeout > 0 {
		return context.WithTimeoutCause(ctx, s.timeout, os.ErrDeadlineExceeded)
	}
	return context.WithCancel(ctx)
}

// wait runs f without the interpreter lock; cancel ends it when the run does or time is up.
func (s *socket) wait(c *script.Call, deadline func(time.Time) error, f func() error) error {
	return osError(c, c.Block(func(ctx context.Context) error {
		until := time.Time{}
		switch {
		case s.timeout > 0:
			until = time.Now().Add(s.timeout)
		case s.timeout < 0:
			until = time.Now().Add(time.Millisecond)
		}
		if err := deadline(until); err != nil {
			return err
		}
		stop := context.AfterFunc(ctx, func() { _ = deadline(time.Unix(1, 0)) })
		defer stop()
		err := f()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if s.timeout < 0 && errors.Is(err, os.ErrDeadlineExceeded) {
			return syscall.EAGAIN
		}
		return err
	}))
}

func connect(c *script.Call) (any, error) {
	host, port, err := address(c.Args[0])
	if err != nil {
		return nil, err
	}
	s := self(c)
	if s.kind == stream && s.conn != nil {
		return nil, script.RaiseArgs("OSError", nil, errno.Number(syscall.EISCONN))
	}
	network := "tcp"
	if s.kind == datagram {
		network = "udp"
	}
	conn, err := quectel.Ask(c, func(d device.Sockets, ctx context.Context) (net.Conn, error) {
		in, cancel := s.within(ctx)
		defer cancel()
		conn, err := d.DialSocket(in, network, host, port)
		if err != nil && in.Err() != nil && ctx.Err() == nil {
			return nil, os.ErrDeadlineExceeded
		}
		return conn, err
	})
	if err != nil {
		return nil, osError(c, err)
	}
	s.conn = conn
	return nil, nil
}

func bind(c *script.Call) (any, error) {
	_, port, err := address(c.Args[0])
	if err != nil {
		return nil, err
	}
	s := self(c)
	s.port = port
	if s.kind == datagram {
		return nil, s.takePort(c)
	}
	return nil, nil
}

// takePort gives a datagram socket its port.
func (s *socket) takePort(c *script.Call) error {
	if s.packets != nil {
		return nil
	}
	p, err := quectel.Ask(c, func(d device.Sockets, ctx context.Context) (net.PacketConn, error) { return d.Packets(ctx, s.port) })
	s.packets = p
	return osError(c, err)
}

func listen(c *script.Call) (any, error) {
	s := self(c)
	l, err := quectel.Ask(c, func(d device.Sockets, ctx context.Context) (net.Listener, error) { return d.Listen(ctx, s.port) })
	s.listener = l
	return nil, osError(c, err)
}

// deadlineListener is a listener whose Accept can be ended at a time, as those of TCP can.
type deadlineListener interface {
	net.Listener
	SetDeadline(time.Time) error
}

func accept(c *script.Call, class *script.Class) (any, error) {
	s := self(c)
	l, ok := s.listener.(deadlineListener)
	if !ok {
		return nil, script.RaiseArgs("OSError", nil, errno.Number(syscall.EINVAL))
	}
	var conn net.Conn
	if err := s.wait(c, l.SetDeadline, func() (err error) { conn, err = l.Accept(); return err }); err != nil {
		return nil, err
	}
	peer := &socket{kind: stream, conn: conn}
	openOf(c)[peer] = struct{}{}
	host, from := hostPort(conn.RemoteAddr())
	return script.Tuple{class.NewInstance(c.Interp, peer), host, from}, nil
}

func send(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	s := self(c)
	if s.conn == nil {
		return nil, script.RaiseArgs("OSError", nil, errno.Number(syscall.ENOTCONN))
	}
	n := 0
	err := s.wait(c, s.conn.SetWriteDeadline, func() (err error) { n, err = s.conn.Write(data); return err })
	s.sent += n
	return n, err
}

func sendto(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	host, port, err := address(c.Args[1])
	if err != nil {
		return nil, err
	}
	s := self(c)
	if err := s.takePort(c); err != nil {
		return nil, err
	}
	// Dial decides whether and where the host is reached; the socket keeps its own port.
	to, err := quectel.Ask(c, func(d device.Sockets, ctx context.Context) (net.Addr, error) {
		conn, err := d.DialSocket(ctx, "udp", host, port)
		if err != nil {
			return nil, err
		}
		return conn.RemoteAddr(), conn.Close()
	})
	if err != nil {
		return nil, osError(c, err)
	}
	n := 0
	err = s.wait(c, s.packets.SetWriteDeadline, func() (err error) { n, err = s.packets.WriteTo(data, to); return err })
	return n, err
}
