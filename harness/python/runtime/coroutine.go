package runtime

import (
	"iter"
	"runtime"
	"sync"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// coroutine is a Go coroutine with a Starlark thread in which the bodies of generators run, one after
// the other: most generators are short, and making a stack for each would take longer than to run it.
type coroutine struct {
	thread *starlark.Thread
	next   func() (starlark.Value, bool)
	stop   func()
	yield  func(starlark.Value) bool
	// g is the generator whose body runs, or is to run next.
	g *generating
}

// maxIdle is how many coroutines wait for a generator.
const maxIdle = 16

// coroutineFor returns a coroutine that is about to run the body of g.
func (rt *Runtime) coroutineFor(g *generating) *coroutine {
	rt.reap()
	var c *coroutine
	if n := len(rt.idle); n > 0 {
		c = rt.idle[n-1]
		rt.idle = rt.idle[:n-1]
	} else {
		rt.collect()
		c = &coroutine{thread: &starlark.Thread{Name: "generator"}}
		c.next, c.stop = iter.Pull(c.run)
		rt.Attach(c.thread)
	}
	c.g = g
	if rt.opts.Adopt != nil {
		rt.opts.Adopt(c.thread)
	}
	return c
}

// run is the coroutine: it runs bodies until it is stopped.
func (c *coroutine) run(yield func(starlark.Value) bool) {
	c.yield = yield
	for more := true; more; more = yield(nil) {
		g := c.g
		g.result, g.err = starlark.Call(c.thread, g.body, object.WithSelf(&yielder{g: g, co: c}, g.args), nil)
		g.ended = true
	}
}

// release takes back the coroutine of a generator that has ended. One whose body failed is given up, as
// its thread may have been cancelled.
func (rt *Runtime) release(g *generating) {
	c := g.co
	g.co = nil
	if g.err != nil || len(rt.idle) == maxIdle {
		c.stop()
		return
	}
	c.g = nil
	rt.idle = append(rt.idle, c)
}

// dropped are the generators that were left unfinished and that no script holds any more, until the
// holder of the interpreter lock ends them. The garbage collector adds to them.
type dropped struct {
	mu  sync.Mutex
	all []*generating
}

func (d *dropped) add(g *generating) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = append(d.all, g)
}

func (d *dropped) take() []*generating {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := d.all
	d.all = nil
	return all
}

// manyOpen is how many unfinished generators there are, and how many coroutines are made between two
// looks, before garbage is collected for their sake: the stacks that they wait on are no garbage yet, and
// so do not have Go collect by itself, but put it off.
const manyOpen = 1000

// collect has dropped generators found where there may be many.
func (rt *Runtime) collect() {
	rt.made++
	if rt.made%manyOpen == 0 && len(rt.open) > manyOpen {
		runtime.GC()
	}
}

// reap ends the generators that were dropped: a loop that breaks off a generator in each round would
// otherwise fill the memory.
func (rt *Runtime) reap() {
	for _, g := range rt.dropped.take() {
		if g.co != nil && rt.opts.Adopt != nil {
			rt.opts.Adopt(g.co.thread)
		}
		g.abandon()
	}
}
