package broker

import (
	"slices"
	"time"

	"quecstar/harness/broker/packet"
)

// session is what a broker keeps of a client beside its connection. Broker.mu is held for all of it.
type session struct {
	key      string
	c        *Client // nil while offline
	expiry   time.Duration
	subs     map[string]*subscription // by filter
	implicit []*subscription
	queue    []*delivery // what it is to get at QoS 1 and 2, in order; the first sent of them were sent
	sent     int
	bytes    int // of queue
	lastID   uint16
	incoming map[uint16]*Message // messages of QoS 2 that it has not released; nil for one that is swallowed
	received int                 // bytes of incoming
	will     *packet.Will
	timers   []*time.Timer
	retry    *time.Timer
}

// forever is the expiry of a session that has none.
const forever = time.Duration(1<<63 - 1)

// expiry is a session expiry interval.
func expiry(seconds uint32) time.Duration {
	if seconds == 0xFFFFFFFF {
		return forever
	}
	return time.Duration(seconds) * time.Second
}

// delivery is one message on its way to a client at QoS 1 or 2.
type delivery struct {
	m        *Message
	qos      byte
	retain   bool
	ids      []uint32 // subscription identifiers
	id       uint16
	released bool // PUBREC has come

	// Of Retry: the sends of this series, the series still to come, and when the last send and the first of
	// the series were.
	sends, rounds int
	at, begun     time.Time
}

func (d *delivery) size() int { return len(d.m.Payload) + len(d.m.Topic) + 200 }

func (s *session) stopTimers() {
	for _, t := range s.timers {
		t.Stop()
	}
	s.timers = nil
	if s.retry != nil {
		s.retry.Stop()
		s.retry = nil
	}
}

// attach gives a connection its session, a new one or the one before, and queues CONNACK and what was
// not acknowledged.
func (b *Broker) attach(c *Client, p *packet.Packet) {
	b.mu.Lock()
	defer b.unlock()
	old := b.sessions[c.Key]
	if old != nil {
		old.stopTimers()
	}
	s := old
	if old == nil || p.Connect.Clean {
		s = &session{key: c.Key, subs: map[string]*subscription{}, incoming: map[uint16]*Message{}}
		if old != nil {
			b.forget(old)
			if b.opts.Retry.Wait > 0 {
				s.inherit(old)
			}
		}
		b.sessions[c.Key] = s
	}
	s.c, c.s, s.will = c, s, p.Connect.Will
	switch n, ok := p.Props.N(packet.SessionExpiry); {
	case c.Version == packet.V5 && ok:
		s.expiry = expiry(n)
	case c.Version == packet.V5 || p.Connect.Clean:
		s.expiry = 0
	default:
		s.expiry = forever
	}
	c.send(&packet.Packet{Type: packet.CONNACK, SessionPresent: s == old, Props: c.offer(p.Connect.ClientID == "")})
	c.tells.Store(c.Version == packet.V5)
	b.touch(s)
	b.resume(s)
}

// offer is what CONNACK says to a client of MQTT 5.
func (c *Client) offer(assigned bool) packet.Properties {
	out := packet.Properties{{ID: packet.TopicAliasMax, N: maxAlias}}
	if assigned {
		out = append(out, packet.Property{ID: packet.AssignedClientID, Text: c.ID})
	}
	return append(out, packet.Property{ID: packet.MaximumPacketSize, N: uint32(c.b.opts.MaxPacket)},
		packet.Property{ID: packet.ReceiveMax, N: receiveMax})
}

// inherit takes over what a client has not acknowledged at QoS 1.
func (s *session) inherit(old *session) {
	for i, d := range old.queue {
		if d.qos == 1 && i < old.sent {
			s.queue = append(s.queue, d)
			s.bytes += d.size()
		}
	}
	s.sent, s.lastID = len(s.queue), old.lastID
}

// resume sends again what was not acknowledged [MQTT-4.4.0-1], in its order, and then what waits.
func (b *Broker) resume(s *session) {
	for _, d := range s.queue[:s.sent] {
		if d.released {
			s.c.send(&packet.Packet{Type: packet.PUBREL, ID: d.id})
		} else {
			b.transmit(s, d, true)
		}
	}
	b.restartRounds(s)
	b.pump(s)
}

