package at

import (
	"context"
	"fmt"
	"strings"
	"time"

	"quecstar/harness/device"
)

// Subscribe has f called with every URC whose line begins with prefix, "" with all, in the order in
// which they come, from one goroutine of the engine. f may send commands; it delays later URCs.
func (e *Engine) Subscribe(prefix string, f func(URC)) (stop func()) {
	return e.subs.Add(func(u URC) {
		if strings.HasPrefix(u.Line, prefix) {
			f(u)
		}
	})
}

// tell gives a URC to who waits for it, and to the subscribers. The caller holds mu.
func (e *Engine) tell(u URC) {
	for w := range e.waits {
		if w.match(u) {
			delete(e.waits, w)
			w.got <- u
		}
	}
	e.urcs.Do(func() { e.subs.Tell(u) })
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
func (e *Engine) DoURC(
	ctx context.Context, c Command, prefix string, match func(URC) bool, limit time.Duration,
) (URC, error) {
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
			return URC{}, fmt.Errorf("%s on %s: %w: the module restarted (it said %s)", Shown(c.Text), e.name, device.ErrLost,
				u.Line)
		}
		return u, nil
	case err := <-w.failed:
		return URC{}, fmt.Errorf("%s on %s: %w", Shown(c.Text), e.name, err)
	case <-e.ended:
		return URC{}, fmt.Errorf("%s: %w", Shown(c.Text), e.Err())
	case <-t.C:
		return URC{}, fmt.Errorf("%s on %s: %w: OK came, but no %s within %v; the module may send URCs to another port: "+
			"see AT+QURCCFG=\"urcport\"",
			Shown(c.Text), e.name, device.ErrTimeout, strings.TrimSuffix(prefix, ": "), limit)
	case <-ctx.Done():
		return URC{}, context.Cause(ctx)
	}
}
