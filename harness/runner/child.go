package runner

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"quecstar/harness/suite"
)

// errCancelled is the cause of the end of a test that a user or a deadline ended.
var errCancelled = errors.New("interrupted")

// Work is a worker process: it does what the requests on in ask, one at a time, and answers on out. It returns
// when in ends; where a test does not end then, it calls exit, as nobody is left who would end it.
func Work(ctx context.Context, in io.Reader, out io.Writer, e Engine, env func(string) string, exit func(status int)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ctx.Done() // makes its channel here: one made in a test's bubble of virtual time would be of no other's use
	c := &child{engine: e, out: bufio.NewWriterSize(out, 64<<10), env: env}
	c.enc = json.NewEncoder(c.out)
	c.enc.SetEscapeHTML(false)
	work := make(chan request)
	ended := make(chan error, 1)
	go func() {
		ended <- c.listen(in, work, cancel)
		close(work)
	}()
	idle := make(chan struct{})
	go func() {
		select {
		case err := <-ended:
			ended <- err
			cancel(errCancelled)
		case <-idle:
			return
		}
		select {
		case <-idle:
		case <-time.After(grace):
			exit(1)
		}
	}()
	defer close(idle)
	for r := range work {
		if err := c.do(ctx, r); err != nil {
			return err
		}
	}
	return <-ended
}

// child is a worker process seen from inside.
type child struct {
	engine Engine
	env    func(string) string
	setup  setup
	stop   atomic.Bool

	mu  sync.Mutex
	out *bufio.Writer
	enc *json.Encoder
	err error
}

// listen passes requests for work on, and heeds the others at once.
func (c *child) listen(in io.Reader, work chan<- request, cancel context.CancelCauseFunc) error {
	dec := json.NewDecoder(bufio.NewReaderSize(in, 64<<10))
	for {
		var r request
		if err := dec.Decode(&r); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		switch {
		case r.Cancel:
			c.stop.Store(true)
			cancel(errCancelled)
		case r.Stop:
			c.stop.Store(true)
		default:
			work <- r
		}
	}
}

// say writes a reply; it is not sent before flush, or until the buffer is full.
func (c *child) say(r reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = c.enc.Encode(r)
	}
}

func (c *child) flush() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = c.out.Flush()
	}
	return c.err
}

func (c *child) do(ctx context.Context, r request) error {
	if r.Setup != nil {
		c.setup = *r.Setup
		c.setup.Options.Env = c.env
		return nil
	}
	for _, file := range r.Collect {
		if c.stop.Load() {
			break
		}
		c.collect(ctx, file)
		if err := c.flush(); err != nil {
			return err
		}
	}
	if err := c.runAll(ctx, r.Run); err != nil {
		return err
	}
	c.say(reply{Idle: true})
	return c.flush()
}

// runAll runs tests until it is told to stop. A result is sent at once, as the next test may be this process's last,
// together with the word that the next begins.
func (c *child) runAll(ctx context.Context, orders []order) error {
	for i := 0; i < len(orders) && !c.stop.Load(); {
		c.say(reply{Begin: true})
		if err := c.flush(); err != nil {
			return err
		}
		for next := true; next; i++ {
			c.run(ctx, orders[i])
			if next = i+1 < len(orders) && !c.stop.Load(); next {
				c.say(reply{Begin: true})
			}
			if err := c.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *child) collect(ctx context.Context, file string) {
	o := c.setup.Options
	rec := newRecord(c)
	o.Secret = rec.hide
	tests, err := c.engine.Collect(ctx, file, o)
	out := collected{File: file, Tests: tests}
	if err != nil {
		var known *suite.CollectError
		out.Tests, out.Problem = nil, &suite.Problem{Class: suite.Harness, Text: err.Error(), File: file}
		if errors.As(err, &known) {
			p := known.Problem
			out.Problem, out.Files = &p, known.Files
		}
		rec.cleanProblem(out.Problem)
	}
	c.say(reply{Collected: &out})
}

func (c *child) run(ctx context.Context, o order) {
	options := c.setup.Options
	rec := newRecord(c)
	options.Secret, options.Attach = rec.hide, rec.attach
	began := time.Now()
	res := c.engine.Run(ctx, *o.Test, o.Seed, options, rec.emit)
	events := rec.close()
	if res.Real == 0 {
		res.Real = time.Since(began)
	}
	res.Seed = o.Seed
	res.Reason = rec.text(res.Reason)
	for i := range res.Problems {
		rec.cleanProblem(&res.Problems[i])
	}
	if c.setup.Events || res.Verdict != suite.Passed && res.Verdict != suite.Skipped {
		for i := range events {
			c.say(reply{Event: &events[i]})
		}
	}
	c.say(reply{Result: &res})
}
