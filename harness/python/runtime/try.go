package runtime

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// signal is what a function that lowering made of a part of a body tells the body: to go on with
// a break or a continue. A return is told by an outcome, going on by None.
type signal string

func (s signal) String() string        { return string(s) }
func (s signal) Type() string          { return "signal" }
func (s signal) Freeze()               {}
func (s signal) Truth() starlark.Bool  { return true }
func (s signal) Hash() (uint32, error) { return starlark.String(s).Hash() }

const (
	breakSignal    = signal("break")
	continueSignal = signal("continue")
	noMatch        = signal("the end")
)

// handle does what handles an exception: what is raised on the way came up while that was handled.
func (rt *Runtime) handle(t *starlark.Thread, raised *object.Raised, do func() (starlark.Value, error)) (starlark.Value, error) {
	s := rt.stateOf(t)
	raised.Caught(t)
	s.handling = append(s.handling, raised)
	v, err := do()
	s.handling = s.handling[:len(s.handling)-1]
	if r := rt.Exception(err); r != nil {
		r.While(raised.Exc)
		err = r
	}
	return v, err
}

// finally runs the finally part: its own return, break or continue replaces what was under way.
func (rt *Runtime) finally(t *starlark.Thread, part, result starlark.Value, err error) (starlark.Value, error) {
	run := func() (starlark.Value, error) { return starlark.Call(t, part, nil, nil) }
	if err != nil {
		raised := rt.Exception(err)
		if raised == nil {
			return nil, err
		}
		own, ferr := rt.handle(t, raised, run)
		if ferr != nil || own != starlark.None {
			return own, ferr
		}
		return nil, raised
	}
	if own, err := run(); err != nil || own != starlark.None {
		return own, err
	}
	return result, nil
}

// raiseHelper is py.raise_(exception), py.raise_(exception, cause).
func (rt *Runtime) raiseHelper(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	raised, err := object.ToRaised(t, a[0])
	if err != nil {
		return nil, err
	}
	raised.Again()
	if len(a) > 1 {
		raised.From(nil)
		if a[1] != starlark.None {
			cause, err := object.ToRaised(t, a[1])
			if err != nil {
				return nil, err
			}
			raised.From(cause.Exc)
		}
	}
	if s := rt.stateOf(t); len(s.handling) > 0 {
		raised.While(s.handling[len(s.handling)-1].Exc)
	}
	return nil, raised
}

// reraiseHelper is py.reraise(): a bare raise.
func (rt *Runtime) reraiseHelper(t *starlark.Thread, _ starlark.Tuple) (starlark.Value, error) {
	s := rt.stateOf(t)
	if len(s.handling) == 0 {
		return nil, object.Errorf("RuntimeError", "no active exception to reraise")
	}
	return nil, s.handling[len(s.handling)-1]
}

// assertHelper is py.assert_(message…), of an assertion that failed.
func (rt *Runtime) assertHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return nil, &object.Error{Class: "AssertionError", Args: a}
}

// withHelper is py.with_(manager, body).
func (rt *Runtime) withHelper(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	exit, err := object.GetAttr(a[0], "__exit__")
	if err != nil {
		return nil, err
	}
	entered, err := object.CallMethod(t, a[0], "__enter__", nil, nil)
	if err != nil {
		return nil, err
	}
	return rt.within(t, a[1], entered, func(args starlark.Tuple) (starlark.Value, error) {
		return starlark.Call(t, exit, args, nil)
	})
}

// within runs the body of a with statement, and exit behind it.
func (rt *Runtime) within(t *starlark.Thread, body, entered starlark.Value, exit func(starlark.Tuple) (starlark.Value, error)) (starlark.Value, error) {
	result, err := starlark.Call(t, body, starlark.Tuple{entered}, nil)
	if err == nil {
		_, err = exit(starlark.Tuple{starlark.None, starlark.None, starlark.None})
		return result, err
	}
	raised := rt.Exception(err)
	if raised == nil {
		return nil, err
	}
	swallowed, err := rt.handle(t, raised, func() (starlark.Value, error) {
		return exit(starlark.Tuple{raised.Exc.Class(), raised.Exc, starlark.None})
	})
	switch {
	case err != nil:
		return nil, err
	case object.Truth(swallowed):
		return starlark.None, nil
	}
	return nil, raised
}
