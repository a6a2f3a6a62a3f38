package mqttclient

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/pause"
)

// Options says how a client works. MQTT and Config are needed.
type Options struct {
	// MQTT makes the connections.
	MQTT device.MQTT
	// Config is handed to it; OnMessage is the client's own.
	Config device.MQTTConfig
	// Reconnect has a lost connection made again, with all subscriptions, until Disconnect or Close.
	Reconnect bool
	// Backoff is how long to wait before the n-th attempt to reconnect, n from 0 on;
	// DefaultBackoff when nil.
	Backoff func(n int) time.Duration
	// Sleep waits, on the run's clock; a timer of the host when nil.
	Sleep func(ctx context.Context, d time.Duration) error
	// Events takes warnings; nil means nobody listens.
	Events event.Sink
	// OnChange is called when the connection is lost or comes back, from the client's own
	// goroutine, which waits for it.
	OnChange func(Change)
}

// Change is what happened to the connection.
type Change struct {
	// State is the new state: Lost, Reconnecting or Connected.
	State State
	// Err says why the connection was lost.
	Err error
}

// State is the state of a client.
type State int

// The states of a client.
const (
	Idle         State = iota // not connected yet, or the last attempt failed
	Connecting                // Connect is at work
	Connected                 // connected
	Reconnecting              // the connection was lost and is being made again
	Lost                      // the connection was lost for good
	Closed                    // the connection was ended from this side
)

// MaxInbox is how many messages may wait for a script that does not take them; later ones are
// dropped with a warning.
const MaxInbox = 65536

// Client is one MQTT client. Its methods may be called from any goroutine.
type Client struct {
	opts Options

	mu      sync.Mutex
	state   State
	session device.MQTTSession
	err     error              // why the state is Lost or, after a failed Connect, Idle
	life    context.Context    // of the present connection and of those that take its place
	cancel  context.CancelFunc // ends life, and with it their keeper
	clean   bool               // the present session is one that the server forgets
	filters []subscription
	inbox   []device.Message
	full    bool          // a message was dropped, and the warning given
	grown   chan struct{} // closed when the inbox or the state changes; nil when nobody waits

	outbox    []*outgoing // messages at QoS 1 and 2 on their way, in the order of their sending
	resending bool        // what an earlier connection left behind is being sent, and goes first

	attempts sync.WaitGroup // of the outbox, on the present connection
	work     sync.WaitGroup
}

type subscription struct {
	filter string
	qos    byte
}

// New makes a client. It starts nothing.
func New(o Options) *Client {
	if o.Backoff == nil {
		o.Backoff = DefaultBackoff
	}
	if o.Sleep == nil {
		o.Sleep = pause.For
	}
	return &Client{opts: o}
}

// DefaultBackoff waits a quarter of a second, then twice as long each time, up to ten seconds.
func DefaultBackoff(n int) time.Duration {
	const first, most = 250 * time.Millisecond, 10 * time.Second
	if n > 5 {
		return most
	}
	return min(first<<n, most)
}

// Connect makes the connection; one that is there already is ended first. What that left in flight
// is sent again, unless the session is to be a clean one.
func (c *Client) Connect(ctx context.Context, cleanSession bool) error {
	c.end(Connecting, func(s device.MQTTSession) { _ = s.Close() })
	c.attempts.Wait()
	if cleanSession {
		c.giveUp("the script asks for a clean session")
	}
	cfg := c.config(cleanSession)
	s, err := c.opts.MQTT.OpenMQTT(ctx, cfg)
	if err != nil {
		c.end(Idle, nil)
		c.mu.Lock()
		c.err = err
		c.mu.Unlock()
		return err
	}
	// The keeper outlives this call: it ends with Disconnect, Close or the loss of the connection.
	keep, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c.mu.Lock()
	c.session, c.err, c.life, c.cancel, c.clean = s, nil, keep, cancel, cleanSession
	c.setState(Connected)
	c.mu.Unlock()
	c.work.Add(1)
	go c.keep(keep, s, cfg)
	return nil
}

func (c *Client) config(cleanSession bool) device.MQTTConfig {
	cfg := c.opts.Config
	cfg.CleanSession = cleanSession
	cfg.OnMessage = c.take
	return cfg
}

// SetWill sets what the server publishes when the next connection breaks.
func (c *Client) SetWill(m *device.Message) { c.opts.Config.Will = m }

// State returns the client's state.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.noticed()
	return c.state
}

// noticed takes note of a connection that has ended, of which the keeper is about to hear: who was
// told of the end finds no connection behind it. The caller holds mu.
func (c *Client) noticed() {
	if c.state != Connected || c.session.Err() == nil {
		return
	}
	c.err = c.session.Err()
	next := Lost
	if c.opts.Reconnect && !errors.Is(c.err, device.ErrGone) {
		next = Reconnecting
	}
	c.setState(next)
	c.stranded()
}

// setState changes the state and wakes who waits. The caller holds mu.
func (c *Client) setState(s State) {
	c.state = s
	c.wake()
}

