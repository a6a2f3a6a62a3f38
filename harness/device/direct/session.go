package direct

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/eclipse/paho.mqtt.golang/packets"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// goodbye bounds how long a DISCONNECT may take to get out.
const goodbye = 500 * time.Millisecond

// session is one MQTT connection of this host. Paho's client makes and keeps it; what a broken or
// hostile connection needs beyond that is in wire and numbering, which are around it.
type session struct {
	dev     *Device
	cfg     device.MQTTConfig
	client  paho.Client
	wire    *checkedConn
	numbers *numbering

	started chan struct{} // closed when the CONNECT event is out, so that messages come behind it
	turn    chan struct{} // holds one token while a packet is handed to paho, and for good behind the end
	leaving atomic.Bool   // DISCONNECT is on its way: however the connection ends now, this side ended it
	once    sync.Once
	lost    chan struct{}
	err     error // set before lost is closed
}

var _ device.MQTTSession = (*session)(nil)

func newSession(d *Device, c device.MQTTConfig, conn net.Conn) *session {
	s := &session{dev: d, cfg: c, numbers: &numbering{Store: paho.NewMemoryStore(), waiting: map[uint16]*exchange{}},
		started: make(chan struct{}), turn: make(chan struct{}, 1), lost: make(chan struct{})}
	s.wire = newCheckedConn(s, conn)
	s.client = paho.NewClient(s.options())
	return s
}

