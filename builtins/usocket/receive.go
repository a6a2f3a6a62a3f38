package usocket

import (
	"bytes"
	"errors"
	"io"
	"net"
	"syscall"

	"quecstar/harness/errno"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// size reads how many bytes are asked for.
func size(c *script.Call) (int, error) {
	n := 0
	if err := c.Unpack(&n); err != nil {
		return 0, err
	}
	if n < 0 {
		return 0, script.Raise("ValueError", "size is 0 or more, not %d", n)
	}
	return min(n, mostAtOnce), nil
}

// more reads once and puts what comes behind what was read ahead; false at the end.
func (s *socket) more(c *script.Call, n int) (bool, error) {
	if s.conn == nil {
		return false, script.RaiseArgs("OSError", nil, errno.Number(syscall.ENOTCONN))
	}
	b, k := make([]byte, n), 0
	err := s.wait(c, s.conn.SetReadDeadline, func() (err error) {
		k, err = s.conn.Read(b)
		return err
	})
	if errors.Is(err, io.EOF) {
		s.ended, err = true, nil
	}
	s.ahead = append(s.ahead, b[:k]...)
	return k > 0, err
}

func (s *socket) take(n int) []byte {
	n = min(n, len(s.ahead))
	b := bytes.Clone(s.ahead[:n])
	s.ahead = s.ahead[n:]
	return b
}

func recv(c *script.Call) (any, error) {
	n, err := size(c)
	if err != nil {
		return nil, err
	}
	s := self(c)
	if s.kind == datagram && s.packets != nil {
		b, _, err := s.receive(c, n)
		return b, err
	}
	if len(s.ahead) == 0 {
		if _, err := s.more(c, n); err != nil {
			return nil, err
		}
	}
	return s.take(n), nil
}

func recvfrom(c *script.Call) (any, error) {
	n, err := size(c)
	if err != nil {
		return nil, err
	}
	s := self(c)
	if s.kind == stream {
		b, err := recv(c)
		if err != nil || s.conn == nil {
			return nil, err
		}
		return script.Tuple{b, pair(s.conn.RemoteAddr())}, nil
	}
	if err := s.takePort(c); err != nil {
		return nil, err
	}
	b, from, err := s.receive(c, n)
	if err != nil {
		return nil, err
	}
	return script.Tuple{b, pair(from)}, nil
}

func (s *socket) receive(c *script.Call, n int) (b []byte, from net.Addr, err error) {
	b = make([]byte, n)
	k := 0
	err = s.wait(c, s.packets.SetReadDeadline, func() (err error) { k, from, err = s.packets.ReadFrom(b); return err })
	return b[:k], from, err
}

func read(c *script.Call) (any, error) {
	n := -1
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	s := self(c)
	for n < 0 || len(s.ahead) < n {
		ok, err := s.more(c, 4096)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
	}
	if n < 0 {
		n = len(s.ahead)
	}
	return s.take(n), nil
}

func readinto(c *script.Call) (any, error) {
	into, ok := object.AsBuffer(c.Args[0])
	if !ok {
		return nil, script.Raise("TypeError", "object with buffer protocol required")
	}
	n := len(into)
	if c.Given(1) {
		if err := c.Unpack(nil, &n); err != nil {
			return nil, err
		}
		n = min(max(n, 0), len(into))
	}
	s := self(c)
	if len(s.ahead) == 0 {
		if _, err := s.more(c, n); err != nil {
			return nil, err
		}
	}
	return copy(into[:n], s.take(n)), nil
}

func readline(c *script.Call) (any, error) {
	s := self(c)
	for {
		if i := bytes.IndexByte(s.ahead, '\n'); i >= 0 {
			return s.take(i + 1), nil
		}
		ok, err := s.more(c, 4096)
		if err != nil {
			return nil, err
		}
		if !ok {
			return s.take(len(s.ahead)), nil
		}
	}
}

func settimeout(c *script.Call) (any, error) {
	s := self(c)
	if !c.Given(0) {
		s.timeout = 0
		return nil, nil
	}
	if err := c.Unpack(&s.timeout); err != nil {
		return nil, err
	}
	if s.timeout == 0 {
		s.timeout = -1
	}
	return nil, nil
}
