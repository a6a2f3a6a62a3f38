package direct

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

const (
	// writeTimeout bounds how long a full connection may hold a packet up.
	writeTimeout = 30 * time.Second
	// goodbye bounds how long a DISCONNECT may take to get out.
	goodbye = 500 * time.Millisecond
)

// session is one MQTT connection of this host.
type session struct {
	dev    *Device
	cfg    device.MQTTConfig
	wire   *conn
	client paho.Client

	started chan struct{} // closed when the CONNECT event is out, so that messages come behind it
	once    sync.Once
	lost    chan struct{}
	err     error // set before lost is closed
}

var _ device.MQTTSession = (*session)(nil)

func newSession(d *Device, c device.MQTTConfig, wire *conn) *session {
	s := &session{dev: d, cfg: c, wire: wire, lost: make(chan struct{}), started: make(chan struct{})}
	s.client = paho.NewClient(s.options())
	return s
}

func (s *session) start() { close(s.started) }

// receive takes a message from paho, which waits for it: order is kept.
func (s *session) receive(m paho.Message) {
	select {
	case <-s.started:
	case <-s.lost:
		return
	}
	msg := device.Message{Topic: m.Topic(), Payload: m.Payload(), QoS: m.Qos(), Retain: m.Retained()}
	s.emit(event.Event{Kind: event.Receive, Topic: msg.Topic, Payload: msg.Payload, QoS: msg.QoS, Retain: msg.Retain})
	if s.cfg.OnMessage != nil {
		s.cfg.OnMessage(msg)
	}
}

// Publish sends a message.
func (s *session) Publish(ctx context.Context, m device.Message) error {
	if err := checkMessage(m); err != nil {
		return err
	}
	if err := s.ended(); err != nil {
		return fmt.Errorf("publish to %s: %w", m.Topic, err)
	}
	s.emit(event.Event{Kind: event.Publish, Topic: m.Topic, Payload: m.Payload, QoS: m.QoS, Retain: m.Retain})
	return s.await(ctx, "publish to "+m.Topic, func() paho.Token {
		return s.client.Publish(m.Topic, m.QoS, m.Retain, m.Payload)
	})
}

// Subscribe asks for the messages that match a filter.
func (s *session) Subscribe(ctx context.Context, filter string, qos byte) error {
	s.emit(event.Event{Kind: event.Subscribe, Topic: filter, QoS: qos})
	granted := byte(0)
	err := s.await(ctx, "subscribe to "+filter, func() paho.Token {
		t := s.client.Subscribe(filter, qos, nil)
		granted = 0
		return &grant{Token: t, filter: filter, qos: &granted}
	})
	if err == nil && granted == 0x80 {
		err = &device.RefusedError{Code: 0x80, What: filter}
	}
	if err != nil {
		s.emit(event.Event{Kind: event.Failure, Topic: filter, Text: err.Error()})
	}
	return err
}

// grant is a token that notes the QoS that the server granted.
type grant struct {
	paho.Token
	filter string
	qos    *byte
}

// Error returns the token's error, but none for a refusal, which the caller reads from the QoS.
func (g *grant) Error() error {
	t, ok := g.Token.(*paho.SubscribeToken)
	if !ok {
		return g.Token.Error()
	}
	if q, known := t.Result()[g.filter]; known {
		*g.qos = q
	}
	if *g.qos == 0x80 {
		return nil
	}
	return g.Token.Error()
}

// Unsubscribe ends a subscription.
func (s *session) Unsubscribe(ctx context.Context, filter string) error {
	return s.await(ctx, "unsubscribe from "+filter, func() paho.Token { return s.client.Unsubscribe(filter) })
}

// await hands a packet to paho and waits until it is done.
func (s *session) await(ctx context.Context, what string, send func() paho.Token) error {
	if err := s.ended(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	// A packet that waits for a full connection cannot be taken back: giving up ends the connection.
	giveUp := context.AfterFunc(ctx, func() { _ = s.wire.Close() })
	token := send()
	giveUp()
	select {
	case <-token.Done():
	case <-s.lost:
		return fmt.Errorf("%s: %w", what, s.err)
	case <-ctx.Done():
		return waitError(ctx, what)
	}
	return tokenError(what, token.Error())
}

// tokenError sorts what paho says of a packet into our classes.
func tokenError(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, paho.ErrInvalidQos), errors.Is(err, paho.ErrInvalidTopicEmptyString), errors.Is(err, paho.ErrInvalidTopicMultilevel):
		return fmt.Errorf("%s: %w: %w", what, device.ErrConfig, err)
	}
	return fmt.Errorf("%s: %w: %w", what, device.ErrLost, err)
}

func waitError(ctx context.Context, what string) error {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", what, device.ErrTimeout)
	}
	return context.Cause(ctx)
}

// Ping sends a PINGREQ (MQTT 3.1.1, section 3.12).
func (s *session) Ping(context.Context) error {
	if err := s.ended(); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	if _, err := s.wire.Write([]byte{0xc0, 0}); err != nil {
		return fmt.Errorf("ping: %w: %w", device.ErrLost, err)
	}
	return nil
}

// Disconnect says goodbye and ends the connection.
func (s *session) Disconnect(context.Context) error {
	if s.ended() != nil {
		return nil
	}
	s.client.Disconnect(uint(goodbye.Milliseconds()))
	s.finish(device.ErrClosed)
	return s.closeWire()
}

// Close ends the connection without a word.
func (s *session) Close() error {
	s.finish(device.ErrClosed)
	err := s.closeWire()
	s.stop()
	return err
}

// drop ends the connection as a network does that loses it.
func (s *session) drop(why string) {
	s.finish(fmt.Errorf("%w: %s", device.ErrLost, why))
	_ = s.closeWire()
	s.stop()
}

// stop ends paho's goroutines; the connection is closed already, so that nothing more is said.
func (s *session) stop() { s.client.Disconnect(uint(goodbye.Milliseconds())) }

func (s *session) closeWire() error {
	// Closing again what paho closed is no error.
	_ = s.wire.Close()
	return nil
}

// finish notes, once, why the connection ended.
func (s *session) finish(why error) {
	s.once.Do(func() {
		s.err = why
		close(s.lost)
		s.dev.mu.Lock()
		delete(s.dev.sessions, s)
		s.dev.mu.Unlock()
		text := "disconnected"
		if !errors.Is(why, device.ErrClosed) {
			text = why.Error()
		}
		s.emit(event.Event{Kind: event.Disconnect, Text: text})
	})
}

// Lost is closed when the connection has ended.
func (s *session) Lost() <-chan struct{} { return s.lost }

// Err says why the connection ended; nil while it lasts.
func (s *session) Err() error { return s.ended() }

func (s *session) ended() error {
	select {
	case <-s.lost:
		return s.err
	default:
		return nil
	}
}

func (s *session) emit(e event.Event) {
	e.Device = s.cfg.ClientID
	s.dev.emit(e)
}
