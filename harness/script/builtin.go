package script

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/event"
	"quecstar/harness/python/object"
)

// moduleState is a module as one interpreter has it.
type moduleState struct {
	module *Module
	state  any
	opened bool
	value  starlark.Value // what scripts see; nil until asked for
}

func (in *Interp) addModule(m *Module) error {
	m.Funcs = slices.Clone(m.Funcs)
	for i := range m.Funcs {
		if err := m.Funcs[i].prepare(); err != nil {
			return fmt.Errorf("module %s: %w", m.Name, err)
		}
	}
	for _, c := range m.Classes {
		if err := c.prepare(m); err != nil {
			return err
		}
	}
	st := &moduleState{module: m}
	for _, name := range append([]string{m.Name}, m.Aliases...) {
		if old, ok := in.modules[name]; ok && old.module.lang()&m.lang() != 0 {
			return fmt.Errorf("modules %s and %s both claim the name %q", old.module.Name, m.Name, name)
		}
		in.modules[langKey(name, m.lang())] = st
	}
	return nil
}

// addBuiltins gives scripts the functions that they need not import.
func (in *Interp) addBuiltins() {
	for _, st := range in.modules {
		for i := range st.module.Funcs {
			if f := &st.module.Funcs[i]; slices.Contains(st.module.Builtins, f.Name) {
				in.runtime.SetBuiltin(f.Name, in.builtin(st, f, st.module.Name+"."+f.Name, nil))
			}
		}
	}
}

func (m *Module) lang() Lang {
	if m.Lang == 0 {
		return Both
	}
	return m.Lang
}

// langKey keeps a Starlark module apart from a Python module of the same name.
func langKey(name string, l Lang) string {
	if l == Starlark {
		return "star:" + name
	}
	return name
}

// moduleNamed finds the module that the running language sees under a name.
func (in *Interp) moduleNamed(name string) *moduleState {
	if in.lang == Starlark {
		if st, ok := in.modules[langKey(name, Starlark)]; ok {
			return st
		}
	}
	st, ok := in.modules[name]
	if !ok || st.module.lang()&in.lang == 0 {
		return nil
	}
	return st
}

// open makes the module's state on first use.
func (in *Interp) open(st *moduleState) error {
	if st.opened || st.module.New == nil {
		return nil
	}
	state, err := st.module.New(in)
	if err != nil {
		return fmt.Errorf("module %s: %w", st.module.Name, err)
	}
	st.state, st.opened = state, true
	if c, ok := state.(io.Closer); ok {
		in.OnClose(c)
	}
	return nil
}

// members lists the values of a module, in the order of its table.
func (in *Interp) members(st *moduleState) []starlark.Tuple {
	var out []starlark.Tuple
	add := func(name string, v starlark.Value) {
		out = append(out, starlark.Tuple{starlark.String(name), v})
	}
	m := st.module
	for i := range m.Funcs {
		f := &m.Funcs[i]
		name := m.Name + "." + f.Name
		if m.Flat {
			name = f.Name
		}
		add(f.Name, in.builtin(st, f, name, nil))
	}
	for _, c := range m.Classes {
		if !c.Hidden {
			add(c.Name, in.class(c))
		}
	}
	for _, k := range m.Consts {
		add(k.Name, in.constant(k))
	}
	return out
}

func (in *Interp) constant(k Const) starlark.Value {
	if f, ok := k.Value.(func(*Interp) any); ok {
		return in.Value(f(in))
	}
	return in.Value(k.Value)
}

// builtin wraps a function of a table as a script value. All builtins pass here.
func (in *Interp) builtin(st *moduleState, f *Func, name string, self any) *starlark.Builtin {
	return starlark.NewBuiltin(f.Name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		return in.call(t, st, f, name, self, args, kwargs)
	})
}

func (in *Interp) call(t *starlark.Thread, st *moduleState, f *Func, name string, self any, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	result, err := in.callGo(t, st, f, name, self, args, kwargs)
	if err != nil {
		return nil, err
	}
	return in.Value(result), nil
}

// callGo calls a function of a table and leaves its result as Go has it.
func (in *Interp) callGo(t *starlark.Thread, st *moduleState, f *Func, name string, self any, args starlark.Tuple, kwargs []starlark.Tuple) (any, error) {
	if err := in.open(st); err != nil {
		return nil, err
	}
	kwargs, left := f.sig.split(kwargs)
	bound, rest, err := f.sig.bind(args, kwargs)
	if err != nil {
		return nil, in.raised(name, err)
	}
	c := &Call{Interp: in, Thread: ThreadOf(t), Self: self, Args: bound, Rest: rest, Keywords: left, fn: f, name: name, mod: st}
	if !in.opts.TraceCalls {
		result, err := f.Call(c)
		return result, in.raised(name, err)
	}
	begin := in.clock.Now()
	result, err := f.Call(c)
	in.traceCall(c, result, err, in.clock.Now().Sub(begin))
	return result, in.raised(name, err)
}

// raised turns an error of a builtin into what travels through the script.
func (in *Interp) raised(name string, err error) error {
	var e *Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	if in.lang == Python {
		return in.runtime.RaiseCause(e.Cause, e.Class, e.Args...)
	}
	args := slices.DeleteFunc(slices.Clone(e.Args), func(a any) bool { _, text := a.(string); return text })
	return &Error{Class: e.Class, Args: append(args, name+": "+e.Error()), Cause: e.Cause}
}

func (in *Interp) traceCall(c *Call, result any, err error, took time.Duration) {
	var b strings.Builder
	b.WriteString(c.name)
	b.WriteByte('(')
	for i, a := range c.Args {
		if a == nil {
			continue
		}
		if i > 0 {
			b.WriteString(", ")
		}
		if i < len(c.fn.sig.names) && a != starlark.None && secretName(c.fn.sig.names[i]) {
			b.WriteString("***")
			continue
		}
		b.WriteString(summary(a))
	}
	b.WriteByte(')')
	if err != nil {
		fmt.Fprintf(&b, " raised %v", err)
	} else if result != nil {
		fmt.Fprintf(&b, " = %s", summary(c.Interp.Value(result)))
	}
	in.Emit(event.Event{Layer: event.Builtin, Kind: event.Call, Text: b.String(), Took: took})
}

// secretName reports whether a parameter is called what secrets are called: a trace does not show its value.
func secretName(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"password", "passwd", "pswd", "secret"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// summary is a value in at most 80 bytes or so.
func summary(v starlark.Value) string {
	s := object.Repr(v)
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:77], "") + "..."
	}
	return s
}
