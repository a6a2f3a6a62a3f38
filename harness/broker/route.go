package broker

import (
	"slices"
	"strings"
	"time"

	"quecstar/harness/broker/packet"
)

// subscription is one filter of a session.
type subscription struct {
	s      *session
	filter string // without $share and its group
	group  string // of a shared subscription; "" for another
	packet.Filter
	id    uint32 // subscription identifier; 0 for none
	order int    // of shared subscriptions
}

// grant is what the subscriptions of a session that match give it together.
type grant struct {
	qos    byte
	retain bool
	ids    []uint32
}

// node is one level of the tree of all filters.
type node struct {
	kids map[string]*node
	subs []*subscription
}

func (n *node) add(sub *subscription) {
	for level := range strings.SplitSeq(sub.filter, "/") {
		if n.kids == nil {
			n.kids = map[string]*node{}
		}
		if n.kids[level] == nil {
			n.kids[level] = &node{}
		}
		n = n.kids[level]
	}
	n.subs = append(n.subs, sub)
}

func (n *node) remove(sub *subscription) { n.removeAt(sub, strings.Split(sub.filter, "/")) }

// removeAt removes a subscription below n, and the nodes that are empty then.
func (n *node) removeAt(sub *subscription, levels []string) {
	if len(levels) == 0 {
		n.subs = slices.DeleteFunc(n.subs, func(o *subscription) bool { return o == sub })
		return
	}
	kid := n.kids[levels[0]]
	if kid == nil {
		return
	}
	kid.removeAt(sub, levels[1:])
	if len(kid.subs) == 0 && len(kid.kids) == 0 {
		delete(n.kids, levels[0])
	}
}

// match gives the subscriptions for a topic. A wildcard does not stand for a first level that begins with $
// [MQTT-4.7.2-1].
func (n *node) match(levels []string, first bool, found func(*subscription)) {
	wild := !first || !strings.HasPrefix(levels[0], "$")
	if all := n.kids["#"]; all != nil && wild {
		each(all.subs, found)
	}
	if len(levels) == 0 {
		each(n.subs, found)
		return
	}
	if kid := n.kids[levels[0]]; kid != nil {
		kid.match(levels[1:], false, found)
	}
	if kid := n.kids["+"]; kid != nil && wild {
		kid.match(levels[1:], false, found)
	}
}

func each(subs []*subscription, found func(*subscription)) {
	for _, s := range subs {
		found(s)
	}
}

// route gives a message to whoever is subscribed, keeps it when it is to be retained, and reports how many
// sessions it went to, at least 1 when only its sender is subscribed. b.mu is held.
func (b *Broker) route(m *Message) int {
	if m.Retain {
		b.retain(m)
	}
	var order []*session
	ownOnly := 0
	grants := map[*session]grant{}
	shared := map[string][]*subscription{}
	take := func(sub *subscription) {
		if sub.NoLocal && m.from == sub.s {
			ownOnly = 1
			return // [MQTT-3.8.3-3]
		}
		g, again := grants[sub.s]
		if !again {
			order = append(order, sub.s)
		}
		grants[sub.s] = sub.join(g, m.Retain)
	}
	b.root.match(strings.Split(m.Topic, "/"), true, func(sub *subscription) {
		switch of := sub.group + "/" + sub.filter; {
		case m.For != nil && !m.For(sub.s.key):
		case sub.group != "":
			shared[of] = append(shared[of], sub)
		default:
			take(sub)
		}
	})
	for _, subs := range shared {
		take(b.choose(subs))
	}
	for _, s := range order {
		b.deliver(s, m, grants[s])
	}
	return max(len(order), ownOnly)
}

// join adds a subscription that matches to those before.
func (sub *subscription) join(g grant, retain bool) grant {
	g.qos = max(g.qos, sub.QoS)
	g.retain = g.retain || retain && sub.RetainAsPublished // [MQTT-3.3.1-12, 13]
	if sub.id != 0 {
		g.ids = append(g.ids, sub.id)
	}
	return g
}

// choose takes the members of a shared subscription in turn, of those that are online if there are some.
func (b *Broker) choose(subs []*subscription) *subscription {
	online := slices.DeleteFunc(slices.Clone(subs), func(s *subscription) bool { return s.s.c == nil })
	if len(online) > 0 {
		subs = online
	}
	slices.SortFunc(subs, func(x, y *subscription) int { return x.order - y.order })
	b.turn++
	return subs[b.turn%len(subs)]
}

// retain keeps a message as the last of its topic, or forgets that when it is empty [MQTT-3.3.1-5, 6].
func (b *Broker) retain(m *Message) {
	if old := b.retained[m.Topic]; old != nil {
		b.kept -= len(old.Payload) + len(old.Topic)
		delete(b.retained, m.Topic)
	}
	if len(m.Payload) == 0 {
		return
	}
	size := len(m.Payload) + len(m.Topic)
	if b.kept+size > b.opts.MaxRetained {
		if m.from != nil {
			b.dropped(m.from.c, m, "it is not retained, as too many bytes are")
		}
		return
	}
	b.kept += size
	b.retained[m.Topic] = m
}