// receive takes a message from paho, which waits for it: order is kept. Paho hands out a message at
// QoS 2 whenever it comes; one that came already is but acknowledged (MQTT 3.1.1, section 4.3.3).
func (s *session) receive(m paho.Message) {
	defer s.wire.passed.Done()
	select {
	case <-s.started:
	case <-s.lost:
	}
	if s.Err() != nil || m.Qos() == 2 && !s.numbers.mem.first(m.MessageID()) {
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
	what := "publish to " + m.Topic
	if err := checkMessage(m); err != nil {
		return err
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	again := device.InFlight{}
	said := event.Event{Kind: event.Publish, Topic: m.Topic, Payload: m.Payload, QoS: m.QoS, Retain: m.Retain,
		Where: event.Place(ctx)}
	if m.Again != nil {
		again, said.Text = *m.Again, event.Again
	}
	if m.QoS == 2 && m.Again != nil && (!s.wire.resumed || again.ID == 0) {
		return fmt.Errorf("%s: %w while it was in flight, and the server has forgotten the session: it is not known "+
			"whether it arrived, "+
			"and at QoS 2 it is not sent twice", what, device.ErrLost)
	}
	s.emit(said)
	hand := func() paho.Token { return s.client.Publish(m.Topic, m.QoS, m.Retain, m.Payload) }
	if m.QoS == 0 {
		return s.await(ctx, what, nil, hand)
	}
	if again.Received {
		hand = func() paho.Token { s.wire.release(again.ID); return &paho.DummyToken{} }
	}
	x := &exchange{ends: packets.Puback, dup: m.Again != nil, InFlight: again}
	if m.QoS == 2 {
		x.ends = packets.Pubcomp
	}
	err := s.await(ctx, what, x, hand)
	if errors.Is(err, device.ErrLost) {
		return &device.InFlightError{InFlight: s.numbers.state(x), Err: err}
	}
	return err
}

// Subscribe asks for the messages that match a filter.
func (s *session) Subscribe(ctx context.Context, filter string, qos byte) error {
	s.emit(event.Event{Kind: event.Subscribe, Topic: filter, QoS: qos, Where: event.Place(ctx)})
	x := &exchange{ends: packets.Suback}
	err := s.request(ctx, "subscribe to "+filter, filter, qos, x,
		func() paho.Token { return s.client.Subscribe(filter, qos, nil) })
	if err == nil && x.code == 0x80 {
		err = &device.RefusedError{Code: 0x80, What: filter}
	}
	if err != nil {
		s.emit(event.Event{Kind: event.Failure, Topic: filter, Text: err.Error()})
	}
	return err
}

// Unsubscribe ends a subscription.
func (s *session) Unsubscribe(ctx context.Context, filter string) error {
	return s.request(ctx, "unsubscribe from "+filter, filter, 0, &exchange{ends: packets.Unsuback},
		func() paho.Token { return s.client.Unsubscribe(filter) })
}

// request hands what asks for a filter to paho and waits for the answer.
func (s *session) request(
	ctx context.Context, what, filter string, qos byte, x *exchange, hand func() paho.Token,
) error {
	if err := checkFilter(filter, qos); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return s.await(ctx, what, x, hand)
}

// await hands a packet to paho and waits until it is acknowledged, or written where x is nil.
func (s *session) await(ctx context.Context, what string, x *exchange, hand func() paho.Token) error {
	if x != nil && !s.numbers.enter(x) {
		return fmt.Errorf("%s: %w: 65,535 packets wait for the server's acknowledgement already", what, device.ErrNotReady)
	}
	token, err := s.hand(ctx, what, x, hand)
	if err != nil {
		if x != nil {
			s.numbers.drop(x)
		}
		return fmt.Errorf("%s: %w", what, err)
	}
	done := token.Done()
	if x != nil {
		done = x.done
	}
	select {
	case <-done:
	case <-s.lost:
	case <-ctx.Done():
		if x == nil {
			s.giveUp(what)
		}
		return fmt.Errorf("%s: %w", what, waitError(ctx))
	}
	if x == nil && s.wire.broken.Load() {
		<-s.lost
		return fmt.Errorf("%s: %w", what, s.err)
	}
	select {
	case <-done: // also just before the end
		return nil
	default:
		return fmt.Errorf("%s: %w", what, s.err)
	}
}

// giveUp ends the connection: a packet that waits for a full one cannot be taken back.
func (s *session) giveUp(what string) {
	s.fail(fmt.Errorf("%w: %s was given up while it was written", device.ErrLost, what))
}

// hand gives a packet to paho.
func (s *session) hand(ctx context.Context, what string, x *exchange, hand func() paho.Token) (paho.Token, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer func() { <-s.turn }()
	if s.leaving.Load() {
		return nil, device.ErrClosed
	}
	stop := context.AfterFunc(ctx, func() { s.giveUp(what) })
	defer stop()
	s.numbers.entering = x
	token := hand()
	if err := token.Error(); err != nil {
		return nil, fmt.Errorf("%w: %w", device.ErrLost, err)
	}
	return token, nil
}

// enter waits for the turn to hand a packet to paho.
func (s *session) enter(ctx context.Context) error {
	if ctx.Err() != nil {
		return waitError(ctx)
	}
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-s.lost:
		return s.err
	case <-ctx.Done():
		return waitError(ctx)
	}
}

func waitError(ctx context.Context) error {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return device.ErrTimeout
	}
	return context.Cause(ctx)
}

// Ping sends a PINGREQ (MQTT 3.1.1, section 3.12), which paho does only by itself.
func (s *session) Ping(context.Context) error {
	if err := s.Err(); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	if s.wire.ping(writeTimeout) != nil {
		<-s.lost
		return fmt.Errorf("ping: %w", s.err)
	}
	return nil
}

// Disconnect says goodbye and ends the connection.
func (s *session) Disconnect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, goodbye)
	defer cancel()
	err := s.enter(ctx)
	if s.Err() != nil {
		return nil
	}
	s.leaving.Store(true)
	if err == nil {
		<-s.turn
		s.client.Disconnect(uint(goodbye.Milliseconds()))
	}
	return s.Close()
}

// Close ends the connection without a word.
func (s *session) Close() error {
	s.fail(device.ErrClosed)
	return nil
}

// drop ends the connection as a network does that loses it.
func (s *session) drop(why string) { s.fail(fmt.Errorf("%w: %s", device.ErrLost, why)) }

// fail ends the connection and notes, once, why it ended.
func (s *session) fail(why error) {
	s.once.Do(func() {
		if s.leaving.Load() {
			why = device.ErrClosed
		}
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
	_ = s.wire.Close() // the other side may have closed it already
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

func (s *session) emit(e event.Event) {
	e.Device = s.cfg.ClientID
	s.dev.emit(e)
}
