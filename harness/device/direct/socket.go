package direct

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"

	"quecstar/harness/device"
)

// Reach says where a script's sockets to a host go: "" for the host itself, or an address
// "host:port". Its error says why the host is not reached.
type Reach func(host string) (addr string, err error)

var _ device.Sockets = (*Device)(nil)

// Loopback reports whether a host is this machine, where a script may serve and connect: localhost and the
// names below it (RFC 6761, section 6.3), and the addresses of loopback.
func Loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil &&
		(ip.IsLoopback() || ip.IsUnspecified())
}

// own reports whether a host is the module by the address of its data connection, where a script serves
// and connects, too.
func (d *Device) own(host string) bool { return host == d.cfg.IPv4 }

func (d *Device) reach(host string) (string, error) {
	if d.own(host) || d.opts.Reach == nil {
		return "", nil
	}
	addr, err := d.opts.Reach(host)
	if err != nil {
		return "", fmt.Errorf("%w: %w", device.ErrNotAllowed, err)
	}
	return addr, nil
}

// DialSocket connects over the real network, or to where Options.Reach says.
func (d *Device) DialSocket(ctx context.Context, network, host string, port int) (net.Conn, error) {
	addr, err := d.reach(host)
	if err != nil {
		return nil, err
	}
	if d.own(host) {
		host = "127.0.0.1"
	}
	if addr == "" {
		addr = net.JoinHostPort(host, strconv.Itoa(port))
	}
	conn, err := d.opts.Network.Dial(ctx, network, addr)
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("%w: %w", device.ErrUnreachable, err)
	}
	return conn, err
}

// Lookup asks the host's resolver for the names that are reached themselves.
func (d *Device) Lookup(ctx context.Context, host string) (string, error) {
	if net.ParseIP(host) != nil {
		return host, nil
	}
	addr, err := d.reach(host)
	if err != nil || addr != "" {
		return host, err
	}
	ips, err := net.DefaultResolver.LookupIP(ctx, "ip4", host)
	if err != nil || len(ips) == 0 {
		return "", fmt.Errorf("look up %s: %w", host, err)
	}
	return ips[0].String(), nil
}

// Listen serves on the loopback interface: nothing outside this machine reaches a script.
func (d *Device) Listen(ctx context.Context, port int) (net.Listener, error) {
	return d.opts.Network.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
}

// Packets receives on the loopback interface.
func (d *Device) Packets(ctx context.Context, port int) (net.PacketConn, error) {
	return d.opts.Network.ListenPacket(ctx, "udp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
}
