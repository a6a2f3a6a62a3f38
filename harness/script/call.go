package script

import (
	"context"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/event"
	"quecstar/harness/python/object"
)

// Call is one call of a builtin by a script. It is valid until the builtin returns.
type Call struct {
	// Interp is the interpreter of the calling script.
	Interp *Interp
	// Thread is the script's thread that calls.
	Thread *Thread
	// Self is what the class's Init returned, in methods.
	Self any
	// Args are the arguments by position of the parameters; those left out are nil.
	Args []starlark.Value
	// Rest holds what a "*args" parameter took.
	Rest starlark.Tuple
	// Keywords are the names and values that a "**keywords" parameter took.
	Keywords []starlark.Tuple

	fn  *function
	mod *moduleState
}

// Name returns what is called, such as "umqtt.MQTTClient.connect".
func (c *Call) Name() string { return c.fn.full }

// State returns what the module's New made for this interpreter.
func (c *Call) State() any { return c.mod.state }

// Context ends when the run is cancelled or its deadline passes, or when the calling thread is
// interrupted. Everything that blocks must take it.
func (c *Call) Context() context.Context { return c.Thread.Context() }

// Block runs f without the interpreter lock, so that callbacks and other threads can run script
// code meanwhile. f must not touch script values. A context error that f returns is turned into
// what the script sees of it.
func (c *Call) Block(f func(ctx context.Context) error) error { return c.Thread.Block(f) }

// Sleep blocks for d on the run's clock. Less than nothing is nothing.
func (c *Call) Sleep(d time.Duration) error {
	if w := c.Interp.opts.Witness; w != nil {
		defer w.Asleep()()
	}
	return c.Block(func(ctx context.Context) error { return c.Interp.Clock().Sleep(ctx, d) })
}

// Work counts n steps of a builtin that works long by itself, such as a search, and lets other
// threads and callbacks have their turn. It returns an error when the run must end: the builtin
// returns it. Call it every WorkSteps steps.
func (c *Call) Work(n uint64) error {
	t := c.Thread
	if err := t.in.countSteps(n); err != nil {
		t.Stop(err)
	}
	current := t.in.runtime.Thread()
	if t.in.lock.contended() {
		t.release()
		t.acquire(current)
	}
	if reason := t.stopped.Load(); reason != nil {
		return t.stop(current, *reason)
	}
	return nil
}

// WorkSteps is how many steps of its own a builtin does between two calls of Call.Work.
const WorkSteps = stepsPerPoll

// Invoke calls a script's function on the calling thread, which holds the lock. The arguments are
// converted with Interp.Value.
func (c *Call) Invoke(fn starlark.Value, args ...any) (starlark.Value, error) {
	return c.Thread.Invoke(fn, args...)
}

// Emit adds an event to the run's stream.
func (c *Call) Emit(e event.Event) { c.Interp.Emit(e) }

// Given reports whether the i-th parameter was given a value other than None.
func (c *Call) Given(i int) bool { return c.Args[i] != nil && c.Args[i] != starlark.None }

// InvokeMethod calls a method of a script's value on the calling thread.
func (c *Call) InvokeMethod(v starlark.Value, method string, args ...any) (starlark.Value, error) {
	fn, err := object.GetAttr(v, method)
	if err != nil {
		return nil, err
	}
	return c.Invoke(fn, args...)
}

// Ints returns the first n elements of the sequence which is the i-th argument, as ints.
func (c *Call) Ints(i, n int) ([]int, error) {
	seq, ok := c.Args[i].(starlark.Indexable)
	if !ok || seq.Len() < n {
		return nil, Raise("TypeError", "argument '%s' should be a sequence of %d ints", c.fn.sig.names[i], n)
	}
	out := make([]int, n)
	for k := range out {
		v, ok := asInt64(seq.Index(k))
		if !ok {
			return nil, Raise("TypeError", "argument '%s' should hold ints, not %s", c.fn.sig.names[i], object.TypeName(seq.Index(k)))
		}
		out[k] = int(v)
	}
	return out, nil
}
