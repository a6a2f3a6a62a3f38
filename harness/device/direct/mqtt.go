package direct

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// connectTimeout is what the vendor's client gives a connection to come about.
const connectTimeout = 20 * time.Second

// OpenMQTT connects to a server over the real network, or to where the Resolver says.
func (d *Device) OpenMQTT(ctx context.Context, c device.MQTTConfig) (device.MQTTSession, error) {
	if c.Timeout <= 0 {
		c.Timeout = connectTimeout
	}
	if err := checkConfig(c); err != nil {
		return nil, err
	}
	dialing, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	w, err := d.DialMQTT(dialing, c)
	if err != nil {
		d.emit(event.Event{Kind: event.Refused, Device: c.ClientID, Text: err.Error(), Where: event.Place(ctx)})
		return nil, err
	}
	return w.Open(dialing, c)
}

// MQTTWire is a connection to a server on which MQTT has not begun. Open takes it over; otherwise it
// must be closed.
type MQTTWire struct {
	d     *Device
	t     target
	wire  net.Conn
	begin time.Time
}

// DialMQTT opens the connection below MQTT, as a module does that opens a network for its client
// first and says CONNECT later. Of c it takes the host, the port and TLS. The error is as OpenMQTT's.
func (d *Device) DialMQTT(ctx context.Context, c device.MQTTConfig) (*MQTTWire, error) {
	d.mu.Lock()
	err := d.offline()
	d.mu.Unlock()
	if err != nil {
		return nil, err
	}
	t, err := d.resolve(ctx, c)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	wire, err := d.dial(ctx, t)
	if err != nil {
		return nil, err
	}
	return &MQTTWire{d: d, t: t, wire: wire, begin: begin}, nil
}

// Close ends a connection that Open did not take.
func (w *MQTTWire) Close() error { return w.wire.Close() }

// Open says CONNECT and returns when the server has answered; the error is as OpenMQTT's, and the
// connection is closed then.
func (w *MQTTWire) Open(ctx context.Context, c device.MQTTConfig) (device.MQTTSession, error) {
	if c.Timeout <= 0 {
		c.Timeout = connectTimeout
	}
	if c.User == "" && c.Password != "" { // MQTT 3.1.1, MQTT-3.1.2-22
		w.d.once(event.Event{Kind: event.Warning, Device: c.ClientID,
			Text: "the password is not sent: MQTT has none without a user name, and user is empty"})
	}
	s, err := w.session(ctx, c)
	if err != nil {
		_ = w.wire.Close()
		w.d.emit(event.Event{Kind: event.Refused, Device: c.ClientID, Text: err.Error(), Where: event.Place(ctx)})
		return nil, err
	}
	return s, nil
}

func (w *MQTTWire) session(ctx context.Context, c device.MQTTConfig) (*session, error) {
	if err := checkConfig(c); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	s := newSession(w.d, c, w.wire)
	if err := s.connect(ctx, w.t); err != nil {
		return nil, err
	}
	if err := w.d.adopt(s); err != nil {
		return nil, err
	}
	w.d.emit(event.Event{Kind: event.Connect, Device: c.ClientID, Text: "connected to " + where(w.t),
		Took: time.Since(w.begin), Where: event.Place(ctx)})
	w.d.work.Go(func() { <-s.wire.over })
	close(s.started)
	return s, nil
}

// adopt remembers a session, unless the network went away while it was made.
func (d *Device) adopt(s *session) error {
	d.mu.Lock()
	err := d.offline()
	if err == nil {
		d.sessions[s] = struct{}{}
	}
	d.mu.Unlock()
	if err != nil {
		_ = s.Close()
	}
	return err
}

// memory is what an earlier connection left, where the server went on with its session, or a new one.
func (d *Device) memory(c device.MQTTConfig, resumed bool) *memory {
	who := fmt.Sprintf("%s:%d %s", c.Host, c.Port, c.ClientID)
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.memories[who]
	if m == nil || !resumed {
		m = &memory{messages: map[uint16]struct{}{}}
	}
	delete(d.memories, who)
	if !c.CleanSession {
		d.memories[who] = m
	}
	return m
}

// checkConfig refuses what MQTT has no room for.
func checkConfig(c device.MQTTConfig) error {
	for what, text := range map[string]string{"client id": c.ClientID, "user name": c.User, "password": c.Password} {
		if len(text) > 65535 {
			return fmt.Errorf("%w: the %s is longer than 65,535 bytes", device.ErrConfig, what)
		}
	}
	if c.Protocol != 0 && c.Protocol != 3 && c.Protocol != 4 {
		return fmt.Errorf("%w: MQTT protocol %d: want 3 (MQTT 3.1) or 4 (MQTT 3.1.1)", device.ErrConfig, c.Protocol)
	}
	if c.KeepAlive < 0 || c.KeepAlive > 65535*time.Second {
		return fmt.Errorf("%w: keepalive of %v: want 0 to 65,535 s", device.ErrConfig, c.KeepAlive)
	}
	if c.Will != nil {
		return checkMessage(*c.Will)
	}
	return nil
}

