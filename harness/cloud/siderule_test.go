package cloud

import (
	"encoding/json"
	"strings"
	"testing"

	paho "github.com/eclipse/paho.mqtt.golang"

	"quecstar/harness/cloud/record"
	"quecstar/harness/event"
)

// sideRule is a rule that the device p1_n1 carries out.
func sideRule(name string) record.Record {
	return record.Record{Kind: LinkageKind, ID: "r1", Object: record.Object{"name": name, "status": "active",
		"rule_type": "DEVICE_SIDE", "device_side": record.Object{"device_ids": []any{"p1_n1"}},
		"condition_group": record.Object{"logic": "and", "conditions": []any{
			record.Object{"type": "DEVICE_DATA", "device_property_condition": record.Object{"device_id": "p1_n1",
				"filters": []any{record.Object{"path": "Valve/limit", "operator": ">", "value": "5"}}}},
			record.Object{"type": "DAILY_TIMER", "daily_timer_condition": record.Object{"time": "08:00", "days_of_week": "2,3"}}}},
		"actions": []any{record.Object{"type": "DEVICE_CMD", "device_command": record.Object{"device_id": "p1_n1",
			"cmd": record.Object{"service_id": "Valve", "command_name": "Set", "command_body": record.Object{"open": json.Number("0")}}}}}}}
}

// heardOf takes what a device is told of its rules, and answers it.
func heardOf(t *testing.T, cl *client) map[string]struct {
	Version int64 `json:"version"`
} {
	t.Helper()
	m := cl.next(t)
	var body struct {
		Services []struct {
			ServiceID  string `json:"service_id"`
			Properties map[string]struct {
				Version int64 `json:"version"`
			} `json:"properties"`
		} `json:"services"`
	}
	if err := json.Unmarshal(m.Payload(), &body); err != nil || len(body.Services) != 1 || body.Services[0].ServiceID != "$device_rule" {
		t.Fatalf("on %s came %s: %v", m.Topic(), m.Payload(), err)
	}
	_, id, _ := strings.Cut(m.Topic(), "request_id=")
	cl.publish(t, "$oc/devices/p1_n1/sys/properties/set/response/request_id="+id, 0, `{"result_code":0}`)
	return body.Services[0].Properties
}

// TestSideRules: a device hears of the rules that it carries out when it comes and when they change, gets those that
// it asks for, and hears when they are gone.
func TestSideRules(t *testing.T) {
	c, stream := start(t, Options{})
	if _, err := c.Records().Add(sideRule("first"), nil); err != nil {
		t.Fatal(err)
	}
	cl := connect(t, c, "p1_n1", "s3cret", func(o *paho.ClientOptions) { o.SetOrderMatters(true) })
	first := heardOf(t, cl)["r1"].Version
	if first <= 0 {
		t.Errorf("the first version is %d", first)
	}
	cl.publish(t, "$oc/devices/p1_n1/sys/events/up", 0, `{"services":[{"service_id":"$device_rule",
		"event_type":"device_rule_config_request","paras":{"ruleIds":["r1","none"],"delIds":[]}}]}`)
	want := `"rulesInfos":[{"actions":[{"command":{"commandBody":{"open":0},"commandName":"Set","serviceId":"Valve"},` +
		`"deviceId":"p1_n1","status":"enable","type":"DEVICE_CMD"}],"conditions":[{"deviceInfo":{"deviceId":"p1_n1","path":"Valve/limit"},` +
		`"inValues":[],"operator":"\u003e","type":"DEVICE_DATA","value":"5"},` +
		`{"daysOfWeek":"2,3","time":"08:00","type":"DAILY_TIMER"}],"logic":"and","ruleId":"r1","ruleName":"first",`
	if m := cl.next(t); !strings.HasSuffix(m.Topic(), "/events/down") || !strings.Contains(string(m.Payload()), want) {
		t.Errorf("on %s came %s", m.Topic(), m.Payload())
	}
	if _, err := c.Records().Update(LinkageKind, "", "r1", func(o record.Object) error { o["name"] = "second"; return nil }); err != nil {
		t.Fatal(err)
	}
	if next := heardOf(t, cl)["r1"].Version; next <= first {
		t.Errorf("the version %d follows %d", next, first)
	}
	if err := c.Records().Delete(LinkageKind, "", "r1"); err != nil {
		t.Fatal(err)
	}
	if gone := heardOf(t, cl)["r1"].Version; gone != noRule {
		t.Errorf("the version of what is gone is %d", gone)
	}
	all, _ := stream.Since(0)
	for _, e := range all {
		if e.Kind == event.Warning {
			t.Errorf("a warning: %s", e.Text)
		}
	}
}
