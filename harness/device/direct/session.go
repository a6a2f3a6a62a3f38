package direct

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

const (
	// writeTimeout bounds how long a full connection may hold a packet up.
	writeTimeout = 30 * time.Second
	// goodbye bounds how long a DISCONNECT may take to get out.
	goodbye = 500 * time.Millisecond
)

// session is one MQTT connection of this host. Its packets are those of paho.mqtt.golang; paho's
// client is not used: it cannot send a message again by its identifier, forgets that PUBREC came,
// hands out messages at QoS 3, and notices a dead connection later than 1.5 times the keepalive.
type session struct {
	dev     *Device
	cfg     device.MQTTConfig
	wire    net.Conn
	in      *bufio.Reader
	mem     *memory
	resumed bool // the server goes on with an earlier session

	writing     chan struct{} // holds one token while a packet is written
	heard, said atomic.Int64  // when the last packet came and went, as Unix nanoseconds

	mu      sync.Mutex
	waiting map[uint16]*exchange

	leaving atomic.Bool // DISCONNECT is on its way: however the connection ends now, this side ended it
	once    sync.Once
	lost    chan struct{}
	err     error // set before lost is closed
}

var _ device.MQTTSession = (*session)(nil)

// memory is what a session keeps from one connection to the next (MQTT 3.1.1, section 4.1).
type memory struct {
	mu sync.Mutex
	// lastID is the identifier that was given last: they do not begin anew, so that a message that
	// is sent again meets no other of its number.
	lastID uint16
	// received are the messages at QoS 2 that came, and that the server has not released.
	received map[uint16]struct{}
}

// exchange is a packet that waits for its acknowledgement.
type exchange struct {
	ends byte        // the type of packet that ends it
	done chan []byte // takes that packet's body
	// received says that PUBREC came.
	received atomic.Bool
}

func newSession(d *Device, c device.MQTTConfig, wire net.Conn) *session {
	s := &session{dev: d, cfg: c, wire: wire, in: bufio.NewReader(wire), mem: &memory{received: map[uint16]struct{}{}},
		writing: make(chan struct{}, 1), waiting: map[uint16]*exchange{}, lost: make(chan struct{})}
	s.touch(&s.heard)
	s.touch(&s.said)
	return s
}

func (s *session) touch(t *atomic.Int64) { t.Store(time.Now().UnixNano()) }

// Publish sends a message.
func (s *session) Publish(ctx context.Context, m device.Message) error {
	what := "publish to " + m.Topic
	if err := checkMessage(m); err != nil {
		return err
	}
	if err := s.ended(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	again := device.InFlight{}
	said := event.Event{Kind: event.Publish, Topic: m.Topic, Payload: m.Payload, QoS: m.QoS, Retain: m.Retain}
	if m.Again != nil {
		again, said.Text = *m.Again, "sent again"
	}
	if m.QoS == 2 && m.Again != nil && (!s.resumed || again.ID == 0) {
		return fmt.Errorf("%s: %w while it was in flight, and the server has forgotten the session: it is not known whether it arrived, "+
			"and at QoS 2 it is not sent twice", what, device.ErrLost)
	}
	s.emit(said)
	p := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	p.TopicName, p.Payload, p.Qos, p.Retain, p.Dup = m.Topic, m.Payload, m.QoS, m.Retain, m.Again != nil
	if m.QoS == 0 {
		return s.send(ctx, what, p)
	}
	x := &exchange{ends: packets.Puback}
	if m.QoS == 2 {
		x.ends = packets.Pubcomp
	}
	x.received.Store(again.Received)
	if err := s.enter(x, again.ID, func(id uint16) { p.MessageID, again.ID = id, id }); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	var first packets.ControlPacket = p
	if again.Received {
		first = ack(packets.Pubrel, again.ID)
	}
	_, err := s.await(ctx, what, first, again.ID, x)
	if errors.Is(err, device.ErrLost) {
		return &device.InFlightError{InFlight: device.InFlight{ID: again.ID, Received: x.received.Load()}, Err: err}
	}
	return err
}

// Subscribe asks for the messages that match a filter.
func (s *session) Subscribe(ctx context.Context, filter string, qos byte) error {
	s.emit(event.Event{Kind: event.Subscribe, Topic: filter, QoS: qos})
	p := packets.NewControlPacket(packets.Subscribe).(*packets.SubscribePacket)
	p.Topics, p.Qoss = []string{filter}, []byte{qos}
	code, err := s.request(ctx, "subscribe to "+filter, filter, qos, packets.Suback, p, func(id uint16) { p.MessageID = id })
	if err == nil && code[2] == 0x80 {
		err = &device.RefusedError{Code: 0x80, What: filter}
	}
	if err != nil {
		s.emit(event.Event{Kind: event.Failure, Topic: filter, Text: err.Error()})
	}
	return err
}

// Unsubscribe ends a subscription.
func (s *session) Unsubscribe(ctx context.Context, filter string) error {
	p := packets.NewControlPacket(packets.Unsubscribe).(*packets.UnsubscribePacket)
	p.Topics = []string{filter}
	_, err := s.request(ctx, "unsubscribe from "+filter, filter, 0, packets.Unsuback, p, func(id uint16) { p.MessageID = id })
	return err
}

// request sends what asks for a filter, and returns the body of the answer.
func (s *session) request(ctx context.Context, what, filter string, qos, ends byte, p packets.ControlPacket, number func(uint16)) ([]byte, error) {
	if err := checkFilter(filter, qos); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	x := &exchange{ends: ends}
	var id uint16
	if err := s.enter(x, 0, func(n uint16) { id = n; number(n) }); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return s.await(ctx, what, p, id, x)
}

// enter gives an exchange its identifier: the wanted one, or a new one where that is 0 or in use.
func (s *session) enter(x *exchange, want uint16, number func(uint16)) error {
	x.done = make(chan []byte, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, used := s.waiting[want]; want == 0 || used {
		if len(s.waiting) >= 65535 {
			return fmt.Errorf("%w: 65,535 packets wait for the server's acknowledgement already", device.ErrNotReady)
		}
		for used := true; used; _, used = s.waiting[want] {
			want = s.mem.next()
		}
	}
	s.waiting[want] = x
	number(want)
	return nil
}

// next is the next identifier, 1 to 65,535.
func (m *memory) next() uint16 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lastID = m.lastID%65535 + 1
	return m.lastID
}

// await sends a packet and waits for what acknowledges it.
func (s *session) await(ctx context.Context, what string, p packets.ControlPacket, id uint16, x *exchange) ([]byte, error) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.waiting[id] == x {
			delete(s.waiting, id)
		}
	}()
	if err := s.send(ctx, what, p); err != nil {
		return nil, err
	}
	select {
	case body := <-x.done:
		return body, nil
	case <-s.lost:
	case <-ctx.Done():
		return nil, waitError(ctx, what)
	}
	select {
	case body := <-x.done: // it came just before the end
		return body, nil
	default:
		return nil, fmt.Errorf("%s: %w", what, s.err)
	}
}

