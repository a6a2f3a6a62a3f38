package runtime

import (
	"errors"
	"runtime"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/python/object"
)

// Generator is a generator as a script holds it. Once nobody does, what runs its body is ended.
type Generator struct {
	object.Plain
	*generating
}

// generating runs the body of a generator function step by step, on a Starlark thread of its own. It
// does not know its Generator, so that one can be garbage while the body waits.
type generating struct {
	rt   *Runtime
	name string
	body starlark.Value
	args starlark.Tuple

	co *coroutine // nil before the first step and behind the last

	running bool
	ended   bool // the body
	done    bool
	sent    starlark.Value // what yield returns
	thrown  error          // what yield raises
	pending starlark.Value // what the next step raises, of pend_throw
	result  starlark.Value // of the body
	err     error          // of the body
}

var (
	_ object.SelfIterator = (*Generator)(nil)
	_ starlark.Iterable   = (*Generator)(nil)
	_ starlark.HasBinary  = (*Generator)(nil)
)

func (g *Generator) String() string        { return "<generator object '" + g.name + "'>" }
func (g *Generator) Type() string          { return "generator" }
func (g *Generator) Hash() (uint32, error) { return object.IdentityHash(g) }

// Iterate steps through the generator.
func (g *Generator) Iterate() starlark.Iterator {
	return g.rt.LoopIterator(&generatorIterator{g: g})
}

type generatorIterator struct {
	g   *Generator
	err error
}

func (it *generatorIterator) Next(p *starlark.Value) bool {
	v, more, err := it.g.step(starlark.None, nil)
	it.err = err
	if more {
		*p = v
	}
	return more
}

func (it *generatorIterator) Done() {}

// NextValue is next(g).
func (g *Generator) NextValue() (starlark.Value, error) { return g.send(starlark.None) }

// Binary is in, which takes elements until it has found the one.
func (g *Generator) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	return object.Inside(g, op, y, side)
}

// Err is what the body raised.
func (it *generatorIterator) Err() error { return it.err }

func (rt *Runtime) newGenerator(name string, body starlark.Value, args starlark.Tuple) *Generator {
	return &Generator{generating: &generating{rt: rt, name: name, body: body, args: args}}
}

// step resumes the body, see generating.step. With the first value that it yields the body can be left
// waiting for good.
func (g *Generator) step(sent starlark.Value, thrown error) (v starlark.Value, more bool, err error) {
	first := g.co == nil
	v, more, err = g.generating.step(sent, thrown)
	if first && more {
		runtime.AddCleanup(g, g.rt.dropped.add, g.generating)
	}
	runtime.KeepAlive(g) // while its body runs
	return v, more, err
}

// yielder is what a generator's body yields by: lowered code reads its element y[v], ported code calls
// it, y(v).
type yielder struct {
	object.Opaque
	g  *generating
	co *coroutine
}

var (
	_ starlark.Mapping  = (*yielder)(nil)
	_ starlark.Callable = (*yielder)(nil)
)

// Name returns a name that no script has.
func (y *yielder) Name() string { return object.Marker + "y" }

// Get hands a value to who drives the generator, and waits for what that sends.
func (y *yielder) Get(v starlark.Value) (starlark.Value, bool, error) {
	if !y.co.yield(v) {
		return nil, true, object.Errorf("GeneratorExit", "")
	}
	if err := y.g.thrown; err != nil {
		y.g.thrown = nil
		return nil, true, err
	}
	return y.g.sent, true, nil
}

// CallInternal is Get of the argument, or of None.
func (y *yielder) CallInternal(_ *starlark.Thread, a starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	var v starlark.Value = starlark.None
	if len(a) > 0 {
		v = a[0]
	}
	sent, _, err := y.Get(v)
	return sent, err
}

