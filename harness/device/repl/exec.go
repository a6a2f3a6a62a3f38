package repl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/pause"
)

// startTimeout is how long the module may take to acknowledge code.
const startTimeout = 5 * time.Second

// errStopped says that the module broke off a paste, such as for want of memory.
var errStopped = errors.New("the module broke off the transfer of code")

// Exec runs code on the module and calls stdout, which may be nil, with what it prints, as it comes;
// stdout must not keep the bytes. An exception is a *RemoteError. When ctx ends the code is
// interrupted; the error then is ctx's, and wraps ErrStuck when it did not stop. ErrReset says that
// the module started anew. Output may hold any bytes but 04 04 3E in a row, which end it. Code that
// raises SystemExit resets the interpreter: see Run.
func (c *Client) Exec(ctx context.Context, code string, stdout func([]byte)) error {
	if err := c.take(ctx); err != nil {
		return err
	}
	defer c.give()
	return c.exec(ctx, code, nil, stdout)
}

func (c *Client) exec(ctx context.Context, code string, marker []byte, stdout func([]byte)) error {
	if err := c.ready(ctx); err != nil {
		return err
	}
	if strings.ContainsAny(code, "\x01\x02\x03\x04\x05") {
		return fmt.Errorf("%s: %w: code holds a control character 0x01 to 0x05, which the prompt would act on; write it as "+
			"an escape", c.opts.Name, device.ErrConfig)
	}
	if err := c.send(ctx, []byte(code)); err != nil {
		c.raw = false
		return fmt.Errorf("%s: sending code: %w", c.opts.Name, err)
	}
	text, err := c.follow(ctx, marker, stdout)
	if err != nil {
		return fmt.Errorf("%s: %w", c.opts.Name, err)
	}
	if text != "" {
		return newRemoteError(text)
	}
	return nil
}

// send sends code and waits until the module starts it.
func (c *Client) send(ctx context.Context, code []byte) error {
	if !c.paste {
		return c.sendPlain(ctx, code)
	}
	wait, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	window, err := c.askPaste(wait)
	if err == nil && window == 0 {
		c.paste = false
		return c.sendPlain(ctx, code)
	}
	if err == nil {
		err = c.sendPaste(ctx, code, window)
	}
	if errors.Is(err, errStopped) {
		return nil // its exception follows
	}
	return unanswered(ctx, err)
}

// unanswered turns the end of an inner deadline into an error of its own.
func unanswered(ctx context.Context, err error) error {
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return fmt.Errorf("%w: the module does not acknowledge the code (%w)", device.ErrTimeout, device.ErrUnreachable)
	}
	return err
}

// sendPlain has no flow control; the pause gives the module time to empty its buffer.
func (c *Client) sendPlain(ctx context.Context, code []byte) error {
	for len(code) > 0 {
		n := min(c.opts.Chunk, len(code))
		if err := c.s.write(ctx, code[:n]); err != nil {
			return err
		}
		code = code[n:]
		if c.opts.Pace > 0 {
			if err := pause.For(ctx, c.opts.Pace); err != nil {
				return err
			}
		}
	}
	if err := c.s.write(ctx, []byte{eot}); err != nil {
		return err
	}
	wait, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	_, _, err := c.s.until(wait, "OK")
	return unanswered(ctx, err)
}

// askPaste asks for raw paste and returns its window in bytes, or 0 when the firmware does not know
// it or has it switched off; raw mode's prompt is there then.
func (c *Client) askPaste(ctx context.Context) (window int, err error) {
	if err := c.s.write(ctx, []byte{ctrlE, 'A', ctrlA}); err != nil {
		return 0, err
	}
	var head [2]byte
	for i := range head {
		if head[i], err = c.s.readByte(ctx); err != nil {
			return 0, err
		}
	}
	switch {
	case head == [2]byte{'R', 1}:
		for i := range head {
			if head[i], err = c.s.readByte(ctx); err != nil {
				return 0, err
			}
		}
		window = int(head[0]) | int(head[1])<<8
		if window == 0 {
			return 0, fmt.Errorf("%w: raw paste with a window of 0 bytes", device.ErrLost)
		}
		return window, nil
	case head == [2]byte{'R', 0}:
		return 0, nil
	}
	// Firmware that does not know it shows the banner again.
	c.s.unread(head[:])
	if _, _, err = c.s.until(ctx, rawBanner); err == nil {
		_, _, err = c.s.until(ctx, ">")
	}
	return 0, err
}

