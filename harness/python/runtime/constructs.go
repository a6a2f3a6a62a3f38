package runtime

import (
	"fmt"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/spell"
)

// Construct is one member of what a ported program loads as py: a helper for what Starlark has no
// syntax for.
type Construct struct {
	Name, Params, Doc string
	// min and max bound how many positional arguments there are; max is -1 for any number.
	min, max int
	fn       func(c *constructs, t *starlark.Thread, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error)
	// value is what a member that is no function is.
	value func(c *constructs) starlark.Value
}

// constructTable is filled by init, as its functions look into it.
var constructTable []Construct

func init() { constructTable = makeConstructTable() }

// Constructs lists the members of py in the order of their documentation.
func Constructs() []Construct { return constructTable }

func makeConstructTable() []Construct {
	return []Construct{
		{Name: "import_", Params: `"a.b"`, min: 1, max: 1, fn: (*constructs).importTop,
			Doc: "import a.b: the module a, with b imported into it"},
		{Name: "module", Params: `"a.b"`, min: 1, max: 1, fn: (*constructs).importLeaf,
			Doc: "import a.b as m: the module a.b itself"},
		{Name: "from_", Params: `"m", "x", …`, min: 2, max: -1, fn: (*constructs).importFrom,
			Doc: "from m import x, …: the value of x, or the tuple of several"},
		{Name: "import_all", Params: `"m"`, min: 1, max: 1, fn: (*constructs).importAll,
			Doc: "from m import *"},
		{Name: "globals", value: func(c *constructs) starlark.Value { return &variables{of: c.module} },
			Doc: "the variables of the file, for functions that bind them: py.globals.x = 1 is what global x allows"},
		{Name: "vars", Params: "x = value, …", max: 0, fn: (*constructs).vars,
			Doc: "variables that more than one function binds: v.x = 1 in an inner function is what nonlocal x allows"},
		{Name: "let", Params: "v, x = value", min: 1, max: 1, fn: (*constructs).let,
			Doc: "(x := value): binds a variable of py.vars or py.globals and returns the value"},
		{Name: "del_", Params: `v, "x"`, min: 2, max: 2, fn: (*constructs).del,
			Doc: "del v.x: unbinds a variable, or deletes an attribute"},
		{Name: "del_item", Params: "x, key", min: 2, max: 2, fn: unbound(delItemHelper), Doc: "del x[key]"},
		{Name: "del_slice", Params: "x, low, high, step", min: 4, max: 4, fn: unbound(delSliceHelper), Doc: "del x[low:high:step]"},
		{Name: "set_slice", Params: "x, low, high, step, value", min: 5, max: 5, fn: unbound(setSliceHelper), Doc: "x[low:high:step] = value"},
		{Name: "unpack", Params: "x, before, after", min: 3, max: 3, fn: unbound(unpackHelper),
			Doc: "a, *b, c = x: the elements before and after, and between them a list of the rest"},
		{Name: "merge", Params: "x, y, …", max: -1, fn: (*constructs).merge, Doc: "{**x, **y, …}: a dict of the entries of all"},
		{Name: "kwargs", Params: "x, y, …", max: -1, fn: unbound(kwargsHelper), Doc: "f(**x, **y): the arguments by name of all"},
		{Name: "is_", Params: "x, y", min: 2, max: 2, fn: (*constructs).is, Doc: "x is y"},
		{Name: "builtin", Params: `"name"`, min: 1, max: 1, fn: (*constructs).builtin,
			Doc: "the builtin function or type of a name that the script uses for something else"},
		{Name: "matmul", Params: "x, y", min: 2, max: 2, fn: unbound(matmulHelper), Doc: "x @ y"},
		{Name: "in_place", Params: `"**", x, y`, min: 3, max: 3, fn: (*constructs).inPlace, Doc: "what x **= y or x @= y binds to x"},
		{Name: "raise_", Params: "error, cause", min: 1, max: 2, fn: helped((*Runtime).raiseHelper), Doc: "raise error from cause"},
		{Name: "reraise", min: 0, max: 0, fn: helped((*Runtime).reraiseHelper), Doc: "raise alone: the exception that is handled goes on"},
		{Name: "assert_", Params: "message", max: 1, fn: helped((*Runtime).assertHelper), Doc: "the AssertionError of an assert that failed"},
		{Name: "try_", Params: "body, (class, handler), …, handler, else_ = f, finally_ = g", min: 1, max: -1, fn: (*constructs).try,
			Doc: "try: calls body(), for an exception of a class handler(e); one alone takes all; a class may be a lambda that returns it; behind (class, handler, v, \"x\") v.x is unbound; returns what body or handler returned"},
		{Name: "with_", Params: "manager, body", min: 2, max: 2, fn: helped((*Runtime).withHelper),
			Doc: "with manager as x: body(x), and the end of the manager behind it; returns what body returned"},
		{Name: "return_", Params: "value", min: 1, max: 1, fn: (*constructs).returned,
			Doc: "what a part of try_ or with_ returns so that the function around it returns: outcome.value"},
		{Name: "break_", value: func(*constructs) starlark.Value { return breakSignal },
			Doc: "what a part returns so that the loop around it is left"},
		{Name: "continue_", value: func(*constructs) starlark.Value { return continueSignal },
			Doc: "what a part returns so that the loop around it goes on with its next round"},
		{Name: "class_", Params: `"Name", body, base, …`, min: 2, max: -1, fn: (*constructs).class,
			Doc: "class Name(base, …): body(cls) binds what the class has as attributes of cls"},
		{Name: "super", Params: "cls, self", min: 2, max: 2, fn: (*constructs).super, Doc: "super() in a method of the class"},
		{Name: "generator", Params: `"name", body, arg, …`, min: 2, max: -1, fn: (*constructs).generator,
			Doc: "a generator or coroutine: body(yield_, arg, …) runs step by step, and yield_(x) is yield x"},
		{Name: "yield_from", Params: "yield_, x", min: 2, max: 2, fn: yielding((*Runtime).yieldFrom), Doc: "yield from x"},
		{Name: "await_", Params: "yield_, x", min: 2, max: 2, fn: yielding((*Runtime).await), Doc: "await x"},
		{Name: "async_iter", Params: "x", min: 1, max: 1, fn: unbound(aiterHelper), Doc: "what async for goes over"},
		{Name: "async_next", Params: "yield_, it", min: 2, max: 2, fn: yielding((*Runtime).anext), Doc: "the next element of async for, or py.end"},
		{Name: "async_list", Params: "yield_, x", min: 2, max: 2, fn: yielding((*Runtime).alist), Doc: "all elements of x, of an async comprehension"},
		{Name: "async_with", Params: "yield_, manager, body", min: 3, max: 3, fn: helped((*Runtime).asyncWithHelper), Doc: "async with manager as x: body(x)"},
		{Name: "display", Params: "x", min: 1, max: 1, fn: helped((*Runtime).displayHelper),
			Doc: "shows the value of an expression as an interactive session does"},
		{Name: "end", value: func(*constructs) starlark.Value { return noMatch }, Doc: "what py.async_next returns at the end"},
	}
}

