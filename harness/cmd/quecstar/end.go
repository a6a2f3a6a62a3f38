package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"quecstar/harness/flash"
	"quecstar/harness/script"
)

// lastLine is how long a process that ends at once waits for the line that is being written.
const lastLine = 200 * time.Millisecond

// lastResults is how long it waits for the results that are being written.
const lastResults = 3 * time.Second

// lateness is how long behind its deadline a run may take to end, with what it prints then. The run itself
// is given up earlier.
const lateness = 4 * time.Second

// ending is what ends a process, also one that hangs.
type ending struct {
	scratch  flash.Scratch // the folders that end with the process
	listener listener

	mu             sync.Mutex
	deadline, soon *time.Timer
	terminal       func()      // puts the terminal right; nil when it is
	results        func(error) // writes what is there of results; nil when all is written
}

// restoreAtEnd has restore called once: by the returned function, or at an end of the process before.
func (p *process) restoreAtEnd(restore func()) (now func()) {
	once := sync.OnceFunc(restore)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ending.terminal = once
	return once
}

// atEnd has results written where the process ends before forget is called: write is told why it does.
func (p *process) atEnd(write func(error)) (forget func()) {
	set := func(f func(error)) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.ending.results = f
	}
	set(write)
	return func() { set(nil) }
}

// writeResults writes what is there of results, as the process ends because of err.
func (p *process) writeResults(err error) {
	p.mu.Lock()
	write := p.ending.results
	p.ending.results = nil
	p.mu.Unlock()
	if write != nil {
		p.write(lastResults, func() { write(err) })
	}
}

// leave ends the process at once because of err: it waits for nothing that a reader of standard error may
// hold up for long.
func (p *process) leave(err error) {
	p.write(lastLine, func() { tell(p, err); p.sayExit(err) })
	p.writeResults(err)
	p.endNow(statusOf(err))
}

// endNow ends the process whatever its goroutines do, and takes away what they made.
func (p *process) endNow(status int) {
	p.writeResults(fmt.Errorf("the process was ended with exit status %d", status))
	if err := p.scratch.Close(); err != nil {
		p.write(lastLine, func() { say(p, "%v", err) })
	}
	p.mu.Lock()
	restore := p.ending.terminal
	p.mu.Unlock()
	if restore != nil {
		restore()
	}
	p.exit(status)
}

// write waits so long for what writes, to a reader or a disk that may take nothing more.
func (p *process) write(atMost time.Duration, do func()) {
	done := make(chan struct{})
	go func() { defer close(done); do() }()
	select {
	case <-done:
	case <-time.After(atMost):
	}
}

// giveUp ends the process of a run that cannot be ended, as one operation goes on and on.
func (p *process) giveUp(cause error) {
	p.leave(fmt.Errorf("%w; the operation under way could not be ended, so the process is", cause))
}

// endAfter gives the process so long to end, and a while beyond: a deadline holds whatever hangs, even the
// printing of its error. No time, or less, is for ever.
func (p *process) endAfter(timeout time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.deadline != nil {
		p.deadline.Stop()
	}
	if timeout > 0 {
		cause := fmt.Errorf("%w: %v", script.ErrDeadline, timeout)
		p.deadline = time.AfterFunc(timeout+lateness, func() { p.giveUp(cause) })
	}
}

// endSoon gives the process so long to end by itself.
func (p *process) endSoon(after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.soon == nil {
		p.soon = time.AfterFunc(after, func() { p.leave(script.ErrInterrupted) })
	}
}

// disarm forgets that the process was to be ended: it has come to its end.
func (p *process) disarm() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, timer := range []*time.Timer{p.deadline, p.soon} {
		if timer != nil {
			timer.Stop()
		}
	}
}

// brokenPipe is the exit status of a process whose output nobody wants any more: 128 and SIGPIPE's
// number.
const brokenPipe = 141

// unread is standard output or standard error. Where its reader has gone, the process ends as SIGPIPE
// would end it, but for what it leaves behind.
type unread struct {
	file *os.File
	end  func(status int)
}

// Write writes, or ends the process.
func (u *unread) Write(b []byte) (int, error) {
	n, err := u.file.Write(b)
	if errors.Is(err, syscall.EPIPE) {
		u.end(brokenPipe)
	}
	return n, err
}
