package object

import (
	"iter"

	"go.starlark.net/starlark"
)

// coroutine is a Go coroutine with a Starlark thread in which the bodies of generators run, one after
// the other: most generators are short, and making a stack for each would take longer than to run it.
type coroutine struct {
	thread *starlark.Thread
	next   func() (starlark.Value, bool)
	stop   func()
	yield  func(starlark.Value) bool
	// g is the generator whose body runs, or is to run next.
	g *Generator
}

// maxIdle is how many coroutines wait for a generator.
const maxIdle = 16

// coroutineFor returns a coroutine that is about to run the body of g.
func (rt *Runtime) coroutineFor(g *Generator) *coroutine {
	var c *coroutine
	if n := len(rt.idle); n > 0 {
		c = rt.idle[n-1]
		rt.idle = rt.idle[:n-1]
	} else {
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
		g.result, g.err = starlark.Call(c.thread, g.body, withSelf(&yielder{g, c}, g.args), nil)
		g.ended = true
	}
}

// release takes back the coroutine of a generator that has ended. One whose body failed is given up, as
// its thread may have been cancelled.
func (rt *Runtime) release(g *Generator) {
	c := g.co
	g.co = nil
	if g.err != nil || len(rt.idle) == maxIdle {
		c.stop()
		return
	}
	c.g = nil
	rt.idle = append(rt.idle, c)
}
