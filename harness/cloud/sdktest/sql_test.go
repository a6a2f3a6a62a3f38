package sdktest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestForwardingSQL: a rule forwards what its SQL selects of the reports for which its condition holds, from when the
// SQL is changed; a clause that is not taken is refused when the rule is made and when it is changed.
func TestForwardingSQL(t *testing.T) {
	c := start(t)("p1")
	c.product()
	got := make(chan string, 100)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		got <- string(text)
	}))
	defer receiver.Close()
	next := func(want string) {
		t.Helper()
		select {
		case text := <-got:
			if text != want {
				t.Errorf("%s came, want %s", text, want)
			}
		case <-time.After(patience):
			t.Fatalf("%s did not come", want)
		}
	}
	const subject = `"subject":{"resource":"device.property","event":"report"}`
	c.no("CreateRoutingRule", `{"body":{`+subject+`,"where":"notify_data.header.device_id LIKE 'a'"}}`, 400, "IOTDA.000006")
	c.no("CreateRoutingRule", `{"body":{`+subject+`,"select":"UPPER(event)"}}`, 400, "IOTDA.000006")
	c.no("CreateRoutingRule", `{"body":{"subject":{"resource":"device.status","event":"update"},"where":"CONTAINS_SERVICES('a')"}}`, 400, "IOTDA.000006")
	c.keep("rule", "rule_id", "CreateRoutingRule", `{"body":{`+subject+`,
		"select":"notify_data.header.device_id AS device, GET_SERVICE_PROPERTIES('Meter') AS p",
		"where":"CONTAINS_SERVICES('Meter') AND GET_SERVICE_PROPERTY('Meter','litres') = '9'"}}`)
	c.ok("CreateRuleAction", `{"body":{"rule_id":"$rule","channel":"HTTP_FORWARDING","channel_detail":{"http_forwarding":{"url":"`+receiver.URL+`"}}}}`)
	c.ok("UpdateRoutingRule", `{"rule_id":"$rule","body":{"active":true}}`, "active=true")
	c.keep("secret", "secret", "ResetDeviceSecret", `{"device_id":"$device","action_id":"resetSecret","body":{}}`)
	d := c.online(c.vars["device"], c.vars["secret"])
	report := func(litres string) {
		d.publish("sys/properties/report", `{"services":[{"service_id":"Meter","properties":{"litres":`+litres+`}}]}`)
	}
	report("8")
	report("9")
	next(`{"device":"` + c.vars["device"] + `","p":{"litres":9}}`)
	c.no("UpdateRoutingRule", `{"rule_id":"$rule","body":{"select":"event"}}`, 400, "IOTDA.000006")
	c.no("UpdateRoutingRule", `{"rule_id":"$rule","body":{"select":"event","where":"5"}}`, 400, "IOTDA.000006")
	c.ok("UpdateRoutingRule", `{"rule_id":"$rule","body":{"select":"event","where":""}}`)
	report("8")
	next(`{"event":"report"}`)
}
