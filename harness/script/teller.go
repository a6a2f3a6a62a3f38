package script

import (
	"sync"

	"go.starlark.net/starlark"
)

// Teller calls functions of a script from the parts that a module simulates: one after the other,
// in the order in which they were told, and never on the thread that tells. The run does not end
// before.
type Teller struct {
	// In is the script's interpreter.
	In *Interp
	// Name is what a traceback calls the calls, such as "the audio callback".
	Name string

	mu      sync.Mutex
	queue   []func()
	running bool
}

// Tell queues a call; nil is nobody to tell.
func (t *Teller) Tell(fn starlark.Callable, args ...any) {
	if fn != nil {
		t.Do(func() { t.In.Callback(t.Name, fn, args...) })
	}
}

// Do queues what is no call of the script, to be done behind those that were told before. It runs
// without the interpreter lock.
func (t *Teller) Do(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.queue = append(t.queue, f)
	if !t.running {
		t.running = true
		go t.run(t.In.Hold())
	}
}

// run ends when nothing is queued; calls of a run that has ended return at once.
func (t *Teller) run(release func()) {
	defer release()
	for {
		t.mu.Lock()
		if len(t.queue) == 0 {
			t.running = false
			t.mu.Unlock()
			return
		}
		f := t.queue[0]
		t.queue = t.queue[1:]
		t.mu.Unlock()
		f()
	}
}
