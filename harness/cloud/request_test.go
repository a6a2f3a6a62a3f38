package cloud

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"quecstar/harness/event"
)

func testContext(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

const own = "$oc/devices/p1_n1/sys/"

// answering connects a device that answers what comes below prefix with payload, and subscribes to
// nothing.
func answering(t testing.TB, c *Cloud, prefix, payload string) *client {
	return connect(t, c, "p1_n1", "s3cret", func(o *paho.ClientOptions) {
		o.SetOrderMatters(false)
		o.SetDefaultPublishHandler(func(cl paho.Client, m paho.Message) {
			if rest, ok := strings.CutPrefix(m.Topic(), own+prefix+"/request_id="); ok {
				cl.Publish(own+prefix+"/response/request_id="+rest, 1, false, payload)
			}
		})
	})
}

func TestCommand(t *testing.T) {
	c, stream := start(t, Options{})
	answering(t, c, "commands", `{"result_code":0,"response_name":"SetRsp","paras":{"took_ms":8}}`)
	id, answer, err := c.SendCommand(testContext(t), "p1_n1", Command{ServiceID: "Valve", Name: "Set", Paras: map[string]any{"open": 1}})
	if err != nil || !strings.Contains(string(answer), `"took_ms":8`) || strings.ContainsAny(id, "=/") {
		t.Fatalf("%s %s %v", id, answer, err)
	}
	e := awaitEvent(t, stream, event.Command, "Set")
	want := `{"object_device_id":"p1_n1","service_id":"Valve","command_name":"Set","paras":{"open":1}}`
	if string(e.Payload) != want || e.Topic != own+"commands/request_id="+id {
		t.Errorf("sent %s on %s, want %s", e.Payload, e.Topic, want)
	}
}

func TestCommandErrors(t *testing.T) {
	c, _ := start(t, Options{CommandTimeout: time.Millisecond})
	ctx := testContext(t)
	set := Command{Name: "Set", Paras: map[string]any{"open": 1}}
	if _, _, err := c.SendCommand(ctx, "nobody", set); !errors.Is(err, ErrNoDevice) {
		t.Errorf("unknown device: %v", err)
	}
	if _, _, err := c.SendCommand(ctx, "p1_n1", set); !errors.Is(err, ErrOffline) {
		t.Errorf("offline device: %v", err)
	}
	for _, cmd := range []Command{{ServiceID: "None", Name: "Set"}, {ServiceID: "Valve", Name: "None"},
		{ServiceID: "Valve", Name: "Set"}, {ServiceID: "Valve", Name: "Set", Paras: map[string]any{"open": 1, "more": 2}}} {
		if _, _, err := c.SendCommand(ctx, "p1_n1", cmd); !errors.Is(err, ErrModel) {
			t.Errorf("%+v: %v", cmd, err)
		}
	}
	connect(t, c, "p1_n1", "s3cret", nil)
	if _, _, err := c.SendCommand(ctx, "p1_n1", set); !errors.Is(err, ErrTimeout) {
		t.Errorf("silent device: %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := c.SendCommand(cancelled, "p1_n1", set); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestImplicitSubscription: what comes without SUBSCRIBE is at QoS 0 and comes once, also when the
// device subscribes; its own answers never come back.
func TestImplicitSubscription(t *testing.T) {
	c, stream := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	send := func(text string) {
		if _, err := c.SendMessage("p1_n1", Message{ID: text, Content: json.RawMessage(`"` + text + `"`)}); err != nil {
			t.Fatal(err)
		}
	}
	send("one")
	if m := cl.next(t); m.Qos() != 0 || m.Topic() != own+"messages/down" || !strings.Contains(string(m.Payload()), `"content":"one"`) {
		t.Fatalf("%s at QoS %d: %s", m.Topic(), m.Qos(), m.Payload())
	}
	wait(t, cl.Subscribe(own+"#", 1, nil))
	send("two")
	if m := cl.next(t); m.Qos() != 1 || !strings.Contains(string(m.Payload()), "two") {
		t.Fatalf("QoS %d: %s", m.Qos(), m.Payload())
	}
	cl.publish(t, own+"commands/response/request_id=x", 1, `{"result_code":0}`)
	awaitEvent(t, stream, event.Warning, "nobody waits")
	send("three")
	if m := cl.next(t); !strings.Contains(string(m.Payload()), "three") {
		t.Fatalf("its own response or a second copy came back: %s %s", m.Topic(), m.Payload())
	}
}

func TestMessagesWaitForTheDevice(t *testing.T) {
	now := noon
	c, _ := start(t, Options{Now: func() time.Time { return now }})
	for _, m := range []Message{{ID: "short", TTL: time.Minute, Content: []byte(`"s"`)}, {ID: "raw", Raw: true, TTL: time.Hour, Content: []byte(`"plain"`)},
		{ID: "none", Content: []byte(`"n"`)}} {
		if _, err := c.SendMessage("p1_n1", m); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.SendMessage("p1_n1", Message{ID: "raw"}); !errors.Is(err, ErrExists) {
		t.Errorf("the same id twice: %v", err)
	}
	now = now.Add(2 * time.Minute)
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	if m := cl.next(t); string(m.Payload()) != "plain" {
		t.Fatalf("got %s", m.Payload())
	}
	list, err := c.Messages("p1_n1")
	if err != nil {
		t.Fatal(err)
	}
	status := map[string]string{}
	for _, m := range list {
		status[m.ID] = m.Status
	}
	if status["short"] != "TIMEOUT" || status["raw"] != "DELIVERED" || status["none"] != "FAILED" {
		t.Errorf("%v", status)
	}
}

func TestPropertiesAndShadow(t *testing.T) {
	c, stream := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	cl.publish(t, own+"properties/report", 0, `{"services":[{"service_id":"Valve","properties":{"limit":3,"state":"ok"},"event_time":"20300102T030405Z"}]}`)
	awaitEvent(t, stream, event.Report, `"limit":3`)
	if err := c.UpdateDesired("p1_n1", "Valve", map[string]any{"limit": 5, "state": "x"}, nil); err != nil {
		t.Fatal(err)
	}
	m := cl.next(t)
	if !strings.HasPrefix(m.Topic(), own+"properties/set/request_id=") || !strings.Contains(string(m.Payload()), `{"service_id":"Valve","properties":{"limit":5}}`) {
		t.Fatalf("the difference was not sent: %s %s", m.Topic(), m.Payload())
	}
	cl.publish(t, own+"shadow/get/request_id=q1", 0, `{"object_device_id":"p1_n1","service_id":"Valve"}`)
	m = cl.next(t)
	var got struct{ Shadow []ShadowJSON }
	if err := json.Unmarshal(m.Payload(), &got); err != nil || m.Topic() != own+"shadow/get/response/request_id=q1" {
		t.Fatalf("%s %s %v", m.Topic(), m.Payload(), err)
	}
	s := got.Shadow[0]
	if s.Version != 2 || s.Desired.Properties["limit"] != 5.0 || s.Reported.Properties["limit"] != 3.0 || s.Reported.EventTime != "20300102T030405Z" {
		t.Errorf("%s", m.Payload())
	}
	old := 1
	if err := c.UpdateDesired("p1_n1", "Valve", nil, &old); !errors.Is(err, ErrVersion) {
		t.Errorf("an old version: %v", err)
	}
}

func TestSetAndGetProperties(t *testing.T) {
	c, _ := start(t, Options{})
	answering(t, c, "properties/set", `{"result_code":0,"result_desc":"done"}`)
	_, answer, err := c.SetProperties(testContext(t), "p1_n1", map[string]map[string]any{"Valve": {"limit": 7}})
	if err != nil || !strings.Contains(string(answer), "done") {
		t.Fatalf("%s %v", answer, err)
	}
	answering(t, c, "properties/get", `{"services":[{"service_id":"Valve","properties":{"limit":7}}]}`)
	if _, answer, err = c.GetProperties(testContext(t), "p1_n1", "Valve"); err != nil || !strings.Contains(string(answer), `"limit":7`) {
		t.Fatalf("%s %v", answer, err)
	}
}

func TestBadReportsAreToldAndLoseNothing(t *testing.T) {
	c, stream := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	tests := []struct{ payload, says string }{
		{"not json", "not the JSON"},
		{`{"services":5}`, "not the JSON"},
		{`{}`, "no services"},
		{"\x00\xff", "not the JSON"},
		{`{"services":[{"service_id":"None","properties":{}}]}`, `no service "None"`},
		{`{"services":[{"service_id":"Valve","properties":{"limit":11}}]}`, "at most"},
		{`{"services":[{"service_id":"Valve","properties":{"limit":"3"}}]}`, "wants an int"},
		{`{"services":[{"service_id":"Valve","properties":{"nosuch":1}}]}`, `no property "nosuch"`},
	}
	for _, tt := range tests {
		cl.publish(t, own+"properties/report", 1, tt.payload)
		awaitEvent(t, stream, event.Warning, tt.says)
	}
	cl.publish(t, own+"properties/report", 1, `{"services":[{"service_id":"Valve","properties":{"limit":4}}]}`)
	awaitEvent(t, stream, event.Report, `"limit":4`)
	cl.publish(t, "$oc/devices/p1_n1/user/unknown", 1, "x")
	awaitEvent(t, stream, event.Warning, "does not declare the custom topic")
}

func TestGzipAndTimeSync(t *testing.T) {
	c, stream := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(`{"services":[{"service_id":"Valve","properties":{"limit":9}}]}`)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	wait(t, cl.Publish(own+"properties/report?encoding=gzip", 1, false, packed.Bytes()))
	awaitEvent(t, stream, event.Report, `"limit":9`)
	cl.publish(t, own+"properties/report?encoding=gzip", 1, "no gzip")
	awaitEvent(t, stream, event.Warning, "not gzip")
	cl.publish(t, own+"events/up", 1, `{"services":[{"service_id":"$time_sync","event_type":"time_sync_request","paras":{"device_send_time":123}}]}`)
	if m := cl.next(t); m.Topic() != own+"events/down" || !strings.Contains(string(m.Payload()), `"device_send_time":123,"server_recv_time":1893587696000`) {
		t.Fatalf("%s %s", m.Topic(), m.Payload())
	}
}
