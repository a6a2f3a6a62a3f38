package results

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quecstar/harness/suite"
	"quecstar/harness/web/webtest"
)

// evil is what a payload, a topic, a name or a text may be: it stays text.
const evil = "</script><img src=x onerror=\"window.pwned=1\"><b>&amp;"

// nasty is a run with what a report must show, and must not obey.
func nasty() []Line {
	s := &sampler{at: begin}
	lines := sample()
	s.lines = slices.Clone(lines[:len(lines)-1])
	steps := []any{suite.Result{Verdict: suite.Failed, Seed: 7, Took: 90 * time.Second, Real: 5 * time.Millisecond, Checks: 3,
		Problems: []suite.Problem{{Class: suite.Assertion, Text: "check(" + evil + ")\n  left:  1", File: "z_test.star", Line: 3,
			Event: 12, Nearest: 4, Wanted: `{"a": 1, "b": "` + `x"}`, Got: `{"a": 2, "b": "x"}`,
			Traceback: "Traceback (most recent call last):\n  File \"z_test.star\", line 3, in test_nasty\nError: " + evil}},
		Attachments: []suite.Attachment{{Name: evil, Path: "attachments/a b#?.txt", Type: "text/plain", Bytes: 3}}}}
	for _, e := range happened() {
		steps = append(steps, e)
	}
	s.test("z_test.star", "test_nasty["+evil+"]", suite.Marks{Tags: []string{evil}}, steps...)
	s.flaky()
	s.add(Line{Kind: SourceOf, Source: &Source{File: "z_test.star", Text: "# one\ndef test_nasty():\n    check(False) # " + evil + "\n"}})
	s.add(Line{Kind: SourceOf, Source: &Source{File: "dev.py", Text: strings.Repeat("pass # "+evil+"\n", 40)}})
	return append(s.lines, lines[len(lines)-1])
}

// flaky adds a test whose attempts have events that differ.
func (s *sampler) flaky() {
	about := &suite.Test{ID: "z_test.star::test_unsteady", File: "z_test.star", Name: "test_unsteady", Device: "direct", Line: 9}
	for n, v := range []suite.Verdict{suite.Failed, suite.Passed} {
		s.add(Line{Kind: TestStart, Test: about.ID, Attempt: n + 1, About: about})
		for i := range 6 {
			e := suite.Event{N: i + 1, At: time.Duration(i) * time.Second, Source: "dev", Kind: "line", Layer: "script", Payload: "step"}
			if n == 0 && i == 4 {
				e.Payload = "lost the way"
			}
			s.add(Line{Kind: TestEvent, Test: about.ID, Attempt: n + 1, Event: &e})
		}
		r := s.passed()
		l := Line{Kind: TestEnd, Test: about.ID, Attempt: n + 1, Result: &r, Verdict: suite.Flaky}
		if n == 0 {
			r, l.Verdict = s.failed(suite.Link, "lost"), ""
		}
		r.Verdict = v
		s.add(l)
	}
}

