package umqtt

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func modules() []*script.Module { return []*script.Module{Module()} }

// reconnecting tells the broker's keeper when to kill it and start it again.
const reconnecting = `
def on_message(topic, msg):
    print(topic, msg)

def on_error(text):
    print(text)

c = umqtt.MQTTClient("r", "127.0.0.1", int(sys.argv[1]), reconn = %s)
c.set_callback(on_message)
c.error_register_cb(on_error)
c.connect()
c.subscribe("a/#", 1)
c.publish("a/1", "before", False, 1)
c.wait_msg()
print("ready")
c.publish("ready", "")
c.wait_msg()
print(c.get_mqttsta())
c.disconnect()
`

// waitFor returns when an event has come.
func waitFor(t *testing.T, events *event.Stream, cursor int, match func(event.Event) bool) int {
	t.Helper()
	_, next, err := events.Wait(t.Context(), cursor, match)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// A broker that dies and comes back is found again, with the subscriptions; wait_msg waits on.
func TestReconnectSurvivesTheBroker(t *testing.T) {
	broker := brokertest.StartMosquitto(t, brokertest.Options{})
	events := &event.Stream{}
	done := make(chan scripttest.Result, 1)
	go func() {
		done <- scripttest.Source(t, "r.star", fmt.Sprintf(reconnecting, "True"),
			scripttest.Options{Modules: modules(), Args: []string{strconv.Itoa(broker.Port)}, Events: events})
	}()
	cursor := waitFor(t, events, 0, func(e event.Event) bool { return e.Topic == "ready" })
	broker.Kill()
	cursor = waitFor(t, events, cursor, func(e event.Event) bool { return e.Kind == event.Refused })
	broker.Start(t)
	waitFor(t, events, cursor, func(e event.Event) bool { return e.Kind == event.Subscribe })
	publishUntil(t, broker.Port, "a/2", "after", done, func(r scripttest.Result) {
		want := "a/1 before\nready\nreconnect_start\nreconnect_success\na/2 after\n0\n"
		if r.Err != nil || r.Stdout != want {
			t.Errorf("printed %q, error %v, stderr %s\nwant %q", r.Stdout, r.Err, r.Stderr, want)
		}
	})
}

// publishUntil sends a message to a broker again and again until the script has ended.
func publishUntil(t *testing.T, port int, topic, payload string, done chan scripttest.Result, check func(scripttest.Result)) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case r := <-done:
			check(r)
			return
		case <-tick.C:
			publishOnce(t, port, topic, payload)
		}
	}
}

// Without reconnection the loss is an error of wait_msg, and the error callback hears of it.
func TestNoReconnectRaises(t *testing.T) {
	broker := brokertest.StartMosquitto(t, brokertest.Options{})
	events := &event.Stream{}
	done := make(chan scripttest.Result, 1)
	go func() {
		done <- scripttest.Source(t, "r.star", fmt.Sprintf(reconnecting, "False"),
			scripttest.Options{Modules: modules(), Args: []string{strconv.Itoa(broker.Port)}, Events: events})
	}()
	waitFor(t, events, 0, func(e event.Event) bool { return e.Topic == "ready" })
	broker.Kill()
	r := <-done
	if r.Err == nil || !strings.Contains(r.Err.Error(), "connection lost") {
		t.Errorf("error %v", r.Err)
	}
	// The error callback runs beside the main program: its line may come anywhere.
	for _, want := range []string{"a/1 before\n", "ready\n", "connection lost: "} {
		if !strings.Contains(r.Stdout, want) {
			t.Errorf("printed %q, without %q", r.Stdout, want)
		}
	}
}

func publishOnce(t *testing.T, port int, topic, payload string) {
	t.Helper()
	d, err := direct.New(direct.Config{}, direct.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	text := fmt.Sprintf("c = umqtt.MQTTClient('p', '127.0.0.1', %d)\nc.connect()\nc.publish(%q, %q, False, 1)\nc.disconnect()\n", port, topic, payload)
	if r := scripttest.Source(t, "p.star", text, scripttest.Options{Modules: modules(), Device: d}); r.Err != nil {
		t.Fatal(r.Err)
	}
}

// A script that goes on after a connect that failed ends with the reason, and the caller can tell
// its class.
func TestFailedConnectKeepsItsCause(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{Refuse: 4})
	r := scripttest.Source(t, "f.py", fmt.Sprintf(`
from umqtt import MQTTClient
c = MQTTClient("x", "127.0.0.1", %d, user="u", password="wrong-word")
c.set_callback(print)
try:
    c.connect()
    c.subscribe("a")
except BaseException:
    print("except")
while True:
    c.wait_msg()
`, broker.Port), scripttest.Options{Modules: modules()})
	if r.Stdout != "except\n" || !errors.Is(r.Err, device.ErrRefused) {
		t.Errorf("printed %q, error %v", r.Stdout, r.Err)
	}
	if text := script.Traceback(r.Err); !strings.Contains(text, "wrong user name or password") || strings.Contains(text, "wrong-word") {
		t.Errorf("traceback %s", text)
	}
}
