package at

import (
	"context"
	"fmt"

	"quecstar/harness/device"
)

// watched is a port that may come back after it went away (serial.Port).
type watched interface {
	Watch(lost func(error), back func())
}

// absence is the time from a port's loss to the moment at which the module on it answers again.
type absence struct {
	over chan struct{} // closed when commands may be sent again
	why  error
}

// lost is called by a read that finds that the port went away: no answer comes of what was asked before.
func (e *Engine) lost(why error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	why = fmt.Errorf("%w: %w; whether the module did it is not known", device.ErrLost, why)
	if e.absent == nil {
		e.absent = &absence{over: make(chan struct{}), why: why}
	}
	e.lex = lexer{habits: e.lex.habits}
	e.finish(why)
	for w := range e.waits {
		delete(e.waits, w)
		w.failed <- why
	}
}

// back is called by the read that finds the port open again: the module may have restarted, and is
// asked before anybody else is let through.
func (e *Engine) back() {
	e.work.Go(func() {
		ctx, cancel := e.untilEnd()
		defer cancel()
		err := e.inTurn(ctx, func(ctx context.Context) error { return e.recovered(ctx) })
		e.mu.Lock()
		over := e.absent
		e.absent = nil
		e.mu.Unlock()
		if over != nil {
			close(over.over)
		}
		if e.returned != nil {
			e.returned(err)
		}
	})
}

func (e *Engine) recovered(ctx context.Context) error {
	if e.recover == nil {
		return nil
	}
	return e.recover(ctx)
}

// inTurn runs f while no other command is in flight.
func (e *Engine) inTurn(ctx context.Context, f func(context.Context) error) error {
	select {
	case <-e.turn:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-e.ended:
		return e.Err()
	}
	defer func() { e.turn <- struct{}{} }()
	return f(ctx)
}

// untilEnd is a context that ends with the port.
func (e *Engine) untilEnd() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(context.Background())
	stop := context.AfterFunc(closed(e.ended), func() { cancel(e.Err()) })
	return ctx, func() { stop(); cancel(nil) }
}

// present waits while the port is away.
func (e *Engine) present(ctx context.Context) error {
	for {
		e.mu.Lock()
		a := e.absent
		e.mu.Unlock()
		if a == nil {
			return nil
		}
		select {
		case <-a.over:
		case <-e.ended:
			return e.Err()
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), a.why)
		}
	}
}

// returned is that the port is back, and with it the module, or not: what was open may be over, and what
// came meanwhile is lost.
func (d *Device) returned(err error) {
	if err != nil {
		d.dropAll(fmt.Errorf("%w: the port is back, but not the module: %w", device.ErrLost, err))
		return
	}
	ctx, cancel := d.e.untilEnd()
	defer cancel()
	d.setAgain(ctx)
	d.mu.Lock()
	clients, sockets := d.clients, d.sockets
	d.mu.Unlock()
	for _, q := range clients {
		if q != nil {
			q.verify(ctx, "the port was away")
		}
	}
	for _, c := range sockets {
		if c != nil {
			c.wake(false) // who reads asks the module, which knows whether the connection lasts
		}
	}
}
