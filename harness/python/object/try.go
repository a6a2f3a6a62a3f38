package object

import (
	"go.starlark.net/starlark"
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

// chain records that an exception came up while another was handled, and returns it.
func (rt *Runtime) chain(err error, context *Instance) error {
	r := rt.Exception(err)
	if r == nil {
		return err
	}
	if r.Exc != context && r.Exc.exc.context == nil && !context.leadsTo(r.Exc) {
		r.Exc.exc.context = context
	}
	return r
}

// leadsTo reports whether other is among what led to i.
func (i *Instance) leadsTo(other *Instance) bool {
	for n := 0; i != nil && n < 1000; n++ {
		if i == other {
			return true
		}
		i = i.exc.context
	}
	return false
}

// finally runs the finally part: its own return, break or continue replaces what was under way.
func (rt *Runtime) finally(t *starlark.Thread, part, result starlark.Value, err error) (starlark.Value, error) {
	var raised *Raised
	if err != nil {
		if raised = rt.Exception(err); raised == nil {
			return nil, err
		}
		err = raised
		s := rt.stateOf(t)
		s.handling = append(s.handling, raised)
		defer func() { s.handling = s.handling[:len(s.handling)-1] }()
	}
	own, ferr := starlark.Call(t, part, nil, nil)
	switch {
	case ferr != nil && raised != nil:
		return nil, rt.chain(ferr, raised.Exc)
	case ferr != nil:
		return nil, ferr
	case own != starlark.None:
		return own, nil
	}
	return result, err
}

// raise raises an exception or an instance of a class.
func (rt *Runtime) raise(x starlark.Value) (starlark.Value, error) {
	exc, err := rt.toException(rt.current, x)
	if err != nil {
		return nil, err
	}
	rt.setContext(exc)
	return nil, &Raised{Exc: exc}
}

// setContext notes the exception that is handled where another is raised.
func (rt *Runtime) setContext(exc *Instance) {
	s := rt.stateOf(rt.current)
	if len(s.handling) == 0 || exc.exc.context != nil {
		return
	}
	if now := s.handling[len(s.handling)-1].Exc; now != exc && !now.leadsTo(exc) {
		exc.exc.context = now
	}
}

// raiseHelper is py.raise_(exception), py.raise_(exception, cause).
func (rt *Runtime) raiseHelper(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	exc, err := rt.toException(t, a[0])
	if err != nil {
		return nil, err
	}
	if len(a) > 1 {
		exc.exc.suppress = true
		if a[1] != starlark.None {
			if exc.exc.cause, err = rt.toException(t, a[1]); err != nil {
				return nil, err
			}
		}
	}
	return rt.raise(exc)
}

// toException takes an exception, or makes one of a class.
func (rt *Runtime) toException(t *starlark.Thread, v starlark.Value) (*Instance, error) {
	if c, ok := v.(*Class); ok && c.at().exc {
		if c.rt == nil { // one of Python's own
			return newException(c), nil
		}
		made, err := starlark.Call(t, c, nil, nil)
		if err != nil {
			return nil, err
		}
		v = made
	}
	if i, ok := v.(*Instance); ok && i.exc != nil {
		return i, nil
	}
	return nil, newError("TypeError", "exceptions must derive from BaseException")
}

// reraiseHelper is py.reraise(): a bare raise.
func (rt *Runtime) reraiseHelper(t *starlark.Thread, _ starlark.Tuple) (starlark.Value, error) {
	s := rt.stateOf(t)
	if len(s.handling) == 0 {
		return nil, newError("RuntimeError", "no active exception to reraise")
	}
	return nil, s.handling[len(s.handling)-1]
}

// assertHelper is py.assert_(message…), of an assertion that failed.
func (rt *Runtime) assertHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return nil, &Raised{Exc: newException(exceptionClasses["AssertionError"], a...)}
}

// withHelper is py.with_(manager, body).
func (rt *Runtime) withHelper(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	exit, err := getAttr(a[0], "__exit__")
	if err != nil {
		return nil, err
	}
	entered, err := callMethod(t, a[0], "__enter__")
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
	s := rt.stateOf(t)
	s.handling = append(s.handling, raised)
	swallowed, exitErr := exit(starlark.Tuple{raised.Exc.class, raised.Exc, starlark.None})
	s.handling = s.handling[:len(s.handling)-1]
	switch {
	case exitErr != nil:
		return nil, rt.chain(exitErr, raised.Exc)
	case Truth(swallowed):
		return starlark.None, nil
	}
	return nil, raised
}
