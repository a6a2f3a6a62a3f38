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
	module *entry
	state  any
	opened bool
	value  starlark.Value // what scripts see; nil until asked for
}

// stateOf is a module as this interpreter has it, which begins with its first use.
func (in *Interp) stateOf(e *entry) *moduleState {
	st := in.modules[e]
	if st == nil {
		st = &moduleState{module: e}
		in.modules[e] = st
	}
	return st
}

// moduleNamed finds the module that the running language sees under a name; nil for none.
func (in *Interp) moduleNamed(name string) *entry { return in.catalog.named(in.lang, name) }

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

// members calls add with the values of a module, in the order of its table.
func (in *Interp) members(e *entry, add func(name string, v starlark.Value)) {
	for _, f := range e.funcs {
		add(f.Name, f.value)
	}
	for _, c := range e.Classes {
		if !c.Hidden {
			add(c.Name, in.class(c))
		}
	}
	for _, k := range e.Consts {
		add(k.Name, in.constant(k))
	}
}

func (in *Interp) constant(k Const) starlark.Value {
	if f, ok := k.Value.(func(*Interp) any); ok {
		return in.Value(f(in))
	}
	return in.Value(k.Value)
}

// call is the function as a script calls it, in whatever interpreter. All builtins pass here, or by Interp.callGo.
func (f *function) call(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	in := ThreadOf(t).in
	result, err := in.callGo(t, f, nil, args, kwargs)
	if err != nil {
		return nil, err
	}
	return in.Value(result), nil
}

// callGo calls a function of a table and leaves its result as Go has it.
func (in *Interp) callGo(t *starlark.Thread, f *function, self any, args starlark.Tuple, kwargs []starlark.Tuple) (any, error) {
	st := in.stateOf(f.of)
	if err := in.open(st); err != nil {
		return nil, err
	}
	kwargs, left := f.sig.split(kwargs)
	bound, rest, err := f.sig.bind(args, kwargs)
	if err != nil {
		return nil, in.raised(f.full, err)
	}
	if err := roomForArgs(bound, rest); err != nil {
		return nil, err
	}
	c := &Call{Interp: in, Thread: ThreadOf(t), Self: self, Args: bound, Rest: rest, Keywords: left, fn: f, mod: st}
	if !in.opts.TraceCalls {
		result, err := f.Call(c)
		return result, in.raised(f.full, err)
	}
	begin := in.clock.Now()
	result, err := f.Call(c)
	in.traceCall(c, result, err, in.clock.Now().Sub(begin))
	return result, in.raised(f.full, err)
}

// timesArgs is how much a builtin makes of the bytes and text that it is given, such as hex digits with a
// separator between them, beside its own copy.
const timesArgs = 4

// roomForArgs is a MemoryError where there is no room for what a builtin makes of its arguments.
func roomForArgs(lists ...[]starlark.Value) error {
	total := 0
	for _, list := range lists {
		for _, v := range list {
			total += object.BytesIn(v)
		}
	}
	return object.RoomLeft(total * timesArgs)
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
	text := e.Error()
	if !names(text, name) {
		text = name + ": " + text
	}
	return &Error{Class: e.Class, Args: append(args, text), Cause: e.Cause}
}

// names reports whether a text begins with the name of a function, or with another form of it: module.func as func, or
// module.Class.method as object.method.
func names(text, name string) bool {
	head, _, found := strings.Cut(text, ": ")
	last := name[strings.LastIndexByte(name, '.')+1:]
	return found && (head == last || strings.HasSuffix(head, "."+last))
}

func (in *Interp) traceCall(c *Call, result any, err error, took time.Duration) {
	var b strings.Builder
	b.WriteString(c.fn.full)
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
	in.Emit(event.Event{Layer: event.Builtin, Kind: event.Call, Text: b.String(), Took: took, Where: in.Place()})
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
