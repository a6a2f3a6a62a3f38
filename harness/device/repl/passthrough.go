package repl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"quecstar/harness/device"
)

// Passthrough joins a terminal to the friendly prompt until in ends or ctx does; in's last Read is
// the caller's to end. What the user types goes to the module as it is, Ctrl-C too. With heard it goes on
// behind the end of in until the module has done all of it.
func (c *Client) Passthrough(ctx context.Context, in <-chan []byte, heard bool, out func([]byte)) error {
	if err := c.take(ctx); err != nil {
		return err
	}
	defer c.give()
	if err := c.leave(ctx); err != nil {
		return err
	}
	if len(c.s.pending) > 0 {
		out(c.s.pending)
		c.s.pending = nil
	}
	if err := c.s.write(ctx, []byte("\r")); err != nil {
		return err
	}
	for {
		select {
		case p, ok := <-in:
			switch {
			case ok:
				if err := c.s.write(ctx, p); err != nil {
					return err
				}
			case heard:
				return c.hearOut(ctx, out)
			default:
				return nil
			}
		case p, ok := <-c.s.chunks:
			if !ok {
				return c.s.failed
			}
			out(p.data)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// lastWords is how long the module must say nothing before it is taken for one that will not say that it is done.
const lastWords = 10 * time.Second

// hearOut passes on what the module says until it has taken all that it was told: it takes the raw mode behind
// it. One that is in the middle of a block, or whose code reads on, does not: whether all was done is not known
// then, and an error.
func (c *Client) hearOut(ctx context.Context, out func([]byte)) error {
	if err := c.s.write(ctx, []byte{1}); err != nil {
		return err
	}
	c.raw = true // for all that is known
	marker := []byte(rawBanner)
	var held []byte
	for {
		wait, stop := context.WithTimeout(ctx, lastWords)
		p, err := c.s.next(wait)
		stop()
		held = append(held, p...)
		i := bytes.Index(held, marker)
		if i >= 0 {
			out(bytes.TrimRight(held[:i], "\r\n"))
			return c.leave(ctx)
		}
		if err != nil {
			out(held)
			if wait.Err() != nil && ctx.Err() == nil {
				err = fmt.Errorf("%s: %w %v after the last line (a block is ended by an empty line; code that sleeps "+
					"for longer, or reads, does not end): %w", c.opts.Name, ErrNoPrompt, lastWords, device.ErrUnreachable)
			}
			return errors.Join(err, c.s.write(ctx, []byte{2}))
		}
		keep := beginning(held, marker)
		out(held[:len(held)-keep])
		held = append([]byte(nil), held[len(held)-keep:]...)
	}
}