// constructs is py, as one module has it.
type constructs struct {
	object.Opaque
	rt     *Runtime
	module *Module
}

// Constructs returns what the file of a module loads as py.
func (rt *Runtime) Constructs(m *Module) starlark.Value { return &constructs{rt: rt, module: m} }

func (c *constructs) String() string { return "<module 'py'>" }
func (c *constructs) Type() string   { return "module" }

// Attr returns a helper.
func (c *constructs) Attr(name string) (starlark.Value, error) {
	for i := range constructTable {
		if e := &constructTable[i]; e.Name == name {
			return e.bind(c), nil
		}
	}
	hint := ""
	if near := spell.Nearest(name, c.AttrNames()); near != "" {
		hint = "; did you mean py." + near + "?"
	}
	return nil, object.Errorf("AttributeError", "py has no helper '%s'%s", name, hint)
}

// AttrNames lists the helpers.
func (c *constructs) AttrNames() []string {
	names := make([]string, len(constructTable))
	for i, e := range constructTable {
		names[i] = e.Name
	}
	return names
}

func (e *Construct) bind(c *constructs) starlark.Value {
	if e.value != nil {
		return e.value(c)
	}
	return starlark.NewBuiltin("py."+e.Name, func(t *starlark.Thread, _ *starlark.Builtin, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
		if len(pos) < e.min || e.max >= 0 && len(pos) > e.max {
			return nil, object.Errorf("TypeError", "py.%s takes (%s), not %d arguments", e.Name, e.Params, len(pos))
		}
		return e.fn(c, t, pos, kw)
	})
}

type constructFunc = func(c *constructs, t *starlark.Thread, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error)

// helped is a construct that takes its arguments by position alone.
func helped(fn func(rt *Runtime, t *starlark.Thread, a starlark.Tuple) (starlark.Value, error)) constructFunc {
	return func(c *constructs, t *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		return fn(c.rt, t, pos)
	}
}

// yielding is a construct that takes what yields and a value.
func yielding(fn func(rt *Runtime, t *starlark.Thread, y, x starlark.Value) (starlark.Value, error)) constructFunc {
	return func(c *constructs, t *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		return fn(c.rt, t, pos[0], pos[1])
	}
}

// unbound is helped of a function that wants no runtime.
func unbound(fn func(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error)) constructFunc {
	return func(_ *constructs, t *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		return fn(t, pos)
	}
}

func (c *constructs) bring(t *starlark.Thread, name starlark.Value, names starlark.Value) (starlark.Value, error) {
	full, err := nameArgument(name)
	if err != nil {
		return nil, err
	}
	level := 0
	for level < len(full) && full[level] == '.' {
		level++
	}
	return c.rt.importHelper(t, starlark.Tuple{c.module, starlark.String(full[level:]), names, starlark.MakeInt(level)})
}

