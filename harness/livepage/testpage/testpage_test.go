package testpage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/harness/results"
	"quecstar/harness/suite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client has no connections that outlive a test.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 30 * time.Second}

// ask makes a request of a page and returns its status and body.
func ask(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
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
	return resp.StatusCode, string(text)
}

// serve serves a page.
func serve(t *testing.T) *Page {
	t.Helper()
	p, err := Serve(Options{Version: "quecstar 1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// runOf is a round of a page whose tests end as they are told to.
type runOf struct {
	page    *Page
	stream  *results.Stream
	sources *results.Sources
	stopped bool
}

func about(key string) suite.Test {
	id, _, _ := strings.Cut(key, "#")
	file, name, _ := strings.Cut(id, "::")
	return suite.Test{ID: id, File: file, Name: name, Device: "direct", Line: 1}
}

// begin begins a round by an order, of the tests with these keys; a key without "::" is a file that is broken.
func begin(p *Page, o Order, keys ...string) *runOf {
	r := &runOf{page: p, stream: &results.Stream{Views: []results.View{p}}, sources: &results.Sources{}}
	p.Plan(func() { r.stopped = true }, r.sources)
	var plan []results.Planned
	for _, key := range keys {
		plan = append(plan, results.Planned{Key: key, Test: about(key), Broken: !strings.Contains(key, "::")})
	}
	p.Planned(o, plan)
	r.stream.Write(results.Line{Kind: results.RunStart, Run: &results.Run{ID: "1", Seed: 1, Tests: len(keys)}})
	return r
}

func (r *runOf) start(key string) {
	test := about(key)
	r.stream.Write(results.Line{Kind: results.TestStart, Test: key, Attempt: 1, About: &test})
}

func (r *runOf) done(key string, v suite.Verdict, events ...suite.Event) {
	for i := range events {
		r.stream.Write(results.Line{Kind: results.TestEvent, Test: key, Attempt: 1, Event: &events[i]})
	}
	res := suite.Result{Verdict: v, Seed: 7, Real: time.Millisecond}
	if v.Bad() {
		res.Problems = []suite.Problem{{Class: suite.Assertion, Text: "1 is not 2", File: about(key).File, Line: 1}}
	}
	r.stream.Write(results.Line{Kind: results.TestEnd, Test: key, Attempt: 1, Result: &res, Verdict: v})
}

func (r *runOf) end(notRun int, why string) {
	r.stream.Write(results.Line{Kind: results.RunEnd, End: &results.End{NotRun: notRun, Why: why}})
}

// told is what a page knows that is told by a reader.
type told struct {
	rows  map[string]row
	state state
	anew  int
}

// all takes all that there is to be told.
func (k *told) all(t *testing.T, r interface{ Next() (any, int) }) {
	t.Helper()
	for last := -2; ; {
		message, cursor := r.Next()
		u := message.(update)
		if u.Anew {
			k.rows = map[string]row{}
			k.anew++
		}
		for _, x := range u.Tests {
			k.rows[x.Key] = x
		}
		k.state = u.State
		if cursor == last {
			return
		}
		last = cursor
	}
}

func (k *told) text() string {
	var lines []string
	for key, x := range k.rows {
		line := key + " " + x.Verdict
		if x.Waits {
			line += " waits"
		}
		for _, v := range x.Earlier {
			line += " " + string(v)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestRounds: tests are listed before they run; what was of a test stays until it has run again; those that are gone
// leave; a file that is broken stands in its tests' place, and they in its.
func TestRounds(t *testing.T) {
	p := serve(t)
	k, reader := &told{}, p.feed(-1)
	expect := func(want string) {
		t.Helper()
		k.all(t, reader)
		if k.text() != want {
			t.Errorf("got\n%s\nwant\n%s", k.text(), want)
		}
	}
	expect("")
	r := begin(p, Order{}, "a::1", "a::2", "b::1")
	expect("a::1 not_run waits\na::2 not_run waits\nb::1 not_run waits")
	r.start("a::1")
	r.stream.Last("a::1", "publish t")
	expect("a::1 running\na::2 not_run waits\nb::1 not_run waits")
	if x := k.rows["a::1"]; x.Last != "publish t" || x.Since <= 0 {
		t.Errorf("what runs is %+v", x)
	}
	r.done("a::1", suite.Failed)
	r.start("a::2")
	r.done("a::2", suite.Passed)
	r.end(1, "interrupted")
	expect("a::1 failed\na::2 passed\nb::1 not_run")
	if s := k.state; s.Phase != idle || s.Note != "interrupted" || s.Done != 2 || s.Planned != 3 || s.Bad != 1 {
		t.Errorf("the state is %+v", s)
	}

	r = begin(p, Order{IDs: map[string]bool{"a::1": true}}, "a::1")
	expect("a::1 failed waits\na::2 passed\nb::1 not_run")
	r.start("a::1")
	r.done("a::1", suite.Passed)
	r.end(0, "")
	expect("a::1 passed failed\na::2 passed\nb::1 not_run")

	anew := k.anew
	r = begin(p, Order{Files: []string{"a"}}, "a") // it does not parse any more
	r.start("a")
	r.done("a", suite.Errored)
	r.end(0, "")
	expect("a error\nb::1 not_run")
	if k.anew == anew {
		t.Error("nothing told that tests are gone")
	}
	r = begin(p, Order{IDs: map[string]bool{"a": true}}, "a::1", "a::3")
	r.start("a::1")
	r.done("a::1", suite.Passed)
	r.end(1, "")
	expect("a::1 passed failed\na::3 not_run\nb::1 not_run")

	r = begin(p, Order{IDs: map[string]bool{"a::1": true}}, "a::1#1", "a::1#2")
	r.end(2, "")
	expect("a::1#1 not_run\na::1#2 not_run\na::3 not_run\nb::1 not_run")
	p.Forget([]string{"a"})
	expect("b::1 not_run")
	fresh := &told{}
	fresh.all(t, p.feed(-1))
	if fresh.text() != k.text() {
		t.Errorf("a new page is told %s", fresh.text())
	}
}

// TestOrders: a page orders what is to be run while nothing is, and what failed with the seeds that it failed with.
func TestOrders(t *testing.T) {
	p := serve(t)
	r := begin(p, Order{}, "a::1", "a::2", "b::1")
	if status, text := ask(t, "POST", p.URL()+"run", `{"what": "all"}`); status != http.StatusConflict {
		t.Errorf("while it runs: %d %s", status, text)
	}
	for _, key := range []string{"a::1", "b::1"} {
		r.start(key)
		r.done(key, suite.Failed)
	}
	r.end(1, "")
	r = begin(p, Order{IDs: map[string]bool{"b::1": true}, Seeds: Seeds{true, 5, 20}}, "b::1#1", "b::1#2")
	r.start("b::1#2")
	r.done("b::1#2", suite.Errored)
	r.end(1, "")
	for _, bad := range []string{"", `{"what": "none"}`, `{"what": "test", "key": "c::1"}`,
		`{"what": "test", "key": "a::1", "seeds": 100000}`, strings.Repeat(" ", 1<<20) + "{}"} {
		status, text := ask(t, "POST", p.URL()+"run", bad)
		if status != http.StatusConflict && status != http.StatusBadRequest {
			t.Errorf("%.60s: %d %s", bad, status, text)
		}
	}
	order := func(body string) []Order {
		t.Helper()
		if status, text := ask(t, "POST", p.URL()+"run", body); status != 200 {
			t.Fatalf("%s: %d %s", body, status, text)
		}
		var out []Order
		for {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			p.mu.Lock()
			some := len(p.orders) > 0
			p.mu.Unlock()
			if !some {
				p.Fail("it is only looked at")
				return out
			}
			o, err := p.Next(ctx)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, o)
		}
	}
	for body, want := range map[string]string{
		`{"what": "all"}`: "[{map[] [] {false 0 0}}]",
		`{"what": "failed"}`: "[{map[a::1:true] [a] {false 0 0}} " +
			"{map[b::1:true] [b] {true 5 20}}]",
		`{"what": "test", "key": "b::1#2"}`:             "[{map[b::1:true] [b] {true 7 1}}]",
		`{"what": "test", "key": "b::1#2", "seeds": 1}`: "[{map[b::1:true] [b] {true 8 1}}]",
		`{"what": "test", "key": "a::2"}`:               "[{map[a::2:true] [a] {false 0 0}}]",
	} {
		if got := fmt.Sprint(order(body)); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

// TestStopAndEnd: a round is stopped, with what was to follow; the end ends also who waits for an order.
func TestStopAndEnd(t *testing.T) {
	p := serve(t)
	if status, _ := ask(t, "POST", p.URL()+"stop", ""); status != http.StatusConflict {
		t.Errorf("nothing is stopped: %d", status)
	}
	r := begin(p, Order{}, "a::1")
	if status, _ := ask(t, "POST", p.URL()+"stop", ""); status != 200 || !r.stopped {
		t.Errorf("it is not stopped: %d", status)
	}
	r.end(1, ErrStopped.Error())
	got := make(chan error, 1)
	go func() {
		_, err := p.Next(t.Context())
		got <- err
	}()
	if status, _ := ask(t, "POST", p.URL()+"end", ""); status != http.StatusNoContent {
		t.Errorf("the end: %d", status)
	}
	if err := <-got; !errors.Is(err, ErrEnded) {
		t.Error(err)
	}
	if r := begin(p, Order{}, "a::1"); !r.stopped {
		t.Error("a round that a change began at the end goes on")
	}
}

// TestTold: what happened in a test is served as reports have it, with the files of its round.
func TestTold(t *testing.T) {
	p := serve(t)
	r := begin(p, Order{}, "a::1")
	r.start("a::1")
	r.done("a::1", suite.Failed, suite.Event{Source: "dev", Kind: "publish", Topic: "t", Payload: "</script>"})
	r.end(0, "")
	status, text := ask(t, "GET", p.URL()+"test?key=a::1", "")
	var one results.Shown
	if err := json.Unmarshal([]byte(text), &one); status != 200 || err != nil {
		t.Fatalf("%d %v: %s", status, err, text)
	}
	if len(one.Attempts) != 1 || one.Attempts[0].Events.Count != 1 ||
		!strings.Contains(one.Again, "--seed 7") {
		t.Errorf("it is told %s", text)
	}
	for path, want := range map[string]int{"test?key=a::2": 404, "sources?round=1": 200, "sources?round=99": 200} {
		if status, text := ask(t, "GET", p.URL()+path, ""); status != want {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
}

// TestAttachments: what tests attached can be had, to be saved, and nothing else of the folder or outside of it.
func TestAttachments(t *testing.T) {
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "attachments", "a"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"attachments/a/b #?.html", "secret"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("<script>"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(folder, "attachments", "link")); err != nil {
		t.Skip(err)
	}
	p, err := Serve(Options{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	resp, err := client.Get(p.URL() + "attachments/a/b%20%23%3F.html")
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != 200 || resp.ContentLength != 8 ||
		resp.Header.Get("Content-Disposition") != "attachment; filename*=UTF-8''b%20%23%3F.html" ||
		resp.Header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("%v %v", resp.Status, resp.Header)
	}
	for _, bad := range []string{"a", "a/", "none", "link", "..%2fsecret", "a/..%2f..%2fsecret", "%2fetc%2fpasswd", ""} {
		if status, text := ask(t, "GET", p.URL()+"attachments/"+bad, ""); status != http.StatusNotFound {
			t.Errorf("%s: %d %s", bad, status, text)
		}
	}
	if status, _ := ask(t, "GET", serve(t).URL()+"attachments/x", ""); status != http.StatusNotFound {
		t.Errorf("without a folder: %d", status)
	}
}

// TestRecordsAreBounded: beyond the bound the oldest are let go, those of tests that passed first.
func TestRecordsAreBounded(t *testing.T) {
	r := newRecords(100)
	r.put("bad", make([]byte, 40), false)
	for i := range 10 {
		r.put(fmt.Sprint(i), make([]byte, 30), true)
	}
	if r.get("bad") == nil || r.get("9") == nil || r.get("8") == nil || r.get("7") != nil || r.bytes != 100 {
		t.Errorf("%d bytes are kept of %d", r.bytes, len(r.byKey))
	}
	r.put("long", make([]byte, 1000), false)
	if r.get("long") == nil || len(r.byKey) != 1 || r.good.Len()+r.bad.Len() != 1 {
		t.Errorf("a long one is kept with %d others", len(r.byKey)-1)
	}
	r.put("long", nil, true)
	r.remove("long")
	if r.bytes != 0 || len(r.byKey) != 0 {
		t.Errorf("%d bytes are left", r.bytes)
	}
}

// TestManyTests: thousands of tests a second reach pages in batches, a page that reads nothing holds nobody up, and
// what is held is bounded.
func TestManyTests(t *testing.T) {
	p := serve(t)
	p.records = newRecords(4 << 20)
	const tests = 20_000
	keys := make([]string, tests)
	for i := range keys {
		keys[i] = fmt.Sprintf("f%d_test.py::test_%d", i/100, i)
	}
	reader, idle := p.feed(-1), p.feed(-1)
	idle.Next()
	before := held()
	r := begin(p, Order{}, keys...)
	message, _ := reader.Next()
	if n := len(message.(update).Tests); n != mostRows {
		t.Errorf("%d tests are told at once", n)
	}
	began, longest := time.Now(), time.Duration(0)
	for i, key := range keys {
		at := time.Now()
		r.start(key)
		v := suite.Passed
		if i%10 == 0 {
			v = suite.Failed
		}
		r.done(key, v, suite.Event{Kind: "publish", Payload: strings.Repeat("x", 1000)})
		longest = max(longest, time.Since(at))
		if i%500 == 0 {
			reader.Next()
		}
	}
	r.end(0, "")
	t.Logf("%d tests in %v, the longest %v", tests, time.Since(began), longest)
	k := &told{}
	k.all(t, p.feed(-1))
	if len(k.rows) != tests || k.state.Done != tests || k.state.Bad != tests/10 {
		t.Errorf("%d tests are told, %+v", len(k.rows), k.state)
	}
	if more := held() - before; more > 64<<20 {
		t.Errorf("%d MB more are held", more>>20)
	}
}

// held is how many bytes the program holds.
func held() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