// step resumes the body: yield returns sent, or raises thrown.
func (g *generating) step(sent starlark.Value, thrown error) (v starlark.Value, more bool, err error) {
	if g.running {
		return nil, false, object.Errorf("ValueError", "generator already executing")
	}
	if g.done {
		return nil, false, thrown
	}
	if g.pending != nil && thrown == nil {
		raised, err := object.ToRaised(g.rt.Thread(), g.pending)
		g.pending = nil
		if err != nil {
			return nil, false, err
		}
		thrown = raised
	}
	if g.co == nil {
		if thrown != nil {
			g.done = true
			return nil, false, thrown
		}
		if sent != starlark.None {
			return nil, false, object.Errorf("TypeError", "can't send non-None value to a just-started generator")
		}
		g.co = g.rt.coroutineFor(g)
		g.rt.open[g] = struct{}{}
	}
	g.sent, g.thrown = sent, thrown
	outer := g.rt.Thread()
	g.running = true
	g.rt.SetThread(g.co.thread)
	v, _ = g.co.next()
	g.rt.SetThread(outer)
	g.running = false
	if !g.ended {
		return v, true, nil
	}
	err = g.bodyError(outer)
	g.finish()
	g.rt.release(g)
	return nil, false, err
}

func (g *generating) finish() {
	g.done = true
	delete(g.rt.open, g)
}

// bodyError is what the body raised, with its frames kept, for the thread that resumed it. A
// StopIteration that leaves a body is a RuntimeError.
func (g *generating) bodyError(outer *starlark.Thread) error {
	if g.err == nil {
		return nil
	}
	g.rt.SetThread(g.co.thread)
	r := g.rt.Exception(g.err)
	g.rt.SetThread(outer)
	if r == nil {
		return g.err
	}
	if r.IsA("StopIteration") {
		wrapped := object.NewRaised("RuntimeError", object.NewStr("generator raised StopIteration"))
		wrapped.From(r.Exc)
		return wrapped
	}
	r.LeaveGenerator(g.name)
	return r
}

// send is g.send(v): the next value, or a StopIteration with the body's result.
func (g *Generator) send(v starlark.Value) (starlark.Value, error) { return g.outcome(g.step(v, nil)) }

func (g *generating) outcome(v starlark.Value, more bool, err error) (starlark.Value, error) {
	if more || err != nil {
		return v, err
	}
	stop := &object.Error{Class: "StopIteration"}
	if g.result != nil && g.result != starlark.None {
		stop.Args = []starlark.Value{g.result}
		g.result = nil
	}
	return nil, stop
}

// abandon ends an unfinished generator without running more of its body than its cleaning up.
func (g *generating) abandon() {
	if g.running || g.done || g.co == nil {
		return
	}
	g.finish()
	outer := g.rt.Thread()
	g.rt.SetThread(g.co.thread)
	g.co.stop()
	g.rt.SetThread(outer)
}

var generatorMethods = map[string]object.Method[*Generator]{
	"send":       {Min: 1, Max: 1, Fn: func(g *Generator, a *object.Args) (starlark.Value, error) { return g.send(a.Pos[0]) }},
	"__next__":   {Fn: func(g *Generator, _ *object.Args) (starlark.Value, error) { return g.send(starlark.None) }},
	"__iter__":   {Fn: func(g *Generator, _ *object.Args) (starlark.Value, error) { return g, nil }},
	"close":      {Fn: func(g *Generator, _ *object.Args) (starlark.Value, error) { return starlark.None, g.close() }},
	"pend_throw": {Min: 1, Max: 1, Fn: generatorPendThrow},
	"throw":      {Min: 1, Max: 3, Fn: generatorThrow},
}

// Attr returns a method.
func (g *Generator) Attr(name string) (starlark.Value, error) {
	return object.MethodOf(generatorMethods, g, name)
}

// AttrNames lists the methods.
func (g *Generator) AttrNames() []string { return object.MethodNames(generatorMethods) }

