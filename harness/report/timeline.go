// Package report shows what happened in a run: as a timeline for people and as JSON lines for
// programs, with secrets masked.
package report

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"quecstar/harness/event"
)

// Timeline writes a line for every event that a person wants to see: time offset, arrow, topic and
// payload. The arrow → points from the device to the cloud.
type Timeline struct {
	// W takes the lines.
	W io.Writer
	// Color switches colours on.
	Color bool
	// Width is the length at which lines are cut; 0 means 160.
	Width int
	// Verbose shows everything, also what is told twice from both sides.
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
	if !t.Verbose && !shown(e) {
		return
	}
	if t.Mask != nil {
		e = t.Mask.Event(e)
	}
	t.out.put(t.W, leftOut, []byte(t.line(e)+"\n"))
}

// leftOut is the line that stands for those that a slow reader did not get.
func leftOut(lines int) []byte {
	return fmt.Appendf(nil, "          ! warning  %d lines are left out: whoever reads this is slower than what happens\n", lines)
}

// Err waits, for a second at most, until all lines are written, and returns the first error of writing.
func (t *Timeline) Err() error { return t.out.flush() }

// shown leaves out what the embedded cloud tells of what the device has told, and what is for
// programs.
func shown(e event.Event) bool {
	switch e.Kind {
	case event.Output, event.ErrorOutput, event.Call, event.Start, event.Exit:
		return false
	case event.Warning, event.Note, event.Failure, event.Refused:
		return true
	}
	return e.Layer != event.Cloud
}

// look is how a kind of event looks.
type look struct{ arrow, color string }

const (
	green, yellow, red, blue, dim = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[36m", "\x1b[2m"
	reset                         = "\x1b[0m"
)

func lookOf(k event.Kind) look {
	switch k {
	case event.Publish, event.Report, event.Response:
		return look{"→", green}
	case event.Receive, event.Command:
		return look{"←", blue}
	case event.Warning:
		return look{"!", yellow}
	case event.Failure, event.Refused:
		return look{"✗", red}
	}
	return look{"·", dim}
}

func (t *Timeline) line(e event.Event) string {
	l := lookOf(e.Kind)
	offset := fmt.Sprintf("%+9.3f", e.Time.Sub(t.begin).Seconds())
	text := strings.Join(nonEmpty(label(e), shorten(e.Topic, e.Device), e.Text, Payload(e.Payload)), "  ")
	if e.Kind != event.Warning && e.Kind != event.Failure && e.Kind != event.Refused && e.Kind != event.Note {
		text = cut(text, t.width()-len(offset)-3)
	}
	if !t.Color {
		return offset + " " + l.arrow + " " + text
	}
	return dim + offset + reset + " " + l.color + l.arrow + " " + text + reset
}

func (t *Timeline) width() int {
	if t.Width <= 0 {
		return 160
	}
	return max(t.Width, 40)
}

// label names an event that the arrow does not explain.
func label(e event.Event) string {
	switch e.Kind {
	case event.Publish, event.Receive, event.Note:
		return ""
	case event.Warning, event.Refused, event.Connect, event.Disconnect, event.Subscribe:
		return string(e.Kind)
	}
	return strings.ReplaceAll(string(e.Kind), "_", " ")
}

// shorten leaves out the device id that every IoTDA topic has.
func shorten(topic, _ string) string {
	rest, ok := strings.CutPrefix(topic, "$oc/devices/")
	if !ok {
		return topic
	}
	if _, suffix, ok := strings.Cut(rest, "/"); ok {
		return "…/" + suffix
	}
	return topic
}

func nonEmpty(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}

// shownBytes is how much of a payload is looked at for a summary.
const shownBytes = 4096

// Payload is a payload in one line: JSON without its white space, other text as it is, the rest in
// hex, with the size of what is long.
func Payload(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	head := b
	if len(head) > shownBytes {
		head = head[:shownBytes]
	}
	var compact bytes.Buffer
	if len(head) == len(b) && json.Compact(&compact, b) == nil {
		return compact.String()
	}
	if !utf8.Valid(bytes.TrimRightFunc(head, func(r rune) bool { return r == utf8.RuneError })) {
		return fmt.Sprintf("%d bytes %s…", len(b), hex.EncodeToString(head[:min(len(head), 32)]))
	}
	text := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, strings.ToValidUTF8(string(head), ""))
	text = strings.Join(strings.Fields(text), " ")
	if len(head) < len(b) {
		return fmt.Sprintf("%d bytes %s…", len(b), cut(text, 80))
	}
	return text
}

// cut shortens a line to so many characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return string(r[:max(0, n-1)]) + "…"
}