func (c *constructs) importTop(t *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	return c.bring(t, pos[0], starlark.None)
}

func (c *constructs) importLeaf(t *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	return c.bring(t, pos[0], starlark.Tuple{})
}

func (c *constructs) importFrom(t *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	m, err := c.bring(t, pos[0], pos[1:])
	if err != nil {
		return nil, err
	}
	var out starlark.Tuple
	for _, p := range pos[1:] {
		name, err := nameArgument(p)
		if err != nil {
			return nil, err
		}
		v, err := c.rt.importFromHelper(t, starlark.Tuple{m, starlark.String(name)})
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}

func (c *constructs) importAll(t *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	m, err := c.bring(t, pos[0], starlark.Tuple{})
	if err != nil {
		return nil, err
	}
	return c.rt.importStarHelper(t, starlark.Tuple{c.module, m})
}

func nameArgument(v starlark.Value) (string, error) {
	name, ok := object.AsString(v)
	if !ok {
		return "", object.Errorf("TypeError", "names are strings, not '%s'", object.TypeName(v))
	}
	return name, nil
}

// merge is py.merge(x, y, …).
func (c *constructs) merge(_ *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	d := object.NewDict(0)
	for _, v := range pos {
		if err := d.Update(v); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (c *constructs) builtin(_ *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	name, err := nameArgument(pos[0])
	if err != nil {
		return nil, err
	}
	if v, ok := c.rt.Builtin(name); ok {
		return v, nil
	}
	return nil, object.Errorf("NameError", "name '%s' isn't defined", name)
}

func (c *constructs) is(_ *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	return object.Bool(object.Same(pos[0], pos[1])), nil
}

func (c *constructs) inPlace(_ *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	name, err := nameArgument(pos[0])
	if err != nil {
		return nil, err
	}
	return object.InPlace(name, pos[1], pos[2])
}

// outcome is what py.return_ makes: its value is what the function around is to return.
type outcome struct {
	object.Opaque
	value starlark.Value
}

func (o *outcome) String() string { return fmt.Sprintf("<return %v>", o.value) }

// Attr returns the value.
func (o *outcome) Attr(name string) (starlark.Value, error) {
	if name == "value" {
		return o.value, nil
	}
	return nil, object.NoAttr(o, name)
}

// AttrNames lists the value.
func (o *outcome) AttrNames() []string { return []string{"value"} }

func (c *constructs) returned(_ *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	return &outcome{value: pos[0]}, nil
}

// try is py.try_(body, (class, handler), …, handler, else_ = f, finally_ = g).
func (c *constructs) try(t *starlark.Thread, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	if len(kw) == 0 { // without more made than this, as an exception is seldom
		v, err := starlark.Call(t, pos[0], nil, nil)
		if err == nil {
			return v, nil
		}
		return (&guard{rt: c.rt, clauses: pos[1:]}).caught(t, err)
	}
	g, err := newGuard(c.rt, pos, kw)
	if err != nil {
		return nil, err
	}
	return g.run(t)
}

// clauseOf is an except clause as py.try_ takes it: handler, (class, handler) or (class, handler, v, "x").
func clauseOf(given starlark.Value) (clause, error) {
	t, ok := given.(starlark.Tuple)
	switch {
	case !ok:
		return clause{handler: given}, nil
	case len(t) == 2:
		return clause{classes: t[0], handler: t[1]}, nil
	case len(t) == 4:
		v, isVariables := t[2].(*variables)
		name, isName := object.AsString(t[3])
		if isVariables && isName {
			return clause{classes: t[0], handler: t[1], variable: v.cell(name)}, nil
		}
	}
	return clause{}, object.Errorf("TypeError", "py.try_ takes pairs of a class and a handler, behind which the variable of the exception may stand as v, \"x\"")
}

// class is py.class_("Name", body, base, …).
func (c *constructs) class(t *starlark.Thread, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	if len(kw) > 0 {
		return nil, object.Errorf("TypeError", "function doesn't take keyword arguments")
	}
	name, err := nameArgument(pos[0])
	if err != nil {
		return nil, err
	}
	return c.rt.DefineClass(t, name, c.module.name, pos[2:], pos[1])
}

func (c *constructs) super(_ *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	space, ok := pos[0].(*object.ClassSpace)
	if !ok {
		return nil, object.Errorf("TypeError", "py.super wants what the body of the class was called with")
	}
	return object.Super(space.Class(), pos[1])
}

// generator is py.generator("name", body, arg, …). What a generator expression goes over is asked
// for its elements at once.
func (c *constructs) generator(_ *starlark.Thread, pos starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	name, err := nameArgument(pos[0])
	if err != nil {
		return nil, err
	}
	g := c.rt.newGenerator(name, pos[1], nil)
	for _, over := range pos[2:] {
		it, err := object.LoopOver(over)
		if err != nil {
			return nil, err
		}
		g.args = append(g.args, it)
	}
	return g, nil
}

// IsFunction reports whether the member is called.
func (e *Construct) IsFunction() bool { return e.fn != nil }