func generatorThrow(g *Generator, a *object.Args) (starlark.Value, error) {
	v := a.Pos[0]
	if b := a.At(1); b != nil && b != starlark.None {
		v = b
	}
	raised, err := object.ToRaised(a.Thread, v)
	if err == nil {
		err = raised
	}
	return g.outcome(g.step(starlark.None, &thrown{v: v, error: err}))
}

// thrown is the error of g.throw(v): v itself goes to the throw of what the body yields from.
type thrown struct {
	error
	v starlark.Value
}

// Unwrap returns the exception.
func (t *thrown) Unwrap() error { return t.error }

// generatorPendThrow is MicroPython's g.pend_throw(e): the next step raises e; it returns what was
// pending before.
func generatorPendThrow(g *Generator, a *object.Args) (starlark.Value, error) {
	if g.running {
		return nil, object.Errorf("ValueError", "generator already executing")
	}
	var before starlark.Value = starlark.None
	if g.pending != nil {
		before = g.pending
	}
	g.pending = a.Pos[0]
	if g.pending == starlark.None {
		g.pending = nil
	}
	return before, nil
}

// close raises GeneratorExit where the body waits.
func (g *Generator) close() error {
	if g.done || g.co == nil {
		g.done = true
		return nil
	}
	_, more, err := g.step(starlark.None, object.NewRaised("GeneratorExit"))
	if more {
		return object.Errorf("RuntimeError", "generator ignored GeneratorExit")
	}
	if r := g.rt.Exception(err); err == nil || r != nil && r.IsA("GeneratorExit") {
		return nil
	}
	return err
}

// yieldFrom is ·yieldfrom(y, iterable): it passes on what is sent and thrown.
func (rt *Runtime) yieldFrom(t *starlark.Thread, y, x starlark.Value) (starlark.Value, error) {
	it, err := rt.Iter(x)
	if err != nil {
		return nil, err
	}
	v, err := object.Next(it)
	for err == nil {
		var sent starlark.Value
		sent, err = yieldBy(t, y, v)
		switch {
		case err != nil:
			thrown := err
			if v, err = rt.delegateThrow(t, it, err); err == thrown {
				return nil, rt.outOf(err)
			}
		case sent == starlark.None:
			v, err = object.Next(it)
		default:
			v, err = object.CallMethod(t, it, "send", starlark.Tuple{sent}, nil)
		}
	}
	if r := rt.Exception(err); r != nil && r.IsA("StopIteration") {
		if value := r.Arg(0); value != nil {
			return value, nil
		}
		return starlark.None, nil
	}
	return nil, err
}

// yieldBy yields v by the function y of a generator's body.
func yieldBy(t *starlark.Thread, y, v starlark.Value) (starlark.Value, error) {
	if own, ok := y.(*yielder); ok {
		sent, _, err := own.Get(v)
		return sent, err
	}
	return starlark.Call(t, y, starlark.Tuple{v}, nil)
}

// outOf is an exception that leaves a generator: a StopIteration must not look like its end.
func (rt *Runtime) outOf(err error) error {
	if r := rt.Exception(err); r != nil && r.IsA("StopIteration") {
		return object.Errorf("RuntimeError", "generator raised StopIteration")
	}
	return err
}

func (rt *Runtime) delegateThrow(t *starlark.Thread, it starlark.Value, err error) (starlark.Value, error) {
	r := rt.Exception(err)
	if r == nil {
		return nil, err
	}
	if g, ok := it.(*Generator); ok {
		if r.IsA("GeneratorExit") {
			if cerr := g.close(); cerr != nil {
				return nil, cerr
			}
			return nil, err
		}
		return g.outcome(g.step(starlark.None, r))
	}
	if r.IsA("GeneratorExit") {
		if _, _, cerr := object.CallSpecial(it, "close"); cerr != nil {
			return nil, cerr
		}
		return nil, err
	}
	var v starlark.Value = r.Exc
	if as := (*thrown)(nil); errors.As(err, &as) {
		v = as.v
	}
	if result, has, terr := object.CallSpecial(it, "throw", v); has {
		return result, terr
	}
	return nil, err
}
