package suite

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"
	"unicode/utf8"

	"quecstar/harness/event"
)

// record is one thing that happened in a test.
type record struct {
	n      int // its place in the log
	at     time.Duration
	source string // who tells it
	event.Event
	order *order // whose answer it is; nil for none
}

// The kinds of event that only a test has.
const (
	line    event.Kind = "line"    // a script wrote a whole line, Payload, to its output
	ordered event.Kind = "order"   // the test orders something; Text says what
	faulted event.Kind = "fault"   // a fault was put on a link, or taken off
	checked event.Kind = "check"   // a check that was not so
	logged  event.Kind = "log"     // the test says something
	atSent  event.Kind = "at.sent" // the host sent a line on an AT port
	atGot   event.Kind = "at.got"  // the module sent one
)

// Bounds of what a log keeps.
const (
	mostRecords = 200_000
	mostBytes   = 128 << 20
	mostBad     = 100
)

// log is all that happened in a test, in its order. Waits look at it by place, so that nothing is eaten.
type log struct {
	begin time.Time
	emit  func(record)

	mu      sync.Mutex
	records []record
	bad     []record // those that are a bad end, the first of them
	dropped int
	bytes   int
	grown   chan struct{} // closed when something comes; nil where nobody waits
}

// add adds what happened.
func (l *log) add(source string, e event.Event, o *order) record {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	r := record{n: l.dropped + len(l.records), at: e.Time.Sub(l.begin), source: source, Event: e, order: o}
	l.records = append(l.records, r)
	l.bytes += size(e)
	if r.badEnd() && len(l.bad) < mostBad {
		l.bad = append(l.bad, r)
	}
	for len(l.records) > mostRecords || l.bytes > mostBytes && len(l.records) > 1 {
		l.bytes -= size(l.records[0].Event)
		l.records[0] = record{}
		l.records = l.records[1:]
		l.dropped++
	}
	if l.emit != nil {
		l.emit(r)
	}
	if l.grown != nil {
		close(l.grown)
		l.grown = nil
	}
	return r
}

func size(e event.Event) int { return len(e.Payload) + len(e.Text) + len(e.Traceback) + len(e.Topic) }

// since is what is there from a place on, and a channel that is closed when more comes.
func (l *log) since(place int) (all []record, next int, more <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.grown == nil {
		l.grown = make(chan struct{})
	}
	from := min(max(place-l.dropped, 0), len(l.records))
	return l.records[from:len(l.records):len(l.records)], l.dropped + len(l.records), l.grown
}

// wake has those look again who wait: what they wait for may have become impossible.
func (l *log) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.grown != nil {
		close(l.grown)
		l.grown = nil
	}
}

// told is a record as results have it.
func (r record) told() Event { return NewEvent(r.n+1, r.at, r.source, r.Event) }

// NewEvent is an event as results have it: its number, how far into the test it is, and who tells it.
func NewEvent(n int, at time.Duration, source string, e event.Event) Event {
	out := Event{N: n, At: at, Source: source, Kind: string(e.Kind), Layer: string(e.Layer), Device: e.Device, Topic: e.Topic,
		QoS: e.QoS, Retain: e.Retain, Text: e.Text, Traceback: e.Traceback, Where: e.Where, Took: e.Took, Status: e.Status}
	if utf8.Valid(e.Payload) {
		out.Payload = string(e.Payload)
	} else {
		out.Base64 = base64.StdEncoding.EncodeToString(e.Payload)
	}
	return out
}

// body is the payload as JSON; nil where it is none.
func (r record) body() any {
	v, _ := decodeJSON(r.Payload)
	return v
}

// decodeJSON is the one value that a text in JSON has; its numbers are json.Number, as ids may be large.
func decodeJSON(text []byte) (any, bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil, false
	}
	_, err := d.Token()
	return v, errors.Is(err, io.EOF)
}
