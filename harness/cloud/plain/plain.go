// Package plain is an embedded MQTT broker without a platform's rules, for hosts that are no IoTDA:
// retained messages, last wills and QoS 2 work, and anybody may connect.
package plain

import (
	"crypto/tls"
	"fmt"
	"sync"

	"quecstar/harness/broker"
	"quecstar/harness/broker/packet"
	"quecstar/harness/event"
	"quecstar/harness/wire"
)

// Options says how a broker is. The zero value takes anybody on a free loopback port.
type Options struct {
	// Addr is where MQTT is served; "127.0.0.1:0" when empty.
	Addr string
	// User and Password are asked for when User is not empty.
	User, Password string
	// Events takes what happens; nil means nobody listens.
	Events event.Sink
	// Network is where the broker serves; this host's when nil.
	Network wire.Network
}

// Broker is a running broker.
type Broker struct {
	opts   Options
	broker *broker.Broker
	addr   string

	mu      sync.Mutex
	tlsAddr string
}

// Start starts a broker. Close ends it.
func Start(o Options) (*Broker, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	b := &Broker{opts: o}
	b.broker = broker.New(broker.Options{Network: o.Network, Rules: broker.Rules{Connect: b.connect, Online: b.online, Offline: b.offline,
		Publish: b.publish, Sent: b.sent, Dropped: b.dropped}})
	var err error
	if b.addr, err = b.broker.Listen(o.Addr, nil); err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	return b, nil
}

// Addr is where MQTT is served.
func (b *Broker) Addr() string { return b.addr }

// ListenTLS serves MQTTS too, on a free loopback port, and returns where; a second call returns the
// same.
func (b *Broker) ListenTLS(config *tls.Config) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tlsAddr != "" {
		return b.tlsAddr, nil
	}
	addr, err := b.broker.Listen("127.0.0.1:0", config)
	if err != nil {
		return "", fmt.Errorf("embedded broker: %w", err)
	}
	b.tlsAddr = addr
	return addr, nil
}

// Close ends all connections and the broker.
func (b *Broker) Close() error {
	if err := b.broker.Close(); err != nil {
		return fmt.Errorf("embedded broker: close: %w", err)
	}
	return nil
}

// Refuse refuses connections from now on, as ordered.
func (b *Broker) Refuse(o *broker.Order) { b.broker.Refuse(o) }

func (b *Broker) emit(e event.Event) {
	e.Layer, e.Source = event.Cloud, event.Broker
	b.opts.Events.Emit(e)
}

// connect checks user and password, when the broker has some.
func (b *Broker) connect(c *broker.Client, p *packet.Connect) *broker.Refusal {
	if no := b.broker.Ordered(c); no != nil {
		b.emit(event.Event{Kind: event.Refused, Device: c.ID, Text: fmt.Sprintf("CONNACK %d: the test refuses connections", no.Code)})
		return no
	}
	if b.opts.User == "" || p.User == b.opts.User && string(p.Password) == b.opts.Password {
		return nil
	}
	b.emit(event.Event{Kind: event.Refused, Device: c.ID, Text: "user name or password is wrong"})
	if c.Version == packet.V5 {
		return &broker.Refusal{Code: packet.BadUserOrPassword}
	}
	return &broker.Refusal{Code: packet.RefusedPassword}
}

func (b *Broker) online(c *broker.Client) { b.emit(event.Event{Kind: event.Connect, Device: c.ID}) }

func (b *Broker) offline(c *broker.Client, _ error) {
	b.emit(event.Event{Kind: event.Disconnect, Device: c.ID})
}

func (b *Broker) publish(c *broker.Client, m *broker.Message) broker.Verdict {
	e := message(event.Publish, c, *m)
	if m.Again {
		e.Text = event.Again
	}
	b.emit(e)
	return broker.Verdict{}
}

func (b *Broker) sent(c *broker.Client, m broker.Message) { b.emit(message(event.Receive, c, m)) }

func (b *Broker) dropped(c *broker.Client, m broker.Message, why string) {
	b.emit(event.Event{Kind: event.Warning, Device: c.ID, Topic: m.Topic,
		Text: fmt.Sprintf("a message of %d bytes is dropped: %s", len(m.Payload), why)})
}

func message(k event.Kind, c *broker.Client, m broker.Message) event.Event {
	return event.Event{Kind: k, Device: c.ID, Topic: m.Topic, Payload: m.Payload, QoS: m.QoS, Retain: m.Retain}
}
