package runner

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"quecstar/harness/suite"
)

// lanes are the tests of a plan by who may run at the same time: those that need nothing for themselves, and for
// each module or other thing that has a lease those that need it, one after the other.
type lanes struct {
	free   *queue
	groups []*group
}

// group is tests of which one runs at a time: each shares a lease with another.
type group struct {
	queue
	leases map[string]bool // by their names
	port   bool            // one of them is a module's, so that its tests compute next to nothing
}

// put has a job run in its lane.
func (l *lanes) put(j *job, leases []string, port bool) {
	if len(leases) == 0 {
		l.free.jobs = append(l.free.jobs, j)
		return
	}
	mine := &group{queue: queue{lanes: 1}, leases: map[string]bool{}}
	l.groups = slices.DeleteFunc(l.groups, func(g *group) bool {
		if !slices.ContainsFunc(leases, func(name string) bool { return g.leases[name] }) {
			return false
		}
		mine.jobs = append(mine.jobs, g.jobs...)
		maps.Copy(mine.leases, g.leases)
		mine.port = mine.port || g.port
		return true
	})
	for _, name := range leases {
		mine.leases[name] = true
	}
	mine.port = mine.port || port
	mine.jobs = append(mine.jobs, j)
	l.groups = append(l.groups, mine)
}

// leasesOf are what a test needs for itself, and whether a module is among it.
func (r *run) leasesOf(e *entry, p *ports) (names []string, port bool) {
	if r.o.Suite.Replay != "" {
		return nil, false
	}
	add := func(device string) {
		if name := p.lease(device); name != "" {
			names, port = append(names, name), true
		}
	}
	add(e.test.Device)
	for _, name := range e.test.Leases {
		if module, ok := strings.CutPrefix(name, "module:"); ok {
			add("at:" + module)
			continue
		}
		names = append(names, "lease "+name)
	}
	return names, port
}

// leasedLane runs the tests of a group while it has the leases of it.
func (r *run) leasedLane(g *group) error {
	held, err := r.acquireAll(slices.Sorted(maps.Keys(g.leases)))
	if err != nil {
		if r.ctx.Err() != nil {
			return nil
		}
		for _, j := range g.jobs {
			r.decide(j, j.ended(suite.Errored, suite.Port, err.Error()))
		}
		return nil
	}
	// Its workers have the locks, too: where this process is killed, the module is free when they have ended.
	workers := &pool{command: r.pool.command, setup: r.pool.setup}
	for _, l := range held {
		workers.holds = append(workers.holds, l.file)
	}
	slots := r.slots
	if g.port {
		slots = nil
	}
	err = r.lane(&lane{queue: &g.queue, workers: workers, leases: held, slots: slots})
	workers.close()
	return errors.Join(err, releaseAll(held))
}

// acquireAll waits for all of some leases, in an order that is everybody's. Two names may have one lock.
func (r *run) acquireAll(names []string) (held []*lease, err error) {
	locked := map[string]bool{}
	for _, name := range names {
		path, err := leasePath(r.o.LeaseFolder, name)
		if err == nil && locked[path] {
			continue
		}
		l, err := acquire(r.ctx, r.o.LeaseFolder, name, orDefault(r.o.Lease, leaseWait), r.o.Note)
		if err != nil {
			return nil, errors.Join(err, releaseAll(held))
		}
		locked[path], held = true, append(held, l)
	}
	return held, nil
}

func releaseAll(held []*lease) error {
	var all []error
	for _, l := range slices.Backward(held) {
		all = append(all, l.release())
	}
	return errors.Join(all...)
}

// lane is a queue that one worker at a time takes from.
type lane struct {
	queue   *queue
	workers *pool
	leases  []*lease
	slots   chan struct{} // it has one of these while it runs; nil for as many as there are
}

// enter waits for a slot, until the run is to stop.
func (l *lane) enter(ctx context.Context, stop <-chan struct{}) (leave func(), ok bool) {
	if l.slots == nil {
		return func() {}, true
	}
	select {
	case l.slots <- struct{}{}:
		return func() { <-l.slots }, true
	case <-stop:
	case <-ctx.Done():
	}
	return nil, false
}

// check is the fence of all leases.
func (l *lane) check() error {
	var all []error
	for _, one := range l.leases {
		all = append(all, one.check())
	}
	return errors.Join(all...)
}

// lane runs jobs of a queue, with one worker at a time, until there are none.
func (r *run) lane(l *lane) error {
	for !r.stopped() {
		leave, ok := l.enter(r.ctx, r.stop)
		if !ok {
			return nil
		}
		more, err := r.batch(l)
		leave()
		if !more || err != nil {
			return err
		}
	}
	return nil
}

// batch runs the next jobs of a lane; false is that there are none.
func (r *run) batch(l *lane) (more bool, err error) {
	batch := l.queue.take()
	if len(batch) == 0 {
		return false, nil
	}
	if err := l.check(); err != nil {
		return false, err
	}
	w, err := l.workers.get()
	if err != nil {
		l.queue.back(batch...)
		return false, err
	}
	b := &batchRun{run: r, worker: w, jobs: batch}
	if b.do() {
		l.workers.put(w)
	} else {
		w.quit()
	}
	l.queue.back(b.left...)
	return true, nil
}

// run runs all lanes at once, and returns when all have ended. Where one test at a time computes, the lanes that do
// come one after the other, so that the order is always the same.
func (l *lanes) run(r *run) error {
	var runs, beside []func() error
	for range l.free.lanes {
		runs = append(runs, func() error { return r.lane(&lane{queue: l.free, workers: r.pool, slots: r.slots}) })
	}
	for _, g := range l.groups {
		one := func() error { return r.leasedLane(g) }
		if g.port {
			beside = append(beside, one)
		} else {
			runs = append(runs, one)
		}
	}
	if cap(r.slots) == 1 {
		inTurn := runs
		runs = []func() error{func() error {
			var all []error
			for _, one := range inTurn {
				all = append(all, one())
			}
			return errors.Join(all...)
		}}
	}
	return atOnce(append(runs, beside...))
}

// atOnce calls functions at once, and returns what all of them do.
func atOnce(all []func() error) error {
	errs := make([]error, len(all))
	var wg sync.WaitGroup
	for i, f := range all {
		wg.Go(func() { errs[i] = f() })
	}
	wg.Wait()
	return errors.Join(errs...)
}
