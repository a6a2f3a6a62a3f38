package vmodule

import "sync"

// lane runs functions one after the other, in the order in which they were given.
type lane struct {
	mu      sync.Mutex
	queue   []func()
	running bool
}

// add queues f; spawn starts the goroutine that runs what is queued.
func (l *lane) add(f func(), spawn func(func())) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = append(l.queue, f)
	if !l.running {
		l.running = true
		spawn(l.run)
	}
}

func (l *lane) run() {
	for {
		l.mu.Lock()
		if len(l.queue) == 0 {
			l.running = false
			l.mu.Unlock()
			return
		}
		f := l.queue[0]
		l.queue = l.queue[1:]
		l.mu.Unlock()
		f()
	}
}
