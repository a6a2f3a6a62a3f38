package at

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"quecstar/harness/device"
)

// Subscribe has f called with every URC whose line begins with prefix, "" with all, in the order in
// which they come, from one goroutine of the engine. f may send commands; it delays later URCs.
func (e *Engine) Subscribe(prefix string, f func(URC)) (stop func()) {
	s := &subscription{prefix: prefix, f: f}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.subs = append(e.subs, s)
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		for i, other := range e.subs {
			if other == s {
				e.subs = append(e.subs[:i:i], e.subs[i+1:]...)
				return
			}
		}
	}
}

// tell gives a URC to who waits for it, and to the subscribers. The caller holds mu.
func (e *Engine) tell(u URC) {
	for w := range e.waits {
		if w.match(u) {
			delete(e.waits, w)
			w.got <- u
		}
	}
	if len(e.subs) > 0 {
		e.urcs.put(u)
	}
}

// dispatch calls subscribers, one URC after the other.
func (e *Engine) dispatch() {
	defer close(e.told)
	for {
		u, ok := e.urcs.take()
		if !ok {
			return
		}
		e.mu.Lock()
		subs := e.subs
		e.mu.Unlock()
		for _, s := range subs {
			if strings.HasPrefix(u.Line, s.prefix) {
				s.f(u)
			}
		}
	}
}

// expect begins to wait for a URC; it must begin before the command that brings it is sent, as the
// URC may overtake the command's OK.
func (e *Engine) expect(match func(URC) bool) *wait {
	w := &wait{match: match, got: make(chan URC, 1), failed: make(chan error, 1)}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.waits[w] = struct{}{}
	return w
}

// forget ends a wait.
func (e *Engine) forget(w *wait) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.waits, w)
}

// DoURC sends a command whose result is a URC behind its OK: a line that begins with prefix and that
// match, if not nil, takes. The time limit holds for the URC; 0 is what the vendor's manual gives it.
func (e *Engine) DoURC(ctx context.Context, c Command, prefix string, match func(URC) bool, limit time.Duration) (URC, error) {
	if limit == 0 {
		limit = urcLimit(c.Text)
	}
	w := e.expect(func(u URC) bool {
		return strings.HasPrefix(u.Line, prefix) && (match == nil || match(u)) || boots(u.Line) && !c.Restarts
	})
	defer e.forget(w)
	if _, err := e.Do(ctx, c); err != nil {
		// T9c: the result may come with an error in place of the OK; it says more.
		select {
		case u := <-w.got:
			if !boots(u.Line) {
				return u, nil
			}
		default:
		}
		return URC{}, err
	}
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case u := <-w.got:
		if boots(u.Line) {
			return URC{}, fmt.Errorf("%s on %s: %w: the module restarted (it said %s)", Shown(c.Text), e.name, device.ErrLost, u.Line)
		}
		return u, nil
	case err := <-w.failed:
		return URC{}, fmt.Errorf("%s on %s: %w", Shown(c.Text), e.name, err)
	case <-e.ended:
		return URC{}, fmt.Errorf("%s: %w", Shown(c.Text), e.Err())
	case <-t.C:
		return URC{}, fmt.Errorf("%s on %s: %w: OK came, but no %s within %v; the module may send URCs to another port: see AT+QURCCFG=\"urcport\"",
			Shown(c.Text), e.name, device.ErrTimeout, strings.TrimSuffix(prefix, ": "), limit)
	case <-ctx.Done():
		return URC{}, context.Cause(ctx)
	}
}

// queue is what waits for the subscribers.
type queue struct {
	mu     sync.Mutex
	change sync.Cond
	urcs   []URC
	closed bool
}

func (q *queue) put(u URC) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.urcs = append(q.urcs, u)
	q.change.Signal()
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.change.Broadcast()
}

// take waits for a URC; what came before the end is given out still.
func (q *queue) take() (URC, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.urcs) == 0 && !q.closed {
		q.change.Wait()
	}
	if len(q.urcs) == 0 {
		return URC{}, false
	}
	u := q.urcs[0]
	q.urcs = q.urcs[1:]
	return u, true
}
