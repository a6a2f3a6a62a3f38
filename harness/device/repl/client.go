package repl

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"quecstar/harness/device"
)

// The control characters of the prompt.
const (
	ctrlA = 0x01 // raw mode
	ctrlB = 0x02 // friendly mode
	ctrlC = 0x03 // interrupt
	eot   = 0x04 // Ctrl-D: run, end, soft reset
	ctrlE = 0x05 // paste
)

const (
	rawBanner = "raw REPL; CTRL-B to exit"
	prompt    = ">>> "
	refused   = "REPL refuse"
)

// Options says how to talk to a module. The zero value suits all firmware that is known.
type Options struct {
	// Name is the port's name in errors; "the port" when empty.
	Name string
	// EnterTimeout bounds getting a prompt; 0 means 10 s.
	EnterTimeout time.Duration
	// Chunk and Pace are how code is sent where there is no flow control: Chunk bytes, then a wait of
	// Pace. 0 means 256 bytes (the receive buffer of most firmware) and 10 ms, as mpremote does; a
	// negative Pace means none.
	Chunk int
	Pace  time.Duration
	// NoPaste switches raw paste off.
	NoPaste bool
}

func (o Options) withDefaults() Options {
	if o.Name == "" {
		o.Name = "the port"
	}
	if o.EnterTimeout <= 0 {
		o.EnterTimeout = 10 * time.Second
	}
	if o.Chunk <= 0 {
		o.Chunk = 256
	}
	if o.Pace == 0 {
		o.Pace = 10 * time.Millisecond
	}
	return o
}

// Client talks to one module. Its methods may be called from any goroutine; they take turns.
type Client struct {
	opts Options
	s    *stream
	turn chan struct{} // holds a value while nobody has the turn

	raw    bool // raw mode is on
	probed bool // paste is known
	paste  bool // raw paste works
	helper bool // the module has reportHelper
	files  *fileSystem
	whole  bool // what is under way needs the interpreter with which it began
}

// New makes a client of an open port, which it closes at Close. It sends nothing yet.
func New(port io.ReadWriteCloser, o Options) *Client {
	c := &Client{opts: o.withDefaults(), turn: make(chan struct{}, 1)}
	c.s = newStream(port, c.opts.Name)
	c.turn <- struct{}{}
	return c
}

// Close closes the port, also under a call that runs, which fails with device.ErrClosed or
// device.ErrLost. It leaves the module in the mode that it is in: see Leave.
func (c *Client) Close() error { return c.s.close() }

