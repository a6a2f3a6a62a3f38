package script

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/memory"
	"quecstar/harness/python/object"
)

// A thread takes so many steps before it looks whether another wants the lock: some tenths of a
// millisecond, so that a callback is never starved and the look costs nothing. Where steps take
// longer, as of operations on much data, it takes fewer.
const (
	fewestSteps = 50
	firstSteps  = 100
	mostSteps   = 10_000
	slowTurn    = 5 * time.Millisecond
	quickTurn   = time.Millisecond
)

// Keys of what a starlark.Thread has of ours.
const (
	localThread = "quecstar.thread" // its *Thread
	localDepth  = "quecstar.depth"  // how deep the calls nest that resumed a generator, an *int
)

// Thread is one line of execution of a script: its main program, a thread that it started or a
// callback. It runs script code only while it holds the interpreter lock.
type Thread struct {
	in   *Interp
	star *starlark.Thread
	// id is unique in the interpreter; the main program has 1.
	id int64

	quota  uint64        // the steps of a turn
	turned time.Time     // when the last turn began
	owed   time.Duration // by the clock, for steps that were taken
	waits  int           // steps since the thread has wanted to give up the lock
	line   int32         // where it was then

	mu     sync.Mutex
	ctx    context.Context
	cancel context.CancelCauseFunc
	// stopped is why the thread must end, told to it at its next step or wait.
	stopped atomic.Pointer[error]
}

// ThreadOf returns the thread that a Starlark thread belongs to.
func ThreadOf(t *starlark.Thread) *Thread {
	th, _ := t.Local(localThread).(*Thread)
	return th
}

// newThread makes a thread; it is forgotten by end.
func (in *Interp) newThread(name string) *Thread {
	t := &Thread{in: in, id: in.nextThread.Add(1), quota: firstSteps}
	t.star = &starlark.Thread{Name: name}
	t.adopt(t.star)
	t.ctx, t.cancel = context.WithCancelCause(in.ctx)
	in.mu.Lock()
	in.threads[t] = struct{}{}
	in.mu.Unlock()
	return t
}

// adopt makes a Starlark thread run as this thread: a generator's body has one of its own.
func (t *Thread) adopt(s *starlark.Thread) {
	s.SetLocal(localThread, t)
	s.Print = t.in.print
	s.Load = t.in.load
	s.OnMaxSteps = t.turn
	s.SetMaxExecutionSteps(s.ExecutionSteps() + t.quota)
	t.in.runtime.Attach(s)
	if s == t.star {
		return // of a new thread, which does not hold the lock
	}
	outer := t.in.runtime.Thread()
	if outer == nil {
		return
	}
	depth := depthOf(outer)
	if below, ok := s.Local(localDepth).(*int); ok {
		*below = depth // of a thread that ran another generator before
	} else {
		s.SetLocal(localDepth, &depth)
	}
	if depth > t.in.opts.RecursionLimit {
		s.Cancel(object.TooDeep)
	}
}

// depthOf is how deep the calls of a thread nest, with those that resumed it as a generator's.
func depthOf(s *starlark.Thread) int {
	depth := s.CallStackDepth()
	if below, ok := s.Local(localDepth).(*int); ok {
		depth += *below
	}
	return depth
}

func (t *Thread) end() {
	t.cancel(context.Canceled)
	t.in.mu.Lock()
	delete(t.in.threads, t)
	t.in.mu.Unlock()
}

// ID identifies the thread to scripts.
func (t *Thread) ID() int64 { return t.id }

// Context ends when the run does or when the thread is interrupted.
func (t *Thread) Context() context.Context {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ctx
}

// longestStatement is how many steps a thread goes on at most to come to another line.
const longestStatement = 200

// between reports whether a thread that is to give up the lock has come to another line than it was
// on, so that n += 1 is not cut in two: MicroPython, too, changes threads between statements only.
func (t *Thread) between(s *starlark.Thread) bool {
	line := s.CallFrame(0).Pos.Line
	if t.waits == 0 {
		t.line = line
	}
	if t.waits++; line == t.line && t.waits < longestStatement {
		return false
	}
	t.waits = 0
	return true
}

// turn is called by Starlark when the steps of a turn are taken.
func (t *Thread) turn(s *starlark.Thread) {
	if t.waits > 0 {
		t.yield(s)
		return
	}
	if err := t.in.countSteps(t.quota); err != nil {
		t.Stop(err)
	}
	t.pace()
	t.owe()
	if depthOf(s) > t.in.opts.RecursionLimit {
		s.Cancel(object.TooDeep)
	}
	t.yield(s)
}

// yield gives others the lock that want it, and lets the thread end that must.
func (t *Thread) yield(s *starlark.Thread) {
	switch {
	case !t.in.lock.contended() && t.owed == 0:
		t.waits = 0
	case !t.between(s):
		s.SetMaxExecutionSteps(s.ExecutionSteps() + 1)
		return
	default:
		t.release()
		t.pay()
		t.acquire(s)
		t.turned = time.Now()
	}
	s.SetMaxExecutionSteps(s.ExecutionSteps() + t.quota)
	if reason := t.stopped.Load(); reason != nil {
		t.cancelScript(s, *reason)
	}
}

// stillSteps is how many steps a turn has where the clock stands still meanwhile.
const stillSteps = 1000

// owe notes the time that the steps of a turn took by a clock that stood still, and looks what the program
// holds, which nothing else does there.
func (t *Thread) owe() {
	if t.in.opts.StepTime == 0 {
		return
	}
	t.owed += time.Duration(t.quota) * t.in.opts.StepTime
	t.quota = stillSteps
	if limit := t.in.memoryLimit(); memory.Held() > limit && !memory.Room(memory.Much, limit) {
		t.Stop(memoryError(limit))
	}
}

