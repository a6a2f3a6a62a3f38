package cloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"quecstar/harness/cloud/store"
	"quecstar/harness/event"
)

// Task is one thing that is done to many devices (SDK, CreateBatchTask). What it was made of is the caller's.
type Task struct {
	ID, Project, App string
	Name, Type       string
	// Confirm says that nothing is done before ConfirmTask.
	Confirm bool
	// Schedule is when it begins; at once when zero. Retries is how often what failed is tried again by itself, after
	// Interval.
	Schedule time.Time
	Retries  int
	Interval time.Duration
	// Do does it to one target, and returns what came of it, or a *TaskError. The targets are done up to Parallel at
	// a time; 10 when 0.
	Do       func(ctx context.Context, target string) (output string, err error) `json:"-"`
	Parallel int
	// Parts are the targets with what became of them.
	Parts []TaskPart `json:"-"`
	// Status is Waitting (the platform's spelling), Processing, Success, Fail, PartialSuccess or Stopped; only read.
	// The platform's Initializing and Stopping last no time here. Created and Sequence are like those of a record.
	Status   string
	Created  time.Time
	Sequence uint64
	// Info is what the caller keeps with it.
	Info map[string]any
}

// TaskPart is a task for one target. Status is Waitting, Processing, Success, Fail, FailWaitRetry or Stopped.
type TaskPart struct {
	Target, Status, Output string
	Err                    *TaskError
}

// TaskError is why a part failed.
type TaskError struct{ Code, Text string }

func (e *TaskError) Error() string { return e.Text }

// ErrTaskState is that a task is in a state that does not allow a call.
var ErrTaskState = errors.New("the state of the task does not allow it")

// ErrNoTask is that there is no such task.
var ErrNoTask = errors.New("the task does not exist")

// Over reports whether nothing goes on of a task any more.
func (t Task) Over() bool {
	return t.Status == "Success" || t.Status == "Fail" || t.Status == "PartialSuccess" || t.Status == "Stopped"
}

// finished reports whether a part needs nothing done any more.
func (p *TaskPart) finished() bool {
	return p.Status == "Success" || p.Status == "Fail" || p.Status == "Stopped"
}

// tasks are the batch tasks of a cloud.
type tasks struct {
	cloud *Cloud
	ctx   context.Context
	end   context.CancelFunc
	work  sync.WaitGroup

	mu      sync.Mutex
	all     map[string]*task
	next    uint64
	changed chan struct{} // closed when a part of a task changes
}

// task is a Task that goes on. tasks.mu guards it.
type task struct {
	Task
	slots chan struct{}
	stops []context.CancelFunc // of the parts; nil where nothing goes on
	idle  []bool               // of a task of the state file that was not resumed: which parts wait for an order
}

func newTasks(c *Cloud) *tasks {
	ctx, end := context.WithCancel(context.Background())
	return &tasks{cloud: c, ctx: ctx, end: end, all: map[string]*task{}, changed: make(chan struct{})}
}

func (ts *tasks) close() {
	ts.end()
	ts.work.Wait()
}

// defaultParallel is how many targets are done at a time.
const defaultParallel = 10

// AddTask begins a task.
func (c *Cloud) AddTask(t Task) Task {
	if t.Parallel == 0 {
		t.Parallel = defaultParallel
	}
	ts := c.tasks
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.next++
	t.ID, t.Sequence, t.Created, t.Status = c.NewRecordID(), ts.next, c.opts.Now(), "Waitting"
	full := &task{Task: t, slots: make(chan struct{}, t.Parallel), stops: make([]context.CancelFunc, len(t.Parts))}
	for i := range full.Parts {
		full.Parts[i].Status = "Waitting"
	}
	ts.all[t.ID] = full
	ts.forgetOld()
	ts.touch(full)
	for i := range full.Parts {
		ts.touchPart(full, i)
		if !t.Confirm {
			ts.begin(full, i)
		}
	}
	return full.snapshot()
}

// touch notes that a task changed, or is gone. ts.mu is held.
func (ts *tasks) touch(t *task) { ts.cloud.store.Touch(store.Key{Table: taskTable, Name: t.ID}) }

// touchPart notes that a part of a task changed, or is gone. ts.mu is held.
func (ts *tasks) touchPart(t *task, i int) {
	ts.cloud.store.Touch(store.Key{Table: partTable, Name: partName(t.ID, i)})
}

// forget lets go of a task. ts.mu is held.
func (ts *tasks) forget(t *task) {
	delete(ts.all, t.ID)
	ts.touch(t)
	for i := range t.Parts {
		ts.touchPart(t, i)
	}
}

