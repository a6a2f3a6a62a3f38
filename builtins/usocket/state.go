package usocket

import (
	"syscall"

	"quecstar/harness/errno"
	"quecstar/harness/script"
)

// The states of a TCP connection, as getsocketsta tells them (python.quectel.com, API reference,
// usocket).
const (
	stateReleased    = -1 // by close
	stateClosed      = 0  // nothing was done yet
	stateListen      = 1
	stateEstablished = 4
	stateCloseWait   = 7 // the other side has closed
)

func getsocketsta(c *script.Call) (any, error) {
	s := self(c)
	switch {
	case s.closed:
		return stateReleased, nil
	case s.listener != nil:
		return stateListen, nil
	case s.conn == nil:
		return stateClosed, nil
	case s.kind == stream && (s.ended || atEnd(s.conn)):
		return stateCloseWait, nil
	}
	return stateEstablished, nil
}

// usable fails for a socket that was closed.
func (s *socket) usable() error {
	if s.closed {
		return script.RaiseArgs("OSError", nil, errno.Number(syscall.EBADF))
	}
	return nil
}

// opened makes a method fail on a closed socket.
func opened(call func(c *script.Call) (any, error)) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		if err := self(c).usable(); err != nil {
			return nil, err
		}
		return call(c)
	}
}
