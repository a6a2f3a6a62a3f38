// Package script loads and runs one script: the interpreter and its lock, threads, clock, limits,
// tracebacks and events, and the table from which builtins are made.
package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/flash"
	"quecstar/harness/python"
	"quecstar/harness/python/object"
	"quecstar/harness/python/runtime"
)

// Options says what a script runs with. The zero value runs a script that sees no modules and
// whose output is lost.
type Options struct {
	// Catalog is what scripts can import or have predeclared.
	Catalog *Catalog
	// Device answers for the module that the script believes to run on.
	Device device.Device
	// Controlled is the device whose surroundings a test controls, such as what the network sends it: that
	// of a virtual module behind a port. Device when nil.
	Controlled device.Device
	// Begin is called, with the interpreter lock held, before the main program's first statement. An
	// error ends the run. May be nil.
	Begin func(t *Thread) error
	// Settings are what modules want of the run beside a device.
	Settings Settings
	// Events takes what happens; nil means nobody listens.
	Events *event.Stream
	// TraceCalls adds an event for every call of a builtin.
	TraceCalls bool
	// Stdin and Stdout are the script's own.
	Stdin  io.Reader
	Stdout io.Writer
	// Stderr takes tracebacks of threads and callbacks.
	Stderr io.Writer
	// Args are sys.argv behind the script's own name.
	Args []string
	// Clock is the time that scripts live in; HostClock when nil.
	Clock Clock
	// Witness sees the times that the script is told; nobody when nil.
	Witness Witness
	// Seed makes random numbers repeatable; 0 takes a random seed.
	Seed uint64
	// StepLimit ends the script after so many steps of all its threads together; 0 means none. A
	// step is about one operation.
	StepLimit uint64
	// MemoryLimit ends the script once this program holds so many bytes; 0 means DefaultMemory. It is
	// looked at every so often, so that one operation may go beyond it for a moment.
	MemoryLimit uint64
	// GiveUp is called from another goroutine when the run should have ended for some time and did
	// not, as a single operation is under way that nothing can end: it ends the process. May be nil.
	GiveUp func(cause error)
	// StepTime is how long a step takes by the clock, where that stands still while code runs, as in a
	// testing/synctest bubble: a script that waits by looking at the time gets on. 0 is where it runs on.
	StepTime time.Duration
	// Cache keeps compiled scripts for other runs; nil keeps none.
	Cache *Cache
	// Suite is what a test file is beside a script; nil for none.
	Suite *Suite
	// Loaded, which may be nil, is told of each file that the script imports or loads, before it is read, and of those
	// that an import would have taken, were they there.
	Loaded func(path string)
	// RecursionLimit is how deep calls may nest; 0 means DefaultRecursion.
	RecursionLimit int
}

// Interp runs one script. Make one with New for each run.
type Interp struct {
	opts    Options
	catalog *Catalog
	lang    Lang
	level   int    // of what is compiled from now on: see Level
	dir     string // the script's folder
	path    string
	clock   Clock
	rand    *rand.Rand
	runtime *runtime.Runtime

	standIns map[string]bool // names of folders that another stands in for, as told

	ctx    context.Context
	cancel context.CancelCauseFunc

	files  *flash.FS // made on first use
	shared map[reflect.Type]any
	lock   *lock
	holder *Thread // who holds the lock
	main   *Thread

	steps      atomic.Uint64
	watching   sync.WaitGroup
	nextThread atomic.Int64
	ahead      atomic.Int64   // how far the script's clock is ahead of the run's, in nanoseconds
	live       sync.WaitGroup // goroutines that may run script code

	mu      sync.Mutex
	threads map[*Thread]struct{}
	work    int           // non-daemon threads and other work that the run waits for
	idle    chan struct{} // closed when work is 0
	closers []io.Closer
	over    bool // no goroutine may start to run script code any more
	early   bool // an interrupt has come, perhaps before the main thread was there

	modules map[*entry]*moduleState // those that the script has used
	classes map[*Class]*classValue
	loads   map[string]*loaded
	python  *object.Dict               // sys.modules: imported Python modules, by full name
	own     map[string]*runtime.Module // those of them that are ours, by their proper name

	universe starlark.StringDict // what Starlark scripts use of what they have predeclared
}

// New makes an interpreter. It starts nothing.
func New(o Options) *Interp {
	in := &Interp{opts: o, catalog: o.Catalog, lock: newLock(), clock: o.Clock,
		threads: map[*Thread]struct{}{}, modules: map[*entry]*moduleState{}, shared: map[reflect.Type]any{},
		classes: map[*Class]*classValue{}, loads: map[string]*loaded{},
		python: object.NewDict(0), own: map[string]*runtime.Module{}, universe: starlark.StringDict{}}
	if in.catalog == nil {
		in.catalog = &Catalog{}
	}
	if in.clock == nil {
		in.clock = HostClock{}
	}
	if in.opts.Stdout == nil {
		in.opts.Stdout = io.Discard
	}
	if in.opts.Stderr == nil {
		in.opts.Stderr = io.Discard
	}
	if in.opts.RecursionLimit == 0 {
		in.opts.RecursionLimit = DefaultRecursion
	}
	seed := o.Seed
	if seed == 0 {
		seed = rand.Uint64()
	}
	in.rand = rand.New(rand.NewPCG(seed, seed))
	return in
}

