package sdktest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestForwarding: what devices do reaches a receiver as rules say, and nothing is lost while it is down.
func TestForwarding(t *testing.T) {
	c := start(t)("p1")
	c.product()
	got := make(chan object, 1000)
	var down atomic.Bool
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		o := object{}
		if down.Load() || json.Unmarshal(text, &o) != nil || r.Header.Get("signature") == "" {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		got <- o
	}))
	defer receiver.Close()
	forward := func(resource, event string) {
		t.Helper()
		c.keep("rule", "rule_id", "CreateRoutingRule", `{"body":{"subject":{"resource":"`+resource+`","event":"`+event+`"}}}`, "active=false")
		c.ok("CreateRuleAction", `{"body":{"rule_id":"$rule","channel":"HTTP_FORWARDING","channel_detail":{"http_forwarding":{"url":"`+receiver.URL+`","signature_enable":true,"token":"token"}}}}`)
		c.ok("UpdateRoutingRule", `{"rule_id":"$rule","body":{"active":true}}`, "active=true")
	}
	next := func(resource string, want ...string) object {
		t.Helper()
		select {
		case o := <-got:
			if o["resource"] != resource {
				t.Fatalf("%v, want %s", o, resource)
			}
			for i := 0; i < len(want); i += 2 {
				if v, _ := at(o, want[i]); fmt.Sprint(v) != want[i+1] {
					t.Errorf("%s is %v, want %s: %s", want[i], v, want[i+1], object2text(o))
				}
			}
			return o
		case <-time.After(patience):
			t.Fatalf("no %s came", resource)
			return nil
		}
	}
	forward("device.status", "update")
	forward("device.property", "report")
	forward("device.message", "report")
	forward("device", "update")
	forward("product", "create")
	c.keep("secret", "secret", "ResetDeviceSecret", `{"device_id":"$device","action_id":"resetSecret","body":{}}`)
	next("device", "notify_data.body.device_id", c.vars["device"])
	d := c.online(c.vars["device"], c.vars["secret"])
	next("device.status", "notify_data.body.status", "ONLINE", "notify_data.header.device_id", c.vars["device"])
	d.publish("sys/properties/report?request_id=r-1", `{"services":[{"service_id":"Meter","properties":{"litres":9}}]}`)
	next("device.property", "notify_data.body.services.0.properties.litres", "9", "request_id", "r-1", "event", "report")
	d.publish("sys/messages/up", `{"content":"hello"}`)
	next("device.message", "notify_data.body.content.content", "hello")
	c.ok("CreateProduct", `{"body":{"name":"Other","device_type":"t","protocol_type":"MQTT","data_format":"json","service_capabilities":[]}}`)
	next("product", "notify_data.body.name", "Other")

	down.Store(true)
	const reports = 50
	for i := range reports {
		d.publish("sys/properties/report", fmt.Sprintf(`{"services":[{"service_id":"Meter","properties":{"litres":%d}}]}`, i))
	}
	down.Store(false)
	seen := map[string]bool{}
	for range reports {
		v, _ := at(next("device.property"), "notify_data.body.services.0.properties.litres")
		seen[fmt.Sprint(v)] = true
	}
	if len(seen) != reports {
		t.Errorf("%d of %d reports came", len(seen), reports)
	}
	c.ok("UpdateRoutingRule", `{"rule_id":"$rule","body":{"active":false}}`, "active=false")
}

// TestLinkage: a rule sends a command where a device's report goes over a limit, at the edge alone where it says so.
func TestLinkage(t *testing.T) {
	c := start(t)("p1")
	c.product()
	for _, d := range []string{"device", "device2"} {
		c.keep(d+"secret", "secret", "ResetDeviceSecret", `{"device_id":"$`+d+`","action_id":"resetSecret","body":{}}`)
	}
	d, other := c.online(c.vars["device"], c.vars["devicesecret"]), c.online(c.vars["device2"], c.vars["device2secret"])
	other.answers = make(chan string, 100)
	edge := strings.Replace(linkage("edge"), `"value":"10"`, `"value":"10","strategy":{"trigger":"reverse"}`, 1)
	c.keep("rule", "rule_id", "CreateRule", `{"body":`+edge+`}`)
	report := func(litres int) {
		d.publish("sys/properties/report", fmt.Sprintf(`{"services":[{"service_id":"Meter","properties":{"litres":%d}}]}`, litres))
	}
	report(5)
	report(11)
	report(12) // it was over already
	report(5)
	report(11)
	for i := range 2 {
		select {
		case text := <-other.answers:
			if !strings.Contains(text, `"command_name":"Set"`) || !strings.Contains(text, `"open":0`) {
				t.Errorf("command %d is %s", i, text)
			}
		case <-time.After(patience):
			t.Fatal("no command came")
		}
	}
	c.ok("ChangeRuleStatus", `{"rule_id":"$rule","body":{"status":"inactive"}}`)
	report(5)
	report(11)
	c.ok("CreateCommand", `{"device_id":"$device2","body":{"service_id":"Meter","command_name":"Set","paras":{"open":7}}}`)
	if text := <-other.answers; !strings.Contains(text, `"open":7`) {
		t.Errorf("the device got %s", text)
	}
}
