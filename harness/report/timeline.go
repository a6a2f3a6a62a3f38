// Package report shows what happened in a run: as a timeline for people and as JSON lines for
// programs, with secrets masked.
package report

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"quecstar/harness/columns"
	"quecstar/harness/event"
)

// Timeline writes what happens for people, an event a line, in columns: the time since the first event, an arrow, the
// event's kind, and behind these what it is about. → points from the device to the cloud. To the width of a terminal
// lines are folded; elsewhere they stay whole, for grep.
type Timeline struct {
	// W takes the lines.
	W io.Writer
	// Color switches colours on: one for each layer, and those of warnings and failures.
	Color bool
	// Width is that of the terminal, which may change; nil or 0 is none.
	Width func() int
	// Cloud has messages shown as the cloud sees them, with the device of each, in place of as the device does.
	Cloud bool
	// Verbose shows everything, also what is told twice, from both sides, with the layer that tells it.
	Verbose bool
	// Mask hides secrets; may be nil.
	Mask *Masker

	mu    sync.Mutex
	begin time.Time
	out   spool
}

// Show writes the line of an event, without waiting for W: a reader that is too slow is told how many lines it
// did not get. It is an event.Sink.
func (t *Timeline) Show(e event.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.begin.IsZero() {
		t.begin = e.Time
	}
	if !t.Verbose && !t.shown(e) {
		return
	}
	if t.Mask != nil {
		e = t.Mask.Event(e)
	}
	t.out.put(t.W, leftOut, []byte(t.line(e)))
}

// leftOut is the line that stands for those that a slow reader did not get.
func leftOut(lines int) []byte {
	return fmt.Appendf(nil, "          ! warning    %d lines are left out: whoever reads this is slower than what happens\n", lines)
}

// Err waits, for a second at most, until all lines are written, and returns the first error of writing.
func (t *Timeline) Err() error { return t.out.flush() }

// shown leaves out what the other side tells of the same message, what the cloud makes of it, and what is for programs.
func (t *Timeline) shown(e event.Event) bool {
	switch e.Kind {
	case event.Output, event.ErrorOutput, event.Call, event.Start, event.Exit:
		return false
	case event.Warning, event.Note, event.Failure, event.Refused:
		return true
	case event.Report, event.Command, event.Response:
		if e.Topic != "" {
			return false
		}
	}
	return t.Cloud || e.Layer != event.Cloud
}

const (
	green, yellow, red, blue, magenta, dim = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[36m", "\x1b[35m", "\x1b[2m"
	reset                                  = "\x1b[0m"
)

// colors are those of the layers.
var colors = map[event.Layer]string{event.Script: magenta, event.Builtin: magenta, event.Device: green, event.Cloud: blue,
	event.Harness: dim}

// arrow is what stands in front of a kind.
func arrow(k event.Kind) string {
	switch k {
	case event.Publish, event.Report, event.Response:
		return "→"
	case event.Receive, event.Command:
		return "←"
	case event.Warning:
		return "!"
	case event.Failure, event.Refused:
		return "✗"
	}
	return "·"
}

// How wide the columns are: longer words move what stands behind them.
const (
	kindWidth   = 10
	layerWidth  = 7
	deviceWidth = 16 // an IMEI, and that something is in front of it
)

// line is an event in one row, or in several that are indented.
func (t *Timeline) line(e event.Event) string {
	at := fmt.Sprintf("%+9.3f ", e.Time.Sub(t.begin).Seconds())
	head := arrow(e.Kind) + " "
	if t.Verbose {
		head += columns.Pad(string(e.Layer), layerWidth) + " "
	}
	if t.Cloud {
		head += columns.Pad(tail(e.Device, deviceWidth), deviceWidth) + " "
	}
	head += columns.Pad(string(e.Kind), kindWidth) + " "
	rows := t.fold(e, columns.Of(at+head))
	color, end := "", ""
	if t.Color {
		color, end = colors[e.Layer], reset
		at = dim + at + reset
		switch e.Kind {
		case event.Warning:
			color, rows[len(rows)-1], end = yellow, rows[len(rows)-1]+reset, ""
		case event.Failure, event.Refused:
			color, rows[len(rows)-1], end = red, rows[len(rows)-1]+reset, ""
		}
	}
	return at + color + head + end + strings.Join(rows, "\n") + "\n"
}

// mostRows is how many rows an event with a payload has, unless all is to be seen.
const mostRows = 6

// fold is what an event is about, in rows for a terminal, each but the first behind so many blanks. What does not fit
// behind the topic begins a row.
func (t *Timeline) fold(e event.Event, indent int) []string {
	parts := t.about(e)
	width := 0
	if t.Width != nil {
		width = t.Width()
	}
	if width == 0 {
		return []string{strings.Join(parts, "  ")}
	}
	rows := columns.Rows(parts, max(width-1-indent, 20))
	if len(rows) > mostRows && len(e.Payload) > 0 && !t.Verbose {
		rows = append(rows[:mostRows-1], fmt.Sprintf("… of %d bytes (-v: all)", len(e.Payload)))
	}
	for i := range rows[1:] {
		rows[i+1] = strings.Repeat(" ", indent) + rows[i+1]
	}
	return rows
}

// about is what an event is about: topic, text, payload, and where in the script it was done, each in one line. There
// is at least one.
func (t *Timeline) about(e event.Event) (parts []string) {
	for _, part := range []string{shorten(e.Topic, e.Device), e.Text} {
		if part != "" {
			parts = append(parts, strings.ReplaceAll(columns.Visible(part), "\n", "⏎"))
		}
	}
	if len(e.Payload) > 0 || len(parts) == 0 {
		parts = append(parts, Payload(e.Payload))
	}
	if t.Verbose && e.Where != "" {
		parts = append(parts, "("+e.Where+")")
	}
	return parts
}

// shorten leaves out the device id that every IoTDA topic has, where it is that of the event's device or client: that a
// topic has another one must be seen.
func shorten(topic, device string) string {
	rest, ok := strings.CutPrefix(topic, "$oc/devices/")
	if !ok {
		return topic
	}
	id, suffix, ok := strings.Cut(rest, "/")
	if !ok || !strings.HasPrefix(device, id) && device != "" {
		return topic
	}
	return "…/" + suffix
}

// tail is an id of at most n columns: devices differ at the end of theirs.
func tail(id string, n int) string {
	r := []rune(id)
	if len(r) <= n {
		return id
	}
	return "…" + string(r[len(r)-n+1:])
}