// detach ends a connection's part in its session.
func (b *Broker) detach(c *Client, _ error) {
	b.mu.Lock()
	defer b.unlock()
	s := c.s
	s.c = nil
	if b.closed {
		return
	}
	if s.expiry == 0 {
		will := s.will
		b.forget(s)
		b.publishWill(s, will)
		return
	}
	if s.will != nil {
		delay, _ := s.will.Props.N(packet.WillDelay)
		b.after(s, min(time.Duration(delay)*time.Second, s.expiry), func() {
			will := s.will
			s.will = nil
			b.publishWill(s, will)
		})
	}
	if s.expiry != forever {
		b.after(s, s.expiry, func() { b.forget(s) })
	}
}

// after does something with a session that is still offline by then.
func (b *Broker) after(s *session, d time.Duration, do func()) {
	if d <= 0 {
		do()
		return
	}
	s.timers = append(s.timers, time.AfterFunc(d, func() {
		b.mu.Lock()
		defer b.unlock()
		if !b.closed && s.c == nil && b.sessions[s.key] == s {
			do()
		}
	}))
}

// forget ends a session: a will that waits is published [MQTT-3.1.3-9]. With Retry, what it has not
// acknowledged stays for the next.
func (b *Broker) forget(s *session) {
	s.stopTimers()
	b.touch(s)
	for _, sub := range s.subs {
		b.root.remove(sub)
	}
	s.subs = map[string]*subscription{}
	for _, sub := range s.implicit {
		b.root.remove(sub)
	}
	s.implicit = nil
	if s.will != nil && s.expiry != 0 {
		b.publishWill(s, s.will)
	}
	s.will = nil
	if b.opts.Retry.Wait == 0 || len(s.queue) == 0 {
		delete(b.sessions, s.key)
	}
}

func (b *Broker) publishWill(s *session, w *packet.Will) {
	if w == nil {
		return
	}
	m := &Message{Topic: w.Topic, Payload: w.Payload, QoS: w.QoS, Retain: w.Retain, Props: travelling(w.Props), from: s}
	m.expire(w.Props)
	b.route(m)
}

// deliver sends a message to a session by a subscription, or by several that match.
func (b *Broker) deliver(s *session, m *Message, g grant) {
	qos := min(m.QoS, g.qos)
	if qos == 0 {
		b.deliverOnce(s, m, g)
		return
	}
	d := &delivery{m: m, qos: qos, retain: g.retain, ids: g.ids}
	if s.bytes > 0 && s.bytes+d.size() > b.opts.MaxHeld {
		b.dropped(s.c, m, "too many bytes wait for the client")
		return
	}
	s.queue = append(s.queue, d)
	s.bytes += d.size()
	b.touch(s)
	b.pump(s)
}

// deliverOnce sends at QoS 0, where there is room.
func (b *Broker) deliverOnce(s *session, m *Message, g grant) {
	if s.c == nil {
		return
	}
	if !s.c.out.roomy() {
		b.dropped(s.c, m, "the client does not take what waits for it")
		return
	}
	b.transmit(s, &delivery{m: m, retain: g.retain, ids: g.ids}, false)
}

// pump sends what waits, as far as the client has room.
func (b *Broker) pump(s *session) {
	for s.c != nil && s.sent < len(s.queue) && s.inFlight() < s.c.window && s.c.out.roomy() {
		d := s.queue[s.sent]
		if d.m.expired() {
			b.remove(s, s.sent)
			continue
		}
		d.id, d.rounds, d.begun = s.newID(), 1, time.Now()
		if !b.transmit(s, d, false) {
			b.remove(s, s.sent)
			continue
		}
		s.sent++
		b.touch(s)
	}
	b.planRetry(s)
}

// inFlight is how many messages count against the client's window: not those that are parked by Retry.
func (s *session) inFlight() int {
	n := s.sent
	for _, d := range s.queue[:s.sent] {
		if d.rounds == 0 {
			n--
		}
	}
	return n
}

// refill goes on with a client that has taken what it had.
func (b *Broker) refill(c *Client) {
	b.mu.Lock()
	defer b.unlock()
	if c.s != nil && c.s.c == c {
		b.pump(c.s)
	}
}

// newID is a packet identifier that is free.
func (s *session) newID() uint16 {
	for {
		s.lastID++
		if s.lastID != 0 && s.find(s.lastID) < 0 {
			return s.lastID
		}
	}
}

// find is the place of a message that was sent with an identifier; -1 for none.
func (s *session) find(id uint16) int {
	return slices.IndexFunc(s.queue[:s.sent], func(d *delivery) bool { return d.id == id })
}

