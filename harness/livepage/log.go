package livepage

import (
	"context"
	"sync"

	"quecstar/harness/suite"
	"quecstar/harness/web"
)

// Log has what happens in a script's runs, one after the other, for the pages that show it. It keeps the newest of the
// present run, up to a bound in bytes. The zero value is ready for use.
type Log struct {
	mu      sync.Mutex
	run     int // how many began
	events  []told
	bytes   int
	dropped int // events in front of these, of all runs
	pairs   web.Pairer
	grown   chan struct{}
}

// logBytes is how much text and payload a log keeps.
const logBytes = 16 << 20

// logged is what a page is told at once: as batch, of one run. A page that showed another forgets it.
type logged struct {
	Run int `json:"run"`
	batch
}

// Begin has another run begin. What is kept of the last is forgotten.
func (l *Log) Begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.run++
	l.dropped += len(l.events)
	l.events, l.bytes, l.pairs = nil, 0, web.Pairer{}
	l.wake()
}

// Add takes an event, whose number is more than that of the one before in this run.
func (l *Log) Add(e suite.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	pair := l.pairs.Of(e.N, web.Event{Kind: e.Kind, Device: e.Device, Topic: e.Topic,
		Payload: e.Payload + e.Base64, At: e.At, Cloud: e.Layer == "cloud"})
	l.events = append(l.events, told{e, pair})
	l.bytes += sizeOf(&e)
	for l.bytes > logBytes && len(l.events) > 1 {
		l.bytes -= sizeOf(&l.events[0].Event)
		l.events[0] = told{}
		l.events = l.events[1:]
		l.dropped++
	}
	l.wake()
}

func sizeOf(e *suite.Event) int {
	return 100 + len(e.Payload) + len(e.Base64) + len(e.Text) + len(e.Traceback) + len(e.Topic)
}

func (l *Log) wake() {
	if l.grown != nil {
		close(l.grown)
		l.grown = nil
	}
}

// Feed has a page told of the log: {"run": n, "events": […], "skipped": n}.
func (l *Log) Feed(cursor int) Reader {
	r := &logReader{log: l, cursor: cursor}
	if cursor < 0 {
		l.mu.Lock()
		defer l.mu.Unlock()
		r.cursor = l.dropped + max(len(l.events)-backlog, 0)
	}
	return r
}

// logReader is a Reader of a log.
type logReader struct {
	log         *Log
	cursor, run int // behind what was told
}

// Wait implements Reader.
func (r *logReader) Wait(ctx context.Context) error {
	for {
		r.log.mu.Lock()
		if r.run != r.log.run || r.cursor < r.log.dropped+len(r.log.events) {
			r.log.mu.Unlock()
			return nil
		}
		if r.log.grown == nil {
			r.log.grown = make(chan struct{})
		}
		grown := r.log.grown
		r.log.mu.Unlock()
		select {
		case <-grown:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Next implements Reader.
func (r *logReader) Next() (message any, cursor int) {
	l := r.log
	l.mu.Lock()
	defer l.mu.Unlock()
	out := logged{Run: l.run, batch: batch{Events: []told{}, Skipped: max(l.dropped-r.cursor, 0)}}
	if r.run != l.run && r.run != 0 {
		out.Skipped = 0 // of another run
	}
	from := max(min(r.cursor-l.dropped, len(l.events)), 0)
	to := from
	for held := 0; to < len(l.events) && to-from < batchEvents; to++ {
		if held += sizeOf(&l.events[to].Event); held > batchBytes && to > from {
			break
		}
	}
	out.Events = append(out.Events, l.events[from:to]...)
	r.run, r.cursor = l.run, l.dropped+to
	return out, r.cursor
}