// subscribe adds subscriptions and sends what is retained for them [MQTT-3.8.4-1 to 7].
func (b *Broker) subscribe(c *Client, p *packet.Packet) {
	var codes []byte
	if b.rules.Subscribe != nil {
		codes = b.rules.Subscribe(c, p.Filters)
	} else {
		for _, f := range p.Filters {
			codes = append(codes, f.QoS)
		}
	}
	id, _ := p.Props.N(packet.SubscriptionIdentifier)
	b.mu.Lock()
	var added []*subscription
	for i, f := range p.Filters {
		if codes[i] >= packet.Failure {
			if c.Version != packet.V5 {
				codes[i] = packet.Failure
			}
			continue
		}
		f.QoS = codes[i]
		if sub, isNew := b.addSubscription(c.s, f, id); sub.group == "" && (f.RetainHandling == 0 || f.RetainHandling == 1 && isNew) {
			added = append(added, sub)
		}
	}
	c.send(&packet.Packet{Type: packet.SUBACK, ID: p.ID, Codes: codes})
	for _, sub := range added {
		b.sendRetained(c.s, sub)
	}
	b.restartRounds(c.s)
	b.unlock()
	if b.rules.Subscribed != nil {
		b.rules.Subscribed(c, p.Filters, codes)
	}
}

func (b *Broker) addSubscription(s *session, f packet.Filter, id uint32) (sub *subscription, isNew bool) {
	old := s.subs[f.Topic]
	if old != nil {
		b.root.remove(old)
	}
	b.arrivals++
	sub = &subscription{s: s, Filter: f, id: id, order: b.arrivals}
	sub.group, sub.filter = packet.Shared(f.Topic)
	s.subs[f.Topic] = sub
	b.root.add(sub)
	b.touch(s)
	return sub, old == nil
}

// sendRetained sends what is retained for a new subscription, in the order of the topics.
func (b *Broker) sendRetained(s *session, sub *subscription) {
	var topics []string
	for topic, m := range b.retained {
		if m.expired() {
			b.retain(&Message{Topic: topic})
		} else if packet.Matches(sub.filter, topic) && (!sub.NoLocal || m.from != s) {
			topics = append(topics, topic)
		}
	}
	slices.Sort(topics)
	for _, topic := range topics {
		g := sub.join(grant{}, false)
		g.retain = true // [MQTT-3.3.1-8]
		b.deliver(s, b.retained[topic], g)
	}
}

// unsubscribe removes subscriptions. Those that Implicit gave stay.
func (b *Broker) unsubscribe(c *Client, p *packet.Packet) {
	b.mu.Lock()
	defer b.unlock()
	codes := make([]byte, len(p.Filters))
	for i, f := range p.Filters {
		sub := c.s.subs[f.Topic]
		if sub == nil {
			codes[i] = packet.NoSubscription
			continue
		}
		b.root.remove(sub)
		delete(c.s.subs, f.Topic)
	}
	b.touch(c.s)
	c.send(&packet.Packet{Type: packet.UNSUBACK, ID: p.ID, Codes: codes})
}

// Implicit subscribes a client at QoS 0 to filters that it did not ask for and cannot unsubscribe from. Of
// a session that is resumed they replace those before.
func (c *Client) Implicit(filters ...string) {
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	for _, sub := range c.s.implicit {
		c.b.root.remove(sub)
	}
	c.s.implicit = nil
	for _, f := range filters {
		sub := &subscription{s: c.s, filter: f}
		c.s.implicit = append(c.s.implicit, sub)
		c.b.root.add(sub)
	}
}

// Subscribers are the keys of the clients that are subscribed to a topic, online or not.
func (b *Broker) Subscribers(topic string) map[string]bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := map[string]bool{}
	b.root.match(strings.Split(topic, "/"), true, func(sub *subscription) { out[sub.s.key] = true })
	return out
}

// Receives reports whether a message on a topic would go to the client.
func (c *Client) Receives(topic string) bool {
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	found := false
	c.b.root.match(strings.Split(topic, "/"), true, func(sub *subscription) { found = found || sub.s == c.s })
	return found
}

// Deliver sends a message to this client alone, when it is subscribed to the topic, and reports whether.
func (c *Client) Deliver(m Message) bool {
	c.b.mu.Lock()
	defer c.b.unlock()
	var g grant
	found := false
	c.b.root.match(strings.Split(m.Topic, "/"), true, func(sub *subscription) {
		if sub.s == c.s && sub.group == "" {
			g, found = sub.join(g, false), true
		}
	})
	if found {
		c.b.deliver(c.s, &m, g)
	}
	return found
}

// Subscriptions is how many filters a client has subscribed to.
func (c *Client) Subscriptions() int {
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	return len(c.s.subs)
}

