// Package ostimer is the script module osTimer: any number of timers, as QuecPython documents them
// (python.quectel.com, API reference, osTimer).
//
// start(initialTime, cyclialEn, callback) calls callback(None) after initialTime milliseconds, and
// again and again when cyclialEn is 1. A timer that is started again begins anew. A timer that runs
// keeps the run alive.
package ostimer

import (
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/script"
)

// Module is the table of osTimer.
func Module() *script.Module {
	return &script.Module{
		Name: "osTimer", Lang: script.Python, Doc: "Timers.",
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

// timer is a script's timer. The interpreter lock guards it.
type timer struct {
	end     func() // of the running one; nil when it was never started
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
	if t.deleted || fn == nil || ms < 0 || ms == 0 && cyclic {
		return -1, nil
	}
	t.halt()
	t.end = c.Interp.StartTimer("osTimer callback", time.Duration(ms)*time.Millisecond, cyclic, fn, nil)
	return 0, nil
}

func (t *timer) halt() {
	if t.end != nil {
		t.end()
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
