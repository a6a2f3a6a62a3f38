package livepage

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/harness/event"
	"quecstar/harness/report"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve serves a page whose one call counts how often it is made.
func serve(t *testing.T, events *event.Stream, mask *report.Masker) (s *Server, calls *atomic.Int32) {
	t.Helper()
	calls = new(atomic.Int32)
	s, err := Serve(Options{Page: "cloudpage", Routes: map[string]http.Handler{
		"GET /events": Stream(Events(events, mask, time.Now())),
		"/call":       http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { Reply(w, calls.Add(1)) })}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, calls
}

// client has no connections that outlive a test.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 30 * time.Second}

// ask makes a request of a server and returns its status and the beginning of its body.
func ask(t *testing.T, method, url, body string, change func(r *http.Request)) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(r)
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text), resp.Header
}

// TestGuard: who has no token, or is a page of another site, or names another host, reads and does nothing.
func TestGuard(t *testing.T) {
	s, calls := serve(t, &event.Stream{}, nil)
	root := "http://" + s.guard.addr.String()
	header := func(name, value string) func(r *http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	host := func(name string) func(r *http.Request) { return func(r *http.Request) { r.Host = name } }
	port := fmt.Sprint(s.guard.addr.Port)
	for _, tt := range []struct {
		name, url string
		change    func(r *http.Request)
		status    int
	}{
		{"the link", s.URL(), nil, 200},
		{"a file of the page", s.URL() + "static/cloudpage.js", nil, 200},
		{"no token", root + "/", nil, 403},
		{"no token, a file", root + "/static/cloudpage.js", nil, 403},
		{"no token, a call", root + "/call", nil, 403},
		{"a token cut short", root + "/" + s.guard.token[:20] + "/", nil, 403},
		{"another token", root + "/" + strings.Repeat("A", 26) + "/", nil, 403},
		{"the token in the query alone", root + "/?" + s.guard.token, nil, 403},
		{"a way around", root + "/x/../" + s.guard.token + "/call", nil, 403},
		{"a file outside", s.URL() + "static/..%2f..%2fweb.go", nil, 404},
		{"localhost", s.URL(), host("localhost:" + port), 200},
		{"IPv6", s.URL(), host("[::1]:" + port), 200},
		{"a name that resolves here", s.URL(), host("evil.example:" + port), 403},
		{"another port", s.URL(), host("127.0.0.1:1"), 403},
		{"an address of the net", s.URL(), host("192.168.0.1:" + port), 403},
		{"its own origin", s.URL() + "call", header("Origin", root), 200},
		{"another origin", s.URL() + "call", header("Origin", "http://evil.example"), 403},
		{"an origin that begins alike", s.URL() + "call", header("Origin", root+".evil.example"), 403},
		{"an origin of none", s.URL() + "call", header("Origin", "null"), 403},
		{"another site", s.URL() + "call", header("Sec-Fetch-Site", "cross-site"), 403},
		{"another port of this host", s.URL() + "call", header("Sec-Fetch-Site", "same-site"), 403},
		{"the page itself", s.URL() + "call", header("Sec-Fetch-Site", "same-origin"), 200},
	} {
		status, text, h := ask(t, "GET", tt.url, "", tt.change)
		if status != tt.status {
			t.Errorf("%s: %d, want %d: %s", tt.name, status, tt.status, text)
		}
		if h.Get("Content-Security-Policy") != policy || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: the headers are %v", tt.name, h)
		}
		if status == 403 && strings.Contains(text, s.guard.token) {
			t.Errorf("%s: it tells the token: %s", tt.name, text)
		}
	}
	before := calls.Load()
	if status, text, _ := ask(t, "POST", s.URL()+"call", "", header("Origin", "http://evil.example")); status != 403 {
		t.Errorf("another site calls: %d %s", status, text)
	}
	if calls.Load() != before || before != 2 {
		t.Errorf("%d calls, then %d: want the 2 of the page itself", before, calls.Load())
	}
}

