// Package wire is the network between the parts of a run: the host's own, or one in memory whose delays
// come from a seed and whose links can be faulty.
//
// What stands between a device and its cloud asks a Network for listeners and connections and does not
// know which it has. Everything in memory waits by channels, condition variables and timers alone, so that
// the time of a testing/synctest bubble moves when all of it waits.
package wire

import (
	"context"
	"net"
)

// Network makes listeners and connections. Addresses are those of package net.
type Network interface {
	Listen(ctx context.Context, network, address string) (net.Listener, error)
	Dial(ctx context.Context, network, address string) (net.Conn, error)
	ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error)
}

// Host is the network of this host.
type Host struct{}

// Listen serves on this host.
func (Host) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	var lc net.ListenConfig
	return lc.Listen(ctx, network, address)
}

// Dial connects over the host's network.
func (Host) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, network, address)
}

// ListenPacket receives on this host.
func (Host) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	var lc net.ListenConfig
	return lc.ListenPacket(ctx, network, address)
}

// Or is n, or the host's network where n is nil.
func Or(n Network) Network {
	if n == nil {
		return Host{}
	}
	return n
}
