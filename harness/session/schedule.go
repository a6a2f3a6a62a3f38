package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"quecstar/builtins"
	"quecstar/harness/bench"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// checkSchedule finds actions that no function of the module answers for.
func (s *Session) checkSchedule() error {
	b := s.bench
	if len(b.Schedule) == 0 {
		return nil
	}
	return b.CheckActions(slices.Sorted(maps.Keys(doable())), func(a bench.Action) error { return bindAction(b, a) })
}

// doable are the functions that an action can be: those that do something.
func doable() map[string]*script.Func {
	funcs := maps.Clone(builtins.Controls())
	maps.DeleteFunc(funcs, func(_ string, f *script.Func) bool { return f.Reads })
	return funcs
}

// bindAction is an error where the function of an action, which is there, does not take its arguments.
func bindAction(b *bench.Bench, a bench.Action) error {
	f := builtins.Controls()[a.Function]
	args, named, err := arguments(b, f, a)
	if err != nil {
		return err
	}
	names := make([]string, len(named))
	for i, p := range named {
		names[i] = p.Key.(string)
	}
	return f.Binds(len(args), names)
}

// arguments turns an action's value into what its function takes: a table gives parameters by name, an
// array by position, unless there is only one, and anything else is the first; true alone is none for a
// function that takes none.
func arguments(b *bench.Bench, f *script.Func, a bench.Action) (args []any, named script.Dict, err error) {
	value, err := b.Data(a.Value)
	if err != nil {
		return nil, nil, err
	}
	only := len(f.ParamNames()) == 1
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			named = append(named, script.Pair{Key: name, Value: dicts(v[name])})
		}
		return nil, named, nil
	case []any:
		if !only {
			for _, x := range v {
				args = append(args, dicts(x))
			}
			return args, nil, nil
		}
	case bool:
		if v && len(f.ParamNames()) == 0 {
			return nil, nil, nil
		}
	}
	return []any{dicts(value)}, nil, nil
}

// dicts turns tables into what scripts call so.
func dicts(v any) any {
	switch v := v.(type) {
	case map[string]any:
		d := script.Dict{}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			d = append(d, script.Pair{Key: name, Value: dicts(v[name])})
		}
		return d
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = dicts(x)
		}
		return out
	}
	return v
}

// schedule calls the actions of a bench in the interpreter of a script.
type schedule struct {
	s *Session
	// all has the run wait for every action.
	all bool
	// prompt is the interpreter of the prompt of a module that other programs talk to, nil where there is none yet; it
	// is nil itself where there is no such module.
	prompt func() *script.Interp

	start time.Time // of the run; zero before it
	mu    sync.Mutex
	over  bool
	queue []*pending // by their time
}

// pending is an action that is still to come.
type pending struct {
	bench.Action
	at      time.Duration
	number  int  // in the bench file
	done    bool // once, at least
	release func()
}

// begin does what comes before the script's first statement, on a thread of in that holds the lock, and
// starts the clock of the others. A script that begins again finds around it what it found at first, and the others go
// on. The error is a *SetupError.
func (l *schedule) begin(in *script.Interp, t *script.Thread) error {
	first := l.start.IsZero()
	l.holdAgain(in)
	for i, a := range l.s.bench.Schedule {
		if a.After == 0 {
			err := l.call(in, t, a)
			if errors.Is(err, device.ErrUnsupported) {
				l.s.warn("the action %s was not done: %v", a, err)
			} else if err != nil {
				return &SetupError{fmt.Errorf("%s: [[action]] %s: %w", l.s.bench.Path, a.Function, err)}
			}
		}
		if first && (a.After != 0 || a.Every != 0) {
			p := &pending{Action: a, at: a.After, number: i, done: a.After == 0, release: l.hold(in, a)}
			if p.done {
				p.at = a.Every
			}
			l.add(p)
		}
	}
	if first {
		l.start = in.Clock().Now()
	}
	if len(l.queue) == 0 {
		return nil
	}
	_, err := in.Go("the actions of the bench", true, func(t *script.Thread) error { return l.run(in, t) })
	return err
}

// holdAgain has the next start of the script wait, too, for what is still to come.
func (l *schedule) holdAgain(in *script.Interp) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.queue {
		p.release = l.hold(in, p.Action)
	}
}

// add queues an action behind those of the same time that are before it in the file.
func (l *schedule) add(p *pending) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = append(l.queue, p)
	slices.SortStableFunc(l.queue, func(a, b *pending) int {
		if a.at != b.at {
			return int(a.at - b.at)
		}
		return a.number - b.number
	})
}

// next is what comes next; nil at the end.
func (l *schedule) next() *pending {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over || len(l.queue) == 0 {
		return nil
	}
	return l.queue[0]
}

// take takes an action off the queue unless the run is over.
func (l *schedule) take() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return false
	}
	l.queue[0].done = true
	l.queue = l.queue[1:]
	return true
}

// run does one action after the other.
func (l *schedule) run(in *script.Interp, t *script.Thread) error {
	for p := l.next(); p != nil; p = l.next() {
		wait := l.start.Add(p.at).Sub(in.Clock().Now())
		if err := t.Block(func(ctx context.Context) error { return in.Clock().Sleep(ctx, wait) }); err != nil {
			return err
		}
		if !l.take() {
			return nil
		}
		if p.Every > 0 {
			l.add(&pending{Action: p.Action, at: p.at + p.Every, number: p.number, done: true, release: l.hold(in, p.Action)})
		}
		l.s.note("the bench: %s", p.Function)
		if err := l.call(in, t, p.Action); err != nil {
			l.s.warn("the action %s was not done: %v", p, err)
		} else if p.Wait {
			if err := t.Block(l.settle); err != nil {
				p.release()
				return err
			}
		}
		p.release()
	}
	return nil
}

// settle waits until the script has heard of an action that the run waits for.
func (l *schedule) settle(ctx context.Context) error {
	d, ok := l.s.controlled.(interface{ Settle(context.Context) error })
	if ok {
		if err := d.Settle(ctx); err != nil {
			return err
		}
	}
	if l.s.lag == 0 {
		return nil
	}
	// What a module tells travels on a line, whose other end cannot be asked.
	return l.s.interp.Load().Clock().Sleep(ctx, l.s.lag)
}

// hold has the run wait for an action where it is to.
func (l *schedule) hold(in *script.Interp, a bench.Action) (release func()) {
	if a.Wait || l.all {
		return in.Hold()
	}
	return func() {}
}

// call calls the function of an action, in the interpreter where the parts are that it is about: that of in, or, around
// a module that other programs talk to, that of its prompt.
func (l *schedule) call(in *script.Interp, t *script.Thread, a bench.Action) error {
	args, named, err := arguments(l.s.bench, builtins.Controls()[a.Function], a)
	if err != nil {
		return err
	}
	if l.prompt != nil {
		if there := l.prompt(); there != nil {
			done := false
			err := t.Block(func(ctx context.Context) (err error) {
				done, _, err = control(ctx, there, a.Function, args, named)
				return err
			})
			if done {
				return err
			}
		}
	}
	_, err = in.CallModule(t, script.ControlName, a.Function, args, named)
	return err
}

// end says which actions were not done, once; the run need not wait for them any more.
func (l *schedule) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return
	}
	l.over = true
	var undone []string
	for _, p := range l.queue {
		p.release()
		if !p.done {
			undone = append(undone, p.String())
		}
	}
	if len(undone) > 0 {
		l.s.warn("not done, as the script ended before: %s (wait = true has the run wait)", strings.Join(undone, ", "))
	}
}