// maxPayload keeps a packet within MQTT's remaining length of four bytes.
const maxPayload = 268_435_455 - 65535 - 4

// checkFilter refuses what is no topic filter (MQTT 3.1.1, section 4.7).
func checkFilter(filter string, qos byte) error {
	if filter == "" || len(filter) > 65535 || strings.ContainsRune(filter, 0) {
		return fmt.Errorf("%w: a topic filter has 1 to 65,535 bytes, none of them zero", device.ErrConfig)
	}
	if qos > 2 {
		return fmt.Errorf("%w: QoS %d: want 0 to 2", device.ErrConfig, qos)
	}
	levels := strings.Split(filter, "/")
	for i, level := range levels {
		if len(level) > 1 && strings.ContainsAny(level, "+#") || level == "#" && i < len(levels)-1 {
			return fmt.Errorf("%w: in the topic filter %s, + and # stand for whole levels, and # is the last", device.ErrConfig,
				filter)
		}
	}
	return nil
}

func checkMessage(m device.Message) error {
	switch {
	case m.Topic == "" || len(m.Topic) > 65535 || strings.ContainsRune(m.Topic, 0):
		return fmt.Errorf("%w: a topic has 1 to 65,535 bytes, none of them zero", device.ErrConfig)
	case len(m.Payload) > maxPayload:
		return fmt.Errorf("%w: a payload of %d bytes is more than MQTT can carry", device.ErrConfig, len(m.Payload))
	case m.QoS > 2:
		return fmt.Errorf("%w: QoS %d: want 0 to 2", device.ErrConfig, m.QoS)
	}
	return nil
}

// options are paho's for one connection: no reconnection of its own, messages in order, and no
// deadlines but those of wire.
func (s *session) options() *paho.ClientOptions {
	c := s.cfg
	o := paho.NewClientOptions().SetClientID(c.ClientID).SetUsername(c.User).SetPassword(c.Password)
	o.AddBroker("tcp://device.invalid:1883") // never resolved: the connection is made here
	o.SetCustomOpenConnectionFn(func(*url.URL, paho.ClientOptions) (net.Conn, error) { return s.wire, nil })
	o.SetCleanSession(c.CleanSession).SetKeepAlive(c.KeepAlive).SetPingTimeout(2 * c.KeepAlive)
	o.SetAutoReconnect(false).SetConnectRetry(false).SetOrderMatters(true)
	o.SetStore(s.numbers).SetResumeSubs(true) // which has SUBSCRIBE pass through the store, too
	o.SetProtocolVersion(4)
	if c.Protocol == 3 {
		o.SetProtocolVersion(3)
	}
	if w := c.Will; w != nil {
		o.SetBinaryWill(w.Topic, w.Payload, w.QoS, w.Retain)
	}
	o.SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { s.receive(m) })
	return o
}

// connect does the MQTT handshake.
func (s *session) connect(ctx context.Context, t target) error {
	stop := context.AfterFunc(ctx, func() { _ = s.wire.Close() })
	defer stop()
	token := s.client.Connect()
	<-token.Done()
	var refused *device.RefusedError
	switch {
	case ctx.Err() != nil && errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return fmt.Errorf("%w: %s: %w to CONNECT within %v", device.ErrUnreachable, where(t), device.ErrTimeout,
			s.cfg.Timeout)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(s.wire.refused, &refused):
		return &device.RefusedError{Code: refused.Code, What: where(t)}
	case s.wire.refused != nil:
		return noConnack(t, s.wire.refused)
	}
	return token.Error()
}

// noConnack says why a connected server did not answer with a CONNACK.
func noConnack(t target, err error) error {
	switch {
	case t.tls != nil && t.asked.Load():
		// In TLS 1.3 the server looks at the client's certificate behind the handshake; what it
		// says of it gets lost when its closing overtakes the reading of it.
		return fmt.Errorf("%w: %w: %s %s (%v)", device.ErrUnreachable, device.ErrTLS, where(t),
			device.ClientCertificateTrouble(len(t.tls.Certificates) > 0), err)
	case isTimeout(err):
		return fmt.Errorf("%w: %s: %w to CONNECT", device.ErrUnreachable, where(t), device.ErrTimeout)
	}
	return fmt.Errorf("%w: %s closed the connection without an answer to CONNECT (%v): check the port, and whether the "+
		"server wants TLS", device.ErrUnreachable, where(t), err)
}
