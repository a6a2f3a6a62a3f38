package cloud

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"quecstar/harness/event"
)

// reports is how many reports of properties a stream tells.
func reports(s *event.Stream) int {
	all, _ := s.Since(0)
	n := 0
	for _, e := range all {
		if e.Kind == event.Report {
			n++
		}
	}
	return n
}

const reportTopic = "$oc/devices/p1_n1/sys/properties/report"

// short is how long a test waits for what must not come.
const short = 100 * time.Millisecond

// TestFaultsOfPublishes: what is lost is not acknowledged, and what is taken is.
func TestFaultsOfPublishes(t *testing.T) {
	for _, tt := range []struct {
		do          string
		given       map[string]any
		acked       bool
		taken, hits int
	}{
		{"lose", map[string]any{"count": 1}, false, 0, 1},
		{"lose", map[string]any{"device": "other"}, true, 1, 0},
		{"lose", map[string]any{"topic": "$oc/devices/+/sys/messages/up"}, true, 1, 0},
		{"lose", map[string]any{"topic": "$oc/devices/+/sys/properties/#"}, false, 0, 1},
		{"lose_puback", nil, false, 1, 1},
		{"deny_publish", nil, true, 0, 1},
		{"delay", map[string]any{"delay": "10ms"}, true, 1, 1},
		{"throttle", map[string]any{"rate": json.Number("1")}, true, 1, 0},
	} {
		c, stream := start(t, Options{})
		f, err := c.Fault(tt.do, tt.given)
		must(t, err)
		d := connect(t, c, "p1_n1", "s3cret", nil)
		limit := patience
		if !tt.acked {
			limit = short
		}
		token := d.Publish(reportTopic, 1, false, `{"services":[{"service_id":"Valve","properties":{"limit":1}}]}`)
		if got := token.WaitTimeout(limit); got != tt.acked || reports(stream) != tt.taken || f.Hits() != tt.hits {
			t.Errorf("%s: acknowledged %v, %d taken, %d hits", f, got, reports(stream), f.Hits())
		}
		f.Remove()
		d.publish(t, reportTopic, 1, `{"services":[{"service_id":"Valve","properties":{"limit":1}}]}`)
	}
}

// TestThrottle: within a second no more is taken, of each device for itself.
func TestThrottle(t *testing.T) {
	c, stream := start(t, Options{}) // at noon, always
	f, err := c.Fault("throttle", map[string]any{"rate": 2, "device": "p1_n1"})
	must(t, err)
	d := connect(t, c, "p1_n1", "s3cret", nil)
	for range 5 {
		d.publish(t, reportTopic, 0, `{"services":[{"service_id":"Valve","properties":{"limit":1}}]}`)
	}
	d.publish(t, "open", 0, "x")
	awaitEvent(t, stream, event.Note, "throttle(rate = 2, device = p1_n1), as was ordered open")
	if reports(stream) != 2 || f.Hits() != 4 {
		t.Errorf("%d reports, %d hits", reports(stream), f.Hits())
	}
}

