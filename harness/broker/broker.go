// Package broker is an MQTT broker of 3.1, 3.1.1 and 5 that is made to be embedded: whoever embeds it
// decides who may connect, subscribe and publish, and hears what happens, in Rules.
//
// A connection is booked before its CONNACK goes out, and one key has one connection: a newer one ends the
// older and waits until that is put away. No connection waits for another: what a slow one does not take is
// bounded in bytes, and what does not fit is dropped and said.
package broker

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"quecstar/harness/broker/packet"
	"quecstar/harness/wire"
)

// Why a connection ended, as Rules.Offline is told.
var (
	// ErrTakenOver is that a newer connection has the same key.
	ErrTakenOver = errors.New("a newer connection takes its place")
	// ErrClosing is that the broker ends.
	ErrClosing = errors.New("the broker ends")
	// ErrSlow is that a client did not take what was written to it.
	ErrSlow = errors.New("the client does not read what it is sent")
)

// Message is an application message.
type Message struct {
	Topic   string
	Payload []byte
	QoS     byte
	Retain  bool
	// Again says that its sender has sent it before: DUP was set.
	Again bool
	// Props are those of MQTT 5 that travel on.
	Props packet.Properties

	// Expires is when it is too old to be sent; zero for never.
	Expires time.Time
	// For says whether the client of a key may have it, without asking the broker; nil lets all who are subscribed.
	For func(key string) bool

	from *session // who sent it; nil for the embedder
}

// Verdict is what becomes of a client's message.
type Verdict struct {
	// Swallow acknowledges the message and lets nobody have it.
	Swallow bool
	// Mute acknowledges nothing.
	Mute bool
	// Code is the reason of the acknowledgement in MQTT 5.
	Code byte
	// Close ends the connection instead, for this reason.
	Close error
}

// Refusal is why a connection is refused: the code of a CONNACK of the client's version.
type Refusal struct {
	Code byte
}

// Rules are what a broker asks and tells. Those that are nil allow everything and hear nothing. They are
// called with no lock held, in the order of what happens to a connection, and must not wait for another.
type Rules struct {
	// Connect decides about a CONNECT; it may set the client's Key, and take away the will.
	Connect func(c *Client, p *packet.Connect) *Refusal
	// Online hears of a connection before its CONNACK goes out; what is published to it waits behind that.
	Online func(c *Client)
	// Offline hears that it ended; err is nil when the client said so.
	Offline func(c *Client, err error)
	// Subscribe says what filters are granted: each a QoS, or a code from packet.Failure on.
	Subscribe func(c *Client, filters []packet.Filter) []byte
	// Subscribed hears what was granted.
	Subscribed func(c *Client, filters []packet.Filter, codes []byte)
	// Publish decides about a client's message, and may change it.
	Publish func(c *Client, m *Message) Verdict
	// Sent hears what a client was sent, QoS and Retain as it got them.
	Sent func(c *Client, m Message)
	// Dropped hears what a client did not get, and why.
	Dropped func(c *Client, m Message, why string)
}

// Options says how a broker is. The zero value allows everything.
type Options struct {
	Rules Rules
	// MaxPacket is the largest packet that is read, in bytes; 0 is 2,000,000, as Mosquitto's.
	MaxPacket int
	// MaxHeld is how many bytes of messages wait for one client, in its session and towards its connection,
	// each; 0 is 16 MB.
	MaxHeld int
	// MaxRetained is how many bytes of retained messages are kept; 0 is 64 MB.
	MaxRetained int
	// Window is how many messages of QoS 1 and 2 a client of MQTT 3 is sent before it acknowledges; 0 is 20.
	Window int
	// ConnectTimeout is how long a connection may take for its CONNECT; 0 is 10 s.
	ConnectTimeout time.Duration
	// PacketTimeout is how long a packet that has begun may take to come, and one to be taken; 0 is 60 s.
	PacketTimeout time.Duration
	// Retry, when its Wait is not 0, sends messages of QoS 1 again while they are not acknowledged.
	Retry Retry
	// Changed hears that what Saved has of a key may be another; nil where nobody wants to know. It is called with the
	// broker's lock held, and must not call the broker.
	Changed func(key string)
	// Network is where Listen listens; this host's when nil.
	Network wire.Network
}

