package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"quecstar/harness/livepage/testpage"
	"quecstar/harness/results"
	"quecstar/harness/runner"
)

// rounds has the tests run, and again those that a change of a file concerns or that a person at the page wants.
type rounds struct {
	*testFlags
	p    *process
	all  runner.Options // as the command line has them
	page *testpage.Page // nil where there is none
	// watch is nil without --watch. left are files that changed when an order came first.
	watch *runner.Watch
	left  []string
	// last is how the last round ended.
	last error
}

// rounds runs the tests round by round until Ctrl-C, or until a person ends it.
func (t *testFlags) rounds(p *process, ctx context.Context) error {
	r := &rounds{testFlags: t, p: p, all: t.Options}
	if t.watch {
		r.watch = &runner.Watch{Root: t.Suite.Root, Paths: t.Paths}
		r.watch.Mark()
	}
	if t.ui != "" {
		page, err := testpage.Serve(testpage.Options{Addr: t.ui, Version: t.Version, Watch: t.watch, Folder: t.folder})
		if err != nil {
			return usageError{fmt.Errorf("--ui: %w", err)}
		}
		r.page = page
		defer func() { _ = page.Close() }()
		if _, err := fmt.Fprintf(p.stdout, "page %s\n", page.URL()); err != nil {
			return err
		}
	}
	return r.run(ctx)
}

func (r *rounds) run(ctx context.Context) error {
	order := testpage.Order{}
	for first := true; ; first = false {
		r.last = r.one(ctx, order)
		var usage *runner.UsageError
		var failed errNotPassed
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.As(r.last, &usage) && first:
			return r.last
		case r.last != nil && !errors.As(r.last, &failed):
			tell(r.p, r.last)
			r.last = errNotPassed{statusOf(r.last)} // it is not told again at the end
		}
		var err error
		order, err = r.next(ctx)
		if errors.Is(err, testpage.ErrEnded) {
			return r.last
		}
		if err != nil {
			return err
		}
	}
}

// one is one round. Its error is how it ended.
func (r *rounds) one(ctx context.Context, o testpage.Order) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.heed(o)
	if r.page != nil {
		r.Sources = &results.Sources{Root: r.Suite.Root}
		r.page.Plan(func() { cancel(testpage.ErrStopped) }, r.Sources)
	}
	err := r.plan(ctx, o)
	if r.page != nil && err != nil && !errors.As(err, new(errNotPassed)) {
		r.page.Fail(err.Error())
	}
	return err
}

func (r *rounds) plan(ctx context.Context, o testpage.Order) error {
	plan, err := runner.NewPlan(ctx, &r.Options)
	if err != nil {
		return err
	}
	defer plan.Close()
	var views []results.View
	if r.page != nil {
		r.expect(plan)
		r.page.Planned(o, plan.Planned(r.expected))
		views = append(views, r.page)
	}
	out, err := r.perform(r.p, ctx, plan, false, views...)
	if out != nil && r.watch != nil {
		r.watch.Add(out.Read)
	}
	if err != nil {
		return err
	}
	return r.status(out)
}

// heed has the options be those of an order.
func (r *rounds) heed(o testpage.Order) {
	r.Options = r.all
	r.Only = o.IDs
	if len(o.Files) > 0 {
		r.Paths = o.Files
	}
	if s := o.Seeds; s.Given {
		r.Seed, r.Rounds, r.Vary = s.First, s.N, true
	}
}

// next waits for what is to be run next.
func (r *rounds) next(ctx context.Context) (testpage.Order, error) {
	if len(r.left) > 0 {
		files := r.left
		r.left = nil
		return testpage.Order{Files: files}, nil
	}
	switch {
	case r.watch == nil:
		say(r.p, "waiting for the page; its button End or Ctrl-C ends it")
		return r.page.Next(ctx)
	case r.page == nil:
		say(r.p, "watching %d files; Ctrl-C ends it", r.watch.Files())
		files, err := r.changed(ctx)
		return testpage.Order{Files: files}, err
	}
	say(r.p, "watching %d files, and the page; Ctrl-C ends it", r.watch.Files())
	return r.first(ctx)
}

// first waits for an order or a change, whichever comes first. A change that comes at the same time is left for the
// next round.
func (r *rounds) first(ctx context.Context) (testpage.Order, error) {
	limit, stop := context.WithCancel(ctx)
	defer stop()
	type ordered struct {
		order testpage.Order
		err   error
	}
	ask, come := context.WithCancel(limit)
	got := make(chan ordered, 1)
	go func() {
		defer stop()
		o, err := r.page.Next(ask)
		got <- ordered{o, err}
	}()
	files, err := r.changed(limit)
	come()
	o := <-got
	switch {
	case o.err == nil:
		r.left = files
		return o.order, nil
	case errors.Is(o.err, testpage.ErrEnded):
		return o.order, o.err
	}
	return testpage.Order{Files: files}, err
}

// changed waits until there is something to run again.
func (r *rounds) changed(ctx context.Context) ([]string, error) {
	for {
		files, err := r.watch.Next(ctx)
		if err != nil {
			return nil, err
		}
		say(r.p, "changed: %s", strings.Join(files, ", "))
		var gone []string
		files = slices.DeleteFunc(files, func(name string) bool {
			_, err := os.Stat(name)
			if err != nil {
				gone = append(gone, name)
			}
			return err != nil
		})
		if r.page != nil && len(gone) > 0 {
			r.page.Forget(gone)
		}
		if len(files) > 0 {
			return files, nil
		}
	}
}
