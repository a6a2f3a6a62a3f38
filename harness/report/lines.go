package report

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"sync"
	"time"
	"unicode/utf8"

	"quecstar/harness/event"
)

// Line is an event as a JSON line. Readers must tolerate further fields and kinds.
type Line struct {
	// Time is absolute, RFC 3339 with nanoseconds.
	Time    time.Time `json:"time"`
	Layer   string    `json:"layer"`
	Kind    string    `json:"kind"`
	Device  string    `json:"device,omitempty"`
	Topic   string    `json:"topic,omitempty"`
	Text    string    `json:"text,omitempty"`
	Payload *string   `json:"payload,omitempty"`
	// Encoding is "base64" when the payload is no UTF-8 and is given in that form.
	Encoding string  `json:"encoding,omitempty"`
	QoS      byte    `json:"qos,omitempty"`
	Retain   bool    `json:"retain,omitempty"`
	Took     float64 `json:"took_s,omitempty"`
}

// Lines writes every event as one line of JSON.
type Lines struct {
	// W takes the lines.
	W io.Writer
	// Mask hides secrets; may be nil.
	Mask *Masker

	mu  sync.Mutex
	err error
}

// Show writes the line of an event. It is an event.Sink.
func (l *Lines) Show(e event.Event) {
	if l.Mask != nil {
		e = l.Mask.Event(e)
	}
	line := Line{Time: e.Time.UTC(), Layer: string(e.Layer), Kind: string(e.Kind), Device: e.Device, Topic: e.Topic,
		Text: e.Text, QoS: e.QoS, Retain: e.Retain, Took: e.Took.Seconds()}
	if e.Payload != nil {
		text := string(e.Payload)
		if !utf8.Valid(e.Payload) {
			text, line.Encoding = base64.StdEncoding.EncodeToString(e.Payload), "base64"
		}
		line.Payload = &text
	}
	b, err := json.Marshal(line)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		_, err = l.W.Write(append(b, '\n'))
	}
	if err != nil && l.err == nil {
		l.err = err
	}
}

// Err is the first error of writing.
func (l *Lines) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}
