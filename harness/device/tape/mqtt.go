package tape

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"unicode/utf8"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// message is a message as a tape has it: text as text, all else in hexadecimal.
type message struct {
	Topic   string
	Payload string `json:",omitempty"`
	Hex     string `json:",omitempty"`
	QoS     byte   `json:",omitempty"`
	Retain  bool   `json:",omitempty"`
}

func toTape(m device.Message) message {
	out := message{Topic: m.Topic, QoS: m.QoS, Retain: m.Retain}
	if utf8.Valid(m.Payload) {
		out.Payload = string(m.Payload)
	} else {
		out.Hex = fmt.Sprintf("%x", m.Payload)
	}
	return out
}

func (m message) message() (device.Message, error) {
	out := device.Message{Topic: m.Topic, Payload: []byte(m.Payload), QoS: m.QoS, Retain: m.Retain}
	if m.Hex != "" {
		if _, err := fmt.Sscanf(m.Hex, "%x", &out.Payload); err != nil {
			return out, fmt.Errorf("payload %.40q: %w", m.Hex, err)
		}
	}
	return out, nil
}

// settings are what a tape has of a connection: no password and no key.
type settings struct {
	Host         string
	Port         int
	ClientID     string
	User         string   `json:",omitempty"`
	KeepAlive    string   `json:",omitempty"`
	CleanSession bool     `json:",omitempty"`
	Protocol     int      `json:",omitempty"`
	TLS          bool     `json:",omitempty"`
	Will         *message `json:",omitempty"`
}

func settingsOf(c device.MQTTConfig) settings {
	s := settings{Host: c.Host, Port: c.Port, ClientID: c.ClientID, User: c.User, CleanSession: c.CleanSession,
		Protocol: c.Protocol, TLS: c.TLS != nil}
	if c.KeepAlive > 0 {
		s.KeepAlive = c.KeepAlive.String()
	}
	if c.Will != nil {
		w := toTape(*c.Will)
		s.Will = &w
	}
	return s
}

// session is an MQTT connection, recorded or played.
type session struct {
	d    *Device
	name string // on the tape: m1, m2, …
	in   device.MQTTSession

	client string // its id

	stop func()
	once sync.Once
	lost chan struct{}
	err  error // set before lost is closed
	work sync.WaitGroup
}

var (
	_ device.MQTT        = (*Device)(nil)
	_ device.MQTTSession = (*session)(nil)
)

// end is how a connection ended by itself, as a tape has it.
type end struct{ Lost string }

// OpenMQTT is that of the role MQTT.
func (d *Device) OpenMQTT(ctx context.Context, c device.MQTTConfig) (device.MQTTSession, error) {
	d.mu.Lock()
	d.sessions++
	n := d.sessions
	d.mu.Unlock()
	s := &session{d: d, client: c.ClientID, name: "m" + strconv.Itoa(n), lost: make(chan struct{}), stop: func() {}}
	take := c.OnMessage
	c.OnMessage = func(m device.Message) {
		d.rec.said(s.name, d.encode(toTape(m)))
		if take != nil {
			take(m)
		}
	}
	if d.pl != nil { // messages may be said right behind CONNACK
		stopMessages := hear[device.MQTT](d, s.name, nil, func(t message) {
			m, err := t.message()
			if err != nil {
				return
			}
			s.told(event.Event{Kind: event.Receive, Topic: m.Topic, Payload: m.Payload, QoS: m.QoS, Retain: m.Retain})
			if take != nil {
				take(m)
			}
		})
		stopEnd := hear[device.MQTT](d, s.name+".end", nil,
			func(e end) { s.finish(fmt.Errorf("%w: %s", device.ErrLost, e.Lost)) })
		s.stop = func() { stopMessages(); stopEnd() }
	}
	_, err := ask(d, ctx, "OpenMQTT", func(r device.MQTT) (int, error) {
		var err error
		s.in, err = r.OpenMQTT(ctx, c)
		return n, err
	}, settingsOf(c))
	if err != nil {
		s.stop()
		s.told(event.Event{Kind: event.Refused, Text: err.Error()})
		return nil, err
	}
	s.told(event.Event{Kind: event.Connect, Text: fmt.Sprintf("connected to %s:%d on the tape", c.Host, c.Port)})
	if s.in != nil {
		s.work.Go(s.watch)
	}
	return s, nil
}

