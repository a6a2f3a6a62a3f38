package session

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// notified is an output that tells when it has grown.
type notified struct {
	output
	grew chan struct{}
}

func (n *notified) Write(p []byte) (int, error) {
	defer func() {
		select {
		case n.grew <- struct{}{}:
		default:
		}
	}()
	return n.output.Write(p)
}

// await waits for a text.
func (n *notified) await(t testing.TB, text string) {
	t.Helper()
	if !n.within(text, patience) {
		t.Errorf("never printed %q, but %q", text, n.String())
	}
}

// within waits for a text, and reports whether it came in that time.
func (n *notified) within(text string, limit time.Duration) bool {
	deadline := time.After(limit)
	for !strings.Contains(n.String(), text) {
		select {
		case <-n.grew:
		case <-deadline:
			return false
		}
	}
	return true
}

// silentServer takes connections and says nothing; it returns its port.
func silentServer(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
