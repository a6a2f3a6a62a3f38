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
	// Timeout is when a connection ends behind the beginning of timeout or reset_peer; 0 is at once for
	// reset_peer, and never for timeout, which swallows everything until then.
	Timeout time.Duration
	// Rate is in bytes a second, Bytes is how many a connection carries until it ends.
	Rate, Bytes int
	// Size and Variation are those of a slicer's pieces, in bytes.
	Size, Variation int
	// Share is the probability that a connection, or a packet, is concerned; 0 stands for 1.
	Share float64
	// Packet is the type of MQTT packet, such as PUBACK; "" is all. Topic is a pattern with * of a
	// PUBLISH; "" is all.
	Packet, Topic string
	// Count is how many packets are concerned; 0 is all.
	Count int

	link    *Link
	timer   *time.Timer
	hits    atomic.Int64
	mu      sync.Mutex
	waiting map[*half][]byte // a packet that the next is to overtake
}

// Kinds says what each kind of fault does.
var Kinds = map[string]string{
	"down":       "nothing arrives, and no connection comes about, until it is removed",
	"refuse":     "no connection comes about",
	"latency":    "bytes are later by latency, and by up to jitter",
	"bandwidth":  "a connection carries rate bytes a second",
	"slow_close": "the end of a connection is later by delay",
	"timeout":    "nothing arrives any more, and a connection ends behind timeout, or never where that is 0",
	"reset_peer": "connections are reset, behind timeout",
	"slicer":     "bytes come in pieces of size, give or take variation, with delay between them",
	"limit_data": "a connection ends when it carried so many bytes",
	"drop":       "packets are lost",
	"delay":      "packets, and what comes behind them, are later by delay",
	"duplicate":  "packets come twice",
	"reorder":    "packets are overtaken by the next",
}

// onPackets are the kinds that need to see MQTT's packets, which TLS hides.
var onPackets = []string{"drop", "delay", "duplicate", "reorder"}

func (f *Fault) check() error {
	if _, ok := Kinds[f.Kind]; !ok {
		return fmt.Errorf("%q: there is no such fault", f.Kind)
	}
	if f.Packet != "" && !slices.Contains(packetNames[:], f.Packet) {
		return fmt.Errorf("%s: %q is no type of MQTT packet; %s are", f.Kind, f.Packet, strings.Join(packetNames[1:15], ", "))
	}
	switch {
	case f.Kind == "bandwidth" && f.Rate <= 0:
		return fmt.Errorf("bandwidth: rate %d: want bytes a second above 0", f.Rate)
	case f.Kind == "slicer" && f.Size <= 0:
		return fmt.Errorf("slicer: size %d: want bytes above 0", f.Size)
	case f.Kind == "slicer" && (f.Variation < 0 || f.Variation >= f.Size):
		return fmt.Errorf("slicer: variation %d: want 0 to below size", f.Variation)
	case f.Kind == "limit_data" && f.Bytes < 0, f.Latency < 0, f.Jitter < 0, f.Delay < 0, f.Timeout < 0, f.Count < 0:
		return fmt.Errorf("%s: below 0", f.Kind)
	case f.Share < 0 || f.Share > 1:
		return fmt.Errorf("%s: share %v: want 0 to 1", f.Kind, f.Share)
	case f.Stream != Both && f.Stream != Up && f.Stream != Down:
		return fmt.Errorf("%s: stream %q: want %q or %q", f.Kind, f.Stream, Up, Down)
	}
	return nil
}

// Hits is how often the fault struck: packets, pieces or connections.
func (f *Fault) Hits() int { return int(f.hits.Load()) }

func (f *Fault) hit() { f.hits.Add(1) }

// live reports whether the fault strikes yet.
func (f *Fault) live() bool { return f.Count == 0 || f.hits.Load() < int64(f.Count) }

// meets reports whether the fault is in a direction.
func (f *Fault) meets(w *flow) bool {
	return w != nil && (f.Stream == Both || f.Stream == w.direction || !slices.Contains(byDirection, f.Kind))
}

// byDirection are the kinds that may be in one direction only.
var byDirection = []string{"latency", "bandwidth", "slow_close", "slicer", "limit_data", "timeout", "drop", "delay", "duplicate", "reorder"}

// flow is what a link does to the bytes of one direction of a connection.
type flow struct {
	link      *Link
	direction Direction
	mu        sync.Mutex
	framer    framer
	carried   int       // bytes
	free      time.Time // when the bandwidth is free again
	chosen    map[*Fault]bool
}

// of are the faults that concern this direction.
func (w *flow) of() []*Fault {
	all := w.link.Faults()
	return slices.DeleteFunc(all, func(f *Fault) bool { return !f.meets(w) || !w.concerned(f) })
}