// ResumeTasks goes on with the tasks of the state file: do says how a task is carried out, or why it cannot be any
// more. A part that was under way is done again.
func (c *Cloud) ResumeTasks(do func(Task) (func(ctx context.Context, target string) (string, error), error)) {
	ts := c.tasks
	ts.mu.Lock()
	defer ts.mu.Unlock()
	for _, t := range ts.all {
		if t.idle == nil {
			continue
		}
		idle := t.idle
		t.idle = nil
		carryOut, err := do(t.snapshot())
		if err != nil {
			carryOut = func(context.Context, string) (string, error) { return "", err }
		}
		t.Do = carryOut
		for i := range t.Parts {
			if !idle[i] && !t.Parts[i].finished() {
				ts.begin(t, i)
			}
		}
	}
}

// maxParts is how many parts are kept of all tasks together: of ten of the largest.
const maxParts = 300_000

// forgetOld lets go of the oldest tasks that are over where there are too many. ts.mu is held.
func (ts *tasks) forgetOld() {
	parts := 0
	for _, t := range ts.all {
		parts += len(t.Parts)
	}
	for parts > maxParts {
		var oldest *task
		for _, t := range ts.all {
			if t.Over() && (oldest == nil || t.Sequence < oldest.Sequence) {
				oldest = t
			}
		}
		if oldest == nil {
			return
		}
		parts -= len(oldest.Parts)
		ts.forget(oldest)
	}
}

func (t *task) snapshot() Task {
	out := t.Task
	out.Parts = slices.Clone(t.Parts)
	return out
}

// begin does a part as soon as it may. ts.mu is held.
func (ts *tasks) begin(t *task, i int) {
	ctx, stop := context.WithCancel(ts.ctx)
	t.Parts[i].Status, t.Parts[i].Err, t.Parts[i].Output = "Waitting", nil, ""
	t.stops[i] = stop
	ts.touchPart(t, i)
	ts.work.Go(func() {
		defer stop()
		ts.carryOut(ctx, t, i)
	})
}

// carryOut does a part, and again where that is wanted, until it is finished or stopped.
func (ts *tasks) carryOut(ctx context.Context, t *task, i int) {
	if ts.pause(ctx, t.Schedule.Sub(ts.cloud.opts.Now())) != nil {
		return
	}
	for tries := 0; ; tries++ {
		select {
		case t.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		ts.set(ctx, t, i, "Processing", "", nil)
		output, err := t.Do(ctx, t.Parts[i].Target)
		<-t.slots
		if err == nil {
			ts.set(ctx, t, i, "Success", output, nil)
			return
		}
		if tries == t.Retries {
			ts.set(ctx, t, i, "Fail", output, err)
			return
		}
		ts.set(ctx, t, i, "FailWaitRetry", output, err)
		if ts.pause(ctx, t.Interval) != nil {
			return
		}
	}
}

// pause waits, until ctx ends.
func (ts *tasks) pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// set notes what became of a part, unless it was stopped.
func (ts *tasks) set(ctx context.Context, t *task, i int, status, output string, err error) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	p := &t.Parts[i]
	p.Status, p.Output, p.Err = status, output, nil
	if err != nil && !errors.As(err, &p.Err) {
		p.Err = &TaskError{Text: err.Error()}
	}
	if p.finished() {
		t.stops[i] = nil
	}
	ts.touchPart(t, i)
	ts.judge(t)
}

// judge says what the parts of a task, of which one changed, make of it. ts.mu is held.
func (ts *tasks) judge(t *task) {
	close(ts.changed)
	ts.changed = make(chan struct{})
	count := map[string]int{}
	for _, p := range t.Parts {
		count[p.Status]++
	}
	was := t.Status
	switch n := len(t.Parts); {
	case count["Processing"]+count["FailWaitRetry"] > 0, count["Waitting"] > 0 && count["Waitting"] < n:
		t.Status = "Processing"
	case count["Waitting"] > 0:
		t.Status = "Waitting"
	case count["Stopped"] > 0:
		t.Status = "Stopped"
	case count["Success"] == n:
		t.Status = "Success"
	case count["Fail"] == n:
		t.Status = "Fail"
	default:
		t.Status = "PartialSuccess"
	}
	if t.Status != was {
		ts.touch(t)
		ts.cloud.taskNotice(t.Task)
		ts.cloud.emit(event.Event{Kind: event.Response, Text: fmt.Sprintf("batch task %s (%s): %s", t.Name, t.Type,
			t.Status)})
	}
}

