package machine

import (
	"context"
	"time"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

const (
	oneShot  = 0
	periodic = 1
)

// timer is a script's Timer. The interpreter lock guards it.
type timer struct{ stop func() }

func (t *timer) halt() {
	if t.stop != nil {
		t.stop()
	}
}

func timerClass() *script.Class {
	class := &script.Class{
		Name: "Timer", Doc: "A timer.",
		Consts: []script.Const{{Name: "Timer0", Value: 0, Doc: "A timer."}, {Name: "Timer1", Value: 1, Doc: "A timer."}, {Name: "Timer2", Value: 2, Doc: "A timer."},
			{Name: "Timer3", Value: 3, Doc: "A timer."}, {Name: "ONE_SHOT", Value: oneShot, Doc: "Once."}, {Name: "PERIODIC", Value: periodic, Doc: "Again and again."}},
		Init: script.Func{Params: "Timern", Doc: "Makes a timer.", Call: func(c *script.Call) (any, error) {
			n := 0
			if err := c.Unpack(&n); err != nil {
				return nil, err
			}
			if n < 0 || n > 3 {
				return nil, script.Raise("ValueError", "there is no timer %d: 0 to 3 are", n)
			}
			return &timer{}, nil
		}},
	}
	class.Methods = []script.Func{
		{Name: "start", Params: "period, mode, callback", Doc: "Calls callback(timer) after period milliseconds, once or again and again; returns 0 or -1.", Call: func(c *script.Call) (any, error) {
			var ms, mode int64
			var fn starlark.Callable
			if err := c.Unpack(&ms, &mode, &fn); err != nil {
				return nil, err
			}
			if ms <= 0 || fn == nil || mode != oneShot && mode != periodic {
				return quectel.Failed, nil
			}
			t, in := c.Self.(*timer), c.Interp
			t.halt()
			t.stop = in.StartTimer("Timer callback", time.Duration(ms)*time.Millisecond, mode == periodic, fn, class.NewInstance(in, t))
			return quectel.OK, nil
		}},
		{Name: "stop", Doc: "Stops the timer; returns 0.", Call: func(c *script.Call) (any, error) {
			c.Self.(*timer).halt()
			return quectel.OK, nil
		}},
	}
	return class
}

// watchdog ends the run when nobody feeds it. The interpreter lock guards it.
type watchdog struct {
	period time.Duration
	waits  *script.Thread
}

func wdtClass() *script.Class {
	return &script.Class{
		Name: "WDT", Doc: "The watchdog: the script ends when it is not fed in time, as the module restarts.",
		Init: script.Func{Params: "period", Doc: "Starts a watchdog that wants food every period seconds.", Call: func(c *script.Call) (any, error) {
			w := &watchdog{}
			if err := c.Unpack(&w.period); err != nil {
				return nil, err
			}
			if w.period <= 0 {
				return nil, script.Raise("ValueError", "a watchdog wants a period of more than 0 seconds")
			}
			script.Shared(c.Interp, func() *lastDog { return &lastDog{} }).dog = w
			return w, w.start(c.Interp)
		}},
		Methods: []script.Func{
			{Name: "feed", Doc: "Feeds the watchdog; returns 0.", Call: func(c *script.Call) (any, error) { return c.Self.(*watchdog).feed(c.Interp) }},
			{Name: "stop", Doc: "Stops the watchdog; returns 0.", Call: func(c *script.Call) (any, error) { return c.Self.(*watchdog).halt(c.Interp) }},
		},
	}
}

// lastDog is the watchdog that was started last. The interpreter lock guards it.
type lastDog struct{ dog *watchdog }

// WDTModule returns the table of the module WDT, by which the vendor's list of names has the functions
// of the watchdog that machine.WDT started last; they return -1 before.
func WDTModule() *script.Module {
	of := func(do func(*watchdog, *script.Interp) (any, error)) func(*script.Call) (any, error) {
		return func(c *script.Call) (any, error) {
			last := script.Shared(c.Interp, func() *lastDog { return &lastDog{} })
			if last.dog == nil {
				return quectel.Failed, nil
			}
			return do(last.dog, c.Interp)
		}
	}
	return &script.Module{Name: "WDT", Simulated: true, Doc: "The watchdog that machine.WDT started last.", Funcs: []script.Func{
		{Name: "feed", Doc: "Feeds the watchdog; returns 0, or -1 without one.", Call: of((*watchdog).feed)},
		{Name: "stop", Doc: "Stops the watchdog; returns 0, or -1 without one.", Call: of((*watchdog).halt)},
	}}
}

func (w *watchdog) feed(in *script.Interp) (any, error) {
	w.waits.End()
	return quectel.OK, w.start(in)
}

func (w *watchdog) halt(*script.Interp) (any, error) {
	w.waits.End()
	return quectel.OK, nil
}

// start waits for a period on a thread that the run does not wait for.
func (w *watchdog) start(in *script.Interp) (err error) {
	w.waits, err = in.Go("the watchdog", true, func(t *script.Thread) error {
		if err := t.Block(func(ctx context.Context) error { return in.Clock().Sleep(ctx, w.period) }); err != nil {
			return err
		}
		in.Emit(event.Event{Layer: event.Builtin, Kind: event.Watchdog, Text: "not fed for " + w.period.String() + ": a module restarts, the run ends"})
		in.Interrupt()
		return nil
	})
	return err
}

// rtc is the alarm of the module's clock; every RTC shows the same time. The interpreter lock guards it.
type rtc struct {
	alarm time.Time
	fn    starlark.Callable
	stop  func()
}

func rtcClass() *script.Class {
	self := func(c *script.Call) *rtc { return c.Self.(*rtc) }
	return &script.Class{
		Name: "RTC", Doc: "The clock.",
		Init: script.Func{Doc: "The clock.", Call: func(*script.Call) (any, error) { return &rtc{}, nil }},
		Methods: []script.Func{
			{Name: "datetime", Params: "args=None", Doc: "The time as (year, month, day, weekday, hour, minute, second, microsecond); with such a tuple, sets it and returns 0.", Call: func(c *script.Call) (any, error) {
				if !c.Given(0) {
					n := c.Now().UTC()
					return script.Tuple{n.Year(), int(n.Month()), n.Day(), (int(n.Weekday()) + 6) % 7, n.Hour(), n.Minute(), n.Second(), n.Nanosecond() / 1000}, nil
				}
				t, err := moment(c)
				if err != nil {
					return nil, err
				}
				c.SetNow(t)
				return quectel.OK, nil
			}},
			{Name: "set_alarm", Params: "data_e", Doc: "Sets the time of the alarm; returns 0.", Call: func(c *script.Call) (any, error) {
				t, err := moment(c)
				if err != nil {
					return nil, err
				}
				self(c).alarm = t
				return quectel.OK, nil
			}},
			{Name: "register_callback", Params: "fun", Doc: "Has fun() called on the alarm; returns 0.", Call: func(c *script.Call) (any, error) {
				return quectel.OK, c.Unpack(&self(c).fn)
			}},
			{Name: "enable_alarm", Params: "on_off", Doc: "Switches the alarm on or off; returns 0, -1 without a time or function.", Call: func(c *script.Call) (any, error) {
				on := false
				if err := c.Unpack(&on); err != nil {
					return nil, err
				}
				r, in := self(c), c.Interp
				if r.stop != nil {
					r.stop()
				}
				if !on {
					return quectel.OK, nil
				}
				if r.fn == nil || r.alarm.IsZero() {
					return quectel.Failed, nil
				}
				r.stop = in.StartTimer("RTC alarm", max(0, r.alarm.Sub(c.Now())), false, r.fn)
				return quectel.OK, nil
			}},
		},
	}
}

// moment reads the vendor's tuple of eight.
func moment(c *script.Call) (time.Time, error) {
	v, err := c.Ints(0, 8)
	if err != nil {
		return time.Time{}, err
	}
	return time.Date(v[0], time.Month(v[1]), v[2], v[4], v[5], v[6], v[7]*1000, time.UTC), nil
}
