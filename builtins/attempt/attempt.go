// Package attempt is how a Starlark script, whose language has no try, catches an error:
//
//	r = attempt(client.publish, "up", "21 C", qos = 1)
//	if not r.ok:
//	    print("not sent:", r.error.text)
//
// The function is called with the arguments that follow. What it may not catch is what ends the run from
// outside, such as its deadline.
package attempt

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module is the table of attempt, which Starlark scripts have predeclared.
func Module() *script.Module {
	result, failure := resultClass(), failureClass()
	return &script.Module{
		Name: "attempt", Lang: script.Starlark, Flat: true,
		Doc: "Catching errors: Starlark has no try.",
		Funcs: []script.Func{{
			Name: "attempt", Params: "fn, *args, **kwargs", Returns: result.Name,
			Doc:  "Calls fn(*args, **kwargs) and returns a Result, whether it raised or not.",
			Call: func(c *script.Call) (any, error) { return call(c, result, failure) },
		}},
		Classes: []*script.Class{result, failure},
	}
}

func resultClass() *script.Class {
	return &script.Class{
		Name: "Result", Hidden: true, Doc: "How a call by attempt ended.",
		Attrs: []script.Const{
			{Name: "ok", Value: true, Doc: "Whether it raised nothing."},
			{Name: "value", Doc: "What it returned; None when it raised."},
			{Name: "error", Doc: "A Failure: what it raised; None when it raised nothing."},
		},
		Attr: func(self any, name string) (any, bool) {
			r := self.(*outcome)
			switch name {
			case "ok":
				return r.failure == starlark.None, true
			case "value":
				return r.value, true
			case "error":
				return r.failure, true
			}
			return nil, false
		},
		Show: func(self any) string {
			r := self.(*outcome)
			if r.failure != starlark.None {
				return "Result(ok = False, error = " + r.failure.String() + ")"
			}
			return "Result(ok = True, value = " + r.value.String() + ")"
		},
	}
}

func failureClass() *script.Class {
	return &script.Class{
		Name: "Failure", Hidden: true, Doc: "What a call raised.",
		Attrs: []script.Const{
			{Name: "type", Value: "", Doc: "The class of the error as a Python script sees it, such as \"OSError\"; \"fail\" for fail()."},
			{Name: "text", Value: "", Doc: "What is wrong, in words."},
			{Name: "errno", Doc: "The error number of an OSError; None where there is none."},
		},
		Attr: func(self any, name string) (any, bool) {
			f := self.(*script.Attempted)
			switch name {
			case "type":
				return f.Class, true
			case "text":
				return f.Text, true
			case "errno":
				return f.Errno, true
			}
			return nil, false
		},
		Show: func(self any) string {
			f := self.(*script.Attempted)
			return f.Class + ": " + f.Text
		},
	}
}

// outcome is what a Result stands for; failure is None or a Failure.
type outcome struct{ value, failure starlark.Value }

func call(c *script.Call, result, failed *script.Class) (any, error) {
	fn := c.Args[0]
	if _, ok := fn.(starlark.Callable); !ok {
		return nil, script.Raise("TypeError", "wants a function, not %s: write attempt(f, x), not attempt(f(x))", object.TypeName(fn))
	}
	v, raised, err := c.Attempt(fn, c.Rest, c.Keywords)
	if err != nil {
		return nil, err
	}
	if raised == nil {
		return result.NewInstance(c.Interp, &outcome{v, starlark.None}), nil
	}
	return result.NewInstance(c.Interp, &outcome{starlark.None, failed.NewInstance(c.Interp, raised)}), nil
}
