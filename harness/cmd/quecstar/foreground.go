package main

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/term"
)

// lookAgain is how often a process in the background looks whether it is in the foreground.
const lookAgain = 500 * time.Millisecond

// patient reads a terminal only while its process is in the foreground: one that reads it in the background
// is stopped by the system, with all that it serves.
type patient struct {
	ctx      context.Context
	terminal *os.File
}

// whenInForeground is standard input for a command that goes on without it.
func whenInForeground(ctx context.Context, in io.Reader) io.Reader {
	f, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return in
	}
	surviveReads()
	return &patient{ctx, f}
}

func (p *patient) Read(b []byte) (int, error) {
	for {
		n, err := p.terminal.Read(b)
		if !errors.Is(err, syscall.EIO) {
			return n, err
		}
		if front, err := inForeground(p.terminal); front || err != nil {
			return 0, io.EOF // the terminal is gone
		}
		select {
		case <-time.After(lookAgain):
		case <-p.ctx.Done():
			return 0, io.EOF
		}
	}
}