// publish takes a client's message and acknowledges it.
func (c *Client) publish(p *packet.Packet) error {
	if err := c.resolveAlias(p); err != nil {
		return err
	}
	if p.QoS == 2 && c.b.received(c, p.ID) {
		c.send(&packet.Packet{Type: packet.PUBREC, ID: p.ID}) // [MQTT-4.3.3-10]
		return nil
	}
	m := &Message{Topic: p.Topic, Payload: p.Payload, QoS: p.QoS, Retain: p.Retain, Again: p.Dup, Props: travelling(p.Props), from: c.s}
	m.expire(p.Props)
	var v Verdict
	if c.b.rules.Publish != nil {
		v = c.b.rules.Publish(c, m)
	}
	if v.Close != nil {
		return v.Close
	}
	if !v.Swallow && (strings.HasPrefix(m.Topic, "$SYS/") || strings.HasPrefix(m.Topic, "$share/")) {
		v = Verdict{Swallow: true, Code: packet.NotAuthorized} // the server's own [MQTT-4.7.2-1]
	}
	c.b.mu.Lock()
	defer c.b.unlock()
	switch {
	case p.QoS == 2 && v.Mute && v.Swallow:
		return nil // as if it had not come
	case p.QoS == 2:
		return c.b.receive(c, p.ID, m, v)
	case !v.Swallow && c.b.route(m) == 0:
		v.Code = packet.NoMatchingSubscriber
	}
	if p.QoS == 1 && !v.Mute {
		c.send(&packet.Packet{Type: packet.PUBACK, ID: p.ID, Code: v.Code})
	}
	return nil
}

// received reports whether a message of QoS 2 has come before.
func (b *Broker) received(c *Client, id uint16) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, again := c.s.incoming[id]
	return again
}

// receive keeps a message of QoS 2 until the client releases it. b.mu is held.
func (b *Broker) receive(c *Client, id uint16, m *Message, v Verdict) error {
	if c.Version == packet.V5 && len(c.s.incoming) >= receiveMax {
		return &packet.Error{Code: packet.ReceiveMaximum, Text: "more messages of QoS 2 are under way than the server takes"}
	}
	if c.s.received > 0 && c.s.received+len(m.Payload) > b.opts.MaxHeld {
		return &packet.Error{Code: packet.QuotaExceeded, Text: "more bytes of QoS 2 are under way than the server takes"}
	}
	if v.Code < packet.Failure || c.Version != packet.V5 { // a client does not release what has failed [MQTT-4.3.3-4]
		c.s.incoming[id] = nil
	}
	if !v.Swallow {
		c.s.incoming[id] = m
		c.s.received += len(m.Payload)
	}
	c.send(&packet.Packet{Type: packet.PUBREC, ID: id, Code: v.Code})
	return nil
}

// release2 routes a message of QoS 2 that the client has released. b.mu is held.
func (b *Broker) release2(s *session, id uint16) {
	m := s.incoming[id]
	delete(s.incoming, id)
	if m != nil {
		s.received -= len(m.Payload)
		b.route(m)
	}
}

// resolveAlias puts the topic of a topic alias in [MQTT-3.3.2-12].
func (c *Client) resolveAlias(p *packet.Packet) error {
	alias, ok := p.Props.N(packet.TopicAlias)
	if !ok {
		return nil
	}
	if alias > maxAlias {
		return &packet.Error{Code: packet.InvalidAlias, Text: "the topic alias is larger than the server takes"}
	}
	if p.Topic != "" {
		if c.aliases == nil {
			c.aliases = map[uint32]string{}
		}
		c.aliases[alias] = p.Topic
	} else if p.Topic = c.aliases[alias]; p.Topic == "" {
		return &packet.Error{Code: packet.ProtocolError, Text: "the topic alias stands for no topic"}
	}
	return nil
}

// travelling are the properties that go from who publishes to who is subscribed [MQTT-3.3.2-4, 15, 16, 17, 18].
func travelling(p packet.Properties) packet.Properties {
	return p.Only(packet.PayloadFormat, packet.ContentType, packet.ResponseTopic, packet.CorrelationData, packet.UserProperty)
}

// expire sets when a message is too old to be sent.
func (m *Message) expire(p packet.Properties) {
	if n, ok := p.N(packet.MessageExpiry); ok {
		m.Expires = time.Now().Add(time.Duration(n) * time.Second)
	}
}

func (m *Message) expired() bool { return !m.Expires.IsZero() && !time.Now().Before(m.Expires) }

// remaining are a message's properties, with what is left of its time [MQTT-3.3.2-6].
func (m *Message) remaining() packet.Properties {
	out := slices.Clone(m.Props)
	if !m.Expires.IsZero() {
		left := max(time.Until(m.Expires).Round(time.Second), time.Second)
		out = append(out, packet.Property{ID: packet.MessageExpiry, N: uint32(left / time.Second)})
	}
	return out
}
