package script

import (
	"context"
	"time"
)

// Witness sees each time that a script is told, to write it down, or to have the script told what was
// written down before.
type Witness interface {
	// Tell returns what a thread of the script, by its name, is told when the clock says now. It is called
	// with the interpreter lock held and does not block: where it has to wait for something, it returns
	// how, to be called without the lock.
	Tell(thread string, now time.Time) (told time.Time, wait func(context.Context))
	// Asleep is told that a thread of the script begins to sleep; the returned function, that it ends.
	Asleep() (awake func())
}

// Told is the time of the run's clock as the calling script is told it: what the script sees of the time
// is this or comes of it.
func (c *Call) Told() time.Time {
	now, w := c.Interp.clock.Now(), c.Interp.opts.Witness
	if w == nil {
		return now
	}
	told, wait := w.Tell(c.Thread.star.Name, now)
	if wait != nil {
		_ = c.Block(func(ctx context.Context) error { wait(ctx); return nil }) // the run's end ends the call behind it
	}
	return told
}

// Told is Call.Told for what begins with the run and is no call of a script.
func (in *Interp) Told() time.Time {
	now := in.clock.Now()
	if in.opts.Witness != nil {
		now, _ = in.opts.Witness.Tell("", now)
	}
	return now
}

// Now is the time of day as the script's clock shows it: that of the run's clock until SetNow sets it
// otherwise. What measures time uses the run's clock.
func (c *Call) Now() time.Time { return c.Told().Add(time.Duration(c.Interp.ahead.Load())) }

// SetNow sets the script's clock, as setting a module's real-time clock does.
func (c *Call) SetNow(t time.Time) { c.Interp.ahead.Store(int64(t.Sub(c.Told()))) }
