package suite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/bench"
	"quecstar/harness/flash"
	"quecstar/harness/script"
	"quecstar/harness/session"
	"quecstar/harness/virtual"
)

// run is one run of a test file: to list its tests, or to run one.
type run struct {
	test   Test
	world  *world
	in     *script.Interp
	thread *script.Thread
	sess   *session.Session // of the test's own script

	marks  map[starlark.Value][]func(m *Marks) // by function
	ofFile []func(m *Marks)

	made       map[string]starlark.Value // fixtures that the test has
	moved      map[string]starlark.Value // tests that are no variables of the file
	building   string                    // the fixture that is being made
	phase      string
	tidy       []tidying
	faults     []fault
	problems   []Problem
	compared   compared
	class      Class // of the error that is on its way, where that is known
	checks     int
	before     int             // of the checks, those that its fixtures made
	excused    map[string]bool // the bad ends that the test expects
	sides      []side
	reached    []string
	registered int
	endedEarly string // why an expect waited no longer
	skip       *skipped

	expectsFailure int // within t.fails
	tmpDir         string
	attached       int              // bytes
	took           [3]time.Duration // set-up, body, tear-down
}

func runOfThread(t *script.Thread) *run {
	return script.Shared(t.Interp(), func() *run { panic("no test runs in this interpreter") })
}

// epoch is when virtual time begins: the same for all, as what a test does may depend on the date.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Collect lists the tests of one file. The error is a *CollectError.
func Collect(ctx context.Context, file string, o Options) ([]Test, error) {
	r := &run{test: Test{File: file, Device: "direct"}, marks: map[starlark.Value][]func(m *Marks){}, phase: "setup"}
	devices := o.Devices
	if len(devices) == 0 {
		devices = []string{"direct"}
	}
	if out := vendorTests(ctx, file, o, devices); out != nil {
		return out, nil
	}
	var out []Test
	var refused error // by the plan, which has no traceback
	err := r.carryOut(ctx, 1, o, false, nil, func(g script.Globals) error {
		out, refused = r.plan(file, g, devices)
		return refused
	})
	if err == nil {
		return out, nil
	}
	var bad *CollectError
	switch {
	case errors.As(refused, &bad):
	case refused != nil:
		bad = &CollectError{Problem: Problem{Class: Harness, Text: refused.Error()}}
	default:
		bad = &CollectError{Problem: problemOf(err, Harness)}
	}
	bad.Files = r.world.read
	bad.Problem.File, bad.Problem.Phase = orElse(bad.Problem.File, file), "setup"
	return nil, bad
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// Run runs one test; emit, which may be nil, is told what happens in it, from any goroutine.
func Run(ctx context.Context, t Test, seed uint64, o Options, emit func(Event)) Result {
	begin := time.Now()
	res := Result{Seed: seed}
	if t.Skip != "" {
		res.Verdict, res.Reason = Skipped, t.Skip
		return res
	}
	if len(t.Needs) > 0 {
		if why, err := lacking(t, o); err != nil || why != "" {
			res.Verdict, res.Reason = Skipped, why
			if err != nil {
				res.Verdict, res.Problems = Errored, []Problem{{Class: Harness, Phase: "setup", Text: err.Error()}}
			}
			return res
		}
	}
	if t.Vendor {
		return runVendor(ctx, t, seed, o, emit)
	}
	isVirtual := o.virtualFor(t)
	r := &run{test: t, marks: map[starlark.Value][]func(m *Marks){}, made: map[string]starlark.Value{}, phase: "setup"}
	do := func(ctx context.Context) {
		at := time.Now()
		err := r.carryOut(ctx, seed, o, isVirtual, emit, r.one)
		res.Took = time.Since(at)
		if err != nil || len(r.problems) > 0 {
			r.attachTapes()
		}
		r.settle(err, &res)
	}
	ended, stop := endOf(ctx)
	defer stop()
	if !isVirtual {
		do(ctx)
	} else if err := virtual.Run(epoch, func() { within(ended, do) }); err != nil {
		r.problems = append(r.problems, stuck(err, r))
		r.settle(nil, &res)
	}
	res.Real = time.Since(begin)
	return res
}

// lacking says why a test that needs something cannot be run here; "" where it can.
func lacking(t Test, o Options) (why string, err error) {
	w := world{test: t, opts: o}
	b, err := w.bench(filepath.Join(o.Root, t.File))
	if err != nil {
		return "", err
	}
	return t.lacks(o, b.Capabilities), nil
}

// endOf keeps why a context ended, once it has. It is for virtual time, which no channel of the world outside
// may enter: the context makes its own when it is first asked for one, which is therefore here.
func endOf(ctx context.Context) (why *atomic.Pointer[error], stop func() bool) {
	why = &atomic.Pointer[error]{}
	return why, context.AfterFunc(ctx, func() { cause := context.Cause(ctx); why.Store(&cause) })
}

// within calls f, in virtual time, with a context that ends soon after cause is set.
func within(cause *atomic.Pointer[error], f func(ctx context.Context)) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	over := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
				if why := cause.Load(); why != nil {
					cancel(*why)
					return
				}
			}
		}
	})
	f(ctx)
	close(over)
	watch.Wait()
}

