package wire_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/net/nettest"

	"quecstar/harness/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// networks are what the tests of connections are run over: what holds for one holds for all.
var networks = map[string]func() wire.Network{
	"host":   func() wire.Network { return wire.Host{} },
	"memory": func() wire.Network { return wire.NewMemory(wire.Options{}) },
	"late": func() wire.Network {
		return wire.NewMemory(wire.Options{Latency: time.Millisecond, Jitter: time.Millisecond})
	},
	"link": func() wire.Network { return wire.NewMemory(wire.Options{}).Link("device") },
}

// pairOver connects to a listener of a network.
func pairOver(n wire.Network) (client, server net.Conn, stop func(), err error) {
	l, err := n.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, nil, err
	}
	defer l.Close()
	came := make(chan net.Conn, 1)
	go func() {
		c, _ := l.Accept()
		came <- c
	}()
	if client, err = n.Dial(context.Background(), "tcp", l.Addr().String()); err != nil {
		return nil, nil, nil, err
	}
	server = <-came
	return client, server, func() { _ = errors.Join(client.Close(), server.Close()) }, nil
}

func TestConnections(t *testing.T) {
	for name, network := range networks {
		t.Run(name, func(t *testing.T) {
			nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) { return pairOver(network()) })
		})
	}
	t.Run("pipe", func(t *testing.T) {
		nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
			a, b := wire.Pipe(wire.Options{})
			return a, b, func() { _ = errors.Join(a.Close(), b.Close()) }, nil
		})
	})
}

// ends are what of a connection's end TCP and memory have in common.
var ends = map[string]func(t *testing.T, client, server net.Conn){
	"what was said is read before the end": func(t *testing.T, client, server net.Conn) {
		write(t, client, "bye")
		client.Close()
		if got, err := io.ReadAll(server); string(got) != "bye" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
	},
	"half a close": func(t *testing.T, client, server net.Conn) {
		write(t, client, "question")
		if err := client.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(server); string(got) != "question" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		write(t, server, "answer")
		server.Close()
		if got, err := io.ReadAll(client); string(got) != "answer" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		if _, err := client.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("write behind CloseWrite: %v", err)
		}
	},
	"a write to nobody fails, but not the first": func(t *testing.T, client, server net.Conn) {
		server.Close()
		if _, err := io.ReadAll(client); err != nil {
			t.Error(err)
		}
		write(t, client, "x")
		for more := make([]byte, 1<<16); ; { // until the news comes, for which a write waits when all buffers are full
			_, err := client.Write(more)
			if err == nil {
				continue
			}
			if !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("write: %v", err)
			}
			return
		}
	},
	"a close on unread bytes is a reset": func(t *testing.T, client, server net.Conn) {
		write(t, client, "one")
		one := make([]byte, 1)
		if _, err := io.ReadFull(server, one); err != nil {
			t.Fatal(err)
		}
		server.Close()
		if _, err := io.ReadAll(client); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("read: %v", err)
		}
	},
	"a close ends what waits": func(t *testing.T, client, _ net.Conn) {
		var wait sync.WaitGroup
		for range 3 {
			wait.Go(func() {
				if _, err := client.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
					t.Errorf("read: %v", err)
				}
			})
		}
		time.AfterFunc(5*time.Millisecond, func() { client.Close() })
		wait.Wait()
		if _, err := client.Write(nil); !errors.Is(err, net.ErrClosed) {
			t.Errorf("write: %v", err)
		}
		if err := client.SetDeadline(time.Time{}); !errors.Is(err, net.ErrClosed) {
			t.Errorf("deadline: %v", err)
		}
		if err := client.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("second close: %v", err)
		}
	},
	"a deadline can be moved while a read waits": func(t *testing.T, client, _ net.Conn) {
		time.AfterFunc(5*time.Millisecond, func() { client.SetReadDeadline(time.Unix(1, 0)) })
		_, err := client.Read(make([]byte, 1))
		if !errors.Is(err, os.ErrDeadlineExceeded) || !err.(net.Error).Timeout() {
			t.Errorf("read: %v", err)
		}
	},
	"a write that nobody reads waits": func(t *testing.T, client, _ net.Conn) {
		much := make([]byte, 32<<20)
		client.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
		n, err := client.Write(much)
		if n == 0 || n == len(much) || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("wrote %d, %v", n, err)
		}
	},
	"writes do not mix": func(t *testing.T, client, server net.Conn) {
		const size, count = 600 << 10, 4
		var wait sync.WaitGroup
		for i := range count {
			wait.Go(func() { write(t, client, string(bytes.Repeat([]byte{byte('a' + i)}, size))) })
		}
		got := make([]byte, size)
		for range count {
			if _, err := io.ReadFull(server, got); err != nil || bytes.Count(got, got[:1]) != size {
				t.Errorf("%c is mixed with others, %v", got[0], err)
			}
		}
		wait.Wait()
	},
	"no bytes": func(t *testing.T, client, server net.Conn) {
		client.SetDeadline(time.Unix(1, 0))
		if n, err := client.Read(nil); n != 0 || err != nil {
			t.Errorf("read: %d, %v", n, err)
		}
	},
}

