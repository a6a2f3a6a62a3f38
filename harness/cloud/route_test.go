package cloud

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

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

// TestASQLThatCannotBeRead, of a state file of an earlier version, is told, and its rule forwards nothing; what the
// platform does not compare is told once.
func TestASQLThatCannotBeRead(t *testing.T) {
	c, stream := start(t, Options{})
	forwarding(t, c, "AMQP_FORWARDING", record.Object{"amqp_forwarding": record.Object{"queue_name": DefaultQueue}})
	where := func(text string) {
		t.Helper()
		if _, err := c.Records().Update(RuleKind, "", "rule", func(o record.Object) error {
			o["where"] = text
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			c.deviceNotice(Device{ID: "d", NodeID: "d", ProductID: "p1"}, "create")
		}
	}
	where("device_id LIKE 'd%'")
	awaitEvent(t, stream, event.Warning, "the routing rule rule is kept, but forwards nothing: the sql of the rule")
	if _, is := c.consumers.queue("", DefaultQueue).take(); is {
		t.Error("a notice is forwarded")
	}
	where("notify_data.body.device_id = 'd' AND NOT notify_data.body.device_id > 3")
	awaitEvent(t, stream, event.Warning, `does not do what it says: > compares integers alone, and was given "d" and 3`)
	where("notify_data.body.device_id = 'd'")
	queue := c.consumers.queue("", DefaultQueue)
	for came := 0; came < 3; {
		more := queue.more()
		if _, is := queue.take(); is {
			came++
			continue
		}
		select {
		case <-more:
		case <-time.After(10 * time.Second):
			t.Fatalf("%d of 3 notices are forwarded", came)
		}
	}
}
