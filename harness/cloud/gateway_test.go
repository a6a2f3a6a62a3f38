package cloud

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"quecstar/harness/event"
)

// TestSubDevices: a gateway adds, deletes and reports the devices behind it, and hears of those that the
// application adds and deletes, also of what it missed.
func TestSubDevices(t *testing.T) {
	c, _ := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	event := func(kind, paras string) {
		cl.publish(t, own+"events/up", 1, `{"services":[{"service_id":"$sub_device_manager","event_type":"`+kind+`","event_id":"e-1","paras":`+paras+`}]}`)
	}
	answer := func(kind string, want ...string) {
		t.Helper()
		var body struct {
			Services []deviceEvent `json:"services"`
		}
		m := cl.next(t)
		if err := json.Unmarshal(m.Payload(), &body); err != nil || len(body.Services) != 1 || body.Services[0].EventType != kind {
			t.Fatalf("%s: want %s", m.Payload(), kind)
		}
		for _, w := range want {
			if !strings.Contains(string(m.Payload()), w) {
				t.Errorf("%s: want %s", m.Payload(), w)
			}
		}
	}
	event("add_sub_device_request", `{"devices":[{"node_id":"s1","product_id":"p1","name":"first"},{"node_id":"s1","product_id":"p1"},{"node_id":"s2","product_id":"none"},{"product_id":"p1"}]}`)
	answer("add_sub_device_response", `"event_id":"e-1"`, `"device_id":"p1_s1"`, `"status":"INACTIVE"`, `"error_code":"IOTDA.014031"`, `"error_code":"IOTDA.014204"`, `"error_code":"IOTDA.000006"`)
	event("sub_device_update_status", `{"device_statuses":[{"device_id":"p1_s1","status":"ONLINE"},{"device_id":"p1_none","status":"ONLINE"},{"device_id":"p1_s1","status":"ASLEEP"}]}`)
	answer("sub_device_update_status_response", `{"device_id":"p1_s1","status":"ONLINE"}`, `"error_code":"IOTDA.014000"`, `"error_code":"IOTDA.000006"`)
	if d, err := c.Device("p1_s1"); err != nil || d.Status != "ONLINE" || d.Activated.IsZero() {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := c.AddDevice(Device{ProductID: "p1", NodeID: "s3", GatewayID: "p1_n1"}); err != nil {
		t.Fatal(err)
	}
	answer("add_sub_device_notify", `"device_id":"p1_s3"`, `"version":1`)
	if err := c.DeleteDevice("p1_s3"); err != nil {
		t.Fatal(err)
	}
	answer("delete_sub_device_notify", `"device_id":"p1_s3"`, `"version":2`)
	event("sub_device_sync_request", `{"version":1}`)
	answer("add_sub_device_notify", `"device_id":"p1_s1"`, `"version":2`)
	answer("delete_sub_device_notify", `"device_id":"p1_s3"`)
	event("sub_device_sync_request", `{"version":2}`) // it knows all: nothing comes
	event("delete_sub_device_request", `{"devices":["p1_s1","p1_n1"]}`)
	answer("delete_sub_device_response", `"successful_devices":["p1_s1"]`, `"device_id":"p1_n1","error_code":"IOTDA.014000"`)
	if _, err := c.Device("p1_s1"); err == nil {
		t.Error("the child is still there")
	}
}

// TestFileLinks: a device gets links to put a file and to get it again.
func TestFileLinks(t *testing.T) {
	c, _ := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	for _, kind := range []string{"get_upload_url", "get_download_url"} {
		cl.publish(t, own+"events/up", 1, `{"services":[{"service_id":"$file_manager","event_type":"`+kind+`","event_id":"f","paras":{"file_name":"log.txt"}}]}`)
		if text := string(cl.next(t).Payload()); !strings.Contains(text, kind+"_response") || !strings.Contains(text, `"object_name":"log.txt"`) ||
			!strings.Contains(text, `"url":"https://127.0.0.1:`) {
			t.Errorf("%s: %s", kind, text)
		}
	}
}

// TestLogs: a device's log is taken while it is collected, and its end is no longer than was said.
func TestLogs(t *testing.T) {
	c, stream := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	report := func(kind, content string) {
		cl.publish(t, own+"events/up", 1, `{"services":[{"service_id":"$log","event_type":"log_report","paras":{"timestamp":"1","type":"`+kind+`","content":"`+content+`"}}]}`)
	}
	report("DEVICE_STATUS", "early")
	awaitEvent(t, stream, event.Warning, "not collected")
	if err := c.CollectLogs("p1_n1", time.Hour); err != nil {
		t.Fatal(err)
	}
	if text := string(cl.next(t).Payload()); !strings.Contains(text, `"switch":"on"`) || strings.Contains(text, "object_device_id") {
		t.Error(text)
	}
	report("DEVICE_STATUS", "fine")
	if e := awaitEvent(t, stream, event.Response, "log DEVICE_STATUS"); string(e.Payload) != "fine" {
		t.Errorf("%q", e.Payload)
	}
	report("WEATHER", "rain")
	awaitEvent(t, stream, event.Warning, `type "WEATHER"`)
	if err := c.CollectLogs("p1_n1", 0); err != nil {
		t.Fatal(err)
	}
	report("DEVICE_STATUS", "late")
	awaitEvent(t, stream, event.Warning, "not collected")
	if err := c.CollectLogs("nobody", time.Hour); err == nil {
		t.Error("the log of nobody is collected")
	}
}

// TestWhoIsBehindAGateway: a child is there when its gateway is, and what it reports is its own.
func TestWhoIsBehindAGateway(t *testing.T) {
	c, stream := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	if _, err := c.AddDevice(Device{ProductID: "p1", NodeID: "s3", GatewayID: "p1_n1"}); err != nil {
		t.Fatal(err)
	}
	cl.publish(t, own+"gateway/sub_devices/properties/report", 1, `{"devices":[{"device_id":"p1_s3","services":[{"service_id":"Valve","properties":{"open":true}}]}]}`)
	if e := awaitEvent(t, stream, event.Report, ""); e.Device != "p1_s3" || !strings.HasPrefix(string(e.Payload), `{"services":[`) {
		t.Errorf("%s: %s", e.Device, e.Payload)
	}
	if id, err := c.WaitActive(t.Context(), "p1_s3"); err != nil || id != "p1_s3" {
		t.Error(id, err)
	}
	if id, err := c.WaitActive(t.Context(), ""); err != nil || id != "p1_n1" {
		t.Error(id, err)
	}
}
