package mqttclient

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeStack is an MQTT stack whose connections do what a test says.
type fakeStack struct {
	mu       sync.Mutex
	refuse   []error // what the next attempts fail with
	deny     error   // what every attempt fails with; nil for none
	silent   bool    // the next sessions are
	attempts int
	opened   chan *fakeSession
}

func newStack() *fakeStack { return &fakeStack{opened: make(chan *fakeSession, 10)} }

func (f *fakeStack) OpenMQTT(_ context.Context, c device.MQTTConfig) (device.MQTTSession, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.attempts++
	if f.deny != nil {
		return nil, f.deny
	}
	if len(f.refuse) > 0 {
		err := f.refuse[0]
		f.refuse = f.refuse[1:]
		if err != nil {
			return nil, err
		}
	}
	s := &fakeSession{cfg: c, lost: make(chan struct{}), flying: make(chan string, 10), silent: f.silent}
	f.opened <- s
	return s, nil
}

type fakeSession struct {
	cfg  device.MQTTConfig
	mu   sync.Mutex
	log  []string
	once sync.Once
	lost chan struct{}
	err  error
	fail error // what Subscribe fails with

	// silent has messages at QoS 1 and 2 wait in flight until they are acknowledged by name or the
	// session ends.
	silent  bool
	flights sync.Map // chan struct{} by topic
	flying  chan string
}

// ack acknowledges a message in flight.
func (s *fakeSession) ack(topic string) {
	acked, _ := s.flights.LoadOrStore(topic, make(chan struct{}))
	close(acked.(chan struct{}))
}

func (s *fakeSession) note(format string, args ...any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, fmt.Sprintf(format, args...))
	return nil
}

func (s *fakeSession) notes() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.log, ", ")
}

func (s *fakeSession) end(err error) { s.once.Do(func() { s.err = err; close(s.lost) }) }

func (s *fakeSession) Publish(ctx context.Context, m device.Message) error {
	text := "publish " + m.Topic
	if m.Again != nil {
		text += fmt.Sprintf(" again %d", m.Again.ID)
	}
	_ = s.note("%s", text)
	if !s.silent || m.QoS == 0 {
		return nil
	}
	acked, _ := s.flights.LoadOrStore(m.Topic, make(chan struct{}))
	s.flying <- m.Topic
	select {
	case <-acked.(chan struct{}):
		return nil
	case <-s.lost:
		return &device.InFlightError{InFlight: device.InFlight{ID: 7}, Err: s.err}
	case <-ctx.Done():
		return fmt.Errorf("publish: %w", device.ErrTimeout)
	}
}

func (s *fakeSession) Subscribe(_ context.Context, filter string, qos byte) error {
	_ = s.note("subscribe %s %d", filter, qos)
	return s.fail
}

func (s *fakeSession) Unsubscribe(_ context.Context, filter string) error {
	return s.note("unsubscribe %s", filter)
}

func (s *fakeSession) Ping(context.Context) error { return s.note("ping") }

func (s *fakeSession) Disconnect(context.Context) error {
	s.end(device.ErrClosed)
	return s.note("disconnect")
}

func (s *fakeSession) Close() error {
	s.end(device.ErrClosed)
	return s.note("close")
}

func (s *fakeSession) Lost() <-chan struct{} { return s.lost }
func (s *fakeSession) Err() error            { return s.err }

// start returns a connected client, its stack and its first session.
func start(t *testing.T, o Options) (*Client, *fakeStack, *fakeSession) {
	t.Helper()
	stack := newStack()
	o.MQTT = stack
	o.Backoff = func(int) time.Duration { return 0 }
	c := New(o)
	t.Cleanup(func() { _ = c.Close(); c.Wait() })
	if err := c.Connect(ctx(t), true); err != nil {
		t.Fatal(err)
	}
	return c, stack, <-stack.opened
}

