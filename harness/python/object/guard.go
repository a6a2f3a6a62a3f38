package object

import "go.starlark.net/starlark"

// guard is a try statement: its parts, which lowering makes functions of, as one activation of the
// function around has them. Lowered code makes it in front of the loop that the statement is in, so
// that going through the statement costs no more than the call of its body, and runs it by reading
// its attribute v: unlike for a call of a builtin, Starlark makes no frame for that. A statement in no
// loop has one guard for all activations, which is run by an index: the tuple of the variables that
// the parts use of the function.
type guard struct {
	rt            *Runtime
	body          starlark.Value
	clauses       []clause
	orelse, final starlark.Value // nil for none
	// short says that the finally part is run for exceptions alone: otherwise lowered code does.
	short bool
}

// clause is one except clause.
type clause struct {
	// classes is what it takes: a class, a tuple of classes, nil for all exceptions, or a function that
	// returns one of these.
	classes starlark.Value
	// handler is called with the exception.
	handler starlark.Value
	// variable is what the exception is bound to, nil for nothing; or it is the place of that among the
	// variables that the guard is run with.
	variable *Cell
	place    int // from 1 on
}

func (g *guard) String() string        { return "<try statement>" }
func (g *guard) Type() string          { return "try statement" }
func (g *guard) Freeze()               {}
func (g *guard) Truth() starlark.Bool  { return true }
func (g *guard) Hash() (uint32, error) { return identityHash(g) }

var _ starlark.Mapping = (*guard)(nil)

// Attr runs the statement and returns what its parts signal.
func (g *guard) Attr(string) (starlark.Value, error) { return g.run(nil) }

// Get runs the statement with the variables that its parts take.
func (g *guard) Get(vars starlark.Value) (starlark.Value, bool, error) {
	v, err := g.run(vars.(starlark.Tuple))
	return v, true, err
}

// AttrNames lists nothing: no script sees a guard.
func (g *guard) AttrNames() []string { return nil }

// guardShortHelper is ·guardshort(…), a guard whose finally part stands behind it too.
func (rt *Runtime) guardShortHelper(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	v, err := rt.guardHelper(t, a)
	v.(*guard).short = true
	return v, err
}

// guardHelper is ·guard(body, else, finally, classes, handler, variable, …); None stands for what is
// not there.
func (rt *Runtime) guardHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	g := &guard{rt: rt, body: a[0], orelse: orNil(a[1]), final: orNil(a[2])}
	if n := (len(a) - 3) / 3; n > 0 {
		g.clauses = make([]clause, n)
		for i := range g.clauses {
			g.clauses[i] = newClause(a[3+3*i : 6+3*i])
		}
	}
	return g, nil
}

func newClause(a starlark.Tuple) clause {
	c := clause{classes: orNil(a[0]), handler: a[1]}
	switch v := a[2].(type) {
	case *Cell:
		c.variable = v
	case starlark.Int:
		n, _ := v.Int64() // lowering made it
		c.place = int(n) + 1
	}
	return c
}

// leave unbinds the variable of an except clause that is left.
func (c *clause) leave(vars starlark.Tuple) {
	cell := c.variable
	if c.place > 0 {
		cell = vars[c.place-1].(*Cell)
	}
	if cell != nil {
		cell.v = nil
	}
}

func orNil(v starlark.Value) starlark.Value {
	if v == starlark.None {
		return nil
	}
	return v
}

func (g *guard) run(vars starlark.Tuple) (starlark.Value, error) {
	t := g.rt.current
	result, err := g.guarded(t, vars)
	if g.final == nil || g.short && err == nil {
		return result, err
	}
	return g.rt.finally(t, g.final, vars, result, err)
}

// guarded runs the statement up to its finally part.
func (g *guard) guarded(t *starlark.Thread, vars starlark.Tuple) (starlark.Value, error) {
	result, err := starlark.Call(t, g.body, vars, nil)
	if err == nil {
		if g.orelse == nil || result != starlark.None {
			return result, nil
		}
		return starlark.Call(t, g.orelse, vars, nil)
	}
	if g.clauses == nil {
		return nil, err
	}
	raised := g.rt.Exception(err)
	if raised == nil {
		return nil, err
	}
	return g.handle(t, vars, raised)
}

// handle runs the first except clause that takes the exception; what goes wrong on the way there came
// up while the exception was handled.
func (g *guard) handle(t *starlark.Thread, vars starlark.Tuple, raised *Raised) (result starlark.Value, err error) {
	s := g.rt.stateOf(t)
	s.handling = append(s.handling, raised)
	taken := false
	for i := range g.clauses {
		c := &g.clauses[i]
		if taken, err = g.rt.takes(t, c.classes, vars, raised.Exc); taken || err != nil {
			if taken {
				result, err = starlark.Call(t, c.handler, withSelf(raised.Exc, vars), nil)
				c.leave(vars)
			}
			break
		}
	}
	s.handling = s.handling[:len(s.handling)-1]
	switch {
	case err != nil:
		return nil, g.rt.chain(err, raised.Exc)
	case !taken:
		return nil, raised
	}
	return result, nil
}

// takes reports whether an except clause takes an exception.
func (rt *Runtime) takes(t *starlark.Thread, classes starlark.Value, vars starlark.Tuple, exc *Instance) (bool, error) {
	switch c := classes.(type) {
	case nil:
		return true, nil
	case *Class:
		return exc.class.derives(c), nil
	case *starlark.Function:
		v, err := starlark.Call(t, c, vars, nil)
		if err != nil {
			return false, err
		}
		if _, again := v.(*starlark.Function); !again {
			return rt.takes(t, v, vars, exc)
		}
	case starlark.Tuple:
		for _, e := range c {
			if taken, err := rt.takes(t, e, vars, exc); taken || err != nil {
				return taken, err
			}
		}
		return false, nil
	}
	return false, newError("TypeError", "catching classes that do not inherit from BaseException is not allowed")
}