// take waits for the turn.
func (c *Client) take(ctx context.Context) error {
	select {
	case <-c.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Client) give() { c.turn <- struct{}{} }

// Enter interrupts what runs on the module and gets its raw prompt. It tries until EnterTimeout or
// ctx's end, as a port that was just opened may have reset the module and some firmware ignores
// Ctrl-C for a second. Other calls do so by themselves when needed.
func (c *Client) Enter(ctx context.Context) error {
	if err := c.take(ctx); err != nil {
		return err
	}
	defer c.give()
	return c.enter(ctx)
}

func (c *Client) enter(ctx context.Context) error {
	c.raw, c.helper = false, false
	limit, cancel := context.WithTimeout(ctx, c.opts.EnterTimeout)
	defer cancel()
	var t talk
	for limit.Err() == nil {
		err := c.tryEnter(limit, &t)
		if err == nil {
			c.raw = true
			return nil
		}
		if errors.Is(err, ErrLocked) || errors.Is(err, device.ErrLost) || errors.Is(err, device.ErrClosed) {
			return fmt.Errorf("%s: %w", c.opts.Name, err)
		}
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: waiting for the REPL's prompt: %w", c.opts.Name, context.Cause(ctx))
	}
	return fmt.Errorf("%s: %w after %v: %w: %s", c.opts.Name, ErrNoPrompt, c.opts.EnterTimeout, device.ErrUnreachable,
		t.advice())
}

// talk is what came while a prompt was looked for.
type talk struct {
	seen    []byte // the end of it
	total   int
	refused int // attempts that were answered by "REPL refuse"
}

func (t *talk) add(p []byte) {
	t.total += len(p)
	t.seen = append(t.seen, p...)
	t.seen = t.seen[max(len(t.seen)-keepSeen, 0):]
}

// advice says what the silence or the bytes may mean.
func (t *talk) advice() string {
	text := string(t.seen)
	tail := fmt.Sprintf("%q", t.seen[max(len(t.seen)-80, 0):])
	switch {
	case t.total == 0:
		return "the module says nothing; is it switched on, is this its REPL port, and has no script taken the port " +
			"(machine.UART)?"
	case strings.Contains(text, "%DBG"):
		return "this is the module's debug port; choose its REPL port (got " + tail + ")"
	case strings.Contains(text, "ERROR\r\n"):
		return "this looks like an AT port; choose the module's REPL port (got " + tail + ")"
	}
	return "a program that runs on the module ignores Ctrl-C, or the baud rate is wrong; restart the module and try at " +
		"once (got " + tail + ")"
}

// tryEnter is one attempt of at most about 1.2 s, after which firmware that ignores Ctrl-C in a
// program's first second listens.
func (c *Client) tryEnter(ctx context.Context, t *talk) error {
	ctx, cancel := context.WithTimeout(ctx, 1200*time.Millisecond)
	defer cancel()
	// Ctrl-C goes alone: some firmware throws away what follows it in the same packet.
	if err := c.s.write(ctx, []byte("\r\x03")); err != nil {
		return err
	}
	wait, stop := context.WithTimeout(ctx, 300*time.Millisecond)
	which, seen, err := c.s.until(wait, prompt, refused)
	stop()
	t.add(seen)
	if err != nil && wait.Err() == nil {
		return err
	}
	if which == 1 {
		return c.wasRefused(ctx, t)
	}
	tail, err := c.s.drain(ctx, 20*time.Millisecond, 200*time.Millisecond)
	t.add(tail)
	if err != nil {
		return err
	}
	if err := c.s.write(ctx, []byte("\r\x01")); err != nil {
		return err
	}
	which, seen, err = c.s.until(ctx, rawBanner, refused)
	t.add(seen)
	if err != nil {
		return err
	}
	if which == 1 {
		return c.wasRefused(ctx, t)
	}
	if _, seen, err = c.s.until(ctx, ">"); err != nil {
		t.add(seen)
		return err
	}
	return c.greet(ctx, t)
}

// wasRefused believes the second time: a program may print anything.
func (c *Client) wasRefused(ctx context.Context, t *talk) error {
	if t.refused++; t.refused >= 2 {
		return fmt.Errorf("%w: it answers %q; unlock it with system.replSetEnable(0, password) from a script, or "+
			"misc.replEnable", ErrLocked, refused)
	}
	tail, err := c.s.drain(ctx, 50*time.Millisecond, 500*time.Millisecond)
	t.add(tail)
	return errors.Join(errors.New("refused once"), err)
}

// greet runs a print of random text, so that answers to earlier bytes cannot be taken for those to
// later ones. The first time it also finds out whether raw paste works, rather than believe that it
// does. The WebAssembly build (1.27) announces it, breaks it off at once and never answers again, so
// it is not asked.
func (c *Client) greet(ctx context.Context, t *talk) error {
	nonce := newNonce()
	if err := c.s.write(ctx, []byte("import sys\nprint('"+nonce+"'+sys.platform,end='')\x04")); err != nil {
		return err
	}
	_, seen, err := c.s.until(ctx, "OK"+nonce)
	t.add(seen)
	if err != nil {
		return err
	}
	_, platform, err := c.s.until(ctx, "\x04\x04>")
	if err != nil || c.probed {
		return err
	}
	c.probed = true
	if c.opts.NoPaste || string(platform) == "webassembly" {
		return nil
	}
	nonce = newNonce()
	c.paste, err = c.pasteWorks(ctx, "print('"+nonce+"',end='')", nonce+"\x04\x04>")
	return err
}

func newNonce() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return "qs" + hex.EncodeToString(b[:])
}