// concerned decides, once a connection, whether a fault of bytes concerns it.
func (w *flow) concerned(f *Fault) bool {
	if f.Share == 0 || slices.Contains(onPackets, f.Kind) {
		return true
	}
	if w.chosen == nil {
		w.chosen = map[*Fault]bool{}
	}
	is, known := w.chosen[f]
	if !known {
		is = w.link.m.happens(f.Share)
		w.chosen[f] = is
	}
	return is
}

// pass sends bytes with what the faults make of them.
func (w *flow) pass(h *half, p []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	faults := w.of()
	wanted := slices.ContainsFunc(faults, func(f *Fault) bool { return slices.Contains(onPackets, f.Kind) })
	for _, unit := range w.framer.split(p, wanted) {
		w.unit(h, faults, unit)
	}
}

// unit sends one packet, or bytes that are none, with what the faults on packets make of it.
func (w *flow) unit(h *half, faults []*Fault, u unit) {
	var delay time.Duration
	copies := 1
	var overtaken []*Fault
	for _, f := range faults {
		if u.kind == 0 || !slices.Contains(onPackets, f.Kind) || !f.strikes(w, u) {
			continue
		}
		f.hit()
		switch f.Kind {
		case "drop":
			return
		case "delay":
			delay += f.Delay
		case "duplicate":
			copies++
		case "reorder":
			overtaken = append(overtaken, f)
		}
	}
	if len(overtaken) > 0 {
		overtaken[0].keep(h, u.data)
		return
	}
	for range copies {
		w.bytes(h, faults, u.data, delay)
	}
	for _, f := range faults {
		if late := f.kept(h); late != nil {
			w.bytes(h, faults, late, 0)
		}
	}
}

// strikes reports whether a fault on packets concerns one.
func (f *Fault) strikes(w *flow, u unit) bool {
	if !f.live() || f.Packet != "" && packetNames[u.kind] != f.Packet {
		return false
	}
	if f.Topic != "" && !glob(f.Topic, u.topic()) {
		return false
	}
	return f.Share == 0 || w.link.m.happens(f.Share)
}

// bytes sends bytes with what the faults on bytes make of them.
func (w *flow) bytes(h *half, faults []*Fault, p []byte, delay time.Duration) {
	m := w.link.m
	delay += m.delay(m.opts.Latency, m.opts.Jitter)
	size, gap, variation := len(p), time.Duration(0), 0
	for _, f := range faults {
		switch f.Kind {
		case "latency":
			f.hit()
			delay += m.delay(f.Latency, f.Jitter)
		case "bandwidth":
			f.hit()
			delay += w.wait(len(p), f.Rate)
		case "timeout":
			f.hit()
			return
		case "slicer":
			f.hit()
			size, gap, variation = f.Size, f.Delay, f.Variation
		case "limit_data":
			if left := f.Bytes - w.carried; left < len(p) {
				f.hit()
				h.put(p[:max(0, left)], delay)
				w.carried = f.Bytes
				h.cutOff(delay)
				return
			}
		}
	}
	w.carried += len(p)
	for len(p) > 0 {
		n := size
		if variation > 0 {
			n += int(m.delay(0, time.Duration(2*variation))) - variation
		}
		n = min(max(n, 1), len(p))
		h.put(p[:n], delay)
		p, delay = p[n:], delay+gap
	}
}

// wait is how long bytes wait for the bandwidth.
func (w *flow) wait(n, rate int) time.Duration {
	now := time.Now()
	if w.free.Before(now) {
		w.free = now
	}
	w.free = w.free.Add(time.Duration(n) * time.Second / time.Duration(rate))
	return w.free.Sub(now)
}

// flush sends what the framer holds of an unfinished packet, and packets that nothing overtook.
func (w *flow) flush(h *half) {
	w.mu.Lock()
	defer w.mu.Unlock()
	faults := w.of()
	for _, f := range faults {
		if late := f.kept(h); late != nil {
			w.bytes(h, faults, late, 0)
		}
	}
	if rest := w.framer.rest(); len(rest) > 0 {
		w.bytes(h, faults, rest, 0)
	}
}

func (w *flow) closeDelay() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	var d time.Duration
	for _, f := range w.of() {
		if f.Kind == "slow_close" {
			f.hit()
			d += f.Delay
		}
	}
	return d
}

func (f *Fault) keep(h *half, p []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.waiting == nil {
		f.waiting = map[*half][]byte{}
	}
	f.waiting[h] = append(f.waiting[h], p...)
}

// kept is the packet that waits to be overtaken, which it is now.
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
		h.put(p, h.m.delay(h.m.opts.Latency, h.m.opts.Jitter))
	}
}
