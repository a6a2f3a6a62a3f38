// Package object is Python's values and operators on Starlark: its types, their methods, its exceptions,
// and the builtin functions that compute with values alone.
package object

import "go.starlark.net/starlark"

// Interpreter is what the values of one script share: which thread runs it, and what bounds it. Only who
// holds the interpreter lock may use it.
type Interpreter struct {
	// Fatal reports whether an error must end the script, whatever it catches. May be nil.
	Fatal func(err error) bool
	// Poll is called now and then by what goes over very many elements without running script code;
	// its error ends that. May be nil.
	Poll func() error
	// RecursionLimit is how deep calls may nest.
	RecursionLimit int

	sources   map[string]func() Inners // of the files that were run
	current   *starlark.Thread
	pending   error // of failLater
	taken     taken
	epoch     uint64 // counts the changes of classes
	iterating int    // iterators that ask each other for an element
}

// local is the key of a thread's *Interpreter.
const local = "quecstar.python"

// Thread returns the thread that runs script code.
func (in *Interpreter) Thread() *starlark.Thread { return in.current }

// SetThread says which thread runs script code from now on: whoever takes the interpreter lock calls it, and a
// generator that resumes its body.
func (in *Interpreter) SetThread(t *starlark.Thread) { in.current = t }

// Attach tells a new thread whose script it runs.
func (in *Interpreter) Attach(t *starlark.Thread) { t.SetLocal(local, in) }

// interpreterOf is the interpreter whose script a thread runs.
func interpreterOf(t *starlark.Thread) *Interpreter {
	if t == nil {
		return nil
	}
	in, _ := t.Local(local).(*Interpreter)
	return in
}