func write(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if n, err := io.WriteString(c, text); n != len(text) || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
}

func TestEnds(t *testing.T) {
	for name, network := range networks {
		for what, run := range ends {
			t.Run(name+"/"+what, func(t *testing.T) {
				client, server, stop, err := pairOver(network())
				if err != nil {
					t.Fatal(err)
				}
				defer stop()
				limit := time.AfterFunc(10*time.Second, stop)
				defer limit.Stop()
				run(t, client, server)
			})
		}
	}
}

func TestDialing(t *testing.T) {
	ctx := context.Background()
	for name, network := range networks {
		t.Run(name, func(t *testing.T) {
			n := network()
			l, err := n.Listen(ctx, "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := n.Listen(ctx, "tcp", l.Addr().String()); !errors.Is(err, syscall.EADDRINUSE) {
				t.Errorf("the same port: %v", err)
			}
			waiting, err := n.Dial(ctx, "tcp", l.Addr().String()) // nobody accepts it
			if err != nil {
				t.Fatal(err)
			}
			defer waiting.Close()
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			if _, err := waiting.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("of a listener that closed: %v", err)
			}
			if err := l.Close(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("second close: %v", err)
			}
			if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("accept: %v", err)
			}
			if _, err := n.Dial(ctx, "tcp", l.Addr().String()); !errors.Is(err, syscall.ECONNREFUSED) {
				t.Errorf("nobody listens: %v", err)
			}
			var unknown *net.DNSError
			if _, err := n.Dial(ctx, "tcp", "no-such-host.invalid:1"); !errors.As(err, &unknown) {
				t.Errorf("unknown host: %v", err)
			}
			gone, cancel := context.WithCancel(ctx)
			cancel()
			if _, err := n.Dial(gone, "tcp", l.Addr().String()); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
		})
	}
}

func TestDatagrams(t *testing.T) {
	ctx := context.Background()
	for name, network := range networks {
		t.Run(name, func(t *testing.T) {
			n := network()
			server, err := n.ListenPacket(ctx, "udp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			client, err := n.Dial(ctx, "udp", server.LocalAddr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			write(t, client, "question")
			buf := make([]byte, 5)
			k, from, err := server.ReadFrom(buf)
			if string(buf[:k]) != "quest" || err != nil || from.String() != client.LocalAddr().String() {
				t.Fatalf("%q from %v, %v", buf[:k], from, err)
			}
			if _, err := server.WriteTo([]byte("yes"), from); err != nil {
				t.Error(err)
			}
			if k, err := client.Read(buf); string(buf[:k]) != "yes" || err != nil {
				t.Errorf("%q, %v", buf[:k], err)
			}
			server.SetReadDeadline(time.Now().Add(time.Millisecond))
			if _, _, err := server.ReadFrom(buf); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("deadline: %v", err)
			}
			if _, err := client.Write(make([]byte, 65508)); !errors.Is(err, syscall.EMSGSIZE) {
				t.Errorf("too long: %v", err)
			}
			server.Close()
			write(t, client, "to nobody")
			if _, err := client.Read(buf); !errors.Is(err, syscall.ECONNREFUSED) {
				t.Errorf("from nobody: %v", err)
			}
		})
	}
}
