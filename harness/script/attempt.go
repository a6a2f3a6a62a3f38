package script

import (
	"errors"
	"strings"

	"go.starlark.net/starlark"
)

// Attempted is what a function raised that was called by Call.Attempt.
type Attempted struct {
	// Class is the class of the exception as a Python script sees it, "fail" for Starlark's fail().
	Class string
	// Text is what is wrong.
	Text string
	// Errno is the number of an OSError that has one, else nil.
	Errno any
}

// Attempt calls a script's function and catches what it raises. err is what no script may catch, such as
// the end of the run.
func (c *Call) Attempt(fn starlark.Value, args starlark.Tuple, kwargs []starlark.Tuple) (v starlark.Value, raised *Attempted, err error) {
	rt := c.Interp.runtime
	v, err = starlark.Call(rt.Thread(), fn, args, kwargs)
	if err == nil {
		return v, nil, nil
	}
	r := rt.Exception(err)
	if r == nil {
		return nil, nil, err
	}
	raised = &Attempted{Class: r.Exc.Name(), Text: err.Error()}
	var own *Error
	switch {
	case errors.As(err, &own):
		raised.Class, raised.Text = own.Class, own.Error()
		if n, ok := own.Args[0].(int); ok {
			raised.Errno = n
		}
	case r.Cause == nil && strings.HasPrefix(raised.Text, raised.Class+": "): // of Python
		raised.Text = strings.TrimPrefix(raised.Text, raised.Class+": ")
	}
	if own == nil {
		raised.starlarks()
	}
	return nil, raised, nil
}

// starlarks words the errors of Starlark's own functions that Python's have no part in.
func (a *Attempted) starlarks() {
	a.Text = strings.TrimPrefix(a.Text, cancelledBy)
	text, failed := strings.CutPrefix(a.Text, "fail: ")
	switch {
	case failed:
		a.Class, a.Text = "fail", text
	case strings.HasPrefix(a.Text, "int: invalid literal"), strings.HasPrefix(a.Text, "invalid float literal"):
		a.Class = "ValueError"
	}
}
