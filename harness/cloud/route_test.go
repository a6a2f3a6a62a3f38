package cloud

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"quecstar/harness/cloud/record"
	"quecstar/harness/event"
)

// forwarding adds a rule about devices that are made, with an action.
func forwarding(t *testing.T, c *Cloud, channel string, detail record.Object) {
	t.Helper()
	for _, r := range []record.Record{
		{Kind: RuleKind, ID: "rule", Object: record.Object{"active": true, "subject": record.Object{"resource": "device", "event": "create"}}},
		{Kind: ActionKind, ID: "action", Object: record.Object{"rule_id": "rule", "channel": channel, "channel_detail": detail}},
	} {
		if _, err := c.Records().Add(r, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// TestABacklogIsBounded: what waits for a receiver that is down is let go by the limits of a backlog policy, which is
// told.
func TestABacklogIsBounded(t *testing.T) {
	c, stream := start(t, Options{})
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "down", http.StatusServiceUnavailable)
	}))
	defer receiver.Close()
	forwarding(t, c, "HTTP_FORWARDING", record.Object{"http_forwarding": record.Object{"url": receiver.URL}})
	if _, err := c.Records().Add(record.Record{Kind: BacklogKind, ID: "policy", Object: record.Object{
		"backlog_size": json.Number("1000"), "backlog_time": json.Number("60")}}, nil); err != nil {
		t.Fatal(err)
	}
	for range 10 * senders {
		c.deviceNotice(Device{ID: "d", NodeID: "d", ProductID: "p1"}, "create")
	}
	awaitEvent(t, stream, event.Warning, "notices for the rule action action are lost")
	o := c.routes.outlets["action"]
	o.mu.Lock()
	defer o.mu.Unlock()
	size := 0
	for _, w := range o.list { // beside what is being sent
		size += len(w.text)
	}
	if size > 1000 || o.lost == 0 {
		t.Errorf("%d bytes wait, %d notices are lost", size, o.lost)
	}
}

// TestAChannelThatIsNotThere is told, and nothing piles up for it.
func TestAChannelThatIsNotThere(t *testing.T) {
	c, stream := start(t, Options{})
	forwarding(t, c, "DIS_FORWARDING", record.Object{"dis_forwarding": record.Object{}})
	awaitEvent(t, stream, event.Warning, "the channel DIS_FORWARDING is not there")
	if !c.routes.idle() {
		t.Error("notices are kept for it")
	}
}