// TestLoopbackAlone: the page is served to this machine alone.
func TestLoopbackAlone(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:80", "[::]:0", "example.com:80"} {
		if _, err := Serve(Options{Addr: addr}); !errors.Is(err, ErrNotLoopback) {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

// subscribe opens a stream of events; batches are read when next is called.
func subscribe(t *testing.T, s *Server, after string) (next func() batch) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", s.URL()+"events", nil)
	if err != nil {
		t.Fatal(err)
	}
	if after != "" {
		r.Header.Set("Last-Event-ID", after)
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s %v", resp.Status, resp.Header)
	}
	lines := bufio.NewReader(resp.Body)
	return func() batch {
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if text, is := strings.CutPrefix(line, "data: "); is {
				var b batch
				if err := json.Unmarshal([]byte(text), &b); err != nil {
					t.Fatal(err)
				}
				return b
			}
		}
	}
}

// TestStream: a new page gets what is kept and what comes, numbered, both ends of a message as one, secrets masked;
// one that lost its connection goes on where it was, and is told how many it missed.
func TestStream(t *testing.T) {
	events := &event.Stream{Keep: 5}
	s, _ := serve(t, events, report.NewMasker([]string{"s3cret"}))
	say := func(kind event.Kind, layer event.Layer, text string) {
		events.Emit(event.Event{Kind: kind, Layer: layer, Device: "meter_1", Topic: "t", Payload: []byte(text)})
	}
	say(event.Publish, event.Device, "my s3cret\xff")
	say(event.Publish, event.Cloud, "my s3cret\xff")
	next := subscribe(t, s, "")
	got := next()
	if len(got.Events) != 2 || got.Events[1].N != 2 || got.Events[1].Pair != 1 || got.Events[1].Base64 != "bXkgKioq/w==" {
		t.Fatalf("%+v", got)
	}
	say(event.Report, event.Cloud, "{}")
	if got := next(); len(got.Events) != 1 || got.Events[0].N != 3 || got.Events[0].Payload != "{}" || got.Skipped != 0 {
		t.Errorf("%+v", got)
	}
	for range 9 {
		say(event.Note, event.Cloud, "")
	}
	if got := subscribe(t, s, "3")(); got.Skipped != 4 || len(got.Events) != 5 || got.Events[0].N != 8 {
		t.Errorf("behind what is kept: %+v", got)
	}
}

// TestSlowReader: at 1,000 events a second and more, a page that reads nothing holds up neither those who tell them
// nor other pages, holds no memory that grows, and is cut off; and no more pages than 16 are served.
func TestSlowReader(t *testing.T) {
	events := &event.Stream{Keep: 1000, KeepBytes: 1 << 20}
	s, _ := serve(t, events, nil)
	payload := []byte(strings.Repeat("x", 10<<10))
	emit := func(n int) (longest time.Duration) {
		for range n {
			began := time.Now()
			events.Emit(event.Event{Kind: event.Publish, Layer: event.Cloud, Device: "meter_1", Topic: "t",
				Payload: payload})
			longest = max(longest, time.Since(began))
		}
		return longest
	}
	for range mostStreams - 1 {
		idle, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.guard.addr.String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = idle.Close() })
		if _, err := fmt.Fprintf(idle, "GET /%s/events HTTP/1.1\r\nHost: %s\r\n\r\n", s.guard.token,
			s.guard.addr); err != nil {
			t.Fatal(err)
		}
	}
	next := subscribe(t, s, "")
	emit(1000)
	next()
	if status, _, _ := ask(t, "GET", s.URL()+"events", "", nil); status != http.StatusServiceUnavailable {
		t.Errorf("one page more: %d", status)
	}
	before := held()
	began := time.Now()
	longest := emit(20_000) // 200 MB
	t.Logf("20,000 events of 10 KB before %d pages that read nothing: %v, the longest %v", mostStreams-1,
		time.Since(began), longest)
	if longest > time.Second {
		t.Errorf("telling an event took %v", longest)
	}
	if more := held() - before; more > 40<<20 {
		t.Errorf("%d MB more are held", more>>20)
	}
	for last := 0; last < 21_000; {
		b := next()
		last = b.Events[len(b.Events)-1].N
	}
	if err := s.Close(); err != nil { // ends the others
		t.Error(err)
	}
}

// held is how many bytes the program holds.
func held() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