func ctx(t *testing.T) context.Context {
	t.Helper()
	c, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return c
}

var errBroken = fmt.Errorf("%w: broken", device.ErrLost)

func TestReconnectKeepsTryingAndSubscribesAgain(t *testing.T) {
	changes := make(chan Change, 10)
	c, stack, first := start(t, Options{Reconnect: true, OnChange: func(ch Change) { changes <- ch }})
	for i, f := range []string{"a", "b", "gone", "a"} {
		if err := c.Subscribe(ctx(t), f, byte(i%2)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Unsubscribe(ctx(t), "gone"); err != nil {
		t.Fatal(err)
	}
	stack.mu.Lock()
	stack.refuse = []error{errors.New("no"), &device.RefusedError{Code: 3}, nil}
	stack.mu.Unlock()
	first.end(errBroken)
	second := <-stack.opened
	if ch := <-changes; ch.State != Reconnecting || !errors.Is(ch.Err, device.ErrLost) {
		t.Errorf("first change %+v", ch)
	}
	if ch := <-changes; ch.State != Connected {
		t.Errorf("second change %+v", ch)
	}
	if got, want := second.notes(), "subscribe a 1, subscribe b 1"; got != want {
		t.Errorf("the new session did %q, want %q", got, want)
	}
	if stack.attempts != 4 || c.State() != Connected {
		t.Errorf("%d attempts, state %v", stack.attempts, c.State())
	}
	if err := c.Publish(ctx(t), device.Message{Topic: "x"}); err != nil || !strings.Contains(second.notes(), "publish x") {
		t.Errorf("publish: %v", err)
	}
}

func TestLossForGood(t *testing.T) {
	changes := make(chan Change, 1)
	c, _, s := start(t, Options{OnChange: func(ch Change) { changes <- ch }})
	s.cfg.OnMessage(device.Message{Topic: "a"})
	s.end(errBroken)
	if ch := <-changes; ch.State != Lost {
		t.Errorf("change %+v", ch)
	}
	if m, err := c.Next(ctx(t), nil); err != nil || m.Topic != "a" {
		t.Errorf("a message that came before the loss: %+v, %v", m, err)
	}
	if _, err := c.Next(ctx(t), nil); !errors.Is(err, device.ErrLost) {
		t.Errorf("next: %v", err)
	}
	if _, _, err := c.TryNext(nil); !errors.Is(err, device.ErrLost) {
		t.Errorf("try: %v", err)
	}
	if err := c.Publish(ctx(t), device.Message{}); !errors.Is(err, device.ErrLost) {
		t.Errorf("publish: %v", err)
	}
}

func TestWaitersWakeUp(t *testing.T) {
	cases := []struct {
		name string
		do   func(*Client, *fakeSession)
		want error
	}{
		{"message", func(_ *Client, s *fakeSession) { s.cfg.OnMessage(device.Message{Topic: "a"}) }, nil},
		{"loss", func(_ *Client, s *fakeSession) { s.end(errBroken) }, device.ErrLost},
		{"disconnect", func(c *Client, _ *fakeSession) { _ = c.Disconnect(context.Background()) }, device.ErrClosed},
		{"close", func(c *Client, _ *fakeSession) { _ = c.Close() }, device.ErrClosed},
	}
	for _, cs := range cases {
		t.Run(cs.name, func(t *testing.T) {
			c, _, s := start(t, Options{})
			done := make(chan error, 3)
			for range cap(done) {
				go func() {
					_, err := c.Next(ctx(t), nil)
					done <- err
				}()
			}
			for range cap(done) {
				cs.do(c, s)
				if err := <-done; !errors.Is(err, cs.want) {
					t.Errorf("woken with %v", err)
				}
			}
		})
	}
}

func TestNextTakesOnlyWhatMatches(t *testing.T) {
	c, _, s := start(t, Options{})
	for _, topic := range []string{"a", "b", "a", "c"} {
		s.cfg.OnMessage(device.Message{Topic: topic})
	}
	is := func(topic string) func(device.Message) bool {
		return func(m device.Message) bool { return m.Topic == topic }
	}
	for _, want := range []string{"c", "a", "b", "a"} {
		if m, err := c.Next(ctx(t), is(want)); err != nil || m.Topic != want {
			t.Errorf("got %q, %v, want %q", m.Topic, err, want)
		}
	}
	if _, ok, err := c.TryNext(nil); ok || err != nil {
		t.Errorf("left over: %v, %v", ok, err)
	}
	short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := c.Next(short, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("deadline: %v", err)
	}
}

func TestFullInboxWarnsOnce(t *testing.T) {
	warnings := 0
	c, _, s := start(t, Options{Events: func(e event.Event) {
		if e.Kind == event.Warning {
			warnings++
		}
	}})
	for range MaxInbox + 5 {
		s.cfg.OnMessage(device.Message{})
	}
	if len(c.inbox) != MaxInbox || warnings != 1 {
		t.Errorf("%d messages, %d warnings", len(c.inbox), warnings)
	}
}

func TestRefusedSubscriptionIsForgotten(t *testing.T) {
	changes := make(chan Change, 10)
	c, stack, s := start(t, Options{Reconnect: true, OnChange: func(ch Change) { changes <- ch }})
	s.fail = &device.RefusedError{Code: 0x80, What: "x"}
	if err := c.Subscribe(ctx(t), "x", 0); !errors.Is(err, device.ErrRefused) {
		t.Errorf("error %v", err)
	}
	s.end(errBroken)
	second := <-stack.opened
	for ch := range changes {
		if ch.State == Connected {
			break
		}
	}
	if second.notes() != "" {
		t.Errorf("the new session did %q", second.notes())
	}
}

func TestConnectThatFails(t *testing.T) {
	stack := newStack()
	stack.refuse = []error{&device.RefusedError{Code: 5, What: "host"}}
	c := New(Options{MQTT: stack})
	if err := c.Connect(ctx(t), true); !errors.Is(err, device.ErrRefused) {
		t.Errorf("connect: %v", err)
	}
	if _, err := c.Next(ctx(t), nil); !errors.Is(err, device.ErrRefused) || c.State() != Idle {
		t.Errorf("next: %v, state %v", err, c.State())
	}
	if err := c.Connect(ctx(t), true); err != nil || c.Err() != nil {
		t.Errorf("second connect: %v, %v", err, c.Err())
	}
	_ = c.Disconnect(ctx(t))
	c.Wait()
}

func TestMatch(t *testing.T) {
	cases := []struct {
		filter, topic string
		want          bool
	}{
		{"a/b", "a/b", true}, {"a/b", "a/c", false}, {"a/+", "a/b", true}, {"a/+", "a/b/c", false}, {"a/+/c", "a/b/c", true},
		{"a/#", "a", true}, {"a/#", "a/b/c", true}, {"#", "a/b", true}, {"+", "a", true}, {"+/+", "/a", true}, {"+", "/a", false},
		{"a/+", "a/", true}, {"a", "a/", false}, {"a/", "a", false}, {"#", "$SYS/x", false}, {"+/x", "$SYS/x", false},
		{"$oc/devices/d/sys/commands/#", "$oc/devices/d/sys/commands/request_id=1", true}, {"", "", true}, {"a/b/#", "a", false},
	}
	for _, c := range cases {
		if got := Match(c.filter, c.topic); got != c.want {
			t.Errorf("Match(%q, %q) = %v", c.filter, c.topic, got)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("a/+/#", "a/b/c")
	f.Fuzz(func(t *testing.T, filter, topic string) {
		Match(filter, topic)
		if !strings.ContainsAny(topic, "+#") && !Match(topic, topic) {
			t.Errorf("%q does not match itself", topic)
		}
	})
}
