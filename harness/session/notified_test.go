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
	deadline := time.After(patience)
	for !strings.Contains(n.String(), text) {
		select {
		case <-n.grew:
		case <-deadline:
			t.Errorf("never printed %q, but %q", text, n.String())
			return
		}
	}
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
