package wire

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Fault is one fault of a link. The kinds on bytes are Toxiproxy's toxics (github.com/Shopify/toxiproxy,
// README, "Toxics"), those on packets are of MQTT. Fields that are not the kind's must be zero.
type Fault struct {
	// Kind is one of Kinds.
	Kind string
	// Stream is the direction that it is in.
	Stream Direction
	// Latency and Jitter delay bytes, Delay a close, a packet or the pieces of a slicer.
	Latency, Jitter, Delay time.Duration
	// Timeout is when connections end that reset_peer found open, 0 being at once; and how long a connection has
	// under timeout, which swallows everything until then, 0 being for ever.
	Timeout time.Duration
	// Rate is in bytes a second, Bytes is how many a connection carries, from the fault's beginning, until it ends.
	Rate, Bytes int
	// Size and Variation are those of a slicer's pieces, in bytes.
	Size, Variation int
	// Share is the probability that a connection, or a packet, is concerned; 0 stands for 1.
	Share float64
	// Packet is the type of MQTT packet, such as PUBACK; "" is all. Topic is a pattern with * of a
	// PUBLISH; "" is all.
	Packet, Topic string
	// Count is how many packets, or refused connections, are concerned; 0 is all.
	Count int

	link    *Link
	number  int           // of those that were put on the link
	timers  []*time.Timer // that end connections; Link.mu guards them
	hits    atomic.Int64
	mu      sync.Mutex
	waiting map[*half][]byte // packets that the next is to overtake
	struck  []Packet
}

// Packet is one MQTT packet that a fault struck.
type Packet struct {
	// Type is that of Fault.Packet, Stream the direction in which it went.
	Type   string
	Stream Direction
	// ID is the packet identifier; 0 where the packet has none. Topic, QoS, Dup and Retain are a PUBLISH's.
	ID          int
	Topic       string
	QoS         int
	Dup, Retain bool
}

// mostStruck is how many packets a fault keeps.
const mostStruck = 10_000

// Packets are the first 10,000 packets that a fault on packets struck.
func (f *Fault) Packets() []Packet {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.struck)
}

// note keeps what a packet is that the fault struck.
func (f *Fault) note(u unit, d Direction) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.struck) < mostStruck {
		f.struck = append(f.struck, u.packet(d))
	}
}

// Kinds says what each kind of fault does.
var Kinds = map[string]string{
	"down":       "nothing arrives, and no connection comes about, until it is removed",
	"refuse":     "no connection comes about",
	"latency":    "bytes are later by latency, and by up to jitter",
	"bandwidth":  "a connection carries rate bytes a second",
	"slow_close": "the end of a connection is later by delay",
	"timeout":    "nothing arrives any more, and a connection ends behind timeout, or never where that is 0",
	"reset_peer": "the connections that are open are reset, behind timeout",
	"slicer":     "bytes come in pieces of size, give or take variation, with delay between them",
	"limit_data": "a connection ends when it carried so many bytes",
	"drop":       "packets are lost",
	"delay":      "packets, and what comes behind them, are later by delay",
	"duplicate":  "packets come twice",
	"reorder":    "packets are overtaken by the next",
	"watch":      "packets are noted, and pass",
}

// fields are those of each kind besides Kind.
var fields = map[string]string{
	"down":       "",
	"refuse":     "share count",
	"latency":    "stream share latency jitter",
	"bandwidth":  "stream share rate",
	"slow_close": "stream share delay",
	"timeout":    "stream share timeout",
	"reset_peer": "share timeout",
	"slicer":     "stream share size variation delay",
	"limit_data": "stream share bytes",
	"drop":       "stream share packet topic count",
	"delay":      "stream share packet topic count delay",
	"duplicate":  "stream share packet topic count",
	"reorder":    "stream share packet topic count",
	"watch":      "stream packet topic",
}

