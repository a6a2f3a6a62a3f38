package mqtt

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// modules are this one and a sleep, which belongs to another package.
func modules() []*script.Module {
	sleep := &script.Module{Name: "pause", Flat: true, Lang: script.Starlark, Funcs: []script.Func{{Name: "sleep", Params: "seconds",
		Call: func(c *script.Call) (any, error) {
			var d time.Duration
			if err := c.Unpack(&d); err != nil {
				return nil, err
			}
			return nil, c.Sleep(d)
		}}}}
	return []*script.Module{Module(), sleep}
}

func options(t *testing.T, _ string) scripttest.Options {
	broker := brokertest.StartMochi(t, brokertest.Rules{RefuseFilter: "foreign/#"})
	return scripttest.Options{Modules: modules(), Args: []string{strconv.Itoa(broker.Port)}}
}

// A handler that fails is reported, and the next message comes all the same.
func TestHandlerThatFails(t *testing.T) {
	r := scripttest.Source(t, "h.star", `
c = mqtt.connect("127.0.0.1", port = int(sys.argv[1]))
got = []
def on_message(m):
    if m.text == "bad":
        fail("cannot " + m.text)
    got.append(m.text)
c.subscribe("a", on_message = on_message)
c.publish("a", "bad", qos = 1)
c.publish("a", "good", qos = 1)
while not got:
    sleep(0.001)
print(got)
`, options(t, ""))
	if r.Err != nil || r.Stdout != "[\"good\"]\n" {
		t.Errorf("printed %q, error %v", r.Stdout, r.Err)
	}
	if !strings.Contains(r.Stderr, "cannot bad") || !strings.Contains(r.Stderr, "on_message of a") {
		t.Errorf("stderr %q", r.Stderr)
	}
}

// A wait ends at once when the run is ended from outside.
func TestWaitEndsWithTheRun(t *testing.T) {
	o := options(t, "")
	var cancel context.CancelCauseFunc
	o.Context, cancel = context.WithCancelCause(t.Context())
	o.Events = &event.Stream{}
	done := make(chan scripttest.Result, 1)
	go func() {
		done <- scripttest.Source(t, "w.star", `
c = mqtt.connect("127.0.0.1", port = int(sys.argv[1]))
c.publish("ready", "")
c.wait(timeout = 3600)
`, o)
	}()
	if _, _, err := o.Events.Wait(t.Context(), 0, func(e event.Event) bool { return e.Topic == "ready" }); err != nil {
		t.Fatal(err)
	}
	cancel(script.ErrInterrupted)
	if r := <-done; r.Err == nil || !strings.Contains(r.Err.Error(), "interrupted") {
		t.Errorf("error %v", r.Err)
	}
}

// close breaks the connection, so that the server publishes the will.
func TestCloseLeavesTheWill(t *testing.T) {
	r := scripttest.Source(t, "w.star", `
port = int(sys.argv[1])
watcher = mqtt.connect("127.0.0.1", port = port, client_id = "watcher")
watcher.subscribe("gone")
c = mqtt.connect("127.0.0.1", port = port, client_id = "c", will = {"topic": "gone", "payload": {"id": "c"}})
c.close()
print(watcher.wait("gone", timeout = 20).json["id"], c.connected)
watcher.disconnect()
`, options(t, ""))
	if r.Err != nil || r.Stdout != "c False\n" {
		t.Errorf("printed %q, error %v", r.Stdout, r.Err)
	}
}

// With reconnect=True a client comes back to a broker that died, and its subscriptions with it.
func TestReconnect(t *testing.T) {
	broker := brokertest.StartMosquitto(t, brokertest.Options{})
	events := &event.Stream{}
	done := make(chan scripttest.Result, 1)
	go func() {
		done <- scripttest.Source(t, "r.star", `
c = mqtt.connect("127.0.0.1", port = int(sys.argv[1]), client_id = "r", reconnect = True)
c.subscribe("#")
c.publish("ready", "")
while c.connected:
    sleep(0.001)
while not c.connected:
    sleep(0.001)
c.publish("a", "back", qos = 1)
print(c.wait("a").text)
c.disconnect()
`, scripttest.Options{Modules: modules(), Args: []string{strconv.Itoa(broker.Port)}, Events: events})
	}()
	if _, _, err := events.Wait(t.Context(), 0, func(e event.Event) bool { return e.Kind == event.Receive }); err != nil {
		t.Fatal(err)
	}
	broker.Kill()
	broker.Start(t)
	if r := <-done; r.Err != nil || r.Stdout != "back\n" {
		t.Errorf("printed %q, error %v", r.Stdout, r.Err)
	}
}
