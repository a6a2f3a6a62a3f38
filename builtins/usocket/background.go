package usocket

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"syscall"
	"time"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/errno"
	"quecstar/harness/script"
)

// Pending is something that a socket does while the script goes on. The interpreter lock guards it.
type Pending struct {
	// Done says that it is over, and Err how.
	Done bool
	Err  error
	// Value is what came of it; Taken says that the script has it.
	Value any
	Taken bool

	told func(*Pending)
}

// background does f without the interpreter lock. then, which may be nil, and told are called with the
// lock held when it is over. When the run is over before, only drop is called, which may be nil, to close
// what f has opened.
func background(in *script.Interp, f func(context.Context) error, then func(*Pending), drop func(), told func(*Pending)) (*Pending, error) {
	p := &Pending{told: told}
	_, err := in.Go("a socket", true, func(t *script.Thread) error {
		err := t.Block(f)
		if t.Context().Err() != nil {
			if drop != nil {
				drop()
			}
			return err
		}
		p.Done, p.Err = true, failure(err)
		if then != nil {
			then(p)
		}
		p.told(p)
		return nil
	})
	return p, err
}

// beside is what a socket does while the script goes on.
type beside struct {
	ended   bool // the other side sends no more
	filling *Pending
}

// over is what is over already.
func over(v any, err error) *Pending { return &Pending{Done: true, Value: v, Err: err} }

// of returns the socket that a value is.
func of(v starlark.Value) (*socket, bool) {
	o, ok := script.NativeOf(v)
	if !ok {
		return nil, false
	}
	s, ok := o.Self().(*socket)
	return s, ok
}

// IsSocket reports whether a value is a socket.
func IsSocket(v starlark.Value) bool {
	_, ok := of(v)
	return ok
}

func mustBe(v starlark.Value) (*socket, error) {
	s, ok := of(v)
	if !ok {
		return nil, script.Raise("TypeError", "a socket is wanted")
	}
	return s, nil
}

// Connect connects a socket to a host, and secures the connection if secure. told hears of its end.
func Connect(c *script.Call, v starlark.Value, host string, port int, secure bool, told func(*Pending)) (*Pending, error) {
	s, err := mustBe(v)
	if err != nil {
		return nil, err
	}
	d, err := quectel.Role[device.Sockets](c)
	if err != nil {
		return nil, err
	}
	var conn net.Conn
	var conf *tls.Config
	if secure {
		conf = unverifiedTLS(c, host)
	}
	dial := func(ctx context.Context) (err error) {
		if conn, err = d.DialSocket(ctx, "tcp", host, port); err != nil || !secure {
			return err
		}
		shaken := tls.Client(conn, conf)
		in, cancel := context.WithTimeout(ctx, handshakeTime)
		defer cancel()
		if err := shaken.HandshakeContext(in); err != nil {
			err = errors.Join(err, conn.Close())
			conn = nil
			return err
		}
		conn = shaken
		return nil
	}
	return background(c.Interp, dial, func(p *Pending) {
		switch {
		case p.Err != nil:
		case s.closed:
			closeIf(conn)
		default:
			s.conn = conn
		}
	}, func() { closeIf(conn) }, told)
}

// closeIf closes what nobody wants any more.
func closeIf(conn net.Conn) {
	if conn != nil {
		_ = conn.Close() // nothing was sent that could be lost
	}
}

// Fill waits until something can be taken from a connection: bytes, its end or an error. One wait goes
// on at a time, so that nothing is lost of which the script forgets to wait for the end.
func Fill(c *script.Call, v starlark.Value, told func(*Pending)) (*Pending, error) {
	s, err := mustBe(v)
	if err != nil {
		return nil, err
	}
	switch {
	case s.closed:
		return over(nil, script.RaiseArgs("OSError", nil, errno.Number(syscall.EBADF))), nil
	case len(s.ahead) > 0 || s.beside.ended:
		return over(nil, nil), nil
	case s.conn == nil:
		return over(nil, script.RaiseArgs("OSError", nil, errno.Number(syscall.ENOTCONN))), nil
	case s.beside.filling != nil && !s.beside.filling.Done:
		return s.beside.filling, nil
	}
	b, k, ended, conn := make([]byte, 4096), 0, false, s.conn
	s.beside.filling, err = background(c.Interp, func(ctx context.Context) (err error) {
		stop, err := until(ctx, conn.SetReadDeadline)
		if err != nil {
			return err
		}
		defer stop()
		k, err = conn.Read(b)
		if ended = err == io.EOF; ended || k > 0 {
			return nil
		}
		return err
	}, func(*Pending) { s.ahead, s.beside.ended = append(s.ahead, b[:k]...), ended }, nil, told)
	return s.beside.filling, err
}

// until bounds what uses a deadline by the end of a context.
func until(ctx context.Context, deadline func(time.Time) error) (stop func() bool, err error) {
	if err := deadline(time.Time{}); err != nil {
		return nil, err
	}
	return context.AfterFunc(ctx, func() { _ = deadline(time.Unix(1, 0)) }), nil
}

// Take returns up to n bytes of what Fill waited for, all when n is negative.
func Take(v starlark.Value, n int) ([]byte, error) {
	s, err := mustBe(v)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		n = len(s.ahead)
	}
	return s.take(n), nil
}

// TakeLine returns what Fill waited for up to the end of the line, or all where it does not end.
func TakeLine(v starlark.Value) ([]byte, error) {
	s, err := mustBe(v)
	if err != nil {
		return nil, err
	}
	for i, b := range s.ahead {
		if b == '\n' {
			return s.take(i + 1), nil
		}
	}
	return s.take(len(s.ahead)), nil
}

// Send sends all of data, which must not change.
func Send(c *script.Call, v starlark.Value, data []byte, told func(*Pending)) (*Pending, error) {
	s, err := mustBe(v)
	if err != nil {
		return nil, err
	}
	if s.conn == nil || s.closed {
		return over(nil, script.RaiseArgs("OSError", nil, errno.Number(syscall.ENOTCONN))), nil
	}
	conn := s.conn
	return background(c.Interp, func(ctx context.Context) error {
		stop, err := until(ctx, conn.SetWriteDeadline)
		if err != nil {
			return err
		}
		defer stop()
		_, err = conn.Write(data)
		return err
	}, nil, nil, told)
}

// Accept waits for a connection; its Value is that of socket.accept. A wait that the script forgot is
// gone on with.
func Accept(c *script.Call, v starlark.Value, told func(*Pending)) (*Pending, error) {
	s, err := mustBe(v)
	if err != nil {
		return nil, err
	}
	l, ok := s.listener.(deadlineListener)
	if !ok {
		return over(nil, script.RaiseArgs("OSError", nil, errno.Number(syscall.EINVAL))), nil
	}
	if s.beside.filling != nil && !s.beside.filling.Taken {
		return s.beside.filling, nil
	}
	o, _ := script.NativeOf(v)
	sockets := openOf(c)
	var conn net.Conn
	s.beside.filling, err = background(c.Interp, func(ctx context.Context) (err error) {
		stop, err := until(ctx, l.SetDeadline)
		if err != nil {
			return err
		}
		defer stop()
		conn, err = l.Accept()
		return err
	}, func(p *Pending) {
		if p.Err == nil {
			peer := &socket{kind: stream, conn: conn}
			sockets[peer] = struct{}{}
			p.Value = script.Tuple{o.Sibling(peer), pair(conn.RemoteAddr())}
		}
	}, func() { closeIf(conn) }, told)
	return s.beside.filling, err
}