// onPackets reports whether the fault needs to see MQTT's packets, which TLS hides.
func (f *Fault) onPackets() bool {
	switch f.Kind {
	case "drop", "delay", "duplicate", "reorder", "watch":
		return true
	}
	return false
}

func (f *Fault) check() error {
	if _, ok := Kinds[f.Kind]; !ok {
		return fmt.Errorf("%q: there is no such fault", f.Kind)
	}
	has := strings.Fields(fields[f.Kind])
	for _, field := range []struct {
		name      string
		set, less bool
	}{
		{"stream", f.Stream != Both, false}, {"share", f.Share != 0, false},
		{"latency", f.Latency != 0, f.Latency < 0}, {"jitter", f.Jitter != 0, f.Jitter < 0},
		{"delay", f.Delay != 0, f.Delay < 0}, {"timeout", f.Timeout != 0, f.Timeout < 0},
		{"rate", f.Rate != 0, f.Rate < 0}, {"bytes", f.Bytes != 0, f.Bytes < 0},
		{"size", f.Size != 0, f.Size < 0}, {"variation", f.Variation != 0, f.Variation < 0},
		{"packet", f.Packet != "", false}, {"topic", f.Topic != "", false}, {"count", f.Count != 0, f.Count < 0},
	} {
		if field.less {
			return fmt.Errorf("%s: %s is below 0", f.Kind, field.name)
		}
		if field.set && !slices.Contains(has, field.name) {
			return fmt.Errorf("%s: it has no %s", f.Kind, field.name)
		}
	}
	return f.checkValues()
}

func (f *Fault) checkValues() error {
	switch {
	case f.Packet != "" && !slices.Contains(packetNames[1:], f.Packet):
		return fmt.Errorf("%s: %q is no type of MQTT packet; %s are", f.Kind, f.Packet, strings.Join(packetNames[1:], ", "))
	case f.Topic != "" && f.Packet != "" && f.Packet != "PUBLISH":
		return fmt.Errorf("%s: a %s has no topic", f.Kind, f.Packet)
	case f.Kind == "bandwidth" && f.Rate == 0:
		return fmt.Errorf("bandwidth: rate is 0: want bytes a second above 0")
	case f.Kind == "slicer" && f.Size == 0:
		return fmt.Errorf("slicer: size is 0: want bytes above 0")
	case f.Kind == "slicer" && f.Variation >= f.Size:
		return fmt.Errorf("slicer: variation is %d: want 0 to below size", f.Variation)
	case !(f.Share >= 0 && f.Share <= 1):
		return fmt.Errorf("%s: share is %v: want 0 to 1", f.Kind, f.Share)
	case f.Stream != Both && f.Stream != Up && f.Stream != Down:
		return fmt.Errorf("%s: stream is %q: want %q or %q", f.Kind, f.Stream, Up, Down)
	}
	return nil
}

// Hits is how often the fault struck: packets, writes of a connection, or connections.
func (f *Fault) Hits() int { return int(f.hits.Load()) }

// hit counts one hit more, and reports false where the fault has had all of its count.
func (f *Fault) hit() bool {
	for {
		n := f.hits.Load()
		if f.Count != 0 && n >= int64(f.Count) {
			return false
		}
		if f.hits.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// in reports whether the fault is in a direction.
func (f *Fault) in(d Direction) bool { return f.Stream == Both || f.Stream == d }

// keep has a packet wait for the next one, behind others that do.
func (f *Fault) keep(h *half, p []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.waiting == nil {
		f.waiting = map[*half][]byte{}
	}
	f.waiting[h] = append(f.waiting[h], p...)
}

// kept is what waits to be overtaken, which it is now.
func (f *Fault) kept(h *half) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.waiting[h]
	delete(f.waiting, h)
	return p
}

// release sends the packets that nothing overtook while the fault was there.
func (f *Fault) release() {
	f.mu.Lock()
	waiting := f.waiting
	f.waiting = nil
	f.mu.Unlock()
	for h, p := range waiting {
		h.put(p, h.delay())
	}
}
