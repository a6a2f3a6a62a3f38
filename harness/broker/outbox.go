package broker

import (
	"bufio"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"quecstar/harness/broker/packet"
)

// outbox is what waits to be written to a connection. Nobody who fills it waits, except the reader of
// the same connection.
type outbox struct {
	limit int
	last  atomic.Int64 // when writing has to be over, in ns of Unix time; 0 is open

	mu       sync.Mutex
	changed  *sync.Cond
	items    []item
	bytes    int
	corked   bool // nothing is written yet
	finished bool // nothing comes any more
	aborted  bool // nothing is written any more
}

// item is one packet to write.
type item struct {
	p    *packet.Packet
	m    *Message // of a PUBLISH
	head []byte
}

func (i *item) size() int { return len(i.head) + len(i.p.Payload) }

func newOutbox(limit int) *outbox {
	o := &outbox{limit: limit, corked: true}
	o.changed = sync.NewCond(&o.mu)
	return o
}

// push adds an item.
func (o *outbox) push(i item, version byte) {
	i.head, _ = i.p.Encode(version)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.finished || o.aborted {
		return
	}
	o.items = append(o.items, i)
	o.bytes += i.size()
	o.changed.Broadcast()
}

// roomy reports whether there is room for more.
func (o *outbox) roomy() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes < o.limit
}

func (o *outbox) set(flag *bool, to bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	*flag = to
	o.changed.Broadcast()
}

// uncork lets the writing begin.
func (o *outbox) uncork() { o.set(&o.corked, false) }

// finish has the writing end behind what is there.
func (o *outbox) finish() {
	o.uncork()
	o.set(&o.finished, true)
}

// abort has the writing end at once.
func (o *outbox) abort() { o.set(&o.aborted, true) }

// cut reports whether the writing was ended before everything was written.
func (o *outbox) cut() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.aborted
}

// waitRoom waits until there is room, or nothing is written any more.
func (o *outbox) waitRoom() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.bytes >= o.limit && !o.aborted {
		o.changed.Wait()
	}
}

// next takes the first item, and says whether it is the last for now and whether the outbox was full; ok is
// false at the end.
func (o *outbox) next() (i item, last, full, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for !o.aborted && (o.corked || len(o.items) == 0 && !o.finished) {
		o.changed.Wait()
	}
	if o.aborted || len(o.items) == 0 {
		return item{}, true, false, false
	}
	i = o.items[0]
	o.items[0] = item{}
	o.items = o.items[1:]
	full = o.bytes >= o.limit
	o.bytes -= i.size()
	o.changed.Broadcast()
	return i, len(o.items) == 0, full && o.bytes < o.limit, true
}

// write writes what waits until the end.
func (c *Client) write() {
	w := bufio.NewWriter(c.nc)
	for {
		i, last, wasFull, ok := c.out.next()
		if !ok {
			return
		}
		c.writeDeadline()
		_, err := w.Write(i.head)
		if err == nil {
			_, err = w.Write(i.p.Payload)
		}
		if err == nil && last {
			err = w.Flush()
		}
		if err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				err = ErrSlow
			}
			c.out.abort()
			c.end(err, 0)
			return
		}
		if i.m != nil && c.b.rules.Sent != nil {
			m := *i.m
			m.QoS, m.Retain = i.p.QoS, i.p.Retain
			c.b.rules.Sent(c, m)
		}
		if wasFull {
			c.b.refill(c)
		}
	}
}

// writeDeadline limits how long a packet may take to be taken.
func (c *Client) writeDeadline() {
	at := time.Now().Add(c.b.opts.PacketTimeout)
	if last := c.out.last.Load(); last != 0 {
		at = time.Unix(0, last)
	}
	_ = c.nc.SetWriteDeadline(at) // the error is that of the write behind it
}
