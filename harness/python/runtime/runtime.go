// Package runtime runs lowered Python code: it has the helpers that such code calls, modules and their
// variables, imports, generators and coroutines, and the builtin functions that need any of these.
package runtime

import (
	"io"
	"maps"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// Options says what a Runtime works with. The zero value prints nowhere and imports nothing.
type Options struct {
	// Stdout is where print writes.
	Stdout io.Writer
	// Import returns the module of a full dotted name, whose parents have been imported. within are the
	// names that the import statement wants of it, as far as it says.
	Import func(t *starlark.Thread, name string, within []string) (starlark.Value, error)
	// Left returns what the firmware's start has left under a name that the main script does not bind,
	// nil for nothing. May be nil.
	Left func(t *starlark.Thread, name string) (starlark.Value, error)
	// Adopt prepares a Starlark thread that a generator runs its body on.
	Adopt func(t *starlark.Thread)
	// Fatal reports whether an error must end the script, whatever it catches.
	Fatal func(err error) bool
	// Input reads a line for input(); the error at the end of input is io.EOF.
	Input func(prompt string) (string, error)
	// Compile compiles source text, for exec, eval and compile; mode is "exec", "eval" or "single".
	Compile func(source, file, mode string) (Code, error)
	// Builtins are names that scripts have without defining or importing them, beside Python's own.
	Builtins map[string]starlark.Value
	// RecursionLimit is how deep calls may nest; 0 means 1,000.
	RecursionLimit int
	// Poll is called now and then by what goes over very many elements without running script code;
	// its error ends that. May be nil.
	Poll func() error
}

// Runtime is the state of one interpreter. Only who holds the interpreter lock may use it.
type Runtime struct {
	*object.Interpreter

	opts       Options
	helpers    map[string]starlark.Value
	builtins   map[string]starlark.Value
	modules    map[*starlark.Module]*Module // those whose functions were asked for theirs
	attached   map[string]starlark.Value    // modules of packages, by full name, once they are attributes of theirs
	open       map[*generating]struct{}     // generators that were begun and have not ended
	dropped    dropped
	made       int          // coroutines
	idle       []*coroutine // of generators that have ended
	main       *Module      // the first module, the script itself
	ofBuiltins *Module      // the module builtins

	// state is that of stateThread, the thread whose was asked for last.
	state       *state
	stateThread *starlark.Thread
}

// localState is the key of a thread's *state.
const localState = "quecstar.handling"

// state is what each thread has.
type state struct {
	handling []*object.Raised // the exceptions whose handlers run, innermost last
}

// NewRuntime makes a runtime.
func NewRuntime(o Options) *Runtime {
	if o.Stdout == nil {
		o.Stdout = io.Discard
	}
	if o.RecursionLimit == 0 {
		o.RecursionLimit = 1000
	}
	rt := &Runtime{Interpreter: &object.Interpreter{Fatal: o.Fatal, Poll: o.Poll, RecursionLimit: o.RecursionLimit},
		opts: o, open: map[*generating]struct{}{}, modules: map[*starlark.Module]*Module{}, attached: map[string]starlark.Value{}}
	return rt
}

// known are the names that scripts have, which are made when the first is asked for: a Starlark script asks
// for none.
func (rt *Runtime) known() map[string]starlark.Value {
	if rt.builtins == nil {
		rt.builtins = object.Builtins()
		for name, f := range rt.codeBuiltins() {
			rt.builtins[name] = f.Value(name)
		}
		maps.Copy(rt.builtins, rt.opts.Builtins)
	}
	return rt.builtins
}

func (rt *Runtime) stateOf(t *starlark.Thread) *state {
	if t == rt.stateThread {
		return rt.state
	}
	s, ok := t.Local(localState).(*state)
	if !ok {
		s = &state{}
		t.SetLocal(localState, s)
	}
	rt.stateThread, rt.state = t, s
	return s
}

// Helper returns what emitted code of a module has under a name: for py.NAME a member of py. It returns nil
// for an unknown name.
func (rt *Runtime) Helper(name string, m *Module) starlark.Value {
	member, ok := strings.CutPrefix(name, "py.")
	if !ok {
		if rt.helpers == nil {
			rt.helpers = rt.Helpers()
			rt.helpers["guard"] = starlark.NewBuiltin(object.Marker+"guard", rt.guardHelper)
		}
		return rt.helpers[name]
	}
	v, err := (&constructs{rt: rt, module: m}).Attr(member)
	if err != nil {
		return nil
	}
	return v
}

// Builtin returns what a name means that no module defines.
func (rt *Runtime) Builtin(name string) (starlark.Value, bool) {
	v, ok := rt.known()[name]
	return v, ok
}

// Close ends the generators that were left unfinished.
func (rt *Runtime) Close() {
	for g := range rt.open {
		g.abandon()
	}
	for _, c := range rt.idle {
		c.stop()
	}
	rt.idle = nil
}

// Main is the first module that was made, the script itself; nil before.
func (rt *Runtime) Main() *Module { return rt.main }

// BuiltinNames are the names that Builtin knows.
var BuiltinNames = func() map[string]bool {
	all := map[string]bool{}
	for n := range NewRuntime(Options{}).known() {
		all[n] = true
	}
	return all
}()