// TestFaultsOfDevices: refusals of connections and subscriptions, and what the platform sends.
func TestFaultsOfDevices(t *testing.T) {
	c, stream := start(t, Options{CommandTimeout: short})
	refuse, err := c.Fault("refuse", map[string]any{"code": 5, "device": "p1_n1", "count": 1})
	must(t, err)
	o, _ := options(c, "p1_n1", "s3cret", nil)
	token := paho.NewClient(o).Connect()
	if !token.WaitTimeout(patience) || token.Error() == nil || refuse.Hits() != 1 {
		t.Errorf("%v, %d hits", token.Error(), refuse.Hits())
	}
	d := connect(t, c, "p1_n1", "s3cret", nil)
	deny, err := c.Fault("deny_subscribe", map[string]any{"topic": "room/+"})
	must(t, err)
	token = d.Subscribe("room/1", 1, nil)
	token.WaitTimeout(patience)
	if codes := token.(*paho.SubscribeToken).Result(); codes["room/1"] != 0x80 || deny.Hits() != 1 {
		t.Errorf("%v, %d hits", codes, deny.Hits())
	}
	lose, err := c.Fault("lose_down", map[string]any{"count": 1})
	must(t, err)
	_, _, err = c.SendCommand(testContext(t), "p1_n1", Command{Name: "Set", Paras: map[string]any{"open": 1}})
	if !errors.Is(err, ErrTimeout) || lose.Hits() != 1 {
		t.Errorf("%v, %d hits", err, lose.Hits())
	}
	late, err := c.Fault("delay_down", map[string]any{"delay": 20 * time.Millisecond})
	must(t, err)
	begun := time.Now()
	_, err = c.SendMessage("p1_n1", Message{Content: json.RawMessage(`"x"`)})
	must(t, err)
	if m := d.next(t); !strings.Contains(string(m.Payload()), `"x"`) || time.Since(begun) < 20*time.Millisecond ||
		late.Hits() != 1 {
		t.Errorf("%s after %v, %d hits", m.Payload(), time.Since(begun), late.Hits())
	}
	awaitEvent(t, stream, event.Note, "delay_down(delay = 20ms), as was ordered")
	if n := len(c.Faults()); n != 4 {
		t.Errorf("%d faults", n)
	}
}

// TestFaultsOfCalls: calls fail as ordered.
func TestFaultsOfCalls(t *testing.T) {
	c, _ := start(t, Options{})
	f, err := c.Fault("fail_call", map[string]any{"status": 503, "error": "X", "path": "/devices", "count": 1})
	must(t, err)
	for _, tt := range []struct {
		path   string
		status int
	}{{"/v5/iot/p/products", 0}, {"/v5/iot/p/devices/d", 503}, {"/v5/iot/p/devices/d", 0}} {
		if status, code, _ := c.Call(tt.path); status != tt.status || (status != 0) != (code == "X") {
			t.Errorf("%s: %d %s", tt.path, status, code)
		}
	}
	f.Remove()
	_, err = c.Fault("throttle_calls", map[string]any{"rate": 1})
	must(t, err)
	_, _, _ = c.Call("/v5/a")
	if status, code, _ := c.Call("/v5/b"); status != 429 || code != CodeThrottled {
		t.Errorf("%d %s", status, code)
	}
}

// TestBadFaults: what is wrong with a fault is told.
func TestBadFaults(t *testing.T) {
	c, _ := start(t, Options{})
	for _, tt := range []struct {
		do    string
		given map[string]any
		want  string
	}{
		{"loose", nil, `did you mean "lose"?`},
		{"", nil, "want one of refuse, lose,"},
		{"lose", map[string]any{"code": 1}, "it takes no code, but device, topic, count"},
		{"lose", map[string]any{"count": -1}, "count is -1: want 0 to"},
		{"lose", map[string]any{"count": json.Number("1.5")}, "count is 1.5: want 0 to"},
		{"lose", map[string]any{"count": "1"}, "count is 1: want 0 to"},
		{"lose", map[string]any{"device": 5}, "device is 5: want a text"},
		{"lose", map[string]any{"topic": "a/#/b"}, "want a filter of MQTT"},
		{"refuse", map[string]any{"code": 6}, "code is 6: want 1 to 5"},
		{"deny_publish", map[string]any{"code": 5}, "code is 5: want 128 to 255"},
		{"delay", nil, "delay is wanted"},
		{"delay", map[string]any{"delay": "soon"}, "delay is soon: want a time"},
		{"delay", map[string]any{"delay": "1h"}, "of 10m0s at most"},
		{"delay", map[string]any{"delay": "-1s"}, "want a time"},
		{"throttle", map[string]any{"rate": 0}, "rate is 0: want 1 to"},
		{"fail_call", map[string]any{"status": 200}, "status is 200: want 400 to 599"},
		{"tls", map[string]any{"certificate": "odd"}, `the certificate "odd": want one of good, expired`},
		{"tls", map[string]any{"version": "1.1"}, `the version "1.1": want "1.2" or "1.3"`},
		{"tls", map[string]any{"chain": 11}, "chain is 11: want 0 to 10"},
		{"tls", map[string]any{"client_certificate": "yes"}, "want true or false"},
	} {
		if _, err := c.Fault(tt.do, tt.given); !errors.Is(err, ErrFault) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %v: %v, want %q", tt.do, tt.given, err, tt.want)
		}
	}
	for range maxFaults {
		_, err := c.Fault("lose", nil)
		must(t, err)
	}
	if _, err := c.Fault("lose", nil); !errors.Is(err, ErrFault) {
		t.Errorf("one too many: %v", err)
	}
}

