package broker

import (
	"sync"

	"quecstar/harness/broker/packet"
)

// Order is that connections be refused, whatever they show, as by a server that is overloaded.
type Order struct {
	// Code is that of a CONNACK of MQTT 3, 1 to 5 (MQTT 3.1.1, 3.2.2.3); a client of MQTT 5 gets its like.
	Code byte
	// Count is how many are refused; 0 is all until Remove.
	Count int
	// Of says by a client's id whether it is meant; nil is all.
	Of func(clientID string) bool

	mu   sync.Mutex
	hits int
	over bool
}

// Refuse carries out an order from now on.
func (b *Broker) Refuse(o *Order) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.orders = append(b.orders, o)
}

// Ordered is the refusal that was ordered for a client which asks for a connection; nil for none.
func (b *Broker) Ordered(c *Client) *Refusal {
	b.mu.Lock()
	orders := b.orders
	b.mu.Unlock()
	for _, o := range orders {
		if o.takes(c.ID) {
			if c.Version == packet.V5 {
				return &Refusal{Code: packet.Version5[o.Code]}
			}
			return &Refusal{Code: o.Code}
		}
	}
	return nil
}

func (o *Order) takes(clientID string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over || o.Count > 0 && o.hits >= o.Count || o.Of != nil && !o.Of(clientID) {
		return false
	}
	o.hits++
	return true
}

// Hits is how many connections were refused.
func (o *Order) Hits() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.hits
}

// Remove ends the order.
func (o *Order) Remove() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.over = true
}
