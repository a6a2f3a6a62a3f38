package mqttclient

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// flight is a client whose server acknowledges only what a test says.
type flight struct {
	*Client
	stack  *fakeStack
	first  *fakeSession
	events *event.Stream
	change chan Change
}

func takeOff(t *testing.T, clean, reconnect bool) *flight {
	t.Helper()
	f := &flight{stack: newStack(), events: &event.Stream{}, change: make(chan Change, 10)}
	f.stack.silent = true
	f.Client = New(Options{MQTT: f.stack, Reconnect: reconnect, Events: f.events.Emit,
		Backoff: func(int) time.Duration { return 0 }, OnChange: func(ch Change) { f.change <- ch }})
	t.Cleanup(func() { _ = f.Close(); f.Wait() })
	if err := f.Connect(ctx(t), clean); err != nil {
		t.Fatal(err)
	}
	f.first = <-f.stack.opened
	return f
}

// publish sends a message and returns, once it is in flight, where its result comes.
func (f *flight) publish(t *testing.T, s *fakeSession, topic string, qos byte) chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- f.Publish(ctx(t), device.Message{Topic: topic, QoS: qos}) }()
	if got := <-s.flying; got != topic {
		t.Fatalf("in flight is %s", got)
	}
	return done
}

// said waits for an event whose text holds a word.
func (f *flight) said(t *testing.T, kind event.Kind, word string) {
	t.Helper()
	_, _, err := f.events.Wait(ctx(t), 0, func(e event.Event) bool { return e.Kind == kind && strings.Contains(e.Text, word) })
	if err != nil {
		t.Errorf("no %s with %q: %v", kind, word, err)
	}
}

// What is in flight when the connection is lost is sent again, in its order: under its identifier in
// a session that goes on, as a new message in a new session.
func TestInFlightIsSentAgain(t *testing.T) {
	for name, c := range map[string]struct {
		clean bool
		want  string
	}{
		"session goes on": {false, "publish a again 7, publish b again 7"},
		"clean session":   {true, "publish a, publish b"},
	} {
		t.Run(name, func(t *testing.T) {
			f := takeOff(t, c.clean, true)
			a, b := f.publish(t, f.first, "a", 1), f.publish(t, f.first, "b", 1)
			f.first.end(errBroken)
			second := <-f.stack.opened
			<-second.flying
			third := make(chan error, 1)
			go func() { third <- f.Publish(ctx(t), device.Message{Topic: "c", QoS: 1}) }()
			second.ack("a")
			if err := <-a; err != nil {
				t.Errorf("a: %v", err)
			}
			<-second.flying
			second.ack("b")
			if err := <-b; err != nil {
				t.Errorf("b: %v", err)
			}
			if topic := <-second.flying; topic != "c" {
				t.Errorf("behind them comes %s", topic)
			}
			second.ack("c")
			if err := <-third; err != nil {
				t.Errorf("c: %v", err)
			}
			if got := second.notes(); got != c.want+", publish c" {
				t.Errorf("the new session did %q", got)
			}
		})
	}
}

// Without reconnection the sender is told, and the script's own connect sends the message again.
func TestInFlightWaitsForTheScriptsConnect(t *testing.T) {
	f := takeOff(t, false, false)
	a := f.publish(t, f.first, "a", 1)
	f.first.end(errBroken)
	if err := <-a; !errors.Is(err, device.ErrLost) || !strings.Contains(err.Error(), "sent again") {
		t.Errorf("a: %v", err)
	}
	if ch := <-f.change; ch.State != Lost {
		t.Fatalf("change %+v", ch)
	}
	if err := f.Connect(ctx(t), false); err != nil {
		t.Fatal(err)
	}
	second := <-f.stack.opened
	<-second.flying
	second.ack("a")
	f.said(t, event.Note, "has acknowledged")
	if got := second.notes(); got != "publish a again 7" {
		t.Errorf("the new session did %q", got)
	}
}

