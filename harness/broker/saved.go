package broker

import (
	"slices"
	"strings"
	"time"

	"quecstar/harness/broker/packet"
)

// Saved is what another broker needs to go on with a session at QoS 1, its client offline. What is under way at QoS 2,
// and a will, end with the broker.
type Saved struct {
	// Expiry is how long the session lasts without a connection; 0 is one that ends with it, of which what was not
	// acknowledged is left.
	Expiry  time.Duration
	Filters []SavedFilter
	Queue   []SavedMessage // in its order
	LastID  uint16
}

// SavedFilter is a subscription; ID is its identifier, 0 for none.
type SavedFilter struct {
	packet.Filter
	ID uint32
}

// SavedMessage is one that the client has not acknowledged; Packet is the identifier that it was sent with, 0 for one
// that was not.
type SavedMessage struct {
	Topic   string
	Payload []byte
	Props   packet.Properties
	Expires time.Time
	Retain  bool
	IDs     []uint32
	Packet  uint16
}

// touch tells that a session changed. b.mu is held.
func (b *Broker) touch(s *session) {
	if b.opts.Changed != nil {
		b.opts.Changed(s.key)
	}
}

// Saved is what is kept of the session of a key; nil where there is nothing.
func (b *Broker) Saved(key string) *Saved {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.sessions[key]
	if s == nil {
		return nil
	}
	out := &Saved{Expiry: s.expiry, LastID: s.lastID}
	for i, d := range s.queue {
		if d.qos != 1 || s.expiry == 0 && i >= s.sent {
			continue
		}
		m := SavedMessage{Topic: d.m.Topic, Payload: d.m.Payload, Props: d.m.Props, Expires: d.m.Expires,
			Retain: d.retain, IDs: d.ids}
		if i < s.sent {
			m.Packet = d.id
		}
		out.Queue = append(out.Queue, m)
	}
	if s.expiry == 0 {
		if b.opts.Retry.Wait == 0 || len(out.Queue) == 0 {
			return nil
		}
		return out
	}
	for _, sub := range s.subs {
		out.Filters = append(out.Filters, SavedFilter{sub.Filter, sub.id})
	}
	slices.SortFunc(out.Filters, func(x, y SavedFilter) int { return strings.Compare(x.Topic, y.Topic) })
	return out
}

// Restore goes on with a session of another broker. It is called before Listen.
func (b *Broker) Restore(key string, from Saved) {
	b.mu.Lock()
	defer b.unlock()
	s := &session{key: key, expiry: from.Expiry, lastID: from.LastID, subs: map[string]*subscription{},
		incoming: map[uint16]*Message{}}
	b.sessions[key] = s
	for _, f := range from.Filters {
		b.addSubscription(s, f.Filter, f.ID)
	}
	for _, m := range from.Queue {
		d := &delivery{m: &Message{Topic: m.Topic, Payload: m.Payload, QoS: 1, Props: m.Props, Expires: m.Expires}, qos: 1,
			retain: m.Retain, ids: m.IDs, id: m.Packet}
		s.queue = append(s.queue, d)
		s.bytes += d.size()
		if m.Packet != 0 {
			s.sent++
		}
	}
	if s.expiry != 0 && s.expiry != forever {
		b.after(s, s.expiry, func() { b.forget(s) })
	}
}