// told tells what the script does as the device would that was recorded, which tells it itself while it is.
func (s *session) told(e event.Event) {
	if s.d.pl != nil {
		e.Layer, e.Device = event.Device, s.client
		s.d.opts.Events.Emit(e)
	}
}

// watch notes when a recorded connection ends by itself.
func (s *session) watch() {
	select {
	case <-s.in.Lost():
		err := s.in.Err()
		s.once.Do(func() {
			s.d.rec.said(s.name+".end", s.d.encode(end{err.Error()}))
			s.err = err
			close(s.lost)
		})
	case <-s.lost:
	}
}

func (s *session) finish(why error) {
	s.once.Do(func() {
		s.err = why
		close(s.lost)
		text := "disconnected"
		if !errors.Is(why, device.ErrClosed) {
			text = why.Error()
		}
		s.told(event.Event{Kind: event.Disconnect, Text: text})
	})
}

// call is one call of a connection.
func (s *session) call(ctx context.Context, name string, f func(device.MQTTSession) error, args ...any) error {
	if s.in == nil {
		return do(s.d, ctx, s.name+"."+name, func(device.MQTT) error { return nil }, args...)
	}
	return do(s.d, ctx, s.name+"."+name, func(device.MQTT) error { return f(s.in) }, args...)
}

// Publish is that of a connection.
func (s *session) Publish(ctx context.Context, m device.Message) error {
	err := s.call(ctx, "Publish", func(in device.MQTTSession) error { return in.Publish(ctx, m) }, toTape(m))
	if err == nil {
		s.told(event.Event{Kind: event.Publish, Topic: m.Topic, Payload: m.Payload, QoS: m.QoS, Retain: m.Retain})
	}
	return err
}

// Subscribe is that of a connection.
func (s *session) Subscribe(ctx context.Context, filter string, qos byte) error {
	err := s.call(ctx, "Subscribe", func(in device.MQTTSession) error { return in.Subscribe(ctx, filter, qos) }, filter,
		qos)
	if err == nil {
		s.told(event.Event{Kind: event.Subscribe, Topic: filter, QoS: qos})
	}
	return err
}

// Unsubscribe is that of a connection.
func (s *session) Unsubscribe(ctx context.Context, filter string) error {
	return s.call(ctx, "Unsubscribe", func(in device.MQTTSession) error { return in.Unsubscribe(ctx, filter) }, filter)
}

// Ping is that of a connection. It is not on the tape: when it is sent is a matter of time alone.
func (s *session) Ping(ctx context.Context) error {
	if s.in == nil {
		return s.Err()
	}
	return s.in.Ping(ctx)
}

// Disconnect is that of a connection.
func (s *session) Disconnect(ctx context.Context) error {
	if s.Err() != nil {
		return nil
	}
	s.finish(device.ErrClosed)
	s.work.Wait()
	defer s.stop()
	return s.call(ctx, "Disconnect", func(in device.MQTTSession) error { return in.Disconnect(ctx) })
}

// Close is that of a connection. It is not on the tape: the end of a run closes what is open.
func (s *session) Close() error {
	s.finish(device.ErrClosed)
	s.work.Wait()
	s.stop()
	if s.in == nil {
		return nil
	}
	return s.in.Close()
}

// Lost is closed when the connection has ended.
func (s *session) Lost() <-chan struct{} { return s.lost }

// Err says why the connection ended; nil while it lasts.
func (s *session) Err() error {
	select {
	case <-s.lost:
		return s.err
	default:
		return nil
	}
}
