// Package hook is how one part of the program tells others: Hooks are who wants to hear of something, a Queue
// does one thing after the other.
package hook

import (
	"slices"
	"sync"
)

// Hooks are the functions that want to hear of one kind of change. The zero value is nobody.
type Hooks[T any] struct {
	mu  sync.Mutex
	all []*func(T)
}

// Add has f hear of what is told from now on, until stop is called; it may hear still what was told before that.
func (h *Hooks[T]) Add(f func(T)) (stop func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := &f
	h.all = append(slices.Clip(h.all), p)
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.all = slices.DeleteFunc(slices.Clone(h.all), func(q *func(T)) bool { return q == p })
	}
}

// Tell calls every function, in the order in which they were added.
func (h *Hooks[T]) Tell(v T) {
	h.mu.Lock()
	all := h.all // it is never changed, only replaced
	h.mu.Unlock()
	for _, f := range all {
		(*f)(v)
	}
}

// TellIn has q call every function.
func (h *Hooks[T]) TellIn(q *Queue, v T) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range h.all {
		q.Do(func() { (*f)(v) })
	}
}

// Queue calls functions one after the other, in the order in which they were given, on a goroutine that lives
// while there is work. The zero value is ready for use.
type Queue struct {
	mu      sync.Mutex
	todo    []func()
	running bool
	closed  bool
	work    sync.WaitGroup
}

// Do queues f. Behind Close it does nothing.
func (q *Queue) Do(f func()) { q.DoOn(q.work.Go, f) }

// DoOn is Do with a function that starts the goroutine, where none runs; it may leave that where the program
// ends.
func (q *Queue) DoOn(start func(run func()), f func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.todo = append(q.todo, f)
	if !q.running {
		q.running = true
		start(q.run)
	}
}

// Close forgets what is queued and waits for what Do runs. It must not be called from that.
func (q *Queue) Close() {
	q.mu.Lock()
	q.closed, q.todo = true, nil
	q.mu.Unlock()
	q.work.Wait()
}

func (q *Queue) run() {
	for {
		q.mu.Lock()
		if len(q.todo) == 0 {
			q.running = false
			q.mu.Unlock()
			return
		}
		f := q.todo[0]
		q.todo[0] = nil
		q.todo = q.todo[1:]
		q.mu.Unlock()
		f()
	}
}
