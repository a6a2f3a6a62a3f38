package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"quecstar/builtins"
	"quecstar/harness/bench"
	"quecstar/harness/board"
	"quecstar/harness/script"
	"quecstar/harness/spell"
)

// mostActs is how many bytes of actions are kept, as their bench file has them.
const mostActs = 1 << 20

// mostNote is how many characters an event has of an action.
const mostNote = 200

// acts are the actions that somebody did around a virtual module, the newest as far as they fit.
type acts struct {
	mu    sync.Mutex
	begin time.Time
	all   []bench.Action
	bytes int
	gone  int // how many did not fit any more
	count int // of all that were ever done, and of the times that they were forgotten
}

// start forgets what was done: times count from now on.
func (l *acts) start(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begin, l.all, l.bytes, l.gone = now, nil, 0, 0
	l.count++
}

func (l *acts) add(a bench.Action, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	// Before the first statement of a script is what takes no time at all.
	a.After = max(now.Sub(l.begin).Round(time.Millisecond), time.Millisecond)
	l.all = append(l.all, a)
	l.bytes += len(a.TOML())
	l.count++
	for l.bytes > mostActs && len(l.all) > 1 {
		l.bytes -= len(l.all[0].TOML())
		l.all = l.all[1:]
		l.gone++
	}
}

// Act has an action happen now, whose times are not looked at, and notes it for Acts. The error says what is wrong with
// it, or why it could not be done.
func (v *Sim) Act(ctx context.Context, a bench.Action) error {
	if all := doable(); all[a.Function] == nil {
		hint := ""
		if near := spell.Nearest(a.Function, slices.Sorted(maps.Keys(all))); near != "" {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		return fmt.Errorf("there is no action %q%s", a.Function, hint)
	}
	if err := bindAction(v.s.bench, a); err != nil {
		return fmt.Errorf("%s: %w", a.Function, err)
	}
	args, named, err := arguments(v.s.bench, builtins.Controls()[a.Function], a)
	if err != nil {
		return err
	}
	now := v.s.clock.Now()
	v.s.note("by hand: %s", a.Call(mostNote))
	called := false
	if in := v.Interp(); in != nil {
		called, _, err = control(ctx, in, a.Function, args, named)
	}
	if !called {
		_, _, err = control(ctx, v.schedule.interp, a.Function, args, named)
	}
	if err != nil {
		return err
	}
	v.acts.add(a, now)
	return nil
}

// ForgetActs forgets what was done: what is done from now on is as around a module that starts now.
func (v *Sim) ForgetActs() { v.acts.start(v.s.clock.Now()) }

// Acts counts what was done and forgotten: as long as it is the same, ActsBench is.
func (v *Sim) Acts() int {
	v.acts.mu.Lock()
	defer v.acts.mu.Unlock()
	return v.acts.count
}

// ActsBench is a bench file of a module that starts as this one did, around which happens what was done here.
func (v *Sim) ActsBench() string {
	v.acts.mu.Lock()
	all, gone := slices.Clone(v.acts.all), v.acts.gone
	v.acts.mu.Unlock()
	head := ""
	if gone > 0 {
		head = fmt.Sprintf("# The first %d actions are left out: they were too many.\n\n", gone)
	}
	return head + v.s.bench.Written(all)
}

// Parts has f look at the parts that are in the interpreter of the module's prompt, whose lock is held meanwhile; it is
// not called where there is none. The error is the cause of ctx's end.
func (v *Sim) Parts(ctx context.Context, f func(in *script.Interp, t *script.Thread)) error {
	in := v.Interp()
	if in == nil {
		return nil
	}
	err := beside(ctx, in, func(t *script.Thread) error {
		f(in, t)
		return nil
	})
	if errors.Is(err, errOver) {
		return nil // a prompt that has just ended has no parts
	}
	return err
}

// Board is what is around the module's pins and buses.
func (v *Sim) Board() *board.Board { return v.s.board }
