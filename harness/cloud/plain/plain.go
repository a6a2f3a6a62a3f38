// Package plain is an embedded MQTT broker without a platform's rules, for hosts that are no IoTDA:
// retained messages, last wills and QoS 2 work, and anybody may connect.
package plain

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"sync"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"quecstar/harness/event"
)

// Options says how a broker is. The zero value takes anybody on a free loopback port.
type Options struct {
	// Addr is where MQTT is served; "127.0.0.1:0" when empty.
	Addr string
	// User and Password are asked for when User is not empty.
	User, Password string
	// Events takes what happens; nil means nobody listens.
	Events event.Sink
}

// Broker is a running broker.
type Broker struct {
	server *mqtt.Server
	addr   string

	mu      sync.Mutex
	tlsAddr string
}

// Start starts a broker. Close ends it.
func Start(o Options) (*Broker, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	b := &Broker{server: mqtt.New(&mqtt.Options{Logger: slog.New(slog.DiscardHandler)})}
	if err := b.server.AddHook(&hook{opts: o}, nil); err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	addr, err := b.listen("mqtt", o.Addr, nil)
	if err != nil {
		return nil, err
	}
	b.addr = addr
	if err := b.server.Serve(); err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	return b, nil
}

func (b *Broker) listen(id, addr string, config *tls.Config) (string, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", fmt.Errorf("embedded broker: %w", err)
	}
	served := l
	if config != nil {
		served = tls.NewListener(l, config)
	}
	if err := b.server.AddListener(listeners.NewNet(id, served)); err != nil {
		return "", fmt.Errorf("embedded broker: %w", err)
	}
	return l.Addr().String(), nil
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
	addr, err := b.listen("mqtts", "127.0.0.1:0", config)
	if err != nil {
		return "", err
	}
	b.server.Listeners.Serve("mqtts", b.server.EstablishConnection)
	b.tlsAddr = addr
	return addr, nil
}

// Close ends all connections and the broker.
func (b *Broker) Close() error {
	if err := b.server.Close(); err != nil {
		return fmt.Errorf("embedded broker: close: %w", err)
	}
	return nil
}

// hook checks passwords and tells what happens.
type hook struct {
	mqtt.HookBase
	opts Options
}

// ID names the hook to the broker.
func (h *hook) ID() string { return "plain" }

// Provides lists the moments at which the broker asks.
func (h *hook) Provides(b byte) bool {
	return bytes.IndexByte([]byte{mqtt.OnConnectAuthenticate, mqtt.OnACLCheck, mqtt.OnSessionEstablished,
		mqtt.OnDisconnect, mqtt.OnPublish, mqtt.OnPacketSent}, b) >= 0
}

func (h *hook) emit(e event.Event) {
	e.Layer = event.Cloud
	h.opts.Events.Emit(e)
}

// OnConnectAuthenticate checks user and password, when the broker has some.
func (h *hook) OnConnectAuthenticate(cl *mqtt.Client, pk packets.Packet) bool {
	ok := h.opts.User == "" || string(pk.Connect.Username) == h.opts.User && string(pk.Connect.Password) == h.opts.Password
	if !ok {
		h.emit(event.Event{Kind: event.Refused, Device: cl.ID, Text: "user name or password is wrong"})
	}
	return ok
}

// OnACLCheck allows everything.
func (h *hook) OnACLCheck(*mqtt.Client, string, bool) bool { return true }

// OnSessionEstablished tells who came.
func (h *hook) OnSessionEstablished(cl *mqtt.Client, _ packets.Packet) {
	h.emit(event.Event{Kind: event.Connect, Device: cl.ID})
}

// OnDisconnect tells who went.
func (h *hook) OnDisconnect(cl *mqtt.Client, _ error, _ bool) {
	h.emit(event.Event{Kind: event.Disconnect, Device: cl.ID})
}

// OnPublish tells what came.
func (h *hook) OnPublish(cl *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	h.emit(event.Event{Kind: event.Publish, Device: cl.ID, Topic: pk.TopicName, Payload: pk.Payload,
		QoS: pk.FixedHeader.Qos, Retain: pk.FixedHeader.Retain})
	return pk, nil
}

// OnPacketSent tells what went out.
func (h *hook) OnPacketSent(cl *mqtt.Client, pk packets.Packet, _ []byte) {
	if pk.FixedHeader.Type == packets.Publish {
		h.emit(event.Event{Kind: event.Receive, Device: cl.ID, Topic: pk.TopicName, Payload: pk.Payload,
			QoS: pk.FixedHeader.Qos, Retain: pk.FixedHeader.Retain})
	}
}