// pay lets the time pass that the steps took. The lock is not held.
func (t *Thread) pay() {
	owed := t.owed
	t.owed = 0
	if owed > 0 {
		_ = t.in.clock.Sleep(t.Context(), owed) // the end of the thread shows at its next step
	}
}

// pace decides how many steps the next turn has.
func (t *Thread) pace() {
	now := time.Now()
	took := now.Sub(t.turned)
	t.turned = now
	switch {
	case took > slowTurn:
		t.quota = max(fewestSteps, t.quota/8)
	case took < quickTurn:
		t.quota = min(mostSteps, t.quota*2)
	}
}

// stepsPerPoll is how many elements a builtin goes over between two polls.
const stepsPerPoll = 1 << 14

// poll is a turn of a builtin that goes over many elements by itself: it gives others the lock, and
// returns an error when the thread must end. The lock is held.
func (in *Interp) poll() error {
	t, s := in.holder, in.runtime.Thread()
	if t == nil || s == nil {
		return nil
	}
	if err := in.countSteps(stepsPerPoll); err != nil {
		t.Stop(err)
	}
	if in.lock.contended() {
		t.release()
		t.acquire(s)
	}
	reason := t.stopped.Load()
	if reason == nil {
		return nil
	}
	err := t.stop(s, *reason)
	if e := (*Error)(nil); errors.As(err, &e) {
		return in.runtime.Raise(e.Class, "")
	}
	return err
}

// cancelScript makes running script code end with reason.
func (t *Thread) cancelScript(s *starlark.Thread, reason error) {
	if errors.Is(reason, ErrInterrupted) && t.in.lang == Python {
		t.resume()
	}
	s.Cancel(t.in.cancelText(reason))
}

// acquire takes the interpreter lock for s, which runs as this thread.
func (t *Thread) acquire(s *starlark.Thread) {
	t.in.lock.acquire()
	t.hold(s)
}

// hold notes who has got the lock.
func (t *Thread) hold(s *starlark.Thread) {
	t.in.holder = t
	t.in.runtime.SetThread(s)
}

func (t *Thread) release() {
	t.in.holder = nil
	t.in.runtime.SetThread(nil)
	t.in.lock.release()
}

// Block runs f without the interpreter lock and takes the lock again. An error of class device.ErrGone
// ends the run.
func (t *Thread) Block(f func(ctx context.Context) error) error {
	current := t.in.runtime.Thread()
	here := &stand{thread: current}
	t.release()
	err := f(event.WithPlace(t.Context(), here.place))
	here.leave() // what f began may go on, with the context
	t.acquire(current)
	if errors.Is(err, device.ErrGone) {
		return t.EndRun(err) // nothing that the script could do makes sense any more
	}
	if reason := t.stopped.Load(); reason != nil {
		return t.stop(current, *reason)
	}
	return err
}

// EndRun ends the run with a cause, such as ErrRestart or an *Exit, whatever its threads do and catch. A builtin
// that this thread called returns the error. The lock is held.
func (t *Thread) EndRun(cause error) error {
	t.in.cancel(cause)
	t.Stop(cause)
	return t.stop(t.in.runtime.Thread(), *t.stopped.Load())
}

// stop makes the thread end with reason, or raises it in the script when scripts can catch it.
func (t *Thread) stop(s *starlark.Thread, reason error) error {
	if errors.Is(reason, ErrInterrupted) && t.in.lang == Python {
		t.resume()
		return &Error{Class: "KeyboardInterrupt"}
	}
	s.Cancel(reason.Error())
	return reason
}

// Stop makes the thread end at its next step, or at once where it blocks.
func (t *Thread) Stop(reason error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped.CompareAndSwap(nil, &reason)
	t.star.Cancel(t.in.cancelText(reason)) // which it may notice earlier than its next turn
	t.cancel(reason)
}

// cancelText is how Starlark is told that a thread must end. The runtime turns "KeyboardInterrupt"
// into the exception of that name.
func (in *Interp) cancelText(reason error) string {
	if errors.Is(reason, ErrInterrupted) && in.lang == Python {
		return object.KeyboardInterrupt
	}
	return reason.Error()
}

// resume forgets an interrupt that was raised in the script.
func (t *Thread) resume() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped.Store(nil)
	t.star.Uncancel()
	t.ctx, t.cancel = context.WithCancelCause(t.in.ctx)
}

// Invoke calls a script's function on this thread, which holds the lock.
func (t *Thread) Invoke(fn starlark.Value, args ...any) (starlark.Value, error) {
	values := make(starlark.Tuple, len(args))
	for i, a := range args {
		values[i] = t.in.Value(a)
	}
	return starlark.Call(t.in.runtime.Thread(), fn, values, nil)
}

// Statement calls a function that runs what a prompt was told, as Run does a script: the error is an *Exit, or
// one that Traceback knows, also behind an interrupt. The lock is held.
func (t *Thread) Statement(fn starlark.Value, args ...any) error {
	_, err := t.Invoke(fn, args...)
	if err == nil {
		return nil
	}
	return t.in.failure(err)
}

// ForgetInterrupt makes an interrupt go by that came, but was not raised yet.
func (t *Thread) ForgetInterrupt() {
	if reason := t.stopped.Load(); reason != nil && errors.Is(*reason, ErrInterrupted) {
		t.resume()
	}
}

// errStopped is why a thread ended that a script stopped.
var errStopped = errors.New("the thread was stopped")

// End makes the thread end as Stop does, without a traceback.
func (t *Thread) End() { t.Stop(errStopped) }