// transmit writes a PUBLISH; false is that it is larger than the client takes.
func (b *Broker) transmit(s *session, d *delivery, again bool) bool {
	p := &packet.Packet{Type: packet.PUBLISH, Topic: d.m.Topic, Payload: d.m.Payload, QoS: d.qos, Retain: d.retain,
		ID: d.id, Dup: again && d.qos > 0}
	if s.c.Version == packet.V5 {
		p.Props = d.m.remaining()
		for _, id := range d.ids {
			p.Props = append(p.Props, packet.Property{ID: packet.SubscriptionIdentifier, N: id})
		}
	}
	if s.c.largest > 0 {
		if head, payload := p.Encode(s.c.Version); len(head)+len(payload) > s.c.largest {
			b.dropped(s.c, d.m, "it is larger than the client takes")
			return false
		}
	}
	d.at = time.Now()
	d.sends++
	s.c.out.push(item{p: p, m: d.m}, s.c.Version)
	return true
}

// remove takes a message off the queue.
func (b *Broker) remove(s *session, i int) {
	b.touch(s)
	s.bytes -= s.queue[i].size()
	s.queue = slices.Delete(s.queue, i, i+1)
	if i < s.sent {
		s.sent--
	}
}

// acknowledged goes on with a message of QoS 1 or 2 for which a client has sent p.
func (b *Broker) acknowledged(c *Client, p *packet.Packet) error {
	b.mu.Lock()
	defer b.unlock()
	s := c.s
	if p.Type == packet.PUBREL {
		b.release2(s, p.ID)
		c.send(&packet.Packet{Type: packet.PUBCOMP, ID: p.ID})
		return nil
	}
	i := s.find(p.ID)
	if i < 0 {
		if p.Type == packet.PUBREC && p.Code < packet.Failure {
			c.send(&packet.Packet{Type: packet.PUBREL, ID: p.ID})
		}
		return nil
	}
	d := s.queue[i]
	if (p.Type == packet.PUBACK) != (d.qos == 1) {
		return &packet.Error{Code: packet.ProtocolError, Text: "an acknowledgement of another QoS"}
	}
	if p.Type == packet.PUBREC && p.Code < packet.Failure {
		d.released = true
		c.send(&packet.Packet{Type: packet.PUBREL, ID: p.ID})
		return nil
	}
	b.remove(s, i)
	b.pump(s)
	return nil
}

// restartRounds begins the series of what a client owes, when it comes online or subscribes.
func (b *Broker) restartRounds(s *session) {
	if b.opts.Retry.Wait == 0 {
		return
	}
	for _, d := range s.queue[:s.sent] {
		d.rounds, d.sends, d.begun = b.opts.Retry.Rounds, min(d.sends, 1), time.Now()
	}
	b.planRetry(s)
}

// planRetry sets the timer for what is to be sent again.
func (b *Broker) planRetry(s *session) {
	if b.opts.Retry.Wait == 0 || s.c == nil {
		return
	}
	var next time.Time
	for _, d := range s.queue[:s.sent] {
		if at := b.due(d); d.rounds > 0 && d.qos == 1 && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if s.retry != nil {
		s.retry.Stop()
		s.retry = nil
	}
	if !next.IsZero() && !b.closed {
		s.retry = time.AfterFunc(time.Until(next), func() { b.sendAgain(s) })
	}
}

// due is when a message is to be sent again, or its series is over.
func (b *Broker) due(d *delivery) time.Time {
	if d.sends < b.opts.Retry.Sends {
		return d.at.Add(b.opts.Retry.Wait)
	}
	if d.rounds > 1 {
		return d.begun.Add(b.opts.Retry.Round)
	}
	return d.at.Add(b.opts.Retry.Wait)
}

// sendAgain sends again what is due.
func (b *Broker) sendAgain(s *session) {
	b.mu.Lock()
	defer b.unlock()
	if b.closed || s.c == nil || b.sessions[s.key] != s {
		return
	}
	for _, d := range slices.Clone(s.queue[:s.sent]) {
		switch {
		case d.qos != 1 || d.rounds == 0 || time.Now().Before(b.due(d)):
		case d.sends < b.opts.Retry.Sends:
			b.transmit(s, d, true)
		case d.rounds > 1:
			d.rounds, d.sends, d.begun = d.rounds-1, 0, time.Now()
			b.transmit(s, d, true)
		default:
			d.rounds = 0
			b.dropped(s.c, d.m, "it was not acknowledged; it is sent again when the device comes online or subscribes")
		}
	}
	b.pump(s)
}
