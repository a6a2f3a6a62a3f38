package script

import (
	"context"
	"errors"
	"fmt"

	"go.starlark.net/starlark"

	"quecstar/harness/event"
)

// Go starts a thread of the script that runs f, which is called with the interpreter lock held.
// Unless the thread is a daemon, the run does not end before it. An error that f returns ends the
// thread alone: its traceback is printed.
func (in *Interp) Go(name string, daemon bool, f func(t *Thread) error) (*Thread, error) {
	if err := context.Cause(in.ctx); err != nil {
		return nil, err
	}
	if !in.enter() {
		return nil, errRunOver
	}
	t := in.newThread(name)
	if !daemon {
		in.begin()
	}
	go func() {
		defer in.live.Done()
		defer t.end()
		if !daemon {
			defer in.finish()
		}
		t.acquire(t.star)
		defer t.release()
		err := protect(func() error { return f(t) })
		if reason := t.stopped.Load(); reason == nil || !errors.Is(*reason, errStopped) {
			in.ReportThread(name, err)
		}
	}()
	return t, nil
}

// Callback runs a script's function from a goroutine of a builtin, which must not hold the lock,
// and returns when it has run, or when the run ends before its turn. An exception is printed with its
// traceback, as on a module. A builtin that is being called by the script holds the lock: it uses a
// Teller.
func (in *Interp) Callback(name string, fn starlark.Value, args ...any) {
	if !in.enter() {
		return
	}
	defer in.live.Done()
	t := in.newThread(name)
	defer t.end()
	if !in.lock.acquireUnless(in.ctx.Done()) {
		return
	}
	t.hold(t.star)
	defer t.release()
	in.ReportThread(name, protect(func() error {
		_, err := t.Invoke(fn, args...)
		return err
	}))
}

// ReportThread prints what ended a thread or a callback, unless the end of the run did.
func (in *Interp) ReportThread(name string, err error) {
	if err == nil || in.ctx.Err() != nil || exitOf(in.exception(err)) != nil {
		return
	}
	text := in.traceback(err)
	in.Emit(event.Event{Layer: event.Script, Kind: event.Failure, Text: fmt.Sprintf("in %s: %s", name, lastLine(text)),
		Traceback: text})
	_, _ = fmt.Fprintf(in.opts.Stderr, "Unhandled exception in %s\n%s", name, text)
}

// enter counts a goroutine that will run script code, unless the run is over.
func (in *Interp) enter() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.over || in.ctx.Err() != nil {
		return false
	}
	in.live.Add(1)
	return true
}

// begin and finish bracket work that the run waits for.
func (in *Interp) begin() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.work++
	if in.idle == nil {
		in.idle = make(chan struct{})
	}
}

func (in *Interp) finish() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.work--
	if in.work == 0 {
		close(in.idle)
		in.idle = nil
	}
}

// working reports whether there is work that the run waits for.
func (in *Interp) working() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.work > 0
}

// Hold keeps the run alive, for work such as a running timer, until the returned function is
// called, once.
func (in *Interp) Hold() (release func()) {
	in.begin()
	return in.finish
}

// awaitWork waits until no work is left, the run is ended or the main thread is interrupted.
func (in *Interp) awaitWork() error {
	for {
		in.mu.Lock()
		idle := in.idle
		in.mu.Unlock()
		if idle == nil {
			return nil
		}
		ctx := in.main.Context()
		select {
		case <-idle:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