// A script that closes the socket and asks for a clean session is told what that costs.
func TestCleanSessionForgetsWhatIsInFlight(t *testing.T) {
	f := takeOff(t, false, false)
	a := f.publish(t, f.first, "a", 1)
	_ = f.Close()
	if err := <-a; !errors.Is(err, device.ErrClosed) {
		t.Errorf("a: %v", err)
	}
	if err := f.Connect(ctx(t), true); err != nil {
		t.Fatal(err)
	}
	f.said(t, event.Warning, "a clean session: 1")
	if got := (<-f.stack.opened).notes(); got != "" {
		t.Errorf("the new session did %q", got)
	}
}

// Nothing at QoS 2 is sent twice where the server may take it for another message.
func TestQoS2IsNotDoubled(t *testing.T) {
	for name, clean := range map[string]bool{"session goes on": false, "clean session": true} {
		t.Run(name, func(t *testing.T) {
			f := takeOff(t, clean, true)
			a := f.publish(t, f.first, "a", 2)
			f.first.end(errBroken)
			second := <-f.stack.opened
			if !clean {
				<-second.flying
				second.ack("a")
			}
			err := <-a
			if clean && (!errors.Is(err, device.ErrLost) || !strings.Contains(err.Error(), "not known whether")) || !clean && err != nil {
				t.Errorf("a: %v", err)
			}
			for ch := range f.change {
				if ch.State == Connected {
					break
				}
			}
			want := map[bool]string{false: "publish a again 7", true: ""}[clean]
			if got := second.notes(); got != want {
				t.Errorf("the new session did %q, want %q", got, want)
			}
		})
	}
}

// A sender that stops waiting is told, and an event says what became of the message.
func TestLateAcknowledgement(t *testing.T) {
	f := takeOff(t, true, true)
	short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := f.Publish(short, device.Message{Topic: "a", QoS: 1}); !errors.Is(err, device.ErrTimeout) {
		t.Errorf("a: %v", err)
	}
	f.first.ack("a")
	f.said(t, event.Note, "has acknowledged")
}

// What nobody acknowledged when the script disconnects is said.
func TestDisconnectGivesUp(t *testing.T) {
	f := takeOff(t, false, true)
	a := f.publish(t, f.first, "a", 1)
	if err := f.Disconnect(ctx(t)); err != nil {
		t.Fatal(err)
	}
	if err := <-a; !errors.Is(err, device.ErrClosed) {
		t.Errorf("a: %v", err)
	}
	f.said(t, event.Warning, "given up")
}

// A sender that waits for a connection is woken when none is on its way any more.
func TestCloseWakesSenders(t *testing.T) {
	f := takeOff(t, false, true)
	a := f.publish(t, f.first, "a", 1)
	f.stack.mu.Lock()
	f.stack.deny = errBroken
	f.stack.mu.Unlock()
	f.first.end(errBroken)
	for change := range f.change {
		if change.State == Reconnecting {
			break
		}
	}
	b := make(chan error, 1)
	go func() { b <- f.Publish(ctx(t), device.Message{Topic: "b", QoS: 1}) }()
	_ = f.Close()
	// What was in flight may hear of the connection's loss before it hears that none is to come.
	if err := <-a; !errors.Is(err, device.ErrClosed) && !errors.Is(err, device.ErrLost) {
		t.Errorf("a is woken with %v", err)
	}
	if err := <-b; !errors.Is(err, device.ErrClosed) {
		t.Errorf("b is woken with %v", err)
	}
}

// What is in flight is bounded.
func TestInFlightIsBounded(t *testing.T) {
	f := takeOff(t, true, true)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for range MaxInFlight {
		go func() { <-f.first.flying }()
		if err := f.Publish(over, device.Message{Topic: "a", QoS: 1}); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if err := f.Publish(over, device.Message{Topic: "a", QoS: 1}); !errors.Is(err, device.ErrNotReady) {
		t.Errorf("beyond the bound: %v", err)
	}
}
