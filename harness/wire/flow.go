package wire

import (
	"slices"
	"sync"
	"time"
)

// flow is what a link does to the bytes of one direction of a connection.
type flow struct {
	circuit   *circuit
	direction Direction
	chance    chance

	mu      sync.Mutex
	framer  framer
	free    time.Time      // when the bandwidth is free again
	carried map[*Fault]int // bytes, by the fault that limits them
}

// faults are those that concern this direction.
func (w *flow) faults() []*Fault {
	return slices.DeleteFunc(w.circuit.link.Faults(), func(f *Fault) bool {
		return !f.in(w.direction) || !w.circuit.concerned(f)
	})
}

// pass sends bytes with what the faults make of them.
func (w *flow) pass(h *half, p []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	faults := w.faults()
	for _, u := range w.framer.split(p, slices.ContainsFunc(faults, (*Fault).onPackets)) {
		w.unit(h, faults, u)
	}
}

// unit sends one packet, or bytes that are none, with what the faults on packets make of it.
func (w *flow) unit(h *half, faults []*Fault, u unit) {
	var delay time.Duration
	copies := 1
	for _, f := range faults {
		if !f.onPackets() || !w.strikes(f, u) || !f.hit() {
			continue
		}
		f.note(u, w.direction)
		switch f.Kind {
		case "drop":
			return
		case "delay":
			delay += f.Delay
		case "duplicate":
			copies++
		case "reorder":
			f.keep(h, u.data)
			return
		}
	}
	for range copies {
		w.bytes(h, faults, u.data, delay)
	}
	if u.kind != 0 {
		w.overtaken(h, faults)
	}
}

// overtaken sends the packets that the last one was to overtake.
func (w *flow) overtaken(h *half, faults []*Fault) {
	for _, f := range faults {
		if late := f.kept(h); late != nil {
			w.bytes(h, faults, late, 0)
		}
	}
}

// strikes reports whether a fault on packets concerns one.
func (w *flow) strikes(f *Fault, u unit) bool {
	if u.kind == 0 || f.Packet != "" && packetNames[u.kind] != f.Packet {
		return false
	}
	if f.Topic != "" && (packetNames[u.kind] != "PUBLISH" || !Glob(f.Topic, u.topic())) {
		return false
	}
	return f.Share == 0 || w.chance.with(f.number).of(string(u.data)).happens(f.Share)
}

// bytes sends bytes with what the faults on bytes make of them.
func (w *flow) bytes(h *half, faults []*Fault, p []byte, delay time.Duration) {
	delay += h.delay()
	size, gap, variation := len(p), time.Duration(0), 0
	var full *Fault // the limit that these bytes reach
	for _, f := range faults {
		switch f.Kind {
		case "latency":
			f.hit()
			delay += f.Latency + w.chance.with(f.number).upTo(f.Jitter)
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
			if left := f.Bytes - w.carry(f, len(p)); left < 0 {
				p, full = p[:max(0, len(p)+left)], f
			}
		}
	}
	for i := 0; len(p) > 0; i++ {
		n := size
		if variation > 0 {
			n += w.chance.with(i).within(variation) // at least 1, as size is above variation
		}
		n = min(n, len(p))
		h.put(p[:n], delay)
		p, delay = p[n:], delay+gap
	}
	if full != nil && h.cutOff(delay) {
		full.hit()
		h.other.cutOff(delay)
	}
}

// carry counts bytes for a fault that limits them.
func (w *flow) carry(f *Fault, n int) int {
	if w.carried == nil {
		w.carried = map[*Fault]int{}
	}
	w.carried[f] += n
	return w.carried[f]
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

// flush sends what is still here when the writer closes: an unfinished packet, and those that nothing overtook.
// It returns by how much the close itself is later.
func (w *flow) flush(h *half) (slow time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	faults := w.faults()
	w.overtaken(h, faults)
	if rest := w.framer.rest(); len(rest) > 0 {
		w.bytes(h, faults, rest, 0)
	}
	for _, f := range faults {
		if f.Kind == "slow_close" {
			f.hit()
			slow += f.Delay
		}
	}
	return slow
}
