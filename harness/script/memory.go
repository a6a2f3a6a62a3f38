package script

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"quecstar/harness/memory"
)

// DefaultMemory is the memory limit of a run that sets none: hundreds of times what a module has.
const DefaultMemory = 1 << 30

// DefaultRecursion is how deep calls may nest in a run that sets no limit.
const DefaultRecursion = 1000

// lookEvery is how often the watch looks: more memory than the limit by what can be filled meanwhile.
const lookEvery = 5 * time.Millisecond

// grace is how long a run whose end is wanted may go on, such as within one operation that nothing
// can end; then it is given up.
const grace = 2 * time.Second

// A run that ends, as it holds too much, is given up at once when it holds a quarter more than its limit:
// the operation under way fills room that it has got.
const aboveLimit = 4

// watch ends the run once the program holds too much memory, and gives it up when it does not end
// that should, until done is closed. What only waits to be collected does not count as held.
//
// An operation such as [0] * n is one step of Starlark's, which cannot be ended within: so the watch
// runs beside the script.
func (in *Interp) watch(outer context.Context, done <-chan struct{}) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	w := &watcher{in: in, outer: outer, limit: in.memoryLimit(), began: memory.Collections()}
	for {
		select {
		case <-done:
			return
		case now := <-tick.C:
			if cause := w.look(now); cause != nil && in.opts.GiveUp != nil {
				in.opts.GiveUp(cause)
				return
			}
		}
	}
}

func (in *Interp) memoryLimit() uint64 {
	if in.opts.MemoryLimit == 0 {
		return DefaultMemory
	}
	return in.opts.MemoryLimit
}

func memoryError(limit uint64) error {
	return fmt.Errorf("%w: %d MB; memory_mb in [limits] of the bench raises it", ErrMemory, limit>>20)
}

// room ends the run where an operation that takes so many bytes at once would have the program hold more
// than its limit: the watch may come too late for it.
func (in *Interp) room(bytes int) error {
	limit := in.memoryLimit()
	if memory.Room(bytes, limit) {
		return nil
	}
	err := memoryError(limit)
	in.stopAll(err)
	return err
}

// watcher is what the watch remembers.
type watcher struct {
	in     *Interp
	outer  context.Context
	limit  uint64
	began  uint64    // the collections before
	ending time.Time // since when the run should end

	collecting atomic.Bool // a collection is under way
}

// look ends the run when it holds too much, and returns the cause when it has to be given up.
func (w *watcher) look(now time.Time) error {
	cause := w.cause()
	if cause == nil {
		w.ending = time.Time{}
		if w.tooMuch(now) {
			err := memoryError(w.limit)
			w.in.stopAll(err)
			if memory.Held() > w.limit+w.limit/aboveLimit { // the next look may come too late
				return err
			}
		}
		return nil
	}
	if w.ending.IsZero() {
		w.ending = now
	}
	if now.Sub(w.ending) > grace || errors.Is(cause, ErrMemory) && memory.Held() > w.limit+w.limit/aboveLimit {
		return cause
	}
	return nil
}

// cause is why the run should end, or nil.
func (w *watcher) cause() error {
	if cause := context.Cause(w.outer); cause != nil {
		return cause
	}
	if reason := w.in.main.stopped.Load(); reason != nil && !errors.Is(*reason, errRunOver) {
		return *reason
	}
	return nil
}

// tooMuch reports whether what the program holds is above the limit: by what a collection found in use, as a script
// that is quick makes more garbage than the limit until the next look. It never waits for a collection, which takes
// long where much is held, and where an operation under way goes on to take more.
func (w *watcher) tooMuch(now time.Time) bool {
	bytes := memory.Held()
	switch {
	case bytes <= w.limit:
		return false
	case bytes > w.limit+w.limit/aboveLimit && memory.Limit() <= w.limit:
		return true // garbage is collected in time to stay below the limit: this is held
	case memory.Collections() > w.began && memory.Live() > w.limit:
		return true
	case w.collecting.CompareAndSwap(false, true):
		go func() {
			defer w.collecting.Store(false)
			runtime.GC()
		}()
	}
	return false
}
