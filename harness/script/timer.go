package script

import (
	"context"
	"time"

	"go.starlark.net/starlark"
)

// StartTimer calls a script's function after a period, once or, periodic, again and again, and keeps
// the run alive until it has ended. stop ends it: the function is not called any more, even if it
// waits for its turn already. name is what a traceback calls the calls.
//
// Periods count from the start, so that slow calls do not add up; those that a slow call took are left
// out.
func (in *Interp) StartTimer(name string, period time.Duration, periodic bool, fn starlark.Callable, args ...any) (stop func()) {
	if !in.enter() {
		return func() {}
	}
	ctx, cancel := context.WithCancel(in.ctx)
	release := in.Hold()
	unlessStopped := starlark.NewBuiltin(fn.Name(), func(t *starlark.Thread, _ *starlark.Builtin, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		if ctx.Err() != nil {
			return starlark.None, nil
		}
		return starlark.Call(t, fn, pos, nil)
	})
	go func() {
		defer in.live.Done()
		defer release()
		defer cancel()
		next := in.clock.Now()
		for {
			if next = next.Add(period); next.Before(in.clock.Now()) {
				next = in.clock.Now()
			}
			if err := in.clock.Sleep(ctx, next.Sub(in.clock.Now())); err != nil || ctx.Err() != nil {
				return
			}
			in.Callback(name, unlessStopped, args...)
			if !periodic {
				return
			}
		}
	}()
	return cancel
}