// virtualFor reports whether a test runs in virtual time.
func (o Options) virtualFor(t Test) bool {
	wanted := orElse(t.Clock, orElse(o.Clock, "virtual")) == "virtual"
	return wanted && (simulated(t.Device) || o.replays(t.Device)) && !o.Live
}

// simulated reports whether a device is all in this process.
func simulated(device string) bool {
	return device == "direct" || device == "at:sim" || device == "repl:sim"
}

// stuck is what ended a test from without.
func stuck(err error, r *run) Problem {
	p := Problem{Class: Harness, Phase: r.phase, Text: err.Error()}
	var panicked *virtual.PanicError
	switch {
	case errors.Is(err, virtual.ErrDeadlock):
		p.Text = "nothing can happen any more: " + err.Error()
	case errors.As(err, &panicked):
		p.Text, p.Traceback = "internal error of quecstar, please report it with the test: "+panicked.Error(), panicked.Stack
	}
	return p
}

// carryOut runs the test file, and main behind its top level.
func (r *run) carryOut(ctx context.Context, seed uint64, o Options, isVirtual bool, emit func(Event),
	main func(g script.Globals) error) error {
	tell := func(rec record) {}
	if emit != nil {
		tell = func(rec record) { emit(rec.told()) }
	}
	r.world = newWorld(ctx, r.test, seed, o, isVirtual, tell)
	r.world.run = r
	r.moved = map[string]starlark.Value{}
	defer r.removeTmp()
	path := filepath.Join(o.Root, r.test.File)
	ready, err := r.world.bench(path)
	if err != nil {
		return errors.Join(&session.SetupError{Err: err}, r.world.close())
	}
	so := session.Options{Ready: ready, Cache: &programs, Script: path, Device: r.test.Device, Live: o.Live, Seed: seed,
		Timeout: -1, Network: r.world.net.Link(own), Cloud: r.world.cloud, Broker: r.world.plain, Catalog: catalog(),
		Stdout: io.Discard, Stderr: io.Discard, Env: r.world.env, Loaded: r.world.reads,
		Begin: func(in *script.Interp, t *script.Thread) error {
			r.in, r.thread = in, t
			script.Shared(in, func() *run { return r })
			return nil
		},
		Suite: &script.Suite{Python: rewritePython, Starlark: rewriteStarlark, Main: func(_ *script.Thread,
			g script.Globals) error {
			return main(globals{g, r.moved})
		}}}
	if isVirtual {
		so.StepTime = stepTime
	}
	so.Adjust = func(b *bench.Bench) { b.Commands, b.Schedule = nil, nil }
	_, err = r.world.onTape(&so, "")
	var sess *session.Session
	if err == nil {
		sess, err = session.New(ctx, so)
	}
	if err != nil {
		return errors.Join(err, r.world.close())
	}
	r.sess = sess
	r.world.hide(sess.Secrets()...)
	out := &lines{world: r.world}
	sess.Events.Listen(out.hear)
	err = sess.Run(ctx)
	out.flush()
	r.badEnds() // of what the end of the test's own script brought to light, as a task that nobody awaited
	closing := r.world.close()
	if err == nil {
		err = closing
	}
	return err
}