// happened are the events of a test: messages from both ends, one that was lost, AT lines, output, a fault, bytes, and a
// long run of like messages.
func happened() []suite.Event {
	var out []suite.Event
	at := time.Duration(0)
	add := func(e suite.Event) {
		at += 20 * time.Millisecond
		e.N, e.At = len(out)+1, at
		out = append(out, e)
	}
	both := func(kind, topic, payload string) {
		add(suite.Event{Source: "dev", Kind: kind, Layer: "device", Device: "me_0_1_2030010203", Topic: topic, Payload: payload, QoS: 1, Where: "dev.py:20"})
		add(suite.Event{Source: "cloud", Kind: kind, Layer: "cloud", Device: "me", Topic: topic, Payload: payload, QoS: 1})
	}
	add(suite.Event{Source: "test", Kind: "order", Layer: "harness", Device: "me", Text: "command " + evil, Where: "z_test.star:3"})
	both("connect", "", "")
	both("publish", "$oc/devices/me/sys/properties/report", `{"services": [{"service_id": "Meter", "properties": {"n": 12345678901234567890, "x": "`+evil[:9]+`"}}]}`)
	add(suite.Event{Source: "cloud", Kind: "report", Layer: "cloud", Device: "me", Topic: out[3].Topic, Payload: out[3].Payload})
	add(suite.Event{Source: "dev", Kind: "publish", Layer: "device", Device: "me", Topic: "$oc/" + evil, Payload: evil, Where: "dev.py:21"})
	add(suite.Event{Source: "link", Kind: "fault", Layer: "harness", Text: "drop(" + evil + ")"})
	add(suite.Event{Source: "dev.at", Kind: "at.sent", Layer: "device", Payload: "AT+CSQ"})
	add(suite.Event{Source: "dev.at", Kind: "at.got", Layer: "device", Payload: "+CSQ: 20,99"})
	add(suite.Event{Source: "dev", Kind: "line", Layer: "script", Payload: "printed \x1b[31m" + evil, Where: "dev.py:22"})
	add(suite.Event{Source: "test", Kind: "check", Layer: "harness", Text: evil})
	add(suite.Event{Source: "dev", Kind: "publish", Layer: "device", Device: "me", Topic: "bytes", Base64: "AP8QgA=="})
	for i := range 200 {
		both("publish", "$oc/devices/me/sys/properties/report", fmt.Sprintf(`{"n": %d}`, i))
		at += time.Second
	}
	return out
}

// page writes a report of lines, and tells where it is.
func page(t testing.TB, lines []Line, h *HTML) string {
	t.Helper()
	var b bytes.Buffer
	h.W = &b
	s := &Stream{Views: []View{h}}
	for _, l := range lines {
		s.Write(l)
	}
	if errs := s.Close(); len(errs) > 0 {
		t.Fatal(errs)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestHTML: the page holds what a run tells as text, is driven with the mouse and without, in both themes, both languages
// and on a telephone, and axe-core finds nothing serious.
func TestHTML(t *testing.T) {
	path := page(t, nasty(), &HTML{Folder: "results"})
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"http://www.w3.org/2000/svg", "https://github.com/leeoniya/uPlot"} { // no addresses
		text = bytes.ReplaceAll(text, []byte(name), nil)
	}
	for _, bad := range []string{"onerror", "http:", "https:", "@import", "<img"} {
		if bytes.Contains(text, []byte(bad)) {
			t.Errorf("the page has %q", bad)
		}
	}
	webtest.Run(t, "testdata/report.mjs", "file://"+path)
}

// TestHTMLCutOff: a run that was cut off, and one without tests, are pages too.
func TestHTMLCutOff(t *testing.T) {
	lines := nasty()
	webtest.Run(t, "testdata/cutoff.mjs", "file://"+page(t, lines[:len(lines)-3], &HTML{}))
	webtest.Run(t, "testdata/empty.mjs", "file://"+page(t, []Line{lines[0], lines[len(lines)-1]}, &HTML{}))
}

// TestHTMLBegin: the list and the worst test are shown while the rest of the page is still to come. All of it is ASCII,
// which a browser reads in half the time.
func TestHTMLBegin(t *testing.T) {
	path := page(t, large(500, 50, 1000), &HTML{})
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if i := bytes.IndexFunc(text, func(r rune) bool { return r > 127 }); i >= 0 {
		t.Errorf("the page has %q", text[max(0, i-40):i+10])
	}
	first := bytes.Index(text, []byte(`id="sources"`))
	behind := first + bytes.Index(text[first:], []byte(`id="chunk`)) + 100
	webtest.Run(t, "testdata/begin.mjs", serve(t, text[:behind]))
}

// serve has a server that sends the begin of a page, and nothing more while the test goes on.
func serve(t *testing.T, begin []byte) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(begin)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(s.Close)
	return s.URL
}
