package devicetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/direct"
)

// payloads are what a parser of lines would trip over.
var payloads = []string{"hello", `{"a": "b", "c": [1,2]}`, "x\r\nOK\r\n+QMTSTAT: 0,1\r\n", "\x00\x1a\x1b\xff> ",
	"\x00\x04\r\n\"温\xff", "温"[:2], strings.Repeat("z", 1024), `"`, ">", "\r\n"}

var mqttChecks = []check{
	of("MQTT.Messages", "all came", func(r device.MQTT, ctx context.Context, e env) (any, error) {
		s, got, err := open(r, ctx, e.Broker, nil)
		if err != nil {
			return nil, err
		}
		if err := s.Subscribe(ctx, "t/#", 1); err != nil {
			return nil, err
		}
		for i, p := range payloads {
			sent := device.Message{Topic: fmt.Sprint("t/", i), Payload: []byte(p), QoS: byte(i % 2)}
			if err := s.Publish(ctx, sent); err != nil {
				return nil, fmt.Errorf("%q: %w", p, err)
			}
			came, err := take(ctx, got, 1)
			if err != nil || came[0].Topic != sent.Topic || string(came[0].Payload) != p {
				return nil, fmt.Errorf("of %q came %+v: %w", p, came, errors.Join(err, errors.New("it differs")))
			}
		}
		return "all came", s.Disconnect(ctx)
	}),
	of("MQTT.Unsubscribe", "a/2", func(r device.MQTT, ctx context.Context, e env) (any, error) {
		s, got, err := open(r, ctx, e.Broker, nil)
		if err != nil {
			return nil, err
		}
		steps := []error{s.Subscribe(ctx, "a/1", 0), s.Subscribe(ctx, "a/2", 0), s.Unsubscribe(ctx, "a/1"), s.Ping(ctx)}
		for _, topic := range []string{"a/1", "a/2"} {
			steps = append(steps, s.Publish(ctx, device.Message{Topic: topic, Payload: []byte("x"), QoS: 1}))
		}
		if err := errors.Join(steps...); err != nil {
			return nil, err
		}
		came, err := take(ctx, got, 1)
		if err != nil {
			return nil, err
		}
		return came[0].Topic, s.Disconnect(ctx)
	}),
	of("MQTT.Will", "gone", func(r device.MQTT, ctx context.Context, e env) (any, error) {
		watcher, got, err := open(r, ctx, e.Broker, nil)
		if err != nil {
			return nil, err
		}
		if err := watcher.Subscribe(ctx, "will", 0); err != nil {
			return nil, err
		}
		s, _, err := open(r, ctx, e.Broker, &device.Message{Topic: "will", Payload: []byte("gone")})
		if err != nil {
			return nil, err
		}
		if err := s.Close(); err != nil {
			return nil, err
		}
		<-s.Lost()
		came, err := take(ctx, got, 1)
		if err != nil {
			return nil, err
		}
		return string(came[0].Payload), watcher.Disconnect(ctx)
	}),
	of("MQTT.Lost", "true", func(r device.MQTT, ctx context.Context, e env) (any, error) {
		s, _, err := open(r, ctx, e.Broker, nil)
		if err != nil {
			return nil, err
		}
		e.do((*direct.Device).DropConnections)
		select {
		case <-s.Lost():
			return errors.Is(s.Err(), device.ErrLost), nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}),
	refusal(1), refusal(2), refusal(3), refusal(4), refusal(5),
	of("MQTT.RefusedFilter", "refused with 128", func(r device.MQTT, ctx context.Context, e env) (any, error) {
		s, _, err := open(r, ctx, e.Broker, nil)
		if err != nil {
			return nil, err
		}
		refused := class(s.Subscribe(ctx, refusedFilter, 0))
		return refused, s.Disconnect(ctx)
	}),
	of("MQTT.Unreachable", "unreachable", func(r device.MQTT, ctx context.Context, _ env) (any, error) {
		_, _, err := open(r, ctx, 1, nil)
		return unless(err)
	}),
}

// open opens a connection, and a channel of the messages that come.
func open(
	r device.MQTT, ctx context.Context, port int, will *device.Message,
) (device.MQTTSession, <-chan device.Message, error) {
	got := make(chan device.Message, 100)
	id := "d"
	if will != nil {
		id = "with-will"
	}
	s, err := r.OpenMQTT(ctx, device.MQTTConfig{Host: "127.0.0.1", Port: port, ClientID: id, KeepAlive: time.Minute,
		CleanSession: true, Will: will, OnMessage: func(m device.Message) { got <- m }})
	return s, got, err
}

// refusal is a server that refuses every connection with a code.
func refusal(code int) check {
	return of(fmt.Sprint("MQTT.Refused ", code), fmt.Sprint("refused with ", code),
		func(r device.MQTT, ctx context.Context, e env) (any, error) {
			_, _, err := open(r, ctx, e.Refuses[code], nil)
			return unless(err)
		})
}

var socketChecks = []check{
	of("Sockets.DialSocket", "hello", func(r device.Sockets, ctx context.Context, e env) (any, error) {
		c, err := r.DialSocket(ctx, "tcp", "127.0.0.1", e.Echo)
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(c, "hello"); err != nil {
			return nil, err
		}
		back := make([]byte, 5)
		if _, err := io.ReadFull(c, back); err != nil {
			return nil, err
		}
		return string(back), c.Close()
	}),
	of("Sockets.Refused", "unreachable", func(r device.Sockets, ctx context.Context, _ env) (any, error) {
		_, err := r.DialSocket(ctx, "tcp", "127.0.0.1", 1)
		return unless(err)
	}),
	of("Sockets.Lookup", "127.0.0.1", func(r device.Sockets, ctx context.Context, _ env) (any, error) {
		return r.Lookup(ctx, "127.0.0.1")
	}),
	of("Sockets.Listen", "listens", func(r device.Sockets, ctx context.Context, _ env) (any, error) {
		l, err := r.Listen(ctx, 0)
		if err != nil {
			return nil, err
		}
		return "listens", l.Close()
	}),
}
