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
// which a browser unpacks the one that is looked at. It is written at the end, with what is looked at first in front: a
// browser shows that while it reads the rest.
type HTML struct {
	W io.Writer
	// Folder is where the results lie whose attachments the page links to, seen from the page; "" is that there are none.
	Folder string
	// Single is that this is one run of a script, and no test.
	Single bool

	run     *Run
	index   htmlIndex
	chunk   bytes.Buffer // JSON of tests, behind one another
	inChunk int
	chunks  []string // packed, as they stand in the page
	size    int      // of all chunks
	sources map[string]string
	plots   bool
	err     error
}

// Bounds of a chunk, which is what is unpacked for one test, and of all: a larger page opens in no browser, and what
// happened in further tests is left out of it.
const (
	chunkTests = 50
	chunkBytes = 1 << 20
	pageBytes  = 256 << 20
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
	Summary
	// Chunk is the number of its chunk, and its place there.
	Chunk [2]int `json:"chunk"`
}

// Begin implements View.
func (h *HTML) Begin(l *Line) {
	h.run, h.sources = l.Run, map[string]string{}
	h.index.Run = htmlRun{l.Run, l.At, h.Single}
	h.index.Tests = []htmlEntry{}
	if h.Folder != "" {
		folder := (&url.URL{Path: strings.TrimSuffix(filepath.ToSlash(h.Folder), "/") + "/"}).String()
		h.index.Folder = &folder
	}
}

func (h *HTML) print(text string) {
	if h.err == nil {
		_, h.err = io.WriteString(h.W, text)
	}
}

// Done implements View.
func (h *HTML) Done(c *Case) {
	h.index.Tests = append(h.index.Tests, htmlEntry{NewSummary(c), [2]int{len(h.chunks), h.inChunk}})
	h.add(h.shown(c))
}

func (h *HTML) shown(c *Case) *Shown {
	full := h.size > pageBytes
	one := NewShown(h.run, c, !full)
	if h.Single {
		one.Again = ""
	}
	for i := range c.Attempts {
		one.Attempts[i].Full = full
		h.plots = h.plots || !full && hasSeries(c.Attempts[i].Events)
	}
	return one
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

// add adds a test to the chunk, and packs that when it is full.
func (h *HTML) add(one *Shown) {
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

// flush packs the chunk.
func (h *HTML) flush() {
	if h.inChunk == 0 {
		return
	}
	h.chunks = append(h.chunks, pack(fmt.Sprintf("chunk%d", len(h.chunks)), []byte("["+h.chunk.String()+"]")))
	h.size += len(h.chunks[len(h.chunks)-1])
	h.chunk.Reset()
	h.inChunk = 0
}

// pack is JSON as an element that is no markup: its base64 has no "<".
func pack(id string, text []byte) string {
	var b strings.Builder
	w := base64.NewEncoder(base64.StdEncoding, &b)
	z := gzip.NewWriter(w)
	_, _ = z.Write(text) // to memory, which does not fail
	_, _ = z.Close(), w.Close()
	return fmt.Sprintf("<script type=\"text/plain\" id=\"%s\">%s</script>\n", id, b.String())
}

// Read implements Reader.
func (h *HTML) Read(s *Source) { h.sources[s.File] = s.Text }

// End implements View.
func (h *HTML) End(l *Line) error {
	h.flush()
	if l != nil {
		h.index.End = l.End
	}
	index, err := json.Marshal(&h.index)
	if err != nil {
		return err
	}
	sources, err := json.Marshal(h.sources)
	if err != nil {
		return err
	}
	page := web.NewPage("report.js")
	h.print(page.Begin() + pack("index", index) + page.Scripts(h.plots))
	first := h.worst()
	h.print(strings.Join(h.chunks[first:min(first+1, len(h.chunks))], "") + pack("sources", sources))
	for i, chunk := range h.chunks {
		if i != first {
			h.print(chunk)
		}
	}
	h.print(page.End())
	return h.err
}

// worst is the chunk of the test that the page opens first.
func (h *HTML) worst() int {
	for _, v := range []suite.Verdict{suite.Failed, suite.Errored, suite.XPassed, suite.Flaky, suite.Quarantined} {
		for i := range h.index.Tests {
			if h.index.Tests[i].Verdict == v {
				return h.index.Tests[i].Chunk[0]
			}
		}
	}
	return 0
}
