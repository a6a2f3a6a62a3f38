package report

import (
	"bytes"
	_ "embed" // the schema
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
	"unicode/utf8"

	"quecstar/harness/event"
)

// Schema is the JSON Schema of a Line.
//
//go:embed line.schema.json
var Schema string

// Line is an event as a JSON line, as Schema describes it: what event.Event says of its fields holds here.
// Readers must tolerate further fields and kinds.
type Line struct {
	// Time is absolute, RFC 3339 with nanoseconds, in UTC.
	Time   time.Time `json:"time"`
	Layer  string    `json:"layer"`
	Kind   string    `json:"kind"`
	Device string    `json:"device,omitempty"`
	Topic  string    `json:"topic,omitempty"`
	Text   string    `json:"text,omitempty"`
	// Traceback has several lines.
	Traceback string  `json:"traceback,omitempty"`
	Payload   *string `json:"payload,omitempty"`
	// Encoding is "base64" when the payload is no UTF-8 and is given in that form.
	Encoding string  `json:"encoding,omitempty"`
	QoS      byte    `json:"qos,omitempty"`
	Retain   bool    `json:"retain,omitempty"`
	Took     float64 `json:"took_s,omitempty"`
	// Where is FILE:LINE of the script's statement that did it.
	Where string `json:"where,omitempty"`
	// Status is there in the exit event alone, which is the last line.
	Status *int `json:"status,omitempty"`
}

// Lines writes every event as one line of JSON. An exit event is the last that it writes.
type Lines struct {
	// W takes the lines, each in one Write.
	W io.Writer

	mu   sync.Mutex
	mask *Masker
	over bool // the exit event was written
	out  spool
}

// Hide has secrets hidden from now on.
func (l *Lines) Hide(m *Masker) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mask = m
}

// Show writes the line of an event; one without a time happens now. It does not wait for W, except behind the exit
// event, and there for a second at most: a reader that is too slow gets a warning with how many lines it missed.
// It is an event.Sink.
func (l *Lines) Show(e event.Event) {
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return
	}
	if l.mask != nil {
		e = l.mask.Event(e)
	}
	l.out.put(l.W, missed, encode(e))
	l.over = e.Kind == event.Exit
	if l.over {
		_ = l.out.flush() // Err tells it again
	}
}

// encode is the line of an event.
func encode(e event.Event) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)   // a line is no web page
	_ = enc.Encode(newLine(e)) // of strings and numbers, which cannot fail
	return b.Bytes()
}

// missed is the line that stands for those that a slow reader did not get.
func missed(lines int) []byte {
	return encode(event.Event{Time: time.Now(), Layer: event.Harness, Kind: event.Warning,
		Text: fmt.Sprintf("%d lines are left out: whoever reads this is slower than what happens", lines)})
}

func newLine(e event.Event) Line {
	line := Line{Time: e.Time.UTC(), Layer: string(e.Layer), Kind: string(e.Kind), Device: e.Device, Topic: e.Topic,
		Text: e.Text, Traceback: e.Traceback, QoS: e.QoS, Retain: e.Retain, Took: e.Took.Seconds(),
		Where: e.Where}
	if e.Kind == event.Exit {
		line.Status = &e.Status
	}
	if e.Payload != nil {
		text := string(e.Payload)
		if !utf8.Valid(e.Payload) {
			text, line.Encoding = base64.StdEncoding.EncodeToString(e.Payload), "base64"
		}
		line.Payload = &text
	}
	return line
}

// Err waits, for a second at most, until all lines are written, and returns the first error of writing.
func (l *Lines) Err() error { return l.out.flush() }