// Retry is how messages of QoS 1 are sent again on one connection, which MQTT leaves to the server of
// MQTT 3. A message that is not acknowledged outlives its session.
type Retry struct {
	// Wait is between two sends, of which a series has Sends.
	Wait  time.Duration
	Sends int
	// A client that comes online or subscribes gets Rounds series of what it owes, one every Round.
	Round  time.Duration
	Rounds int
}

// Broker is a running broker.
type Broker struct {
	opts      Options
	rules     Rules
	listeners []net.Listener
	work      sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	clients  map[*Client]bool   // all connections
	owners   map[string]*Client // the connection of each key, from its CONNACK until it is put away
	arrivals int                // counts connections
	orders   []*Order
	unnamed  int // clients without an id so far
	sessions map[string]*session
	root     *node // subscriptions
	turn     int   // of shared subscriptions
	retained map[string]*Message
	kept     int      // bytes of retained messages
	notes    []func() // what is told when mu is free
}

// New makes a broker. Close ends it.
func New(o Options) *Broker {
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	def(&o.MaxPacket, 2_000_000)
	def(&o.MaxHeld, 16<<20)
	def(&o.MaxRetained, 64<<20)
	def(&o.Window, 20)
	if o.ConnectTimeout == 0 {
		o.ConnectTimeout = 10 * time.Second
	}
	if o.PacketTimeout == 0 {
		o.PacketTimeout = time.Minute
	}
	return &Broker{opts: o, rules: o.Rules, clients: map[*Client]bool{}, owners: map[string]*Client{},
		sessions: map[string]*session{}, root: &node{}, retained: map[string]*Message{}}
}

// Listen serves MQTT at a TCP address, over TLS when config is not nil, until Close. It returns where.
func (b *Broker) Listen(addr string, config *tls.Config) (string, error) {
	l, err := wire.Or(b.opts.Network).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return "", fmt.Errorf("mqtt broker: %w", err)
	}
	at := l.Addr().String()
	if config != nil {
		l = tls.NewListener(l, config)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return "", errors.Join(ErrClosing, l.Close())
	}
	b.listeners = append(b.listeners, l)
	b.work.Go(func() { b.accept(l) })
	return at, nil
}

// accept serves connections until the listener closes. A failure that passes, such as too many open
// files, is waited out.
func (b *Broker) accept(l net.Listener) {
	for {
		nc, err := l.Accept()
		if err == nil {
			b.Serve(nc)
			continue
		}
		var ne net.Error
		if errors.Is(err, net.ErrClosed) || !errors.As(err, &ne) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Serve serves one connection, without waiting for its end.
func (b *Broker) Serve(nc net.Conn) {
	c := newClient(b, nc)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		_ = nc.Close()
		return
	}
	b.clients[c] = true
	b.work.Go(c.serve)
}

// Close ends all connections and the broker, and waits for them.
func (b *Broker) Close() error {
	b.mu.Lock()
	b.closed = true
	var errs []error
	for _, l := range b.listeners {
		errs = append(errs, l.Close())
	}
	b.listeners = nil
	for c := range b.clients {
		c.end(ErrClosing, packet.ServerShuttingDown)
	}
	for _, s := range b.sessions {
		s.stopTimers()
	}
	b.mu.Unlock()
	b.work.Wait()
	return errors.Join(errs...)
}

// unlock frees the lock and tells what waited for that.
func (b *Broker) unlock() {
	notes := b.notes
	b.notes = nil
	b.mu.Unlock()
	for _, tell := range notes {
		tell()
	}
}

// dropped notes a message that a client does not get. b.mu is held.
func (b *Broker) dropped(c *Client, m *Message, why string) {
	if b.rules.Dropped != nil && c != nil {
		b.notes = append(b.notes, func() { b.rules.Dropped(c, *m, why) })
	}
}

// Publish sends a message to whoever is subscribed, and reports to how many.
func (b *Broker) Publish(m Message) int {
	b.mu.Lock()
	defer b.unlock()
	return b.route(&m)
}
