package main

import (
	"strings"
	"testing"
	"time"

	"quecstar/harness/device/repl"
)

// drawn is a progress by a clock of the test's, on a terminal of 60 columns.
func drawn() (g *progress, out *strings.Builder, clock *time.Time) {
	out, clock = &strings.Builder{}, new(time.Time)
	*clock = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	g = &progress{w: out, width: func() int { return 60 }, unit: sized, now: func() time.Time { return *clock }}
	return g, out, clock
}

// TestProgress: nothing in the first second, then a line with rate and time left that is redrawn, gives way to what is
// written, and is gone at the end.
func TestProgress(t *testing.T) {
	g, out, clock := drawn()
	step := func(after time.Duration, done int64, want string) {
		t.Helper()
		out.Reset()
		*clock = clock.Add(after)
		g.at(done, 40_000, "/usr/main.py")
		if got := out.String(); got != want {
			t.Errorf("at %d: %q, want %q", done, got, want)
		}
	}
	step(0, 500, "")
	step(900*time.Millisecond, 9_000, "")
	step(1100*time.Millisecond, 20_000, "\r20.0 kB of 40.0 kB, 50%, 10.0 kB/s, 2s left  /usr/main.py\x1b[K")
	step(50*time.Millisecond, 21_000, "")
	step(time.Second, 30_000, "\r30.0 kB of 40.0 kB, 75%, 9.8 kB/s, 1s left  /usr/main.py\x1b[K")
	out.Reset()
	if _, err := g.Write([]byte("a note\n")); err != nil || out.String() != "\r\x1b[Ka note\n" {
		t.Errorf("a note among it is %q, %v", out.String(), err)
	}
	step(time.Second, 35_000, "\r35.0 kB of 40.0 kB, 87%, 8.6 kB/s, 1s left  /usr/main.py\x1b[K")
	step(10*time.Millisecond, 40_000, "\r\x1b[K")
	step(time.Second, 40_000, "")
}

// TestProgressOfFiles: the rate is that of what travels, not of what was there already, and what is left is that of
// all.
func TestProgressOfFiles(t *testing.T) {
	g, out, clock := drawn()
	hear := g.files(100_000)
	hear(repl.Progress{Path: "/usr/a", Done: 50_000, Total: 50_000, Had: 50_000})
	hear(repl.Progress{Path: "/usr/b", Done: 1_000, Total: 10_000})
	*clock = clock.Add(2 * time.Second)
	hear(repl.Progress{Path: "/usr/b", Done: 10_000, Total: 10_000})
	if want := "\r60.0 kB of 100.0 kB, 60%, 5.0 kB/s, 8s left  /usr/b\x1b[K"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	g, out, clock = drawn()
	hear = g.files(-1)
	hear(repl.Progress{Path: "/usr/a", Done: 10, Total: 10})
	*clock = clock.Add(2 * time.Second)
	hear(repl.Progress{Path: "/usr/路径很长的一个文件的名字真的是很长很长很长", Done: 90, Total: -1})
	if want := "\r100 B, 50 B/s  /usr/路径很长的一个文件的名字真的是很长很长…\x1b[K"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	var none *progress
	if none.files(0) != nil {
		t.Error("without a terminal somebody hears of it")
	}
	none.at(1, 2, "")
	none.end()
}
