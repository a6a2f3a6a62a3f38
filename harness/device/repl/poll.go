package repl

import (
	"context"
	"sync"
	"time"
)

// poller asks again and again, each question on a goroutine of its own until it is stopped.
type poller struct {
	every time.Duration

	mu     sync.Mutex
	closed bool
	stops  map[int]context.CancelFunc
	next   int
	work   sync.WaitGroup
}

// watchFor calls f with each answer that differs from the one before. Answers that fail are skipped:
// a module that restarts answers again later.
func watchFor[T comparable](p *poller, ask func(context.Context) (T, error), f func(T)) (stop func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return func() {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	if p.stops == nil {
		p.stops = map[int]context.CancelFunc{}
	}
	id := p.next
	p.next++
	p.stops[id] = cancel
	p.work.Add(1)
	go func() {
		defer p.work.Done()
		watchLoop(ctx, p.every, ask, f)
	}()
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.stops, id)
		cancel()
	}
}

func watchLoop[T comparable](
	ctx context.Context, every time.Duration, ask func(context.Context) (T, error), f func(T),
) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	last, err := ask(ctx)
	known := err == nil
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		now, err := ask(ctx)
		if err != nil {
			continue
		}
		if known && now != last && ctx.Err() == nil {
			f(now)
		}
		last, known = now, true
	}
}

// close stops all questions and waits for them.
func (p *poller) close() {
	p.mu.Lock()
	p.closed = true
	for _, cancel := range p.stops {
		cancel()
	}
	p.mu.Unlock()
	p.work.Wait()
}
