package livepage

import (
	"context"
	"errors"
	"strings"
	"testing"

	"quecstar/harness/suite"
)

// TestLog: a page is told what is kept of the present run and what comes, both ends of a message as one; another run
// takes the place of the last, and what was let go of is counted.
func TestLog(t *testing.T) {
	var l Log
	tell := func(n int, layer, payload string) {
		l.Add(suite.Event{N: n, Kind: "publish", Layer: layer, Device: "meter", Topic: "t", Payload: payload})
	}
	want := func(r Reader, run, events, skipped int) logged {
		t.Helper()
		if err := r.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		m, _ := r.Next()
		got := m.(logged)
		if got.Run != run || len(got.Events) != events || got.Skipped != skipped {
			t.Fatalf("run %d, %d events, %d skipped; want %d, %d, %d", got.Run, len(got.Events), got.Skipped, run, events, skipped)
		}
		return got
	}
	l.Begin()
	tell(1, "device", "a")
	tell(2, "cloud", "a")
	r := l.Feed(-1)
	if got := want(r, 1, 2, 0); got.Events[1].Pair != 1 {
		t.Errorf("%+v", got)
	}
	ended, cancel := context.WithCancelCause(t.Context())
	over := errors.New("over")
	cancel(over)
	if err := r.Wait(ended); !errors.Is(err, over) {
		t.Errorf("nothing came, and Wait said %v", err)
	}
	tell(3, "device", "b")
	want(r, 1, 1, 0)
	tell(4, "device", "lost to this page")
	l.Begin()
	want(r, 2, 0, 0) // the page is told that there is another run
	tell(1, "device", "a")
	if got := want(r, 2, 1, 0); got.Events[0].Pair != 0 {
		t.Errorf("it is paired with one of the run before: %+v", got)
	}
	big := strings.Repeat("x", logBytes/4)
	for n := range 6 {
		tell(n+2, "device", big)
	}
	got := want(r, 2, 1, 3)
	if n := got.Events[0].N; n != 5 {
		t.Errorf("the first that is kept is %d", n)
	}
	if l.bytes > logBytes {
		t.Errorf("%d bytes are kept", l.bytes)
	}
	if behind := want(l.Feed(1), 2, 1, 7); behind.Events[0].N != 5 {
		t.Errorf("%+v", behind.Events[0].N)
	}
}
