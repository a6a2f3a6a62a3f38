package wire

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Direction is one of the two directions of a link.
type Direction string

// The directions, by Toxiproxy's words: upstream is from the device to the cloud. Both is where a fault names none.
const (
	Both Direction = ""
	Up   Direction = "upstream"
	Down Direction = "downstream"
)

// Link is what lies between one device and everything else: the device's view of the network. Faults are
// put on it, and taken off again. Methods may be called from any goroutine.
type Link struct {
	m    *Memory
	name string

	mu     sync.Mutex
	conns  map[*conn]bool
	faults []*Fault
	change chan struct{} // closed when faults change
}

var _ Network = (*Link)(nil)

// Link is the link of a device, by its name.
func (m *Memory) Link(name string) *Link {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.links[name]
	if l == nil {
		l = &Link{m: m, name: name, conns: map[*conn]bool{}, change: make(chan struct{})}
		m.links[name] = l
	}
	return l
}

// Listen serves to the device itself and to others.
func (l *Link) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	return l.m.Listen(ctx, network, address)
}

// ListenPacket receives.
func (l *Link) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	return l.m.ListenPacket(ctx, network, address)
}

// Dial connects over the link.
func (l *Link) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return l.m.dial(ctx, l, network, address)
}

func (l *Link) join(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns[c] = true
}

func (l *Link) leave(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
}

// reach waits until a connection can come about: while the link is down, until ctx ends.
func (l *Link) reach(ctx context.Context) error {
	if l == nil {
		return nil
	}
	for {
		l.mu.Lock()
		down, refused, change := l.find("down"), l.find("refuse"), l.change
		l.mu.Unlock()
		switch {
		case down != nil:
			down.hit()
		case refused != nil:
			refused.hit()
			return syscall.ECONNREFUSED
		default:
			return nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// find is the first fault of a kind, nil for none. l.mu is held.
func (l *Link) find(kind string) *Fault {
	for _, f := range l.faults {
		if f.Kind == kind && f.live() {
			return f
		}
	}
	return nil
}

// Put puts a fault on the link. What is wrong with it is told.
func (l *Link) Put(f *Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	l.mu.Lock()
	f.link = l
	l.faults = append(l.faults, f)
	l.changed()
	conns := l.open()
	l.mu.Unlock()
	switch f.Kind {
	case "down":
		for _, c := range conns {
			f.hit()
			c.in.hold(true, 0)
			c.out.hold(true, 0)
		}
	case "reset_peer":
		f.later(f.Timeout, func(c *conn) { c.reset() })
	case "timeout":
		f.later(f.Timeout, func(c *conn) { c.cut() })
	}
	return nil
}

// later does something to every connection that is open behind a time; 0 is at once.
func (f *Fault) later(after time.Duration, do func(*conn)) {
	strike := func() {
		if !f.live() {
			return
		}
		f.link.mu.Lock()
		conns := f.link.open()
		f.link.mu.Unlock()
		for _, c := range conns {
			if f.meets(c.out.flow) {
				f.hit()
				do(c)
			}
		}
	}
	if after <= 0 {
		strike()
		return
	}
	f.timer = time.AfterFunc(after, strike)
}

// cut ends the connection as a server's close does.
func (c *conn) cut() {
	c.in.finish()
	c.out.finish()
}

// open is the connections of the link, in the order of their ports. l.mu is held.
func (l *Link) open() []*conn {
	var all []*conn
	for c := range l.conns {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *conn) int { return a.local.port - b.local.port })
	return all
}

// changed tells those who wait for a change of faults. l.mu is held.
func (l *Link) changed() {
	close(l.change)
	l.change = make(chan struct{})
}

// Remove takes the fault off its link. A link that was down goes on with what was on its way.
func (f *Fault) Remove() {
	l := f.link
	if l == nil {
		return
	}
	l.mu.Lock()
	i := slices.Index(l.faults, f)
	if i < 0 {
		l.mu.Unlock()
		return
	}
	l.faults = slices.Delete(slices.Clone(l.faults), i, i+1)
	stop(f.timer)
	l.changed()
	up := f.Kind == "down" && l.find("down") == nil
	conns := l.open()
	l.mu.Unlock()
	f.release()
	if !up {
		return
	}
	for _, c := range conns {
		delay := l.m.delay(l.m.opts.Latency, l.m.opts.Jitter)
		c.in.hold(false, delay)
		c.out.hold(false, delay)
	}
}

// Faults are those that are on the link.
func (l *Link) Faults() []*Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.faults)
}

// String names the link.
func (l *Link) String() string { return fmt.Sprintf("link of %s", l.name) }
