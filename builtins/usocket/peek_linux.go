package usocket

import (
	"crypto/tls"
	"errors"
	"net"
	"syscall"
)

// atEnd reports whether the other side of a connection has closed it and nothing is left to be read.
func atEnd(conn net.Conn) bool {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if memory, ok := conn.(interface{ AtEnd() bool }); ok {
		return memory.AtEnd()
	}
	sys, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := sys.SyscallConn()
	if err != nil {
		return false
	}
	ended := false
	err = raw.Control(func(fd uintptr) {
		var b [1]byte
		n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		ended = n == 0 && err == nil || errors.Is(err, syscall.ECONNRESET)
	})
	return err == nil && ended
}