// sendPaste sends at most as many bytes as the module has granted: a window at first, and one more
// with each 0x01.
func (c *Client) sendPaste(ctx context.Context, code []byte, window int) error {
	credit := window
	for len(code) > 0 {
		for credit == 0 || len(c.s.pending) > 0 || len(c.s.chunks) > 0 {
			n, err := c.grant(ctx, window)
			if errors.Is(err, errStopped) {
				// It wants no more, such as for want of memory, and waits for the host's 0x04.
				return errors.Join(err, c.s.write(ctx, []byte{eot}))
			}
			if err != nil {
				return err
			}
			credit += n
		}
		n := min(credit, len(code))
		if err := c.s.write(ctx, code[:n]); err != nil {
			return err
		}
		code = code[n:]
		credit -= n
	}
	if err := c.s.write(ctx, []byte{eot}); err != nil {
		return err
	}
	for {
		wait, cancel := context.WithTimeout(ctx, startTimeout)
		_, err := c.grant(wait, window)
		cancel()
		if errors.Is(err, errStopped) {
			return nil // this is the acknowledgement
		}
		if err != nil {
			return unanswered(ctx, err)
		}
	}
}

// grant reads one byte of flow control.
func (c *Client) grant(ctx context.Context, window int) (int, error) {
	wait, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	b, err := c.s.readByte(wait)
	switch {
	case err != nil:
		return 0, unanswered(ctx, err)
	case b == 1:
		return window, nil
	case b == eot:
		return 0, errStopped
	}
	return 0, fmt.Errorf("%w: the module answers 0x%02x in the middle of raw paste; it may have restarted",
		device.ErrLost, b)
}

// follow passes the output on until the code ends, and returns the exception's text.
func (c *Client) follow(ctx context.Context, marker []byte, stdout func([]byte)) (string, error) {
	o := &output{marker: marker}
	w := watch{}
	for {
		wait, cancel := context.WithTimeout(ctx, restartQuiet)
		p, err := c.s.next(wait)
		cancel()
		switch {
		case err == nil:
			out := o.feed(p)
			w.add(p)
			if stdout != nil && len(out) > 0 {
				stdout(out)
			}
			if o.done {
				c.s.unread(o.rest)
				return o.err, nil
			}
			if ctx.Err() == nil {
				continue
			}
		case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
			if w.restarted() {
				c.raw, c.helper = false, false
				c.flush(o, stdout)
				return "", fmt.Errorf("%w while code ran: it shows its prompt again", ErrReset)
			}
			continue
		case ctx.Err() == nil:
			c.raw = false
			c.flush(o, stdout)
			return "", err
		}
		return "", c.interrupt(ctx, o, stdout)
	}
}

func (c *Client) flush(o *output, stdout func([]byte)) {
	if stdout != nil && len(o.held) > 0 {
		stdout(o.held)
	}
}

// restartQuiet is how long a prompt must be the last that came before it is believed to be one.
const restartQuiet = 500 * time.Millisecond

// watch looks for a prompt at the end of the output.
type watch struct{ tail []byte }

func (w *watch) add(p []byte) {
	w.tail = append(w.tail, p...)
	w.tail = w.tail[max(len(w.tail)-64, 0):]
}

func (w *watch) restarted() bool {
	return bytes.HasSuffix(w.tail, []byte(rawBanner+"\r\n>")) || bytes.HasSuffix(w.tail, []byte("\n"+prompt))
}

// interrupt stops the code after ctx has ended: three times, as some firmware ignores Ctrl-C in the
// first second.
func (c *Client) interrupt(ctx context.Context, o *output, stdout func([]byte)) error {
	cause := ctx.Err()
	last := context.WithoutCancel(ctx)
	for range 3 {
		wait, cancel := context.WithTimeout(last, 1200*time.Millisecond)
		err := c.s.write(wait, []byte{ctrlC})
		for err == nil && !o.done {
			var p []byte
			if p, err = c.s.next(wait); err == nil {
				out := o.feed(p)
				if stdout != nil && len(out) > 0 {
					stdout(out)
				}
				err = wait.Err()
			}
		}
		ended := wait.Err() != nil
		cancel()
		if o.done {
			c.s.unread(o.rest)
			return fmt.Errorf("interrupted: %w", cause)
		}
		if err != nil && !ended {
			c.raw = false
			return errors.Join(cause, err)
		}
	}
	c.raw = false
	return fmt.Errorf("%w when interrupted: it ignores Ctrl-C; restart it: %w", ErrStuck, cause)
}
