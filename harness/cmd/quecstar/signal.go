package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"quecstar/harness/script"
)

// interruptedStatus is the exit status of a run that its user ended: 128 and SIGINT's number.
const interruptedStatus = 130

// notify has the signals sent that end the process. One that its starter has ignored, as nohup does
// with SIGHUP, stays so.
func notify() <-chan os.Signal {
	signals := make(chan os.Signal, 2)
	signal.Ignore(syscall.SIGPIPE) // the writer is told of it, see unread
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	return signals
}

// promptly is how long a process may take to end after SIGTERM.
const promptly = time.Second

// listener knows who is told of signals.
type listener struct {
	mu        sync.Mutex
	count     int    // of the signals that came
	interrupt func() // of the command that runs; nil between
	cancel    context.CancelCauseFunc
}

// listen takes the signals of the whole process: whatever hangs, a second one ends it. The returned
// function ends that.
func (p *process) listen() (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			case s := <-p.signals:
				p.signalled(s)
			}
		}
	}()
	return func() { close(done); <-ended }
}

// signalled has the first Ctrl-C interrupt what runs; any other signal ends it, and the second, or one
// while nothing runs that could be told, the process at once.
func (p *process) signalled(s os.Signal) {
	l := &p.listener
	l.mu.Lock()
	l.count++
	first, interrupt, cancel := l.count == 1, l.interrupt, l.cancel
	l.mu.Unlock()
	switch {
	case !first || interrupt == nil:
		p.leave(script.ErrInterrupted)
	case s == os.Interrupt:
		interrupt()
	default:
		cancel(script.ErrInterrupted)
		p.endSoon(promptly)
	}
}

// signalCame reports whether the user has asked for the end.
func (p *process) signalCame() bool {
	p.listener.mu.Lock()
	defer p.listener.mu.Unlock()
	return p.listener.count > 0
}

// onSignal has the first Ctrl-C call interrupt, and other signals cancel, until the returned function is
// called.
func (p *process) onSignal(interrupt func(), cancel context.CancelCauseFunc) (stop func()) {
	set := func(interrupt func(), cancel context.CancelCauseFunc) {
		p.listener.mu.Lock()
		defer p.listener.mu.Unlock()
		p.listener.interrupt, p.listener.cancel = interrupt, cancel
	}
	set(interrupt, cancel)
	return func() { set(nil, nil) }
}
