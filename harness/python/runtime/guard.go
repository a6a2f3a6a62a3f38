package runtime

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// guard is a try statement, whose parts desugaring makes functions of. ·guard(…), with the arguments of
// py.try_, is one, and runs as an index.
type guard struct {
	object.Opaque
	rt            *Runtime
	body          starlark.Value
	clauses       starlark.Tuple // as py.try_ takes them, and looked at when there is an exception
	orelse, final starlark.Value // nil for none
}

var _ starlark.Mapping = (*guard)(nil)

func newGuard(rt *Runtime, pos starlark.Tuple, kw []starlark.Tuple) (*guard, error) {
	g := &guard{rt: rt, body: pos[0], clauses: pos[1:]}
	for _, kv := range kw {
		switch name := string(kv[0].(starlark.String)); name {
		case "else_":
			g.orelse = orNil(kv[1])
		case "finally_":
			g.final = orNil(kv[1])
		default:
			return nil, object.Errorf("TypeError", "py.try_ has no argument '%s'; it has else_ and finally_", name)
		}
	}
	return g, nil
}

func (rt *Runtime) guardHelper(_ *starlark.Thread, _ *starlark.Builtin, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	return newGuard(rt, pos, kw)
}

// Get runs the statement.
func (g *guard) Get(starlark.Value) (starlark.Value, bool, error) {
	v, err := g.run(g.rt.Thread())
	return v, true, err
}

// clause is one except clause.
type clause struct {
	// classes is what it takes: a class, a tuple of classes, nil for all exceptions, or a function that
	// returns one of these.
	classes starlark.Value
	// handler is called with the exception.
	handler starlark.Value
	// variable is what the exception is bound to, which is unbound behind the clause; nil for nothing.
	variable *Cell
}

func orNil(v starlark.Value) starlark.Value {
	if v == starlark.None {
		return nil
	}
	return v
}

func (g *guard) run(t *starlark.Thread) (starlark.Value, error) {
	result, err := g.guarded(t)
	if g.final == nil {
		return result, err
	}
	return g.rt.finally(t, g.final, result, err)
}

// guarded runs the statement up to its finally part.
func (g *guard) guarded(t *starlark.Thread) (starlark.Value, error) {
	result, err := starlark.Call(t, g.body, nil, nil)
	if err == nil {
		if g.orelse == nil || result != starlark.None {
			return result, nil
		}
		return starlark.Call(t, g.orelse, nil, nil)
	}
	return g.caught(t, err)
}

// caught handles what the body raised.
func (g *guard) caught(t *starlark.Thread, err error) (starlark.Value, error) {
	if len(g.clauses) == 0 {
		return nil, err
	}
	raised := g.rt.Exception(err)
	if raised == nil {
		return nil, err
	}
	return g.handle(t, raised)
}

// handle runs the first except clause that takes the exception.
func (g *guard) handle(t *starlark.Thread, raised *object.Raised) (starlark.Value, error) {
	taken := false
	result, err := g.rt.handle(t, raised, func() (result starlark.Value, err error) {
		for _, given := range g.clauses {
			var c clause
			if c, err = clauseOf(given); err != nil {
				return nil, err
			}
			if taken, err = g.rt.takes(t, c.classes, raised.Exc); taken && err == nil {
				result, err = starlark.Call(t, c.handler, starlark.Tuple{raised.Exc}, nil)
				if c.variable != nil {
					c.variable.v = nil
				}
			}
			if taken || err != nil {
				return result, err
			}
		}
		return nil, nil
	})
	if err == nil && !taken {
		err = raised
	}
	return result, err
}

// takes reports whether an except clause takes an exception.
func (rt *Runtime) takes(t *starlark.Thread, classes starlark.Value, exc *object.Instance) (bool, error) {
	switch c := classes.(type) {
	case nil:
		return true, nil
	case *object.Class:
		return exc.Class().Derives(c), nil
	case *starlark.Function:
		v, err := starlark.Call(t, c, nil, nil)
		if err != nil {
			return false, err
		}
		if _, again := v.(*starlark.Function); !again {
			return rt.takes(t, v, exc)
		}
	case starlark.Tuple:
		for _, e := range c {
			if taken, err := rt.takes(t, e, exc); taken || err != nil {
				return taken, err
			}
		}
		return false, nil
	}
	return false, object.Errorf("TypeError", "catching classes that do not inherit from BaseException is not allowed")
}
