package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"quecstar/harness/columns"
	"quecstar/harness/device/repl"
)

// progress is a line at the lower end of a terminal that says how far something is, with its rate and the time that is
// left. It is there from the second second on, and gone at the end. A nil one shows nothing.
type progress struct {
	w     io.Writer
	width func() int
	unit  func(n int64) string
	now   func() time.Time

	mu           sync.Mutex
	began, drawn time.Time
	had          int64 // what was there before anything was done
	shown        bool
}

// What a progress waits for before it draws, and before it draws again.
const (
	worthALine = time.Second
	redraws    = 100 * time.Millisecond
)

// newProgress makes a progress of so many of a unit; nil where standard error is no terminal that can be drawn on. What
// is written to standard error from now on takes the place of the line.
func (p *process) newProgress(unit func(n int64) string) *progress {
	if p.terminal() == 0 || p.teletype || p.lines != nil {
		return nil
	}
	g := &progress{w: p.stderr, width: p.terminal, unit: unit, now: time.Now}
	p.stderr = g
	return g
}

// Write writes what is not the line.
func (g *progress) Write(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.clear()
	return g.w.Write(b)
}

// clear takes the line away.
func (g *progress) clear() {
	if g.shown {
		_, _ = io.WriteString(g.w, "\r\x1b[K") // who does not get it misses nothing
	}
	g.shown = false
}

// files shows files that travel, of so many bytes together; 0 shows each by itself, -1 is not known.
func (g *progress) files(total int64) func(repl.Progress) {
	if g == nil {
		return nil
	}
	path, before, last := "", int64(0), int64(0)
	return func(f repl.Progress) {
		if f.Path != path {
			path, before = f.Path, before+last
			g.skip(f.Had, total == 0)
		}
		last = f.Done
		if total == 0 {
			g.at(f.Done, f.Total, f.Path)
			return
		}
		g.at(before+f.Done, total, f.Path)
	}
}

// skip says that so much was there already; anew begins from the start with it.
func (g *progress) skip(n int64, anew bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.had += n; anew {
		g.had, g.began = n, time.Time{}
	}
}

// at shows that done of total are done, and what it is about; a total of 0 or less is not known. The last one takes the
// line away.
func (g *progress) at(done, total int64, what string) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if g.began.IsZero() {
		g.began = now
	}
	switch {
	case total > 0 && done >= total:
		g.clear()
		return
	case now.Sub(g.began) < worthALine, now.Sub(g.drawn) < redraws:
		return
	}
	g.drawn, g.shown = now, true
	text := columns.Cut(columns.Visible(g.text(done, total, now)+"  "+what), g.width()-1)
	_, _ = fmt.Fprintf(g.w, "\r%s\x1b[K", text)
}

// text is how far it is, such as "12.3 KB of 40.0 KB, 31%, 3.9 KB/s, 7s left".
func (g *progress) text(done, total int64, now time.Time) string {
	text := g.unit(done)
	if total > 0 {
		text += fmt.Sprintf(" of %s, %d%%", g.unit(total), 100*done/total)
	}
	rate := float64(done-g.had) / now.Sub(g.began).Seconds()
	if rate <= 0 {
		return text
	}
	text += ", " + g.unit(int64(rate)) + "/s"
	if total > done {
		left := time.Duration(float64(total-done) / rate * float64(time.Second))
		text += ", " + left.Round(time.Second).String() + " left"
	}
	return text
}

// end takes the line away.
func (g *progress) end() {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.clear()
}

// sized is a number of bytes for people, in units of 1000.
func sized(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