// Clock returns the clock that scripts live in.
func (in *Interp) Clock() Clock { return in.clock }

// Rand returns the run's source of random numbers, to be used with the lock held.
func (in *Interp) Rand() *rand.Rand { return in.rand }

// Device returns what answers for the module; nil when the run has none.
func (in *Interp) Device() device.Device { return in.opts.Device }

// Controlled returns the device whose surroundings a test controls; nil when the run has none.
func (in *Interp) Controlled() device.Device {
	if in.opts.Controlled != nil {
		return in.opts.Controlled
	}
	return in.opts.Device
}

// Lang returns the language of the running script.
func (in *Interp) Lang() Lang { return in.lang }

// Runtime returns the Python run-time system, which Starlark scripts have too.
func (in *Interp) Runtime() *runtime.Runtime { return in.runtime }

// Argv returns sys.argv: the script as it was named, then its arguments.
func (in *Interp) Argv() []string { return append([]string{in.path}, in.opts.Args...) }

// Dir returns the folder of the script, which is "/usr" on a module.
func (in *Interp) Dir() string { return in.dir }

// Stdout returns the script's standard output.
func (in *Interp) Stdout() io.Writer { return in.opts.Stdout }

// Stderr returns where tracebacks of threads go.
func (in *Interp) Stderr() io.Writer { return in.opts.Stderr }

// Level is micropython.opt_level of what a Python script compiles, and imports, from now on.
func (in *Interp) Level() int { return in.level }

// SetLevel sets it.
func (in *Interp) SetLevel(n int) { in.level = n }

// Stdin returns the script's standard input; nil when it has none.
func (in *Interp) Stdin() io.Reader { return in.opts.Stdin }

// Emit adds an event to the run's stream.
func (in *Interp) Emit(e event.Event) {
	if in.opts.Events != nil {
		in.opts.Events.Emit(e)
	}
}

// Run runs the script at path to its end and until no thread that the run waits for is left. It
// returns nil, an *Exit, a *Failure or a *FileError, or an error that wraps ErrDeadline,
// ErrInterrupted or ErrSteps; a context that ends with another cause ends the run with that.
func (in *Interp) Run(ctx context.Context, path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return &FileError{Err: err}
	}
	in.path, in.dir = path, filepath.Dir(abs)
	compile, err := in.read(abs, path)
	if err != nil {
		return &FileError{Err: err}
	}
	return in.run(ctx, compile)
}

// RunText runs a Python program that lies in no file of the host: nothing shines through in its tree
// of files, and what it imports lies there. Name is what tracebacks call it. See Run.
func (in *Interp) RunText(ctx context.Context, name string, text []byte) error {
	in.path, in.dir = name, ""
	return in.run(ctx, in.pythonCompiler(python.Source{Filename: name, Text: text}, nil))
}

func (in *Interp) run(ctx context.Context, compile compiler) (err error) {
	in.ctx, in.cancel = context.WithCancelCause(ctx)
	if in.runtime, err = in.newRuntime(); err != nil {
		return err
	}
	in.setMain(in.newThread("main"))
	unwatch := context.AfterFunc(in.ctx, func() { in.stopAll(context.Cause(in.ctx)) })
	defer unwatch()
	done := make(chan struct{})
	if o := in.opts; o.StepTime == 0 {
		in.watching.Go(func() { in.watch(ctx, done) })
	}
	defer func() { close(done); in.watching.Wait() }()
	prog, err := in.compiled(compile)
	if err == nil {
		err = in.runMain(prog)
	}
	return errors.Join(err, in.shutdown())
}

// setMain names the thread of the main program, which an interrupt may have come for already.
func (in *Interp) setMain(t *Thread) {
	in.mu.Lock()
	in.main = t
	early := in.early
	in.mu.Unlock()
	if early {
		t.Stop(ErrInterrupted)
	}
}

// compiled is the compiled main program, or why the run ends before. Nothing can end a compiler, which
// takes seconds and much memory for the largest source: it is left to its own end.
func (in *Interp) compiled(compile compiler) (prog program, err error) {
	done := make(chan struct{})
	var result program
	var failed error
	go func() {
		defer close(done)
		failed = protect(func() (err error) { result, err = compile(); return err })
	}()
	ended := in.main.Context()
	select {
	case <-ended.Done():
		return nil, context.Cause(ended)
	case <-done:
	}
	if failed != nil {
		return nil, &FileError{Err: failed}
	}
	return result, nil
}

