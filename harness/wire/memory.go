package wire

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Options says how a network in memory behaves. The zero value delivers at once.
type Options struct {
	// Seed makes what is left to chance repeatable.
	Seed uint64
	// Latency is how long bytes are on their way in one direction; Jitter is how much comes on top by chance.
	Latency, Jitter time.Duration
	// Buffer is how many bytes may be on their way in one direction of a connection before a write waits;
	// 256 KiB where it is 0.
	Buffer int
}

const defaultBuffer = 256 << 10

// firstPort is the first that a listener gets which asks for any (RFC 6335, section 6: dynamic ports).
const firstPort = 49152

// Memory is a network in this process. Its own Dial has no faults: those are of a Link.
type Memory struct {
	opts Options

	mu        sync.Mutex
	chance    *rand.Rand
	listeners map[int]*listener   // by port
	packets   map[int]*packetConn // by port
	next      int
	links     map[string]*Link
}

// NewMemory makes a network.
func NewMemory(o Options) *Memory {
	if o.Buffer == 0 {
		o.Buffer = defaultBuffer
	}
	return &Memory{opts: o, chance: rand.New(rand.NewPCG(o.Seed, 1)), listeners: map[int]*listener{}, packets: map[int]*packetConn{},
		next: firstPort, links: map[string]*Link{}}
}

var _ Network = (*Memory)(nil)

// delay is how long the next bytes are on their way.
func (m *Memory) delay(base, jitter time.Duration) time.Duration {
	if jitter > 0 {
		m.mu.Lock()
		base += time.Duration(m.chance.Int64N(int64(jitter) + 1))
		m.mu.Unlock()
	}
	return base
}

// happens reports whether something of a probability from 0 to 1 happens.
func (m *Memory) happens(share float64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.chance.Float64() < share
}

// addr is an address of this network.
type addr struct {
	network string
	port    int
}

func (a addr) Network() string { return a.network }
func (a addr) String() string  { return net.JoinHostPort("127.0.0.1", strconv.Itoa(a.port)) }

// portOf is the port of an address whose host this network has: every one, by its port.
func portOf(op, network, address string) (int, error) {
	_, text, err := net.SplitHostPort(address)
	if err == nil {
		var port uint64
		if port, err = strconv.ParseUint(text, 10, 16); err == nil {
			return int(port), nil
		}
	}
	return 0, &net.OpError{Op: op, Net: network, Err: fmt.Errorf("address %q: want host:port", address)}
}

// freePort is a port that nobody has, or the wanted one. m.mu is held.
func (m *Memory) freePort(op, network string, want int, taken func(int) bool) (int, error) {
	if want != 0 {
		if taken(want) {
			return 0, &net.OpError{Op: op, Net: network, Addr: addr{network, want}, Err: syscall.EADDRINUSE}
		}
		return want, nil
	}
	for range 65536 - firstPort {
		port := m.next
		if m.next++; m.next == 65536 {
			m.next = firstPort
		}
		if !taken(port) {
			return port, nil
		}
	}
	return 0, &net.OpError{Op: op, Net: network, Err: syscall.EADDRNOTAVAIL}
}

// Listen serves on a port of this network; 0 is any. Hosts are not told apart.
func (m *Memory) Listen(_ context.Context, network, address string) (net.Listener, error) {
	want, err := portOf("listen", network, address)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	port, err := m.freePort("listen", network, want, func(p int) bool { return m.listeners[p] != nil })
	if err != nil {
		return nil, err
	}
	l := &listener{m: m, addr: addr{"tcp", port}, incoming: make(chan *conn, backlog), closed: make(chan struct{})}
	m.listeners[port] = l
	return l, nil
}

// Dial connects to a listener of this network.
func (m *Memory) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return m.dial(ctx, nil, network, address)
}

func (m *Memory) dial(ctx context.Context, l *Link, network, address string) (net.Conn, error) {
	if network == "udp" || network == "udp4" {
		return m.dialPacket(address)
	}
	port, err := portOf("dial", network, address)
	if err != nil {
		return nil, err
	}
	if err := l.reach(ctx); err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: addr{network, port}, Err: err}
	}
	m.mu.Lock()
	server := m.listeners[port]
	m.mu.Unlock()
	if server == nil {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: addr{network, port}, Err: syscall.ECONNREFUSED}
	}
	return server.connect(ctx, l)
}

// backlog is how many connections wait for an Accept.
const backlog = 128

// listener is a listening port.
type listener struct {
	m        *Memory
	addr     addr
	incoming chan *conn
	closed   chan struct{}
	once     sync.Once
}

// connect makes a connection to the listener.
func (l *listener) connect(ctx context.Context, via *Link) (net.Conn, error) {
	client := addr{"tcp", l.m.clientPort()}
	here, there := l.m.pair(via, client, l.addr)
	select {
	case l.incoming <- there:
		return here, nil
	case <-l.closed:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: l.addr, Err: syscall.ECONNREFUSED}
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: l.addr, Err: context.Cause(ctx)}
	}
}

// clientPort is the port of the next connection's client end, which nothing else is told by.
func (m *Memory) clientPort() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	port := m.next
	if m.next++; m.next == 65536 {
		m.next = firstPort
	}
	return port
}

// Accept waits for a connection.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.incoming:
		return c, nil
	case <-l.closed:
		return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: l.addr, Err: net.ErrClosed}
	}
}

// Close ends the listener; connections that nobody accepted are reset.
func (l *listener) Close() error {
	l.once.Do(func() {
		close(l.closed)
		l.m.mu.Lock()
		delete(l.m.listeners, l.addr.port)
		l.m.mu.Unlock()
		for {
			select {
			case c := <-l.incoming:
				c.reset()
			default:
				return
			}
		}
	})
	return nil
}

// Addr is where the listener serves.
func (l *listener) Addr() net.Addr { return l.addr }
