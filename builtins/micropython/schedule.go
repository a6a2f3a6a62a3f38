package micropython

import (
	"go.starlark.net/starlark"

	"quecstar/harness/script"
)

// queueLength is how many functions can be scheduled, as in MicroPython's larger ports
// (MICROPY_SCHEDULER_DEPTH, ports/unix).
const queueLength = 8

// scheduled is a function that is to be called.
type scheduled struct{ fn, arg starlark.Value }

// schedule calls the function once the caller gives the interpreter up. One function runs at a time: what it
// schedules itself runs when it has ended.
func schedule(c *script.Call) (any, error) {
	s := c.State().(*state)
	if len(s.queue) >= queueLength {
		return nil, script.Raise("RuntimeError", "schedule queue full")
	}
	s.queue = append(s.queue, scheduled{c.Args[0], c.Args[1]})
	if s.running {
		return nil, nil
	}
	return nil, s.runNext(c.Interp)
}

// runNext has the next function run on a thread of its own, so that one that raises ends no other. The
// interpreter lock must be held.
func (s *state) runNext(in *script.Interp) error {
	next := s.queue[0]
	s.queue, s.running = s.queue[1:], true
	_, err := in.Go("scheduled function", false, func(t *script.Thread) error {
		_, err := t.Invoke(next.fn, next.arg)
		s.running = false
		if len(s.queue) == 0 {
			return err
		}
		if more := s.runNext(in); err == nil {
			return more
		}
		return err
	})
	if err != nil {
		s.running = false
	}
	return err
}