// send writes a packet. One that waits for a full connection cannot be taken back: giving up ends
// the connection.
func (s *session) send(ctx context.Context, what string, p packets.ControlPacket) error {
	select {
	case s.writing <- struct{}{}:
	case <-s.lost:
		return fmt.Errorf("%s: %w", what, s.err)
	case <-ctx.Done():
		return waitError(ctx, what)
	}
	stop := context.AfterFunc(ctx, func() { s.fail(fmt.Errorf("%w: %s was given up while it was written", device.ErrLost, what)) })
	err := s.write(p, writeTimeout)
	stop()
	<-s.writing
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return waitError(ctx, what)
	}
	<-s.lost
	return fmt.Errorf("%s: %w", what, s.err)
}

// write writes a packet. What cannot be written ends the connection: at once where the time is up,
// else when everything is read that the server sent before.
func (s *session) write(p packets.ControlPacket, limit time.Duration) error {
	_ = s.wire.SetWriteDeadline(time.Now().Add(limit)) // fails on a closed connection, as the write does
	err := p.Write(s.wire)
	s.touch(&s.said)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.fail(fmt.Errorf("%w: the connection took nothing for %v", device.ErrLost, limit))
	}
	return err
}

func waitError(ctx context.Context, what string) error {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", what, device.ErrTimeout)
	}
	return context.Cause(ctx)
}

// Ping sends a PINGREQ (MQTT 3.1.1, section 3.12).
func (s *session) Ping(ctx context.Context) error {
	return s.send(ctx, "ping", packets.NewControlPacket(packets.Pingreq))
}

// Disconnect says goodbye and ends the connection.
func (s *session) Disconnect(ctx context.Context) error {
	if s.ended() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, goodbye)
	defer cancel()
	s.leaving.Store(true)
	_ = s.send(ctx, "disconnect", packets.NewControlPacket(packets.Disconnect)) // the connection ends either way
	return s.Close()
}

// Close ends the connection without a word.
func (s *session) Close() error {
	s.fail(device.ErrClosed)
	return nil
}

// drop ends the connection as a network does that loses it.
func (s *session) drop(why string) { s.fail(fmt.Errorf("%w: %s", device.ErrLost, why)) }

// fail ends the connection.
func (s *session) fail(why error) {
	s.finish(why)
	_ = s.wire.Close() // the other side may have closed it already
}

// finish notes, once, why the connection ended.
func (s *session) finish(why error) {
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
