package wire

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// piece is bytes on their way, or the end behind them.
type piece struct {
	data []byte
	due  time.Time
	end  error // io.EOF, or how the connection ends; nil for bytes
}

// half is one direction of a connection.
type half struct {
	m       *Memory
	flow    *flow // what the link does to these bytes; nil without a link
	other   *half // the other direction
	chance  chance
	writing chan struct{} // one Write at a time, as their bytes do not mix

	mu              sync.Mutex
	change          sync.Cond
	pieces          []piece
	size            int
	last            time.Time // when the last piece is due: bytes do not overtake each other
	held            bool      // the link is down: nothing arrives
	ended           bool      // an end is on its way
	closed          bool      // the writer has closed
	cut             bool      // the link has ended the direction
	left            bool      // the reader has closed
	back            time.Time // when the writer learns that nobody reads; zero until it writes
	broken          error
	readBy, writeBy deadline
	arrival         *time.Timer // of the first piece
}

func newHalf(m *Memory, c *circuit, d Direction) *half {
	h := &half{m: m, chance: c.chance.of(string(d)), writing: make(chan struct{}, 1)}
	h.change.L = &h.mu
	if c.link != nil {
		h.flow = &flow{circuit: c, direction: d, chance: h.chance}
	}
	return h
}

// delay is how long the next bytes are on their way.
func (h *half) delay() time.Duration { return h.m.opts.Latency + h.chance.upTo(h.m.opts.Jitter) }

// deadline is when a wait of one side ends.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) passed(now time.Time) bool { return !d.at.IsZero() && !now.Before(d.at) }

func (d *deadline) set(t time.Time, wake func()) {
	stop(d.timer)
	if d.at = t; t.IsZero() {
		return
	}
	now := time.Now()
	wait := t.Sub(now)
	d.at = now.Add(wait) // by the monotonic clock, which the timer goes by
	if d.timer == nil {
		d.timer = time.AfterFunc(wait, wake)
		return
	}
	d.timer.Reset(wait)
}

func (h *half) wake() {
	h.mu.Lock()
	h.change.Broadcast()
	h.mu.Unlock()
}

func (h *half) setDeadline(d *deadline, t time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed && d == &h.writeBy || h.left && d == &h.readBy {
		return net.ErrClosed
	}
	d.set(t, h.wake)
	h.change.Broadcast()
	return nil
}

func (h *half) read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		now := time.Now()
		switch {
		case h.left:
			return 0, net.ErrClosed
		case len(p) == 0:
			return 0, nil
		case h.readBy.passed(now):
			return 0, os.ErrDeadlineExceeded
		case h.broken != nil:
			return 0, h.broken
		case len(h.pieces) > 0 && !h.held && !now.Before(h.pieces[0].due):
			return h.take(p, now)
		}
		h.await(now)
		h.change.Wait()
	}
}

// take moves bytes that have arrived to p.
func (h *half) take(p []byte, now time.Time) (int, error) {
	if end := h.pieces[0].end; end != nil {
		return 0, end
	}
	n := 0
	for n < len(p) && len(h.pieces) > 0 {
		first := &h.pieces[0]
		if now.Before(first.due) || first.end != nil {
			break
		}
		k := copy(p[n:], first.data)
		n += k
		if first.data = first.data[k:]; len(first.data) == 0 {
			h.pieces = h.pieces[1:]
		}
	}
	h.size -= n
	h.change.Broadcast()
	return n, nil
}

func (h *half) atEnd() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken != nil {
		return true
	}
	return len(h.pieces) > 0 && h.pieces[0].end != nil && !h.held && !time.Now().Before(h.pieces[0].due)
}

// await sets the timer for the first piece.
func (h *half) await(now time.Time) {
	if len(h.pieces) == 0 || h.held || !now.Before(h.pieces[0].due) {
		return
	}
	wait := h.pieces[0].due.Sub(now)
	if h.arrival == nil {
		h.arrival = time.AfterFunc(wait, h.wake)
		return
	}
	h.arrival.Reset(wait)
}

