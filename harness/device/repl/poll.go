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

// run runs f on a goroutine of its own, until it is stopped or the poller closed, which end its context.
func (p *poller) run(f func(ctx context.Context)) (stop func()) {
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
	p.work.Go(func() { f(ctx) })
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.stops, id)
		cancel()
	}
}

// watchFor calls f with each answer that differs from the one before, of which the first is asked for at once.
// Answers that fail are skipped: a module that restarts answers again later.
func watchFor[T comparable](p *poller, ask func(context.Context) (T, error), f func(T)) (stop func()) {
	ctx, cancel := context.WithTimeout(context.Background(), p.every+firstAnswer)
	defer cancel()
	last, err := ask(ctx)
	known := err == nil
	return p.run(func(ctx context.Context) {
		tick := time.NewTicker(p.every)
		defer tick.Stop()
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
	})
}

// firstAnswer is how long the first answer may take.
const firstAnswer = 10 * time.Second

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
