package direct

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"quecstar/harness/device"
)

// A host is where Reach says, is refused with Reach's reason, and the module's own address is never asked
// about.
func TestSocketsGoWhereTheRunSays(t *testing.T) {
	d, err := New(Config{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	server, err := d.Listen(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	port := server.Addr().(*net.TCPAddr).Port
	d.opts.Reach = func(host string) (string, error) {
		if Loopback(host) {
			return "", nil
		}
		if host == "inside.test" {
			return server.Addr().String(), nil
		}
		return "", fmt.Errorf("%s is not for this run", host)
	}
	for _, to := range []struct {
		host string
		port int
	}{{"inside.test", 80}, {"127.0.0.1", port}, {"localhost", port}, {d.cfg.IPv4, port}} {
		conn, err := d.DialSocket(ctx, "tcp", to.host, to.port)
		if err != nil {
			t.Errorf("%s: %v", to.host, err)
			continue
		}
		peer, err := server.Accept()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(peer, "hi")
		_ = peer.Close()
		if got, err := io.ReadAll(conn); err != nil || string(got) != "hi" {
			t.Errorf("%s: read %q, %v", to.host, got, err)
		}
		_ = conn.Close()
	}
	if _, err := d.DialSocket(ctx, "tcp", "outside.test", 80); !errors.Is(err, device.ErrNotAllowed) || err.Error() != "not allowed: outside.test is not for this run" {
		t.Errorf("outside: %v", err)
	}
	if _, err := d.Lookup(ctx, "outside.test"); !errors.Is(err, device.ErrNotAllowed) {
		t.Errorf("looking up outside: %v", err)
	}
	for _, host := range []string{"inside.test", "10.1.2.3"} {
		if got, err := d.Lookup(ctx, host); err != nil || got != host {
			t.Errorf("%s is at %q, %v", host, got, err)
		}
	}
}