// pasteWorks tries raw paste. When it does not work it says false and leaves raw mode's prompt, or
// an error when there is none.
func (c *Client) pasteWorks(ctx context.Context, code, answer string) (bool, error) {
	wait, cancel := context.WithTimeout(ctx, 700*time.Millisecond)
	defer cancel()
	window, err := c.askPaste(wait)
	if err == nil && window > 0 {
		err = c.sendPaste(wait, []byte(code), window)
		if err == nil {
			_, _, err = c.s.until(wait, answer)
		}
		if err == nil {
			return true, nil
		}
	}
	if err != nil && wait.Err() == nil && !errors.Is(err, errStopped) {
		return false, err
	}
	if err == nil {
		return false, nil // refused in order: the prompt is there
	}
	// Whatever state the module is in now, the next attempt sorts it out, without paste.
	return false, fmt.Errorf("raw paste announced but silent: %w", err)
}

// SoftReset starts the interpreter anew, with an empty heap, and stays in raw mode, in which
// firmware does not start main.py. It fails with ErrNoPrompt when no prompt comes back.
func (c *Client) SoftReset(ctx context.Context) error {
	if err := c.take(ctx); err != nil {
		return err
	}
	defer c.give()
	return c.softReset(ctx)
}

func (c *Client) softReset(ctx context.Context) error {
	if err := c.ready(ctx); err != nil {
		return err
	}
	c.raw, c.helper = false, false
	limit, cancel := context.WithTimeout(ctx, c.opts.EnterTimeout)
	defer cancel()
	if err := c.s.write(limit, []byte{eot}); err != nil {
		return fmt.Errorf("%s: soft reset: %w", c.opts.Name, err)
	}
	// Boot scripts print between the reset and the banner; a build that lost its mode shows a
	// friendly prompt. A slow one is found by enter.
	if _, _, err := c.s.until(limit, rawBanner, prompt); err != nil && limit.Err() == nil {
		return fmt.Errorf("%s: soft reset: %w", c.opts.Name, err)
	}
	return c.enter(ctx)
}

// Leave goes back to the friendly prompt, so that a later Ctrl-D starts main.py.
func (c *Client) Leave(ctx context.Context) error {
	if err := c.take(ctx); err != nil {
		return err
	}
	defer c.give()
	return c.leave(ctx)
}

func (c *Client) leave(ctx context.Context) error {
	if !c.raw {
		return nil
	}
	c.raw, c.helper = false, false
	wait, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := c.s.write(wait, []byte("\r\x02")); err != nil {
		return fmt.Errorf("%s: leaving raw mode: %w", c.opts.Name, err)
	}
	if _, _, err := c.s.until(wait, prompt); err != nil {
		return fmt.Errorf("%s: leaving raw mode: %w: %w", c.opts.Name, ErrNoPrompt, err)
	}
	return nil
}

// Gone is closed when the port has ended and this side did not close it.
func (c *Client) Gone() <-chan struct{} { return c.s.gone }

// Err says why the port is gone, of class device.ErrGone; nil while it is there.
func (c *Client) Err() error {
	select {
	case <-c.s.gone:
		return c.s.failed
	default:
		return nil
	}
}

// ready gets the raw prompt unless it is there. A port that was away has another prompt, for all that is
// known.
func (c *Client) ready(ctx context.Context) error {
	if err := c.s.present(ctx); err != nil {
		return fmt.Errorf("%s: %w", c.opts.Name, err)
	}
	if c.s.settle() {
		c.raw, c.helper, c.files = false, false, nil
		if c.whole {
			return fmt.Errorf("%s: %w: %w: the port was away", c.opts.Name, device.ErrUnreachable, device.ErrLost)
		}
	}
	if c.raw {
		return ctx.Err()
	}
	return c.enter(ctx)
}