// growth is closed at the next change of the inbox or the state. The caller holds mu.
func (c *Client) growth() <-chan struct{} {
	if c.grown == nil {
		c.grown = make(chan struct{})
	}
	return c.grown
}

func (c *Client) wake() {
	if c.grown != nil {
		close(c.grown)
		c.grown = nil
	}
}

// current returns the session to send on.
func (c *Client) current(what string) (device.MQTTSession, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.noticed()
	switch c.state {
	case Connected:
		return c.session, nil
	case Reconnecting:
		return nil, fmt.Errorf("%s: %w: the client is reconnecting", what, device.ErrLost)
	}
	return nil, fmt.Errorf("%s: %w", what, c.over())
}

// Err says why the client is not connected; nil while it is, or is about to be.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.noticed()
	return c.over()
}

// over says why no message can come any more. The caller holds mu.
func (c *Client) over() error {
	switch {
	case c.state == Lost:
		return c.err
	case c.state == Closed:
		return fmt.Errorf("%w: the client was disconnected", device.ErrClosed)
	case c.state == Idle && c.err != nil:
		return fmt.Errorf("the client is not connected: connect() failed: %w", c.err)
	case c.state == Idle:
		return fmt.Errorf("%w: the client is not connected: call connect() first", device.ErrClosed)
	}
	return nil
}

// Publish sends a message and waits until it is written (QoS 0) or acknowledged. At QoS 1 and 2 it
// waits for a client that is reconnecting. A message that is in flight when the connection ends is
// sent again by the next one, if that comes by itself or goes on with the session: marked as such,
// or as a new one where the server begins a new session. It stays in flight when ctx ends first, and
// an event says what became of it. At QoS 2 nothing is sent twice that might have arrived: the error
// says so.
func (c *Client) Publish(ctx context.Context, m device.Message) error {
	if m.QoS > 0 {
		return c.publishAcked(ctx, m)
	}
	s, err := c.current("publish to " + m.Topic)
	if err != nil {
		return err
	}
	return s.Publish(ctx, m)
}

// Subscribe asks for messages, now and after every reconnection.
func (c *Client) Subscribe(ctx context.Context, filter string, qos byte) error {
	c.remember(filter, qos)
	s, err := c.current("subscribe to " + filter)
	if err != nil {
		return err
	}
	err = s.Subscribe(ctx, filter, qos)
	if errors.Is(err, device.ErrRefused) || errors.Is(err, device.ErrConfig) {
		c.forget(filter)
	}
	return err
}

// Unsubscribe ends a subscription.
func (c *Client) Unsubscribe(ctx context.Context, filter string) error {
	c.forget(filter)
	s, err := c.current("unsubscribe from " + filter)
	if err != nil {
		return err
	}
	return s.Unsubscribe(ctx, filter)
}

func (c *Client) remember(filter string, qos byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.filters {
		if c.filters[i].filter == filter {
			c.filters[i].qos = qos
			return
		}
	}
	c.filters = append(c.filters, subscription{filter, qos})
}

func (c *Client) forget(filter string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.filters {
		if c.filters[i].filter == filter {
			c.filters = append(c.filters[:i:i], c.filters[i+1:]...)
			return
		}
	}
}

// Ping asks the server for a sign of life and does not wait for it.
func (c *Client) Ping(ctx context.Context) error {
	s, err := c.current("ping")
	if err != nil {
		return err
	}
	return s.Ping(ctx)
}

// Disconnect says goodbye, ends the connection and forgets the subscriptions, the inbox and, with a
// warning, what is in flight.
func (c *Client) Disconnect(ctx context.Context) error {
	var err error
	c.end(Closed, func(s device.MQTTSession) { err = s.Disconnect(ctx) })
	c.giveUp("the script disconnects")
	c.mu.Lock()
	c.filters, c.inbox, c.full = nil, nil, false
	c.mu.Unlock()
	return err
}

// Close ends the connection without a word: the client is Lost, with an error of class
// device.ErrClosed. It remembers its subscriptions: they come back when it reconnects by itself
// after a later Connect.
func (c *Client) Close() error {
	var err error
	c.end(Lost, func(s device.MQTTSession) { err = s.Close() })
	return err
}

// Wait returns when the client's goroutines have ended, which they do after Disconnect or Close. It
// must not be called from OnChange.
func (c *Client) Wait() { c.work.Wait() }

// end leaves the present connection.
func (c *Client) end(next State, how func(device.MQTTSession)) {
	c.mu.Lock()
	s, cancel := c.session, c.cancel
	c.session, c.cancel = nil, nil
	if c.state != Idle || next == Connecting {
		c.setState(next)
	}
	if next == Lost {
		c.err = fmt.Errorf("%w: the client's socket was closed by the script", device.ErrClosed)
		c.stranded()
	}
	c.mu.Unlock()
	if s != nil {
		how(s)
	}
	if cancel != nil {
		cancel()
	}
}
