package wire

import (
	"context"
	"net"
	"os"
	"strconv"
	"strings"
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

	chance chance

	mu        sync.Mutex
	opened    int                 // connections without a link so far
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
	return &Memory{opts: o, chance: chance(o.Seed), listeners: map[int]*listener{},
		packets: map[int]*packetConn{}, next: firstPort, links: map[string]*Link{}}
}

var _ Network = (*Memory)(nil)

// chanceOf is the chance of a link's next connection; of the network's where via is nil.
func (m *Memory) chanceOf(via *Link) chance {
	count, c, mu := &m.opened, m.chance, &m.mu
	if via != nil {
		count, c, mu = &via.opened, via.chance, &via.mu
	}
	mu.Lock()
	defer mu.Unlock()
	*count++
	return c.with(*count)
}

// addr is an address of this network.
type addr struct {
	network string
	port    int
}

func (a addr) Network() string { return a.network }
func (a addr) String() string  { return net.JoinHostPort("127.0.0.1", strconv.Itoa(a.port)) }

// portOf is the port of an address. Whatever number a host has, it is this network; of names it knows localhost.
func portOf(op, network, address string) (int, error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return 0, &net.OpError{Op: op, Net: network, Err: err}
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0, &net.OpError{Op: op, Net: network, Err: &net.AddrError{Err: "invalid port", Addr: text}}
	}
	if host != "" && host != "localhost" && net.ParseIP(host) == nil {
		return 0, &net.OpError{Op: op, Net: network, Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
	}
	return int(port), nil
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
	l := &listener{m: m, addr: addr{"tcp", port}, incoming: make(chan *conn, backlog), closed: make(chan struct{}),
		changed: make(chan struct{})}
	m.listeners[port] = l
	return l, nil
}

// Dial connects to a listener of this network.
func (m *Memory) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return m.dial(ctx, nil, network, address)
}

// dialLimit is how long a connection that nobody answers is tried: as long as Linux does with its 6 retries (man
// 7 tcp, tcp_syn_retries).
const dialLimit = 127 * time.Second

func (m *Memory) dial(ctx context.Context, l *Link, network, address string) (net.Conn, error) {
	port, err := portOf("dial", network, address)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(network, "udp") {
		return m.openPackets(l, network, ":0", &addr{"udp", port})
	}
	limited, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	c, err := m.connect(limited, l, port)
	if limited.Err() != nil && ctx.Err() == nil {
		err = syscall.ETIMEDOUT
	}
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: addr{network, port}, Err: err}
	}
	return c, nil
}

// connect makes a connection, which takes one way there and one back.
func (m *Memory) connect(ctx context.Context, l *Link, port int) (net.Conn, error) {
	there := m.opts.Latency + m.chanceOf(l).upTo(m.opts.Jitter)
	for _, step := range []func() error{
		func() error { return l.reach(ctx) },
		func() error { return m.wait(ctx, there) },
		func() error { return l.reach(ctx) }, // it may be down by now
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	m.mu.Lock()
	server := m.listeners[port]
	m.mu.Unlock()
	if server == nil {
		if err := m.wait(ctx, there); err != nil {
			return nil, err
		}
		return nil, syscall.ECONNREFUSED
	}
	c, err := server.take(ctx, l)
	if err != nil {
		return nil, err
	}
	if err := m.wait(ctx, there); err != nil {
		_ = c.Close() // the first
		return nil, err
	}
	return c, nil
}

// wait waits for what is on its way.
func (m *Memory) wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
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

	mu      sync.Mutex
	by      time.Time     // when Accept ends
	changed chan struct{} // closed when that changes
}

// take gives the listener a connection to accept.
func (l *listener) take(ctx context.Context, via *Link) (net.Conn, error) {
	here, there := l.m.pair(via, addr{"tcp", l.m.clientPort()}, l.addr)
	select {
	case l.incoming <- there:
	case <-l.closed:
		return nil, syscall.ECONNREFUSED
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case <-l.closed:
		l.refuseAll() // it may have closed before it could see this one
	default:
	}
	return here, nil
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
	for {
		l.mu.Lock()
		by, changed := l.by, l.changed
		l.mu.Unlock()
		var late <-chan time.Time
		if !by.IsZero() {
			if !time.Now().Before(by) {
				return nil, l.why("accept", os.ErrDeadlineExceeded)
			}
			t := time.NewTimer(time.Until(by))
			defer t.Stop()
			late = t.C
		}
		select {
		case c := <-l.incoming:
			return c, nil
		case <-l.closed:
			return nil, l.why("accept", net.ErrClosed)
		case <-late:
		case <-changed:
		}
	}
}

// SetDeadline ends Accept at a time; the zero time does not.
func (l *listener) SetDeadline(t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.by = t
	close(l.changed)
	l.changed = make(chan struct{})
	return nil
}

func (l *listener) why(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Addr: l.addr, Err: err}
}

// Close ends the listener; connections that nobody accepted are reset.
func (l *listener) Close() error {
	err := l.why("close", net.ErrClosed)
	l.once.Do(func() {
		err = nil
		close(l.closed)
		l.m.mu.Lock()
		delete(l.m.listeners, l.addr.port)
		l.m.mu.Unlock()
		l.refuseAll()
	})
	return err
}

// refuseAll resets the connections that nobody accepted.
func (l *listener) refuseAll() {
	for {
		select {
		case c := <-l.incoming:
			c.reset()
			_ = c.Close() // the first
		default:
			return
		}
	}
}

// Addr is where the listener serves.
func (l *listener) Addr() net.Addr { return l.addr }
