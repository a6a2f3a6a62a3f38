package cloud

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"quecstar/harness/cloud/record"
)

func TestFlowPolicy(t *testing.T) {
	o := &outlet{rule: "r", action: "a", project: "p", via: "HTTP_FORWARDING"}
	for _, c := range []struct {
		project, scope, value string
		want                  bool
	}{{"p", "USER", "", true}, {"", "USER", "", true}, {"q", "USER", "", false}, {"p", "CHANNEL", "HTTP_FORWARDING", true}, {"p", "CHANNEL", "AMQP_FORWARDING", false},
		{"p", "RULE", "r", true}, {"p", "RULE", "s", false}, {"p", "ACTION", "a", true}, {"p", "ACTION", "b", false}} {
		f := &flow{Record: record.Record{Project: c.project, Object: record.Object{"scope": c.scope, "scope_value": c.value}}}
		if f.about(o) != c.want {
			t.Errorf("%+v is about it: %v", c, !c.want)
		}
	}
	f := &flow{Record: record.Record{Object: record.Object{"limit": json.Number("100")}}}
	now := time.Unix(0, 0)
	for i := range 3 {
		if got := f.delay(now); got != time.Duration(i)*10*time.Millisecond {
			t.Errorf("the place %d is in %v", i, got)
		}
	}
	if got := f.delay(now.Add(time.Minute)); got != 0 {
		t.Errorf("places are saved up, or lost: %v", got)
	}
}

// TestFlowIsControlled: a policy slows down what is forwarded, and loses nothing.
func TestFlowIsControlled(t *testing.T) {
	c, _ := start(t, Options{})
	got := make(chan struct{}, 100)
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { got <- struct{}{} }))
	defer receiver.Close()
	if _, err := c.Records().Add(record.Record{Kind: FlowKind, ID: "policy", Object: record.Object{"scope": "ACTION", "scope_value": "action",
		"limit": json.Number("50")}}, nil); err != nil {
		t.Fatal(err)
	}
	forwarding(t, c, "HTTP_FORWARDING", record.Object{"http_forwarding": record.Object{"url": receiver.URL}})
	began := time.Now()
	const notices = 11
	for range notices {
		c.deviceNotice(Device{ID: "d", NodeID: "d", ProductID: "p1"}, "create")
	}
	for range notices {
		select {
		case <-got:
		case <-time.After(20 * time.Second):
			t.Fatal("a notice is lost")
		}
	}
	if took := time.Since(began); took < (notices-1)*time.Second/50 {
		t.Errorf("%d notices at 50 a second took %v", notices, took)
	}
}
