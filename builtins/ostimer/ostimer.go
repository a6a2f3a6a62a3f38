// Package ostimer is the script module osTimer: any number of timers, as QuecPython documents them
// (python.quectel.com, API reference, osTimer).
//
// start(initialTime, cyclialEn, callback) calls callback(None) after initialTime milliseconds, and
// again and again when cyclialEn is 1. A timer that is started again begins anew. A timer that runs
// keeps the run alive.
package ostimer

import (
	"context"
	"sync"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/script"
)

// Module is the table of osTimer.
func Module() *script.Module {
	return &script.Module{
		Name: "osTimer", Lang: script.Python, Doc: "Timers.",
		New: func(*script.Interp) (any, error) {
			t := &timers{}
			t.ctx, t.end = context.WithCancel(context.Background())
			return t, nil
		},
		Classes: []*script.Class{{
			Name: "osTimer", Doc: "A timer.",
			Init: script.Func{Doc: "Makes a timer.", Call: func(*script.Call) (any, error) { return &timer{}, nil }},
			Methods: []script.Func{
				{Name: "start", Params: "initialTime, cyclialEn, callback", Doc: "Calls callback(None) after so many milliseconds, again and again when cyclialEn is 1; 0, or -1.", Call: start},
				{Name: "stop", Doc: "Stops the timer; 0, or -1 when it was deleted.", Call: stop},
				{Name: "delete_timer", Doc: "Stops the timer for good; 0.", Call: remove},
			},
		}},
	}
}

// timers ends the goroutines of all timers when the run ends.
type timers struct {
	ctx  context.Context
	end  context.CancelFunc
	live sync.WaitGroup
}

// Close stops all timers and waits for their goroutines.
func (t *timers) Close() error {
	t.end()
	t.live.Wait()
	return nil
}

// timer is a script's timer. The interpreter lock guards it.
type timer struct {
	cancel  context.CancelFunc // of the running one; nil when it was never started
	deleted bool
}

func start(c *script.Call) (any, error) {
	var ms int64
	var cyclic bool
	var fn starlark.Callable
	if err := c.Unpack(&ms, &cyclic, &fn); err != nil {
		return nil, err
	}
	t := c.Self.(*timer)
	if t.deleted || ms < 0 || ms == 0 && cyclic {
		return -1, nil
	}
	t.halt()
	all, in, release := c.State().(*timers), c.Interp, c.Interp.Hold()
	ctx, cancel := context.WithCancel(all.ctx)
	t.cancel = cancel
	all.live.Go(func() {
		defer release()
		defer cancel()
		tick(ctx, in, time.Duration(ms)*time.Millisecond, cyclic, unlessStopped(ctx, fn))
	})
	return 0, nil
}

// unlessStopped calls fn unless the timer was stopped while its callback waited for its turn.
func unlessStopped(ctx context.Context, fn starlark.Callable) starlark.Value {
	return starlark.NewBuiltin(fn.Name(), func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		if ctx.Err() != nil {
			return starlark.None, nil
		}
		return starlark.Call(t, fn, args, nil)
	})
}

// tick calls fn at every period until ctx ends, once when the timer is not cyclic. Periods count
// from the start, so that slow callbacks do not add up; those that a slow callback took are left
// out.
func tick(ctx context.Context, in *script.Interp, period time.Duration, cyclic bool, fn starlark.Value) {
	next := in.Clock().Now().Add(period)
	for {
		if err := in.Clock().Sleep(ctx, next.Sub(in.Clock().Now())); err != nil || ctx.Err() != nil {
			return
		}
		in.Callback("osTimer callback", fn, nil)
		if !cyclic {
			return
		}
		if next = next.Add(period); next.Before(in.Clock().Now()) {
			next = in.Clock().Now()
		}
	}
}

func (t *timer) halt() {
	if t.cancel != nil {
		t.cancel()
	}
}

func stop(c *script.Call) (any, error) {
	t := c.Self.(*timer)
	if t.deleted {
		return -1, nil
	}
	t.halt()
	return 0, nil
}

func remove(c *script.Call) (any, error) {
	t := c.Self.(*timer)
	t.halt()
	t.deleted = true
	return 0, nil
}
