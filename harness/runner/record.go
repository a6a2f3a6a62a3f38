package runner

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"quecstar/harness/event"
	"quecstar/harness/report"
	"quecstar/harness/results"
	"quecstar/harness/suite"
)

// recordBytes is how much of text the events of one attempt may have; the oldest go first.
const recordBytes = 48 << 20

// liveEvery is how often a worker tells at most what happened last.
const liveEvery = 200 * time.Millisecond

// record holds the events of one test in its worker, without its secrets.
type record struct {
	child *child

	mu      sync.Mutex
	closed  bool
	events  []suite.Event
	bytes   int
	lost    int
	told    time.Time
	secrets []string
	mask    *report.Masker
}

func newRecord(c *child) *record { return &record{child: c, mask: report.NewMasker(nil)} }

// hide has a secret left out of all that comes behind it. The parent needs it for what this process may write
// to its standard error.
func (r *record) hide(value string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if value == "" || r.closed || slices.Contains(r.secrets, value) {
		return
	}
	r.secrets = append(r.secrets, value)
	r.mask = report.NewMasker(r.secrets)
	r.child.say(reply{Hide: value})
	_ = r.child.flush() // the next flush has the same error
}

func (r *record) emit(e suite.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.clean(&e)
	r.events = append(r.events, e)
	r.bytes += size(&e)
	for r.bytes > recordBytes && len(r.events) > 1 {
		r.bytes -= size(&r.events[0])
		r.events = r.events[1:]
		r.lost++
	}
	if !r.child.setup.Live {
		return
	}
	if now := time.Now(); now.Sub(r.told) > liveEvery || now.Before(r.told) {
		r.told = now
		r.child.say(reply{Last: results.EventLine(&e)})
		_ = r.child.flush() // the next flush has the same error
	}
}

// attach passes on what a test attaches.
func (r *record) attach(name string, data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	data = r.mask.Event(event.Event{Payload: data}).Payload
	r.child.say(reply{Attached: &results.Data{Name: results.Clean(r.mask.Text(name)), Data: data}})
	_ = r.child.flush() // the next flush has the same error
}

func size(e *suite.Event) int {
	return 100 + len(e.Payload) + len(e.Base64) + len(e.Text) + len(e.Traceback) + len(e.Topic) + len(e.Extra)
}

// close ends the record and returns its events; the first says how many there is no room for.
func (r *record) close() []suite.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	if r.lost > 0 {
		note := suite.Event{At: r.events[0].At, Source: "harness", Kind: string(event.Warning), Layer: string(event.Harness),
			Text: fmt.Sprintf("%d events before this are left out: those of a test may have %d MB", r.lost, recordBytes>>20)}
		return append([]suite.Event{note}, r.events...)
	}
	return r.events
}

// clean hides secrets in an event and keeps bytes that are no text.
func (r *record) clean(e *suite.Event) {
	payload := []byte(e.Payload)
	if e.Base64 != "" {
		if raw, err := base64.StdEncoding.DecodeString(e.Base64); err == nil {
			payload = raw
		}
	}
	m := r.mask.Event(event.Event{Kind: event.Kind(e.Kind), Device: e.Device, Topic: e.Topic, Payload: payload, Text: e.Text,
		Traceback: e.Traceback})
	e.Device, e.Topic = results.Clean(m.Device), results.Clean(m.Topic)
	e.Text, e.Traceback, e.Where = r.fromRoot(results.Clean(m.Text)), r.fromRoot(results.Clean(m.Traceback)), filepath.ToSlash(r.fromRoot(e.Where))
	e.Payload, e.Base64 = string(m.Payload), ""
	if !utf8.Valid(m.Payload) {
		e.Payload, e.Base64 = "", base64.StdEncoding.EncodeToString(m.Payload)
	}
	if len(e.Extra) > 0 {
		if e.Extra = json.RawMessage(r.mask.Text(string(e.Extra))); !json.Valid(e.Extra) {
			e.Extra = nil
		}
	}
}

func (r *record) text(s string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fromRoot(results.Clean(r.mask.Text(s)))
}

// fromRoot names files from the root: where that lies is no part of a result.
func (r *record) fromRoot(s string) string {
	if root := r.child.setup.Options.Root; len(root) > 1 {
		s = strings.ReplaceAll(s, root+string(filepath.Separator), "")
	}
	return s
}

func (r *record) cleanProblem(p *suite.Problem) {
	p.Text, p.Traceback, p.File = r.text(p.Text), r.text(p.Traceback), filepath.ToSlash(r.fromRoot(p.File))
	p.Wanted, p.Got = r.text(p.Wanted), r.text(p.Got)
}
