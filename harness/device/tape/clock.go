package tape

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// What a script was told of the time is on a tape where it was told, as the values that one thread got
// between two other lines: the first in microseconds since 1970, each other as the difference to the one
// before, "xN" for N in a row.
//
//	clock "main" 1764448028123456 +102 +0x7

// finest and coarse are the steps of the clock of a script that is recorded: that of a thread which asks for
// nothing but the time, again and again, goes in coarse steps behind the first, so that the tape stays small.
const (
	finest = time.Microsecond
	coarse = time.Millisecond
	fine   = 1000 // times
	// mostTimes is how many different times a line has at most.
	mostTimes = 5000
)

// times is one line of them while it is written.
type times struct {
	thread string
	text   strings.Builder
	last   int64 // microseconds
	delta  int64
	row    int // how many times delta came in a row, and is not written
	told   int
	runs   int
}

// Tell is that of script.Witness.
func (d *Device) Tell(thread string, now time.Time) (time.Time, func(context.Context)) {
	if d.rec != nil {
		return d.rec.tell(thread, now), nil
	}
	return d.pl.tell(thread, now)
}

// Asleep is that of script.Witness.
func (d *Device) Asleep() (awake func()) {
	if d.pl == nil {
		return func() {}
	}
	return d.pl.asleep()
}

// tell writes a time down, and returns it as it is written.
func (r *recorder) tell(thread string, now time.Time) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	micros := now.Sub(r.began).Microseconds() + r.began.UnixMicro() // the host's clock may be set meanwhile
	var c *times
	if n := len(r.queue); n > 0 && r.queue[n-1].times != nil && r.queue[n-1].times.thread == thread &&
		r.queue[n-1].times.runs < mostTimes {
		c = r.queue[n-1].times
	} else {
		r.flush()
		c = &times{thread: thread}
		r.queue = append(r.queue, &line{times: c, done: true})
	}
	if c.told > fine {
		micros = max(c.last, micros-micros%coarse.Microseconds())
	}
	c.add(micros)
	return time.UnixMicro(micros)
}

func (c *times) add(micros int64) {
	delta := micros - c.last
	if c.told == 0 {
		fmt.Fprintf(&c.text, "clock %s %d", strconv.Quote(c.thread), micros)
	} else if c.row > 0 && delta == c.delta {
		c.row++
	} else {
		c.end()
		c.delta, c.row = delta, 1
	}
	c.last = micros
	c.told++
}

// end writes what came in a row.
func (c *times) end() {
	switch {
	case c.row == 1:
		fmt.Fprintf(&c.text, " +%d", c.delta)
	case c.row > 1:
		fmt.Fprintf(&c.text, " +%dx%d", c.delta, c.row)
	}
	if c.row > 0 {
		c.runs++
	}
	c.row = 0
}

// row is a time of a tape, or several at the same distance.
type row struct{ delta, n int64 }

// parseTimes reads what stands behind "clock ".
func parseTimes(text string) (thread string, rows []row, err error) {
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", nil, fmt.Errorf("clock %.40q: want the name of a thread in quotes", text)
	}
	thread, _ = strconv.Unquote(quoted) // it is quoted
	for i, word := range strings.Fields(text[len(quoted):]) {
		number, times, several := strings.Cut(word, "x")
		r := row{n: 1}
		if r.delta, err = strconv.ParseInt(number, 10, 64); err == nil && several {
			r.n, err = strconv.ParseInt(times, 10, 64)
		}
		if err != nil || r.n < 1 || i == 0 && several {
			return "", nil, fmt.Errorf("clock: %.40q is no time", word)
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return "", nil, fmt.Errorf("clock %s: want times", quoted)
	}
	return thread, rows, nil
}

// clock is what a tape has for a thread.
type clock struct {
	entries []int // in player.entries
	at      int   // the entry of the next time
	row     int   // in it
	used    int64 // of the row
	last    int64 // microseconds
}

// patience is how long a reading of the clock waits for what the tape says before it.
const patience = time.Second

// tell gives out the next time of a thread.
func (p *player) tell(thread string, now time.Time) (time.Time, func(context.Context)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stirred = time.Now()
	c := p.clocks[thread]
	// What was told before a call that has been made is past: the script asked less often.
	for c.left() && c.entries[c.at] < p.floor {
		c.at, c.row, c.used = c.at+1, 0, 0
	}
	switch {
	case c.left():
		at := c.entries[c.at]
		p.told, p.toldAt = c.next(p.entries[at].rows), now
		return p.told, p.saidBefore(at)
	case p.told.IsZero():
		return now, nil
	}
	return p.told.Add(now.Sub(p.toldAt)), nil // the script asks more often: it goes on from there
}

// left reports whether a thread will be told more.
func (c *clock) left() bool { return c != nil && c.at < len(c.entries) }

// next is the next time of a line.
func (c *clock) next(rows []row) time.Time {
	r := rows[c.row]
	if c.row == 0 {
		c.last = 0
	}
	c.last += r.delta
	if c.used++; c.used == r.n {
		c.row, c.used = c.row+1, 0
	}
	if c.row == len(rows) {
		c.at, c.row = c.at+1, 0
	}
	return time.UnixMicro(c.last)
}

// saidBefore is how to wait until what the tape says before an entry is said; nil where nothing is left. The
// caller holds mu.
func (p *player) saidBefore(at int) func(context.Context) {
	if !p.due(at) {
		return nil
	}
	p.wanted = max(p.wanted, at)
	p.stir()
	return func(ctx context.Context) {
		limit, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		for {
			p.mu.Lock()
			due, change := p.due(at), p.change
			p.mu.Unlock()
			if !due {
				return
			}
			select {
			case <-change:
			case <-p.done:
				return
			case <-limit.Done():
				return
			}
		}
	}
}

// due reports whether something that somebody hears is to be said now, and before an entry. The caller
// holds mu.
func (p *player) due(at int) bool {
	return p.at < at && !p.entries[p.at].call && len(p.hearing[p.entries[p.at].name]) > 0
}

// asleep notes that the script sleeps.
func (p *player) asleep() (awake func()) {
	p.mu.Lock()
	p.sleeping++
	p.mu.Unlock()
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.sleeping--
		p.stirred = time.Now()
	}
}

// still is how long a script that does nothing is taken for one that waits to be told something.
const still = 50 * time.Millisecond

// slack is how much longer than when it was recorded a script may take to ask for the time.
const slack = 500 * time.Millisecond

// hold is how long what the tape says now is held back: a script that asks for the time is to have asked as
// often as it had when it was recorded. Nothing is held back for one that waits, or that asks for a later
// time, or will not ask. The caller holds mu.
func (p *player) hold(e *entry) time.Duration {
	if p.wanted > p.at || !p.willAsk() {
		return 0
	}
	most := time.Until(p.reached.Add(2*e.wait + slack))
	if p.sleeping > 0 {
		return max(0, min(most, still))
	}
	return max(0, min(most, time.Until(p.stirred.Add(still))))
}

// willAsk reports whether a thread of the script will be told the time again. The caller holds mu.
func (p *player) willAsk() bool {
	for _, c := range p.clocks {
		if c.left() {
			return true
		}
	}
	return false
}
