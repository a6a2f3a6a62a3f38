package results

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"quecstar/harness/suite"
	"quecstar/harness/web"
)

// HTML writes a page that needs nothing else: an index of the tests, and the tests with their events in packed chunks, of
// which a browser unpacks the one that is looked at. It is written as tests end; behind them comes the index.
type HTML struct {
	W io.Writer
	// Folder is where the results lie whose attachments the page links to, seen from the page; "" is that there are none.
	Folder string
	// Single is that this is one run of a script, and no test.
	Single bool

	page    *web.Page
	run     *Run
	index   htmlIndex
	chunk   bytes.Buffer // JSON of tests, behind one another
	inChunk int
	sources map[string]string
	plots   bool
	err     error
}

// Bounds of a chunk: what is unpacked for one test.
const (
	chunkTests = 50
	chunkBytes = 2 << 20
)

type htmlIndex struct {
	Run    htmlRun     `json:"run"`
	End    *End        `json:"end"`
	Folder *string     `json:"folder,omitempty"`
	Tests  []htmlEntry `json:"tests"`
}

type htmlRun struct {
	*Run
	At     time.Time `json:"at"`
	Single bool      `json:"single,omitempty"`
}

// htmlEntry is a test in the index.
type htmlEntry struct {
	Key      string        `json:"key"`
	Verdict  suite.Verdict `json:"verdict"`
	Headline string        `json:"headline,omitempty"`
	Class    suite.Class   `json:"class,omitempty"`
	Tags     []string      `json:"tags,omitempty"`
	Device   string        `json:"device,omitempty"`
	Real     time.Duration `json:"real"`
	// Chunk is the number of its chunk, and its place there.
	Chunk [2]int `json:"chunk"`
}

// htmlTest is a test in its chunk.
type htmlTest struct {
	Key      string        `json:"key"`
	Test     *suite.Test   `json:"test"`
	Verdict  suite.Verdict `json:"verdict"`
	Again    string        `json:"again,omitempty"`
	Attempts []htmlAttempt `json:"attempts"`
}

type htmlAttempt struct {
	Began  time.Time     `json:"began"`
	Result *suite.Result `json:"result"`
	Events []htmlEvent   `json:"events,omitempty"`
}

// htmlEvent is an event, with the number of an earlier one that tells the same message from its other end.
type htmlEvent struct {
	suite.Event
	Pair int `json:"pair,omitempty"`
}

// Begin implements View.
func (h *HTML) Begin(l *Line) {
	h.run, h.page, h.sources = l.Run, web.NewPage("report.js"), map[string]string{}
	h.index.Run = htmlRun{l.Run, l.At, h.Single}
	h.index.Tests = []htmlEntry{}
	if h.Folder != "" {
		folder := (&url.URL{Path: strings.TrimSuffix(filepath.ToSlash(h.Folder), "/") + "/"}).String()
		h.index.Folder = &folder
	}
	h.print(h.page.Begin())
}

func (h *HTML) print(text string) {
	if h.err == nil {
		_, h.err = io.WriteString(h.W, text)
	}
}

// Done implements View.
func (h *HTML) Done(c *Case) {
	a := c.Last()
	e := htmlEntry{Key: c.Key, Verdict: c.Verdict, Tags: c.Test.Tags, Device: c.Test.Device, Real: a.Result.Real,
		Chunk: [2]int{h.chunkNumber(), h.inChunk}}
	if p := decisive(c); p != nil {
		e.Headline, e.Class = headline(p.Text), p.Class
	} else {
		e.Headline = headline(a.Result.Reason)
	}
	h.index.Tests = append(h.index.Tests, e)
	one := htmlTest{Key: c.Key, Test: &c.Test, Verdict: c.Verdict}
	if c.Test.Name != "" && !h.Single {
		one.Again = again(h.run, c, a)
	}
	for i := range c.Attempts {
		one.Attempts = append(one.Attempts, h.attempt(&c.Attempts[i]))
	}
	h.add(&one)
}

// decisive is the problem that a test is known by: of a flaky one, that of its first attempt.
func decisive(c *Case) *suite.Problem {
	a := c.Last()
	if c.Verdict == suite.Flaky {
		a = &c.Attempts[0]
	}
	if len(a.Result.Problems) == 0 {
		return nil
	}
	return &a.Result.Problems[0]
}

func (h *HTML) attempt(a *Attempt) htmlAttempt {
	out := htmlAttempt{Began: a.Began, Result: &a.Result, Events: make([]htmlEvent, len(a.Events))}
	var pairs web.Pairer
	for i := range a.Events {
		e := htmlEvent{Event: a.Events[i]}
		if e.N == 0 {
			e.N = i + 1
		}
		e.Pair = pairs.Of(e.N, pairable(&e.Event))
		out.Events[i] = e
	}
	h.plots = h.plots || hasSeries(a.Events)
	return out
}

// Series that are worth a plot: so many events, over so long a time.
const (
	seriesEvents = 200
	seriesTime   = time.Minute
)

// hasSeries reports whether an attempt may have a series to plot.
func hasSeries(events []suite.Event) bool {
	n := len(events)
	return n >= seriesEvents && events[n-1].At-events[0].At >= seriesTime
}

// chunkNumber is the number of the chunk that is being filled.
func (h *HTML) chunkNumber() int {
	if len(h.index.Tests) == 0 {
		return 0
	}
	last := h.index.Tests[len(h.index.Tests)-1].Chunk[0]
	if h.inChunk == 0 {
		return last + 1
	}
	return last
}

// add adds a test to the chunk, and writes that when it is full.
func (h *HTML) add(one *htmlTest) {
	if h.err != nil {
		return
	}
	text, err := json.Marshal(one)
	if err != nil {
		h.err = fmt.Errorf("%s: %w", one.Key, err)
		return
	}
	if h.inChunk > 0 {
		h.chunk.WriteByte(',')
	}
	h.chunk.Write(text)
	if h.inChunk++; h.inChunk == chunkTests || h.chunk.Len() > chunkBytes {
		h.flush()
	}
}

// flush writes the chunk.
func (h *HTML) flush() {
	if h.inChunk == 0 {
		return
	}
	h.pack(fmt.Sprintf("chunk%d", h.chunkNumber()), []byte("["+h.chunk.String()+"]"))
	h.chunk.Reset()
	h.inChunk = 0
}

// pack writes JSON as an element that is no markup: its base64 has no "<".
func (h *HTML) pack(id string, text []byte) {
	var b strings.Builder
	w := base64.NewEncoder(base64.StdEncoding, &b)
	z := gzip.NewWriter(w)
	_, _ = z.Write(text) // to memory, which does not fail
	_, _ = z.Close(), w.Close()
	h.print(fmt.Sprintf("<script type=\"text/plain\" id=\"%s\">%s</script>\n", id, b.String()))
}

// Read implements Reader.
func (h *HTML) Read(s *Source) { h.sources[s.File] = s.Text }

// End implements View.
func (h *HTML) End(l *Line) error {
	h.flush()
	if l != nil {
		h.index.End = l.End
	}
	for _, part := range []struct {
		id string
		v  any
	}{{"index", &h.index}, {"sources", h.sources}} {
		text, err := json.Marshal(part.v)
		if err != nil {
			return err
		}
		h.pack(part.id, text)
	}
	h.print(h.page.End(h.plots))
	return h.err
}
