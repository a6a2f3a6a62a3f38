package main

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"quecstar/harness/device/repl"
	"quecstar/harness/script"
	"quecstar/harness/serial"
)

// leaveKey is Ctrl-] , with which telnet is left too.
const leaveKey = 0x1d

func newREPL(p *process) *cobra.Command {
	var w wireFlags
	device := "repl:sim"
	c := &cobra.Command{
		Use:   "repl",
		Short: "a Python prompt: that of a module, or of a virtual one",
		Long: `Join this terminal to the Python prompt of a module; without --device to that of a virtual
module, which has all of QuecPython's modules. Keys go to it as they are: Ctrl-C interrupts, Ctrl-D
starts the interpreter anew, Ctrl-E pastes. Ctrl-] leaves.`,
		Example: "  quecstar repl\n  quecstar repl --device repl:auto",
		Args:    none,
		RunE: func(c *cobra.Command, _ []string) error {
			return runREPL(p, c.Context(), w, device)
		},
	}
	w.add(c.Flags())
	c.Flags().StringVar(&device, "device", device, "the module: repl:PORT")
	return c
}

func runREPL(p *process, ctx context.Context, w wireFlags, device string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	port, err := w.open(p, ctx, device, serial.REPL)
	if err != nil {
		return err
	}
	client := repl.New(port, replOptions(port))
	in := p.stdin
	piped := true
	if f, ok := in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		old, err := term.MakeRaw(int(f.Fd()))
		if err != nil {
			return errors.Join(err, client.Close())
		}
		defer p.restoreAtEnd(func() { _ = term.Restore(int(f.Fd()), old) })()
		piped = false
		_, _ = io.WriteString(p.stderr, "Ctrl-] leaves\r\n")
	}
	defer p.onSignal(func() { cancel(script.ErrInterrupted) }, cancel)()
	heard := make(chan struct{}, 1)
	err = client.Passthrough(ctx, keys(ctx, in, piped, heard), func(b []byte) {
		_, _ = p.stdout.Write(b)
		select {
		case heard <- struct{}{}:
		default:
		}
	})
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return errors.Join(err, client.Close())
}

// lastWords is how long the module must say nothing, behind the end of piped input, before the
// session ends.
const lastWords = 500 * time.Millisecond

// hearOut waits until the module has said nothing for a while.
func hearOut(ctx context.Context, heard <-chan struct{}) {
	t := time.NewTimer(lastWords)
	defer t.Stop()
	for {
		select {
		case <-heard:
			t.Reset(lastWords)
		case <-t.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// keys reads until the end of input or Ctrl-]. Its goroutine may wait for a key that never comes:
// it ends with the process.
func keys(ctx context.Context, in io.Reader, piped bool, heard <-chan struct{}) <-chan []byte {
	out := make(chan []byte)
	go func() {
		defer close(out)
		buf := make([]byte, 1024)
		for {
			n, err := in.Read(buf)
			for i := range n {
				if buf[i] == leaveKey {
					n, err = i, io.EOF
					break
				}
			}
			if piped { // a prompt takes a carriage return for Enter
				for i, b := range buf[:n] {
					if b == '\n' {
						buf[i] = '\r'
					}
				}
			}
			if n > 0 {
				select {
				case out <- append([]byte(nil), buf[:n]...):
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				hearOut(ctx, heard)
				return
			}
		}
	}()
	return out
}
