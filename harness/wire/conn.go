package wire

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// conn is one end of a connection.
type conn struct {
	local, remote addr
	in, out       *half
	link          *Link // which both ends pass; nil for none
	once          sync.Once
}

var _ net.Conn = (*conn)(nil)

// Pipe is a connection without a network between its ends: what is written can be read at once. Unlike
// net.Pipe's it holds bytes that nobody reads yet.
func Pipe() (net.Conn, net.Conn) {
	return NewMemory(Options{}).pair(nil, addr{"pipe", 1}, addr{"pipe", 2})
}

// pair makes the two ends of a connection.
func (m *Memory) pair(via *Link, client, server addr) (here, there *conn) {
	up, down := newHalf(m, via, Up), newHalf(m, via, Down)
	here = &conn{local: client, remote: server, in: down, out: up, link: via}
	there = &conn{local: server, remote: client, in: up, out: down, link: via}
	if via != nil {
		via.join(here)
	}
	return here, there
}

// Read waits for bytes.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.in.read(p)
	return n, c.why("read", err)
}

// Write sends bytes, and waits where too many are on their way.
func (c *conn) Write(p []byte) (int, error) {
	n, err := c.out.write(p)
	return n, c.why("write", err)
}

func (c *conn) why(op string, err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &net.OpError{Op: op, Net: c.local.network, Source: c.local, Addr: c.remote, Err: err}
}

// Close ends the connection: the other side reads what is on its way, then the end.
func (c *conn) Close() error {
	err := c.why("close", net.ErrClosed)
	c.once.Do(func() {
		err = nil
		c.out.finish()
		c.in.abandon()
		if c.link != nil {
			c.link.leave(c)
		}
	})
	return err
}

// reset ends the connection as a RST does, for both sides at once.
func (c *conn) reset() {
	c.in.breakOff(syscall.ECONNRESET)
	c.out.breakOff(syscall.ECONNRESET)
}

// LocalAddr is the address of this end.
func (c *conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr is the address of the other end.
func (c *conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline is SetReadDeadline and SetWriteDeadline.
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline ends reads at a time; the zero time ends none.
func (c *conn) SetReadDeadline(t time.Time) error {
	return c.why("set", c.in.setDeadline(&c.in.readBy, t))
}

// SetWriteDeadline ends writes at a time; the zero time ends none.
func (c *conn) SetWriteDeadline(t time.Time) error {
	return c.why("set", c.out.setDeadline(&c.out.writeBy, t))
}

// piece is bytes on their way, or the end behind them.
type piece struct {
	data []byte
	due  time.Time
	end  bool
}

// half is one direction of a connection.
type half struct {
	m    *Memory
	link *Link
	flow *flow // what the link does to these bytes; nil without a link

	mu              sync.Mutex
	change          sync.Cond
	pieces          []piece
	size            int
	last            time.Time // when the last piece is due: bytes do not overtake each other
	held            bool      // the link is down: nothing arrives
	finished        bool      // the writer has closed
	left            bool      // the reader has closed
	broken          error
	readBy, writeBy deadline
	arrival         *time.Timer // of the first piece
}

func newHalf(m *Memory, l *Link, d Direction) *half {
	h := &half{m: m, link: l}
	h.change.L = &h.mu
	if l != nil {
		h.flow = &flow{link: l, direction: d}
	}
	return h
}

// deadline is when a wait of one side ends.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) passed(now time.Time) bool { return !d.at.IsZero() && !now.Before(d.at) }

func (h *half) wake() {
	h.mu.Lock()
	h.change.Broadcast()
	h.mu.Unlock()
}

func (h *half) setDeadline(d *deadline, t time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.finished && d == &h.writeBy || h.left && d == &h.readBy {
		return net.ErrClosed
	}
	d.at = t
	if d.timer != nil {
		d.timer.Stop()
	}
	if !t.IsZero() {
		if d.timer == nil {
			d.timer = time.AfterFunc(time.Until(t), h.wake)
		} else {
			d.timer.Reset(time.Until(t))
		}
	}
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
		case h.broken != nil:
			return 0, h.broken
		case h.readBy.passed(now):
			return 0, os.ErrDeadlineExceeded
		case len(p) == 0:
			return 0, nil
		case len(h.pieces) > 0 && !h.held && !now.Before(h.pieces[0].due):
			return h.take(p)
		}
		h.await(now)
		h.change.Wait()
	}
}

// take moves bytes that have arrived to p.
func (h *half) take(p []byte) (int, error) {
	n, now := 0, time.Now()
	for n < len(p) && len(h.pieces) > 0 {
		first := &h.pieces[0]
		if now.Before(first.due) || first.end {
			break
		}
		k := copy(p[n:], first.data)
		n += k
		if first.data = first.data[k:]; len(first.data) == 0 {
			h.pieces = h.pieces[1:]
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	h.size -= n
	h.change.Broadcast()
	return n, nil
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
		switch {
		case h.finished:
			return 0, net.ErrClosed
		case h.broken != nil:
			return 0, h.broken
		case h.left:
			return 0, syscall.EPIPE
		case h.writeBy.passed(time.Now()):
			return 0, os.ErrDeadlineExceeded
		case h.size < h.m.opts.Buffer:
			return min(n, h.m.opts.Buffer-h.size), nil
		}
		h.change.Wait()
	}
}

// send puts bytes on their way, through what the link does to them.
func (h *half) send(p []byte) {
	if h.flow != nil {
		h.flow.pass(h, p)
		return
	}
	h.put(p, h.m.delay(h.m.opts.Latency, h.m.opts.Jitter))
}

// put adds bytes that arrive after a delay, behind what is on its way.
func (h *half) put(p []byte, delay time.Duration) {
	if len(p) == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
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

// finish is the writer's close.
func (h *half) finish() {
	var slow time.Duration
	if h.flow != nil {
		h.flow.flush(h)
		slow = h.flow.closeDelay()
	}
	stop(h.writeBy.timer)
	h.cutOff(h.m.opts.Latency + slow)
}

// cutOff ends the direction behind what is on its way, whatever its writer does.
func (h *half) cutOff(delay time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.finished {
		h.finished = true
		h.add(piece{end: true}, delay)
	}
}

// abandon is the reader's close.
func (h *half) abandon() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.left, h.pieces, h.size = true, nil, 0
	stop(h.readBy.timer)
	stop(h.arrival)
	h.change.Broadcast()
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
