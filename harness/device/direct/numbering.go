package direct

import (
	"encoding/binary"
	"sync"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/eclipse/paho.mqtt.golang/packets"

	"quecstar/harness/device"
)

// memory is what a session keeps from one connection to the next (MQTT 3.1.1, section 4.1).
type memory struct {
	mu sync.Mutex
	// lastID is the identifier that was given last: they do not begin anew, so that a message that
	// is sent again meets no other of its number.
	lastID uint16
	// messages are those at QoS 2 that came, and that the server has not released.
	messages map[uint16]struct{}
}

// next is the next identifier, 1 to 65,535.
func (m *memory) next() uint16 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lastID = m.lastID%65535 + 1
	return m.lastID
}

// first notes a message at QoS 2, and reports whether it is new.
func (m *memory) first(id uint16) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, known := m.messages[id]
	m.messages[id] = struct{}{}
	return !known
}

func (m *memory) release(id uint16) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.messages, id)
}

// exchange is a packet that waits for its acknowledgement. The numbering's mutex guards InFlight.
type exchange struct {
	device.InFlight
	paho uint16        // paho's identifier of it; 0 where paho does not know of it
	dup  bool          // it is sent again
	ends byte          // the type of packet that ends it
	done chan struct{} // closed by that packet
	code byte          // of SUBACK; set before done is closed
}

// numbering gives packets the identifiers of the session instead of paho's, which begin anew with each
// client and cannot be chosen. It is paho's store, through which each packet with an identifier passes
// before it is written. It keeps none: what is in flight is kept by package mqttclient.
type numbering struct {
	paho.Store // stays empty

	mem      *memory
	entering *exchange // of the packet that paho is about to be given, under the session's turn

	mu      sync.Mutex
	waiting map[uint16]*exchange
}

// enter gives an exchange its identifier: the one that it had, or a new one where that is 0 or in use.
// It reports false when none is free.
func (n *numbering) enter(x *exchange) bool {
	x.done = make(chan struct{})
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.waiting) >= 65535 {
		return false
	}
	for n.waiting[x.ID] != nil || x.ID == 0 {
		x.ID = n.mem.next()
	}
	n.waiting[x.ID] = x
	return true
}

// Put numbers a packet that paho is about to send; those that came have another key.
func (n *numbering) Put(key string, p packets.ControlPacket) {
	if key[0] != 'o' {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	x := n.entering
	x.paho = p.Details().MessageID
	switch p := p.(type) {
	case *packets.PublishPacket:
		p.MessageID, p.Dup = x.ID, x.dup
	case *packets.SubscribePacket:
		p.MessageID = x.ID
	case *packets.UnsubscribePacket:
		p.MessageID = x.ID
	}
}

// drop forgets an exchange that did not begin.
func (n *numbering) drop(x *exchange) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.waiting, x.ID)
}

// received notes PUBREC.
func (n *numbering) received(id uint16) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if x := n.waiting[id]; x != nil && x.ends == packets.Pubcomp {
		x.Received = true
	}
}

// acknowledged ends the exchange that a packet acknowledges, puts paho's identifier into it, and
// reports whether paho waits for it.
func (n *numbering) acknowledged(p packet) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	x := n.waiting[p.id]
	if x == nil || x.ends != p.kind {
		return false
	}
	delete(n.waiting, p.id)
	if p.kind == packets.Suback {
		x.code = p.body[2]
	}
	close(x.done)
	binary.BigEndian.PutUint16(p.body, x.paho)
	return x.paho != 0
}

// state is what is known of a message in flight.
func (n *numbering) state(x *exchange) device.InFlight {
	n.mu.Lock()
	defer n.mu.Unlock()
	return x.InFlight
}
