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
	m      *Memory
	name   string
	chance chance

	mu     sync.Mutex
	opened int     // connections so far
	put    int     // faults so far
	conns  []*conn // that are open: their ends of the device, in the order of their beginning
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
		l = &Link{m: m, name: name, chance: m.chance.of(name), change: make(chan struct{})}
		m.links[name] = l
	}
	return l
}

// Listen serves to the device itself and to others.
func (l *Link) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	return l.m.Listen(ctx, network, address)
}

// ListenPacket receives.
func (l *Link) ListenPacket(_ context.Context, network, address string) (net.PacketConn, error) {
	return l.m.openPackets(l, network, address, nil)
}

// Dial connects over the link.
func (l *Link) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return l.m.dial(ctx, l, network, address)
}

// join adds a new connection, which has the faults that end connections, too.
func (l *Link) join(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns = append(l.conns, c)
	for _, f := range l.faults {
		switch f.Kind {
		case "down":
			f.holds(c)
		case "timeout":
			f.ends([]*conn{c})
		}
	}
}

func (l *Link) leave(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns = slices.DeleteFunc(l.conns, func(one *conn) bool { return one == c })
}

// reach waits until a connection can come about: while the link is down, until ctx ends.
func (l *Link) reach(ctx context.Context) error {
	if l == nil {
		return nil
	}
	for hit := false; ; {
		l.mu.Lock()
		down, change, refused := l.down(), l.change, l.refuses()
		l.mu.Unlock()
		if down == nil {
			return refused
		}
		if !hit {
			hit = down.hit()
		}
		select {
		case <-change:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// down is the fault by which the link is down; nil for none. l.mu is held.
func (l *Link) down() *Fault {
	i := slices.IndexFunc(l.faults, func(f *Fault) bool { return f.Kind == "down" })
	if i < 0 {
		return nil
	}
	return l.faults[i]
}

// lost reports whether a datagram is: of faults, only that the link is down concerns them.
func (l *Link) lost() bool {
	if l == nil {
		return false
	}
	l.mu.Lock()
	down := l.down()
	l.mu.Unlock()
	return down != nil && down.hit()
}

// refuses decides whether a connection is refused, which it is not while the link is down. l.mu is held.
func (l *Link) refuses() error {
	if l.down() != nil {
		return nil
	}
	for _, f := range l.faults {
		if f.Kind == "refuse" && l.chance.with(f.number).happens(f.Share) && f.hit() {
			return syscall.ECONNREFUSED
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
	defer l.mu.Unlock()
	if f.link != nil {
		return fmt.Errorf("%s: the fault is on a link already, or was", f.Kind)
	}
	l.put++
	f.link, f.number = l, l.put
	l.faults = append(l.faults, f)
	l.changed()
	switch f.Kind {
	case "down":
		for _, c := range l.conns {
			f.hit()
			f.holds(c)
		}
	case "reset_peer", "timeout":
		f.ends(slices.Clone(l.conns))
	}
	return nil
}

func (f *Fault) holds(c *conn) {
	c.in.hold(true, 0)
	c.out.hold(true, 0)
}

// ends ends the connections that are concerned and open yet behind the fault's timeout. Link.mu is held.
func (f *Fault) ends(conns []*conn) {
	conns = slices.DeleteFunc(conns, func(c *conn) bool { return !c.circuit.concerned(f) })
	switch {
	case len(conns) == 0:
	case f.Kind == "timeout":
		if f.Timeout > 0 {
			f.timers = append(f.timers, time.AfterFunc(f.Timeout, func() { f.end(conns, (*conn).cut) }))
		}
	case f.Timeout > 0:
		f.timers = append(f.timers, time.AfterFunc(f.Timeout, func() { f.end(conns, (*conn).reset) }))
	default:
		f.endLocked(conns, (*conn).reset)
	}
}

func (f *Fault) end(conns []*conn, how func(*conn)) {
	f.link.mu.Lock()
	defer f.link.mu.Unlock()
	if slices.Contains(f.link.faults, f) {
		f.endLocked(conns, how)
	}
}

func (f *Fault) endLocked(conns []*conn, how func(*conn)) {
	for _, c := range conns {
		if slices.Contains(f.link.conns, c) {
			f.hit()
			how(c)
		}
	}
}

// cut ends the connection as a box on the way does that closes both sides.
func (c *conn) cut() {
	c.in.cutOff(0)
	c.out.cutOff(0)
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
	defer l.mu.Unlock()
	i := slices.Index(l.faults, f)
	if i < 0 {
		return
	}
	l.faults = slices.Delete(slices.Clone(l.faults), i, i+1)
	for _, t := range f.timers {
		t.Stop()
	}
	l.changed()
	f.release()
	if f.Kind != "down" || l.down() != nil {
		return
	}
	for _, c := range l.conns {
		c.in.hold(false, c.in.delay())
		c.out.hold(false, c.out.delay())
	}
}

// Faults are those that are on the link.
func (l *Link) Faults() []*Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.faults) // nil for none
}

// String names the link.
func (l *Link) String() string { return fmt.Sprintf("link of %s", l.name) }