// runMain runs the main program, waits for the threads that it left behind and returns the outcome.
// That is worded under the lock: the __str__ of an exception is a script's function.
func (in *Interp) runMain(prog program) error {
	t := in.main
	t.acquire(t.star)
	err := protect(func() error {
		if in.opts.Begin != nil {
			if err := in.opts.Begin(t); err != nil {
				in.cancel(err)
				return err
			}
		}
		return prog(t)
	})
	if in.mustWait(err) {
		failed := in.failed(err)
		t.release()
		waitErr := in.awaitWork()
		t.acquire(t.star)
		if failed != nil {
			t.release()
			return failed
		}
		if waitErr != nil {
			err = waitErr
		}
	}
	defer t.release()
	return in.outcome(err)
}

// failed is what the main program ended with by itself, nil for nothing. It stays the outcome of the
// run, however what the program left behind ends, which may last for ever: so an event tells it at once.
func (in *Interp) failed(err error) error {
	if err == nil || in.endCause() != nil {
		return nil
	}
	out := in.failure(err)
	if in.working() {
		in.Emit(event.Event{Layer: event.Script, Kind: event.Failure,
			Text: "in the main script, whose threads and timers go on: " + lastLine(Traceback(out)), Traceback: Traceback(out)})
	}
	return out
}

// protect turns a panic, which is a mistake of ours, into an error: no user is shown a Go stack.
func protect(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal error of quecstar, please report it with the script: %v", p)
		}
	}()
	return f()
}

// mustWait reports whether what the main program left behind is waited for: not when the run was
// ended from outside or by sys.exit, or when nothing caught an interrupt.
func (in *Interp) mustWait(err error) bool {
	var exit *Exit
	how := in.outcome(err)
	return in.ctx.Err() == nil && !errors.As(how, &exit) && !errors.Is(how, ErrInterrupted)
}

// outcome says what an error of the main program means for the run.
func (in *Interp) outcome(err error) error {
	if err == nil {
		if cause := context.Cause(in.ctx); cause != nil {
			return cause
		}
		return nil
	}
	if cause := in.endCause(); cause != nil {
		return &stopped{cause: cause, traceback: in.whereStopped(err, cause)}
	}
	return in.failure(err)
}

// endCause is why the run was ended from outside, or nil.
func (in *Interp) endCause() error {
	if cause := context.Cause(in.ctx); cause != nil {
		return cause
	}
	if reason := in.main.stopped.Load(); reason != nil {
		return *reason
	}
	return nil
}

// stopped is an error of a run that was ended from outside.
type stopped struct {
	cause     error
	traceback string
}

func (s *stopped) Error() string { return s.cause.Error() }
func (s *stopped) Unwrap() error { return s.cause }

// Traceback returns where the script was when err ended the run, for an error of Interp.Run; ""
// when that is not known.
func Traceback(err error) string {
	var f *Failure
	var s *stopped
	switch {
	case errors.As(err, &f):
		return f.Traceback
	case errors.As(err, &s):
		return s.traceback
	}
	return ""
}

// Interrupt does what Ctrl-C does on a module: the main program of a Python script gets a
// KeyboardInterrupt, which it may catch; a Starlark script ends.
func (in *Interp) Interrupt() {
	in.mu.Lock()
	in.early = true
	main := in.main
	in.mu.Unlock()
	if main != nil {
		main.Stop(ErrInterrupted)
	}
}

func (in *Interp) stopAll(reason error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for t := range in.threads {
		t.Stop(reason)
	}
}

// countSteps adds n steps to the run's total and says whether they are too many.
func (in *Interp) countSteps(n uint64) error {
	if in.opts.StepLimit == 0 {
		return nil
	}
	if in.steps.Add(n) > in.opts.StepLimit {
		return fmt.Errorf("%w: %d steps", ErrSteps, in.opts.StepLimit)
	}
	return nil
}

// shutdown ends every thread, waits for their goroutines and closes what modules opened.
func (in *Interp) shutdown() error {
	in.mu.Lock()
	in.over = true
	in.mu.Unlock()
	in.cancel(errRunOver)
	in.stopAll(errRunOver)
	in.live.Wait()
	in.main.end()
	in.lock.acquire()
	in.runtime.SetThread(in.main.star)
	in.runtime.Close()
	in.lock.release()
	var errs []error
	for i := len(in.closers) - 1; i >= 0; i-- {
		errs = append(errs, in.closers[i].Close())
	}
	return errors.Join(errs...)
}

// OnClose has c closed when the run ends, after all threads have ended; the last one first.
func (in *Interp) OnClose(c io.Closer) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closers = append(in.closers, c)
}

func (in *Interp) print(_ *starlark.Thread, msg string) {
	// A write error of a closed standard output shows at the end of the run.
	_, _ = io.WriteString(in.opts.Stdout, msg+"\n")
}
