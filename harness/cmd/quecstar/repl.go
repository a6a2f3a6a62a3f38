package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"quecstar/harness/device/repl"
	"quecstar/harness/script"
	"quecstar/harness/serial"
	"quecstar/harness/session"
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
module, which has all of QuecPython's modules. Keys go to it as they are, as the prompt has a line
editor of its own: cursor keys, history, Tab, auto-indent; Ctrl-C interrupts or clears the line, Ctrl-D
starts the interpreter anew, Ctrl-E pastes. Ctrl-] leaves. The virtual module's prompt knows the lines
of earlier runs, but for those with passwords, PINs and keys or a space in front.`,
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
	h := &history{}
	if f, ok := p.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		h = openHistory("python")
		recent := slices.Clone(h.lines)
		slices.Reverse(recent)
		w.history = session.History{Recent: recent, HistorySize: historyLimit, Remember: h.keep}
	}
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
	err = client.Passthrough(ctx, keys(ctx, in, piped), piped, func(b []byte) { _, _ = p.stdout.Write(b) })
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return errors.Join(err, client.Close(), h.save())
}

// keys reads until the end of input or Ctrl-]. Its goroutine may wait for a key that never comes:
// it ends with the process. What is piped is lines for a prompt, each of which ends with Enter, and a block that
// the end of input leaves open with as many as MicroPython's prompt wants, which indents lines by itself
// (shared/readline/readline.c, readline_auto_indent).
func keys(ctx context.Context, in io.Reader, piped bool) <-chan []byte {
	out := make(chan []byte)
	go func() {
		defer close(out)
		buf := make([]byte, 1024)
		var line []byte // the last one so far
		for {
			n, err := in.Read(buf)
			if i := bytes.IndexByte(buf[:n], leaveKey); i >= 0 {
				n, err = i, io.EOF
			}
			text := bytes.Clone(buf[:n])
			if piped {
				text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r"))
			}
			if piped {
				line = lineOf(line, text)
			}
			if err != nil {
				text = append(text, blockEnd(line)...)
			}
			if len(text) > 0 {
				select {
				case out <- text:
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	return out
}

// lineOf is the last line of text behind the one that it goes on, with its end where it has one.
func lineOf(before, text []byte) []byte {
	all := append(before, text...)
	rest, end := all, 0
	if bytes.HasSuffix(all, []byte("\r")) {
		rest, end = all[:len(all)-1], 1
	}
	return bytes.Clone(all[bytes.LastIndexByte(rest, '\r')+1 : len(rest)+end])
}

// blockEnd is what ends a last line, and the block that it stands in.
func blockEnd(line []byte) string {
	keys := ""
	if len(line) > 0 && line[len(line)-1] >= ' ' {
		keys = "\r"
	}
	if text := bytes.TrimLeft(line, " \t"); len(text) < len(line) && len(bytes.TrimSpace(text)) > 0 {
		keys += "\r\r\r"
	}
	return keys
}
