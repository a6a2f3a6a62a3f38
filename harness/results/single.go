package results

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"quecstar/harness/event"
	"quecstar/harness/report"
	"quecstar/harness/suite"
)

// Single has one run of a script as a stream of results with one test, for the views of such streams.
type Single struct {
	// Stream takes the run, at its end.
	Stream *Stream
	// Root is the folder that files are named from.
	Root string
	// Script is its path, Device what answers for the module.
	Script, Device string
	// Version is that of quecstar, Seed what the script leaves to chance.
	Version string
	Seed    uint64
	// Told is told each event as it comes, in the form of the stream; nil is nobody. It must not block.
	Told func(e suite.Event)

	mu      sync.Mutex
	began   time.Time
	events  []suite.Event
	bytes   int
	lost    int
	rest    map[event.Kind][]byte // of a line that is not whole
	writer  map[event.Kind]string // FILE:LINE of who began it
	mask    *report.Masker
	sources Sources
}

// singleBytes is how much text and payload the events of a run may have; the oldest go first.
const singleBytes = 48 << 20

// Begin has the run begin now.
func (r *Single) Begin() {
	r.began, r.mask = time.Now(), report.NewMasker(nil)
	r.rest, r.writer = map[event.Kind][]byte{}, map[event.Kind]string{}
	r.sources.Root = r.Root
	r.Read(r.Script)
}

// Hide has secrets left out.
func (r *Single) Hide(secrets []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mask = report.NewMasker(secrets)
	for _, s := range secrets {
		r.sources.Hide(s)
	}
}

// Read notes a file that the script has.
func (r *Single) Read(path string) { r.sources.Add([]string{r.fromRoot(path)}) }

// fromRoot names files from the root.
func (r *Single) fromRoot(text string) string {
	if len(r.Root) > 1 {
		text = strings.ReplaceAll(text, r.Root+string(filepath.Separator), "")
	}
	return filepath.ToSlash(text)
}

// Line takes a line that travelled on the device's port.
func (r *Single) Line(fromModule bool, text []byte) {
	kind := event.Kind("at.sent")
	if fromModule {
		kind = "at.got"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.add(r.name()+".at", event.Event{Time: time.Now(), Layer: event.Device, Kind: kind, Payload: bytes.Clone(text)})
}

// name is what the script is called.
func (r *Single) name() string {
	return strings.TrimSuffix(filepath.Base(r.Script), filepath.Ext(r.Script))
}

// Hear takes what happens: it is an event.Sink.
func (r *Single) Hear(e event.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	switch {
	case e.Kind == event.Output || e.Kind == event.ErrorOutput:
		r.print(e)
	case e.Layer == event.Cloud:
		r.add(cmp.Or(e.Source, "cloud"), e)
	case e.Layer == event.Harness:
		r.add("harness", e)
	default:
		r.add(r.name(), e)
	}
}

// print adds the whole lines of what was written.
func (r *Single) print(e event.Event) {
	if len(r.rest[e.Kind]) == 0 {
		r.writer[e.Kind] = e.Where
	}
	rest := append(r.rest[e.Kind], e.Payload...)
	for {
		line, behind, found := bytes.Cut(rest, []byte("\n"))
		if !found {
			break
		}
		r.line(e, line)
		rest = behind
	}
	r.rest[e.Kind] = bytes.Clone(rest)
}

func (r *Single) line(e event.Event, text []byte) {
	said := event.Event{Time: e.Time, Layer: event.Script, Kind: printedLine, Payload: bytes.Clone(text), Where: r.writer[e.Kind]}
	if e.Kind == event.ErrorOutput {
		said.Text = "stderr"
	}
	r.add(r.name(), said)
}

func (r *Single) add(source string, e event.Event) {
	e = r.mask.Event(e)
	out := suite.Event{N: r.lost + len(r.events) + 1, At: e.Time.Sub(r.began), Source: source, Kind: string(e.Kind),
		Layer: string(e.Layer), Device: Clean(e.Device), Topic: Clean(e.Topic), QoS: e.QoS, Retain: e.Retain,
		Text: r.fromRoot(Clean(e.Text)), Traceback: r.fromRoot(Clean(e.Traceback)), Where: r.fromRoot(e.Where), Took: e.Took,
		Status: e.Status}
	if utf8.Valid(e.Payload) {
		out.Payload = string(e.Payload)
	} else {
		out.Base64 = base64.StdEncoding.EncodeToString(e.Payload)
	}
	if r.Told != nil {
		r.Told(out)
	}
	r.events = append(r.events, out)
	r.bytes += bytesOf(&out)
	for r.bytes > singleBytes && len(r.events) > 1 {
		r.bytes -= bytesOf(&r.events[0])
		r.events = r.events[1:]
		r.lost++
	}
}

func bytesOf(e *suite.Event) int {
	return 100 + len(e.Payload) + len(e.Base64) + len(e.Text) + len(e.Traceback) + len(e.Topic)
}

// End writes the run to the stream; err is how it ended, nil where it passed.
func (r *Single) End(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for kind, rest := range r.rest {
		if len(rest) > 0 {
			r.line(event.Event{Time: time.Now(), Kind: kind}, rest)
		}
	}
	res := r.result(err)
	name := r.fromRoot(r.Script)
	about := suite.Test{ID: name, File: name, Name: name, Device: r.Device, Line: 1}
	r.Stream.Write(Line{At: r.began, Kind: RunStart, Run: &Run{ID: name, Version: r.Version, Seed: r.Seed, Tests: 1}})
	r.Stream.Write(Line{At: r.began, Kind: TestStart, Test: name, Attempt: 1, About: &about})
	for i := range r.events {
		r.Stream.Write(Line{Kind: TestEvent, Test: name, Attempt: 1, Event: &r.events[i]})
	}
	r.Stream.Write(Line{Kind: TestEnd, Test: name, Attempt: 1, Result: &res, Verdict: res.Verdict})
	r.sources.Tell(r.Stream)
	r.Stream.Write(Line{Kind: RunEnd, End: &End{Verdicts: map[suite.Verdict]int{res.Verdict: 1}, Took: res.Took}})
}

// Result is how the run ended: with err, or well.
func (r *Single) Result(err error) suite.Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.result(err)
}

func (r *Single) result(err error) suite.Result {
	took := time.Since(r.began)
	res := suite.Result{Verdict: suite.Passed, Seed: r.Seed, Took: took, Real: took, Body: took}
	if err != nil {
		p := suite.ProblemOf(err)
		p.Text, p.Traceback, p.File = r.clean(p.Text), r.clean(p.Traceback), r.fromRoot(p.File)
		res.Verdict, res.Problems = suite.Failed, []suite.Problem{p}
	}
	return res
}

// Texts are the files that the script has, by the names that events have for them, without secrets.
func (r *Single) Texts() map[string]string { return r.sources.Texts() }

func (r *Single) clean(text string) string { return r.fromRoot(Clean(r.mask.Text(text))) }
