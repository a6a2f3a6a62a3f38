package script

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/runtime"
)

// Suite is what a test file is beside a script.
type Suite struct {
	// Python and Starlark may change a file's tree before it is compiled: the main file's, and those that load
	// loads, of which main is false. They are called on any goroutine.
	Python   func(mod *ast.Module, text []byte)
	Starlark func(file *syntax.File, text []byte, main bool)
	// Main goes on behind the file's top level, whose variables are the globals, on the thread of the main
	// program, which holds the lock. What it returns is how the main program ends.
	Main func(t *Thread, globals Globals) error
}

// Globals are the variables of a file, by their names in no order.
type Globals interface {
	Get(name string) (starlark.Value, bool)
	Names() []string
}

// starGlobals are those of a .star file.
type starGlobals starlark.StringDict

// Get returns a variable.
func (g starGlobals) Get(name string) (starlark.Value, bool) { v, ok := g[name]; return v, ok }

// Names lists the variables.
func (g starGlobals) Names() []string { return starlark.StringDict(g).Keys() }

// pythonGlobals are those of a .py file.
type pythonGlobals struct{ *runtime.Module }

// Get returns a variable.
func (g pythonGlobals) Get(name string) (starlark.Value, bool) {
	v := g.Module.Get(name)
	return v, v != nil
}

// Names lists the variables.
func (g pythonGlobals) Names() []string { return g.AttrNames() }

// goOn is what comes behind the top level of the main program.
func (in *Interp) goOn(t *Thread, g Globals) error {
	if in.opts.Suite == nil || in.opts.Suite.Main == nil {
		return nil
	}
	return in.opts.Suite.Main(t, g)
}

// FuncValue is a function that stands in no module's table, as scripts see it.
func (in *Interp) FuncValue(f *Func) starlark.Value {
	e := &entry{Module: &Module{Name: f.Name, Flat: true}}
	made, err := newFunction(e, f, f.Name)
	if err != nil {
		panic(err) // a mistake in the table
	}
	made.value = starlark.NewBuiltin(f.Name, made.call)
	return made.value
}

// Describe is an error of a script's function as people read it: its last line, and Python's traceback. The
// lock is held.
func (in *Interp) Describe(err error) (text, traceback string) {
	if cause := in.endCause(); cause != nil {
		return cause.Error(), in.whereStopped(err, cause)
	}
	traceback = in.traceback(err)
	return lastLine(traceback), traceback
}

// Interp is whose thread it is.
func (t *Thread) Interp() *Interp { return t.in }

// Where is the file and line of the script that calls, up frames above what runs.
func (t *Thread) Where(up int) (file string, line int) {
	return standsAt(t.in.runtime.Thread(), up)
}

// standsAt is where a thread stands that is not running: up frames above the innermost, or next above that.
func standsAt(s *starlark.Thread, up int) (file string, line int) {
	for i := up; s != nil && i < s.CallStackDepth(); i++ {
		if pos := s.CallFrame(i).Pos; pos.Line > 0 && pos.Filename() != "<builtin>" {
			return pos.Filename(), int(pos.Line)
		}
	}
	return "", 0
}

// placeOf is where a thread stands, as FILE:LINE; "" where it is in no file.
func placeOf(s *starlark.Thread) string {
	file, line := standsAt(s, 0)
	if line == 0 {
		return ""
	}
	return file + ":" + strconv.Itoa(line)
}

// stand is a thread that stands still until it leaves: only then may others look where.
type stand struct {
	mu     sync.Mutex
	thread *starlark.Thread // nil when it has left
}

// place is where the thread stands, as FILE:LINE; "" behind leave.
func (s *stand) place() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return placeOf(s.thread)
}

func (s *stand) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.thread = nil
}

// Place is where the thread stands that runs now, as FILE:LINE; "" where none does. The lock is held.
func (in *Interp) Place() string {
	if in.runtime == nil {
		return "" // it has not begun, or the module runs the script
	}
	return placeOf(in.runtime.Thread())
}

// Within calls f, which runs script code on this thread, and ends that with a cause when it takes longer than
// d; the thread goes on behind it. The lock is held.
func (t *Thread) Within(d time.Duration, cause error, f func() error) error {
	fired := make(chan struct{})
	timer := time.AfterFunc(d, func() { t.Stop(cause); close(fired) })
	err := f()
	if !timer.Stop() {
		<-fired
		if reason := t.stopped.Load(); reason != nil && errors.Is(*reason, cause) {
			t.resume()
		}
		if err == nil {
			err = cause
		}
	}
	return err
}

// Where says where the main program is: FILE:LINE and the builtin that it is in. It waits for the lock, which
// a program has that computes, until ctx ends: then it is "".
func (in *Interp) Where(ctx context.Context) string {
	in.mu.Lock()
	main := in.main
	in.mu.Unlock()
	if main == nil || !in.lock.acquireUnless(ctx.Done()) {
		return ""
	}
	defer in.lock.release()
	s := main.star
	builtin := ""
	for i := range s.CallStackDepth() {
		f := s.CallFrame(i)
		if f.Pos.Filename() != "<builtin>" && f.Pos.Line > 0 {
			where := fmt.Sprintf("%s:%d", f.Pos.Filename(), f.Pos.Line)
			if builtin != "" {
				where += ", " + builtin
			}
			return where
		}
		builtin = f.Name
	}
	return ""
}
