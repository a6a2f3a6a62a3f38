//go:build !linux

package usocket

import "net"

// atEnd is told by a read, but where the connection itself can tell.
func atEnd(conn net.Conn) bool {
	memory, ok := conn.(interface{ AtEnd() bool })
	return ok && memory.AtEnd()
}
