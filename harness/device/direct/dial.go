package direct

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"syscall"

	"quecstar/harness/device"
	"quecstar/harness/errno"
)

// dial opens the connection that an MQTT session runs on.
func (d *Device) dial(ctx context.Context, t target) (net.Conn, error) {
	raw, err := d.opts.Network.Dial(ctx, "tcp", t.addr)
	if err != nil {
		return nil, dialError(ctx, t, err)
	}
	if t.tls == nil {
		return raw, nil
	}
	secure := tls.Client(raw, t.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.DeadlineExceeded) {
			return nil, cause
		}
		return nil, tlsError(t, err)
	}
	return secure, nil
}

// dialError says why there is no connection, and what to look at.
func dialError(ctx context.Context, t target, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return fmt.Errorf("%w: the host name %s does not resolve: check its spelling and the network's DNS",
			device.ErrUnreachable, t.host)
	case errno.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%w: %s refuses connections (%w): check that a server listens on that port", device.ErrUnreachable,
			where(t), syscall.ECONNREFUSED)
	case isTimeout(err):
		return fmt.Errorf("%w: %s: %w: check the address, the port and the firewall", device.ErrUnreachable, where(t),
			device.ErrTimeout)
	}
	return fmt.Errorf("%w: %s: %w", device.ErrUnreachable, where(t), err)
}

// where names a target by the script's name and, when that is elsewhere, its address.
func where(t target) string {
	host, port, err := net.SplitHostPort(t.addr)
	if err != nil || host == t.host {
		return t.addr
	}
	return fmt.Sprintf("%s (port %s of %s)", t.host, port, host)
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout() || errors.Is(err, context.DeadlineExceeded)
}

// tlsError says why the handshake failed, and what to look at.
func tlsError(t target, err error) error {
	return fmt.Errorf("%w: %w: %s: %s", device.ErrUnreachable, device.ErrTLS, where(t),
		device.TLSReason(err, t.tls.ServerName, t.asked.Load(), len(t.tls.Certificates) > 0))
}
