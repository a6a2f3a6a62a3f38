package cloud

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	paho "github.com/eclipse/paho.mqtt.golang"

	"quecstar/harness/broker"
	"quecstar/harness/cloud/amqp"
	"quecstar/harness/cloud/record"
)

// killed is the state file of a cloud as a process that is killed now leaves it.
func killed(t *testing.T, c *Cloud) string {
	t.Helper()
	must(t, c.Sync())
	text, err := os.ReadFile(c.opts.State)
	path := filepath.Join(t.TempDir(), "state")
	must(t, err, os.WriteFile(path, text, 0o600))
	return path
}

// TestStateOfBacklogs: what waits in a queue, with a consumer or not, and for a receiver that is down is there when
// the next process begins, in its order; what was settled is not, and neither is what a deleted queue had.
func TestStateOfBacklogs(t *testing.T) {
	c := withState(t, filepath.Join(t.TempDir(), "state"))
	var mu sync.Mutex
	got, up := []string{}, false
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if !up {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		got = append(got, r.Header.Get("Content-Type"))
	}))
	defer receiver.Close()
	forwarding(t, c, "HTTP_FORWARDING", record.Object{"http_forwarding": record.Object{"url": receiver.URL}})
	_, err := c.book.Add(record.Record{Kind: QueueKind, ID: "q", Project: "p/1", Object: record.Object{"queue_name": "gone"}}, nil)
	must(t, err)
	q, gone := c.consumers.queue("p/1", DefaultQueue), c.consumers.queue("p/1", "gone")
	for i := range 20 {
		q.put(fmt.Append(nil, i), "topic")
		c.deviceNotice(Device{ID: "d", NodeID: "d", ProductID: "p1"}, "create")
	}
	gone.put([]byte("x"), "")
	first, _ := q.Take()
	second, _ := q.Take() // a consumer has it
	q.Settle(first, amqp.Accepted)
	must(t, c.Sync(), c.book.Delete(QueueKind, "p/1", "q"))
	path := killed(t, c)
	must(t, c.Close())
	mu.Lock()
	up = true
	mu.Unlock()
	c2 := withState(t, path)
	q = c2.consumers.queue("p/1", DefaultQueue)
	var all []string
	for {
		m, is := q.Take()
		if !is {
			break
		}
		all = append(all, m.Text)
		q.Settle(m, amqp.Accepted)
	}
	if text := strings.Join(all, " "); text != "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19" || second.Text != "1" {
		t.Errorf("in the queue are %s", text)
	}
	if _, is := c2.consumers.queue("p/1", "gone").Take(); is {
		t.Error("a queue that was deleted has something")
	}
	o := c2.routes.outlets["action"]
	for len(o.ids()) > 0 {
		if err := c2.tasks.pause(testContext(t), shortPause); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	if len(got) != 20 {
		t.Errorf("the receiver got %d of 20", len(got))
	}
	mu.Unlock()
	c3 := withState(t, killed(t, c2))
	if _, is := c3.consumers.queue("p/1", DefaultQueue).Take(); is || len(c3.routes.outlets["action"].ids()) > 0 {
		t.Error("what was settled is there again")
	}
}

// TestStateOfSessions: a device whose session lasts finds its subscriptions, and what came meanwhile, behind the end of
// the process; and what a device had not acknowledged comes again, marked so, also where its session did not last.
func TestStateOfSessions(t *testing.T) {
	c := withState(t, filepath.Join(t.TempDir(), "state"))
	for _, id := range []string{"p1_n1", "lasting", "gone"} {
		_, err := c.AddDevice(Device{ID: id, Secret: "s3cret"})
		must(t, err)
	}
	lasts := func(o *paho.ClientOptions) { o.SetCleanSession(false) }
	for _, id := range []string{"lasting", "gone"} {
		d := connect(t, c, id, "s3cret", lasts)
		wait(t, d.Subscribe("news/+", 1, nil))
		wait(t, d.Subscribe("old", 1, nil))
		wait(t, d.Unsubscribe("old"))
		d.Disconnect(0)
		must(t, c.WaitOffline(testContext(t), id))
	}
	for _, topic := range []string{"news/1", "news/2", "old"} {
		c.broker.Publish(broker.Message{Topic: topic, Payload: []byte(topic), QoS: 1})
	}
	must(t, c.DeleteDevice("gone"))
	topic := "$oc/devices/p1_n1/sys/messages/down"
	silent := rawConnect(t, c)
	silent.send("\x82" + string([]byte{byte(5 + len(topic))}) + "\x00\x01\x00" + string([]byte{byte(len(topic))}) + topic + "\x01")
	silent.read(5)
	_, err := c.SendMessage("p1_n1", Message{Content: []byte(`"hi"`)})
	must(t, err)
	if got := silent.publish(); got != 0x32 {
		t.Fatalf("0x%02X", got)
	}
	path := killed(t, c)
	c2 := withState(t, path)
	d := connect(t, c2, "lasting", "s3cret", lasts)
	for _, want := range []string{"news/1", "news/2"} {
		if got := string(d.next(t).Payload()); got != want {
			t.Errorf("it gets %s, not %s", got, want)
		}
	}
	c2.broker.Publish(broker.Message{Topic: "news/3", Payload: []byte("news/3"), QoS: 1})
	if got := string(d.next(t).Payload()); got != "news/3" {
		t.Errorf("it gets %s", got)
	}
	if got := rawConnect(t, c2).publish(); got != 0x3A {
		t.Errorf("what was not acknowledged: 0x%02X", got)
	}
	c3 := withState(t, killed(t, c2))
	if s := c3.broker.Saved("lasting"); s == nil || len(s.Queue) != 0 || len(s.Filters) != 1 {
		t.Errorf("of the one that got all is kept %+v", s)
	}
	if c3.broker.Saved("gone") != nil {
		t.Error("the session of a device that is gone is kept")
	}
}
