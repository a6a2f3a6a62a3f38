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
