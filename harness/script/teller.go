package script

import (
	"go.starlark.net/starlark"

	"quecstar/harness/hook"
)

// Teller calls functions of a script from the parts that a module simulates: one after the other,
// in the order in which they were told, and never on the thread that tells. The run does not end
// before.
type Teller struct {
	// In is the script's interpreter.
	In *Interp
	// Name is what a traceback calls the calls, such as "the audio callback".
	Name string

	queue hook.Queue
}

// Tell queues a call; nil is nobody to tell.
func (t *Teller) Tell(fn starlark.Callable, args ...any) {
	if fn != nil {
		t.Do(func() { t.In.Callback(t.Name, fn, args...) })
	}
}

// Do queues what is no call of the script, to be done behind those that were told before. It runs
// without the interpreter lock. Calls of a run that has ended return at once.
func (t *Teller) Do(f func()) { t.queue.DoOn(t.start, f) }

// start has the run wait for what is queued.
func (t *Teller) start(run func()) {
	release := t.In.Hold()
	go func() {
		defer release()
		run()
	}()
}
