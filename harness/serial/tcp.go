package serial

import (
	"context"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/errno"
)

// stream is a port behind a TCP connection that carries its bytes as they are.
type stream struct {
	steady
	name string
	conn net.Conn

	mu     sync.Mutex
	closed bool
}

// keepAlive finds a host that is gone while nothing is said, in some 15 s.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 5 * time.Second, Count: 2}

func dial(ctx context.Context, name, address string, o Options) (net.Conn, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, fmt.Errorf("%w: port %s: want host:port (%w)", device.ErrConfig, name, err)
	}
	d := net.Dialer{Timeout: o.Timeout, KeepAliveConfig: keepAlive}
	conn, err := d.DialContext(ctx, "tcp", address)
	if errno.Is(err, syscall.ECONNREFUSED) {
		return nil, fmt.Errorf("%w: port %s: nobody listens there: check the port number and that ser2net, or what serves it, runs", device.ErrUnreachable, name)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: port %s: %w", device.ErrUnreachable, name, err)
	}
	return conn, nil
}

func openTCP(ctx context.Context, name, address string, o Options) (Port, error) {
	if o.Baud != 0 {
		return nil, fmt.Errorf("%w: port %s: a speed of %d baud does nothing there: the host that serves the port sets it, "+
			"unless it speaks rfc2217://", device.ErrConfig, name, o.Baud)
	}
	conn, err := dial(ctx, name, address, o)
	if err != nil {
		return nil, err
	}
	return &stream{name: name, conn: conn}, nil
}

func (s *stream) why(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return closedError(s.name)
	}
	return lost(s.name, err)
}

// Name is the URL.
func (s *stream) Name() string { return s.name }

// Read waits for bytes.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.conn.Read(p)
	if err != nil {
		return n, s.why(err)
	}
	return n, nil
}

// Write sends all of p.
func (s *stream) Write(p []byte) (int, error) {
	n, err := s.conn.Write(p)
	if err != nil {
		return n, s.why(err)
	}
	return n, nil
}

// Close ends the connection.
func (s *stream) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	return s.conn.Close()
}

// SetBaud does nothing: the host that serves the port sets its speed.
func (s *stream) SetBaud(int) error { return nil }

// SetDTR does nothing: bytes alone travel.
func (s *stream) SetDTR(bool) error { return nil }

// SetRTS does nothing: bytes alone travel.
func (s *stream) SetRTS(bool) error { return nil }
