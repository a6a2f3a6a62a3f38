package direct

import (
	"context"
	"sync"
)

// hooks are functions that want to hear of one kind of change.
type hooks[T any] struct {
	mu   sync.Mutex
	next int
	all  map[int]func(T)
}

// add returns a function that takes f away again.
func (h *hooks[T]) add(f func(T)) (stop func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.all == nil {
		h.all = map[int]func(T){}
	}
	id := h.next
	h.next++
	h.all[id] = f
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.all, id)
	}
}

// tell queues a call of every function, in the order in which they were added.
func (h *hooks[T]) tell(c *caller, v T) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id := range h.next {
		if f, ok := h.all[id]; ok {
			c.call(func() { f(v) })
		}
	}
}

// caller calls functions one after the other on a goroutine that lives while there is work.
type caller struct {
	mu      sync.Mutex
	queue   []func()
	running bool
	closed  bool
	work    sync.WaitGroup
}

func (c *caller) call(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.queue = append(c.queue, f)
	if !c.running {
		c.running = true
		c.work.Add(1)
		go c.run()
	}
}

func (c *caller) run() {
	defer c.work.Done()
	for {
		c.mu.Lock()
		if len(c.queue) == 0 {
			c.running = false
			c.mu.Unlock()
			return
		}
		f := c.queue[0]
		c.queue = c.queue[1:]
		c.mu.Unlock()
		f()
	}
}

// Settle waits until every function that wants to hear of what has happened so far has heard of it. It
// must not be called from one of them.
func (d *Device) Settle(ctx context.Context) error {
	done := make(chan struct{})
	d.caller.call(func() { close(done) })
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// close forgets what is queued and waits for what runs.
func (c *caller) close() {
	c.mu.Lock()
	c.closed = true
	c.queue = nil
	c.mu.Unlock()
	c.work.Wait()
}
