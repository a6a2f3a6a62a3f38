package vmodule

import (
	"bytes"
	"io"
	"sync"
	"time"
)

// inbox is what came on a REPL port, and was not read yet.
type inbox struct {
	mu        sync.Mutex
	change    sync.Cond
	data      []byte
	running   bool
	since     time.Time
	interrupt func()
	prompt    Prompt
	closed    bool
	ended     chan struct{}
}

func newInbox() *inbox {
	b := &inbox{ended: make(chan struct{})}
	b.change.L = &b.mu
	return b
}

// add takes what came. While code runs, Ctrl-C interrupts it, after the ways of the firmware.
func (b *inbox) add(p []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(p) > 0 && b.running {
		i := bytes.IndexByte(p, ctrlC)
		deaf := b.prompt.NoInterrupt || time.Since(b.since) < b.prompt.Deaf
		if i < 0 || deaf {
			break
		}
		if !b.prompt.DropsInput {
			b.data = append(b.data, p[:i]...)
		}
		p = p[i+1:]
		if b.interrupt != nil {
			b.interrupt()
		}
	}
	if b.running && b.prompt.DropsInput && time.Since(b.since) >= b.prompt.Deaf {
		p = nil
	}
	b.data = append(b.data, p...)
	b.change.Broadcast()
}

// run says whether code runs.
func (b *inbox) run(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running, b.since = on, time.Now()
	if !on || b.prompt.Deaf > 0 || b.prompt.NoInterrupt {
		return
	}
	// What came between the code and its start is for it already.
	if i := bytes.IndexByte(b.data, ctrlC); i >= 0 && b.interrupt != nil {
		b.data = append(b.data[:i:i], b.data[i+1:]...)
		b.interrupt()
	}
}

func (b *inbox) onInterrupt(f func(), p Prompt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.interrupt, b.prompt = f, p
	b.change.Broadcast()
}

func (b *inbox) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.closed = true
		close(b.ended)
	}
	b.change.Broadcast()
}

// next waits for a byte.
func (b *inbox) next() (byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.data) == 0 && !b.closed {
		b.change.Wait()
	}
	if len(b.data) == 0 {
		return 0, errHungUp
	}
	c := b.data[0]
	b.data = b.data[1:]
	return c, nil
}

// Read is the script's standard input.
func (b *inbox) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.data) == 0 && !b.closed && b.interrupt != nil {
		b.change.Wait()
	}
	if len(b.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, b.data)
	b.data = b.data[n:]
	return n, nil
}
