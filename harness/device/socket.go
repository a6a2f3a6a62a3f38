package device

import (
	"context"
	"errors"
	"net"
)

// ErrNotAllowed is of a host that the run does not let a script reach.
var ErrNotAllowed = errors.New("not allowed")

// Sockets are TCP and UDP over the module's data connection. What a script may reach is the device's
// decision: a host that it may not reach fails with ErrNotAllowed and the reason.
type Sockets interface {
	// DialSocket connects to a host by network, "tcp" or "udp"; ErrUnreachable where it does not answer.
	DialSocket(ctx context.Context, network, host string, port int) (net.Conn, error)
	// Lookup is the address by which DialSocket finds a host: a number, or the name again where another
	// host answers for it.
	Lookup(ctx context.Context, host string) (string, error)
	// Listen waits for TCP connections on a port of the module, 0 for any; Packets is the same of UDP.
	Listen(ctx context.Context, port int) (net.Listener, error)
	Packets(ctx context.Context, port int) (net.PacketConn, error)
}