// TestLimits: what is beyond the platform's limits is lost or refused, and told.
func TestLimits(t *testing.T) {
	policy := DefaultPolicy().Limited()
	policy.ConnectRate, policy.MaxDevices, policy.MaxProducts = 2, 1, 1
	c, stream := start(t, Options{Policy: &policy})
	if _, err := c.AddDevice(Device{ID: "more"}); !errors.Is(err, ErrQuota) {
		t.Errorf("%v", err)
	}
	if _, err := c.AddProduct(Product{ID: "more"}); !errors.Is(err, ErrQuota) {
		t.Errorf("%v", err)
	}
	d := connect(t, c, "p1_n1", "s3cret", nil)
	for range 60 {
		d.publish(t, "room", 0, "x")
	}
	awaitEvent(t, stream, event.Warning, "more than 50 messages or 1048576 bytes in a second: what is beyond is lost")
	if token := d.Publish("room", 1, false, "x"); token.WaitTimeout(short) {
		t.Error("a message beyond the rate is acknowledged")
	}
	if s := c.Statistics("p1_n1"); s.Up.Messages != 50 || s.Connections != 1 {
		t.Errorf("%+v", s)
	}
	connect(t, c, "p1_n1", "s3cret", nil)
	o, _ := options(c, "p1_n1", "s3cret", nil)
	if token := paho.NewClient(o).Connect(); !token.WaitTimeout(patience) || token.Error() == nil {
		t.Error("the third connection of a second is taken")
	}
	awaitEvent(t, stream, event.Refused, "CONNACK 3: devices ask for more than 2 connections in a second")
}

// TestHistory: what a device sent and was sent is told, newest first, and bounded.
func TestHistory(t *testing.T) {
	c, stream := start(t, Options{})
	d := connect(t, c, "p1_n1", "s3cret", nil)
	d.publish(t, "room", 1, "hello")
	d.publish(t, "room", 1, "\xff\x00")
	d.publish(t, "room", 1, strings.Repeat("x", 5000))
	_, err := c.SendMessage("p1_n1", Message{Content: json.RawMessage(`"x"`)})
	must(t, err)
	d.next(t)
	awaitEvent(t, stream, event.Receive, "messages/down")
	all := c.History("p1_n1")
	if len(all) != 4 || all[0].Way != "down" || all[1].Size != 5000 || len(all[1].Payload) != maxPassagePayload ||
		all[2].Payload != "/wA=" || !all[2].Base64 || all[3].Payload != "hello" || all[3].QoS != 1 {
		t.Errorf("%+v", all)
	}
	s := c.Statistics("p1_n1")
	if s.Up != (Traffic{3, 5007}) || s.Down.Messages != 1 || s.Connections != 1 || !s.LastTime.Equal(noon) {
		t.Errorf("%+v", s)
	}
	for range 3 * maxHistory / (maxPassagePayload + passageCost) {
		c.history.note(event.Event{Kind: event.Publish, Device: "other", Payload: make([]byte, maxPassagePayload)}, noon)
	}
	if c.history.size > maxHistory || len(c.History("p1_n1")) != 0 || len(c.History("other")) != maxPassages {
		t.Errorf("%d bytes, %d passages", c.history.size, len(c.history.passages))
	}
	must(t, c.DeleteDevice("p1_n1"))
	if s := c.Statistics("p1_n1"); s != (Statistics{}) {
		t.Errorf("of a device that is gone: %+v", s)
	}
}
