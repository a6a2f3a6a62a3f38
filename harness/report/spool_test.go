package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"quecstar/harness/event"
)

// stalled is a reader that does not read until it is let go.
type stalled struct {
	begun, goOn chan struct{}
	bytes.Buffer
}

func newStalled() *stalled {
	return &stalled{begun: make(chan struct{}, 1), goOn: make(chan struct{})}
}

func (s *stalled) Write(p []byte) (int, error) {
	select {
	case s.begun <- struct{}{}:
	default:
	}
	<-s.goOn
	return s.Buffer.Write(p)
}

// TestStalledReaderHoldsNobody: events go on while nobody reads them; the reader is told what it missed, and
// gets the last ones.
func TestStalledReaderHoldsNobody(t *testing.T) {
	to := newStalled()
	l := &Lines{W: to}
	l.out.limit = 1000
	l.Show(event.Event{Layer: event.Harness, Kind: event.Note, Text: "first"})
	<-to.begun
	for i := range 1000 {
		l.Show(event.Event{Layer: event.Harness, Kind: event.Note, Text: fmt.Sprint("n", i)})
	}
	l.out.mu.Lock()
	if l.out.bytes > 1000 {
		t.Errorf("%d bytes are held", l.out.bytes)
	}
	l.out.mu.Unlock()
	close(to.goOn)
	l.Show(event.Event{Layer: event.Harness, Kind: event.Exit})
	if err := l.Err(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(to.String()), "\n")
	told := 0
	for _, text := range lines {
		var got Line
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var n int
		if got.Kind == "warning" {
			if _, err := fmt.Sscanf(got.Text, "%d lines are left out", &n); err != nil {
				t.Errorf("%s: %v", text, err)
			}
		} else {
			n = 1
		}
		told += n
	}
	if told != 1002 || len(lines) > 50 || !strings.Contains(lines[len(lines)-1], `"exit"`) {
		t.Errorf("%d of 1002 events in %d lines, the last is %s", told, len(lines), lines[len(lines)-1])
	}
}

// TestTimelineSaysWhatItLeftOut does the same for people.
func TestTimelineSaysWhatItLeftOut(t *testing.T) {
	to := newStalled()
	tl := &Timeline{W: to}
	tl.out.limit = 300
	show := func(text string) { tl.Show(event.Event{Layer: event.Harness, Kind: event.Note, Text: text}) }
	show("first")
	<-to.begun
	for i := range 100 {
		show(fmt.Sprint("n", i))
	}
	close(to.goOn)
	if err := tl.Err(); err != nil {
		t.Fatal(err)
	}
	if got := to.String(); !strings.Contains(got, "lines are left out") || !strings.HasSuffix(got, "n99\n") {
		t.Errorf("got\n%s", got)
	}
}

// TestNobodyReadsAtTheEnd: the end of a run does not wait for ever, and says so.
func TestNobodyReadsAtTheEnd(t *testing.T) {
	to := newStalled()
	t.Cleanup(func() { close(to.goOn) })
	tl := &Timeline{W: to}
	tl.Show(event.Event{Layer: event.Harness, Kind: event.Note, Text: "x"})
	begin := time.Now()
	if err := tl.Err(); !errors.Is(err, io.ErrNoProgress) || time.Since(begin) > 10*time.Second {
		t.Errorf("%v behind %v", err, time.Since(begin))
	}
}