func (h *half) write(p []byte) (int, error) {
	h.writing <- struct{}{} // whoever has it ends by the same deadline and the same close
	defer func() { <-h.writing }()
	n := 0
	for first := true; first || n < len(p); first = false {
		k, err := h.room(len(p) - n)
		if err != nil {
			return n, err
		}
		h.send(p[n : n+k])
		n += k
	}
	return n, nil
}

// room waits until some of n bytes may be sent, and says how many.
func (h *half) room(n int) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		now := time.Now()
		switch {
		case h.closed:
			return 0, net.ErrClosed
		case h.writeBy.passed(now):
			return 0, os.ErrDeadlineExceeded
		case h.broken != nil:
			return 0, h.broken
		case h.ended && !h.cut, h.refused(now):
			return 0, syscall.EPIPE
		case h.left || h.cut:
			return n, nil // which are lost
		case h.size < h.m.opts.Buffer:
			return min(n, h.m.opts.Buffer-h.size), nil
		}
		h.change.Wait()
	}
}

// refused reports whether the writer knows that nobody reads any more: the RST is back that the first write
// behind the reader's close brings about. h.mu is held.
func (h *half) refused(now time.Time) bool {
	if !h.left && !h.cut || h.held {
		return false
	}
	if h.back.IsZero() {
		h.back = now.Add(2 * h.m.opts.Latency)
		return false
	}
	return !now.Before(h.back)
}

// send puts bytes on their way, through what the link does to them.
func (h *half) send(p []byte) {
	if h.flow != nil {
		h.flow.pass(h, p)
		return
	}
	h.put(p, h.delay())
}

// put adds bytes that arrive after a delay, behind what is on its way.
func (h *half) put(p []byte, delay time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(p) == 0 || h.left || h.ended || h.broken != nil {
		return
	}
	h.add(piece{data: append([]byte(nil), p...)}, delay)
	h.size += len(p)
}

func (h *half) add(p piece, delay time.Duration) {
	p.due = time.Now().Add(delay)
	if p.due.Before(h.last) {
		p.due = h.last
	}
	h.last = p.due
	h.pieces = append(h.pieces, p)
	h.change.Broadcast()
}

// finish is the writer's close, of its direction or of the whole connection.
func (h *half) finish(end error, closes bool) {
	delay := h.delay()
	if h.flow != nil {
		delay += h.flow.flush(h)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if closes {
		h.closed = true
		stop(h.writeBy.timer)
	}
	if !h.ended && !h.left {
		h.add(piece{end: end}, delay)
	}
	h.ended = true
	h.change.Broadcast()
}

// cutOff has the link end the direction behind what is on its way. It reports whether it had not ended before.
func (h *half) cutOff(delay time.Duration) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended || h.left {
		return false
	}
	h.ended, h.cut = true, true
	h.add(piece{end: io.EOF}, delay)
	return true
}

// abandon is the reader's close. It reports whether bytes had come that were not read, which has TCP send a RST
// (RFC 2525, section 2.17).
func (h *half) abandon() (unread bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	unread = len(h.pieces) > 0 && h.pieces[0].end == nil && !h.held && !now.Before(h.pieces[0].due)
	if unread {
		h.back = now.Add(h.m.opts.Latency)
	}
	h.left, h.pieces, h.size = true, nil, 0
	stop(h.readBy.timer)
	stop(h.arrival)
	h.change.Broadcast()
	return unread
}

func (h *half) breakOff(why error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken == nil {
		h.broken = why
	}
	h.pieces, h.size = nil, 0
	stop(h.arrival)
	h.change.Broadcast()
}

// hold keeps bytes from arriving, or lets them go on, in their order.
func (h *half) hold(on bool, delay time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.held = on; !on {
		now := time.Now().Add(delay)
		for i := range h.pieces {
			if h.pieces[i].due.Before(now) {
				h.pieces[i].due = now
			}
		}
		if h.last.Before(now) {
			h.last = now
		}
	}
	h.change.Broadcast()
}

func stop(t *time.Timer) {
	if t != nil {
		t.Stop()
	}
}