func orTime(d, def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return d
}

// one runs the one test.
func (r *run) one(g script.Globals) error {
	fn, args, err := r.find(g)
	if err != nil {
		return err
	}
	begin := time.Now()
	for _, name := range params(fn.fn) {
		if _, given := args[name]; given {
			continue
		}
		err := r.thread.Within(orTime(r.world.opts.SetupTimeout, 30*time.Second), errBudget, func() (err error) {
			args[name], err = r.fixture(g, name, nil)
			return err
		})
		if err != nil {
			r.took[0] = time.Since(begin)
			r.note(err, name)
			return r.tidyUp(err)
		}
	}
	r.took[0] = time.Since(begin)
	r.phase, begin, r.before = "test", time.Now(), r.checks
	kwargs := make([]starlark.Tuple, 0, len(args))
	for name, v := range args {
		kwargs = append(kwargs, starlark.Tuple{starlark.String(name), v})
	}
	var out starlark.Value
	err = r.thread.Within(r.budget(), errBudget, func() (err error) {
		out, err = starlark.Call(r.in.Runtime().Thread(), fn.fn, nil, kwargs)
		return err
	})
	r.took[1] = time.Since(begin)
	if err != nil {
		r.note(err, "")
	} else {
		r.unchecked(out)
	}
	err = r.tidyUp(err)
	r.unexpected()
	return err
}

// errBudget is why a part of a test ended whose time was up.
var errBudget = errors.New("its time was up")

// defaultTimeout is how long a test may take where nobody says.
const defaultTimeout = 2 * time.Minute

// budget is how long the test may take.
func (r *run) budget() time.Duration {
	return orTime(r.test.Timeout, orTime(r.world.opts.Timeout, defaultTimeout))
}

// find is the test's function with the arguments of its case.
func (r *run) find(g script.Globals) (found, map[string]starlark.Value, error) {
	f, ok, err := testOf(g, r.test.Name)
	if err != nil {
		return f, nil, err
	}
	if !ok {
		return f, nil, fmt.Errorf("%s has no test %s any more", r.test.File, r.test.Name)
	}
	args := map[string]starlark.Value{}
	if r.test.Case == "" {
		return f, args, nil
	}
	if f.with == nil || f.with.args[r.test.Case] == nil {
		return f, nil, fmt.Errorf("%s has no case %s any more", r.test.Name, r.test.Case)
	}
	for _, pair := range f.with.args[r.test.Case].(starlark.IterableMapping).Items() {
		name, _ := textOf(pair[0])
		args[name] = pair[1]
	}
	return f, args, nil
}

// tidyUp calls what is to be called behind the test, all of it, the last first. It returns err.
func (r *run) tidyUp(err error) error {
	r.phase = "teardown"
	begin, limit := time.Now(), orTime(r.world.opts.TeardownTimeout, 30*time.Second)
	for len(r.tidy) > 0 {
		last := r.tidy[len(r.tidy)-1]
		r.tidy = r.tidy[:len(r.tidy)-1]
		if failed := r.thread.Within(max(0, limit-time.Since(begin)), errBudget, last.fn); failed != nil {
			r.note(failed, last.name)
			if ended(failed) {
				break
			}
		}
	}
	r.took[2] = time.Since(begin)
	return err
}

// ended reports whether an error is the end of the whole run.
func ended(err error) bool {
	return errors.Is(err, script.ErrDeadline) || errors.Is(err, script.ErrInterrupted) || errors.Is(err,
		script.ErrMemory) || errors.Is(err, script.ErrSteps)
}

// tmp is a folder of the test's own, which is removed behind it.
func (r *run) tmp() string {
	if r.tmpDir == "" {
		dir, err := os.MkdirTemp("", "quecstar-test-")
		if err != nil {
			return ""
		}
		r.tmpDir = dir
	}
	return r.tmpDir
}

func (r *run) removeTmp() {
	if r.tmpDir != "" {
		_ = flash.RemoveAll(r.tmpDir) // what is left lies in the folder for temporary files
	}
}