// find is a task of a project. ts.mu is held.
func (ts *tasks) find(project, id string) (*task, error) {
	t := ts.all[id]
	if t == nil || t.Project != "" && t.Project != project {
		return nil, fmt.Errorf("batch task %s: %w", id, ErrNoTask)
	}
	return t, nil
}

// Task returns a task.
func (c *Cloud) Task(project, id string) (Task, error) {
	c.tasks.mu.Lock()
	defer c.tasks.mu.Unlock()
	t, err := c.tasks.find(project, id)
	if err != nil {
		return Task{}, err
	}
	return t.snapshot(), nil
}

// AwaitTask waits until a task is as wanted.
func (c *Cloud) AwaitTask(ctx context.Context, project, id string, is func(Task) bool) (Task, error) {
	for {
		c.tasks.mu.Lock()
		changed := c.tasks.changed
		t, err := c.tasks.find(project, id)
		if err != nil {
			c.tasks.mu.Unlock()
			return Task{}, err
		}
		now := t.snapshot()
		c.tasks.mu.Unlock()
		if is(now) {
			return now, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return now, context.Cause(ctx)
		}
	}
}

// Tasks lists the tasks of a project, newest first.
func (c *Cloud) Tasks(project string) []Task {
	c.tasks.mu.Lock()
	defer c.tasks.mu.Unlock()
	var out []Task
	for _, t := range c.tasks.all {
		if t.Project == "" || t.Project == project {
			out = append(out, t.snapshot())
		}
	}
	slices.SortFunc(out, func(x, y Task) int { return cmp.Compare(y.Sequence, x.Sequence) })
	return out
}

// DeleteTask forgets a task that is over.
func (c *Cloud) DeleteTask(project, id string) error {
	c.tasks.mu.Lock()
	defer c.tasks.mu.Unlock()
	t, err := c.tasks.find(project, id)
	if err != nil {
		return err
	}
	if !t.Over() {
		return fmt.Errorf("batch task %s is %s: %w", id, t.Status, ErrTaskState)
	}
	c.tasks.forget(t)
	return nil
}

// An Order is what may be asked of a task's parts.
type Order int

// The orders: StopTask stops what is not finished, RetryTask does again what failed or was stopped, ConfirmTask begins
// what waits for it.
const (
	StopTask Order = iota
	RetryTask
	ConfirmTask
)

// takes are the states of parts that an order is for; refused those of tasks that take none (SDK client).
var takes = map[Order]struct{ parts, refused []string }{
	StopTask: {[]string{"Processing", "Waitting", "FailWaitRetry"},
		[]string{"Success", "Fail", "PartialSuccess", "Stopped", "Stopping"}},
	RetryTask: {[]string{"Fail", "FailWaitRetry", "Stopped"},
		[]string{"Success", "Stopped", "Stopping", "Waitting", "Initializing"}},
	ConfirmTask: {[]string{"Waitting"}, []string{"Success", "Fail", "PartialSuccess", "Stopped", "Stopping"}},
}

// OrderTask gives an order to the parts of a task that have one of the targets; to all that it is for when there
// are none. For each target it returns why not, or nil.
func (c *Cloud) OrderTask(project, id string, order Order, targets []string) (map[string]error, error) {
	ts, is := c.tasks, takes[order]
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t, err := ts.find(project, id)
	if err != nil {
		return nil, err
	}
	if slices.Contains(is.refused, t.Status) || order == ConfirmTask && !t.Confirm {
		return nil, fmt.Errorf("batch task %s is %s: %w", id, t.Status, ErrTaskState)
	}
	out := map[string]error{}
	for _, target := range targets {
		out[target] = fmt.Errorf("target %s: %w", target, ErrNoDevice)
	}
	for i := range t.Parts {
		p := &t.Parts[i]
		_, named := out[p.Target]
		switch {
		case len(targets) > 0 && !named:
			continue
		case !slices.Contains(is.parts, p.Status):
			if named {
				out[p.Target] = fmt.Errorf("the target is %s: %w", p.Status, ErrTaskState)
			}
			continue
		}
		out[p.Target] = nil
		ts.order(t, i, order)
	}
	ts.judge(t)
	return out, nil
}

// order gives an order to a part. ts.mu is held.
func (ts *tasks) order(t *task, i int, order Order) {
	if stop := t.stops[i]; stop != nil {
		stop()
		t.stops[i] = nil
	}
	if order == StopTask {
		t.Parts[i].Status = "Stopped"
		ts.touchPart(t, i)
		return
	}
	ts.begin(t, i)
}
