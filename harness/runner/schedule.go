package runner

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"quecstar/harness/results"
	"quecstar/harness/suite"
)

// run is a plan that is being run.
type run struct {
	o    *Options
	ctx  context.Context
	stop chan struct{} // closed when no further test is to begin
	pool *pool
	// slots are for lanes that compute: as many as there may be workers.
	slots chan struct{}

	mu      sync.Mutex
	why     string // tests are not run any more
	out     Outcome
	history history
	sources *results.Sources
}

// queue has jobs that wait.
type queue struct {
	mu    sync.Mutex
	jobs  []*job
	lanes int // how many take from it
}

// mostBatch is how many tests a worker is told of at once.
const mostBatch = 64

// take is the next jobs: many while there are many, so that a worker need not wait for the next, one by one at the
// end, so that none waits while another has several.
func (q *queue) take() []*job {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(max(len(q.jobs)/(4*q.lanes), 1), mostBatch, len(q.jobs))
	for n > 0 && n < len(q.jobs) && oneRun(q.jobs[n-1].entry, q.jobs[n].entry) {
		n++
	}
	batch := q.jobs[:n:n]
	q.jobs = q.jobs[n:]
	return batch
}

// oneRun reports whether a worker has the results of two tests from one run.
func oneRun(a, b *entry) bool {
	x, y := &a.test, &b.test
	return x.Vendor && y.Vendor && x.File == y.File && x.Device == y.Device && a.seed == b.seed
}

// back puts jobs where they came from.
func (q *queue) back(jobs ...*job) {
	if len(jobs) == 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.jobs = append(append([]*job(nil), jobs...), q.jobs...)
}

// Run runs a plan. The end of ctx ends the tests that run within a short time, and its cause is told as why others
// were not run. A plan is run once. An error is that no worker process can be started.
func Run(ctx context.Context, p *Plan, o *Options) (*Outcome, error) {
	r := &run{o: o, ctx: ctx, stop: make(chan struct{}), history: history{}, sources: o.Sources}
	if r.sources == nil {
		r.sources = &results.Sources{Root: o.Suite.Root}
	}
	r.sources.Meet(p.files())
	if o.Today.IsZero() {
		o.Today = time.Now()
	}
	r.out.Verdicts, r.out.Read = map[suite.Verdict]int{}, map[string][]string{}
	r.pool = p.pool
	began := time.Now()
	host, _ := os.Hostname() // a result without it is one, too
	o.Stream.Write(results.Line{At: began, Kind: results.RunStart, Run: &results.Run{ID: uuid.NewString(), Version: o.Version,
		Host: host, Seed: o.Seed, Plan: p.Hash, Tests: len(p.entries), Shard: o.Shard.N, Of: o.Shard.Of, Flags: o.Flags}})
	err := r.all(p)
	r.pool.close()
	r.end(p, began)
	if len(r.history) > 0 {
		if lost := remember(o.Suite.Root, r.history); lost != nil {
			o.Note(fmt.Sprintf("what --last-failed goes by is not kept: %v", lost))
		}
	}
	return &r.out, err
}

func (r *run) end(p *Plan, began time.Time) {
	done := 0
	for _, n := range r.out.Verdicts {
		done += n
	}
	r.out.NotRun, r.out.Why = len(p.entries)-done, r.why
	if r.out.Why == "" && r.ctx.Err() != nil {
		r.out.Why = context.Cause(r.ctx).Error()
	}
	if r.out.NotRun == 0 {
		r.out.Why = ""
	}
	r.sources.Tell(r.o.Stream)
	r.o.Stream.Write(results.Line{Kind: results.RunEnd, End: &results.End{Verdicts: r.out.Verdicts, NotRun: r.out.NotRun,
		Why: r.out.Why, Took: time.Since(began)}})
}

// all runs the entries: those that need nothing for themselves on as many workers as there may be, those that share a
// module or another lease one after the other.
func (r *run) all(p *Plan) error {
	l := &lanes{free: &queue{}}
	ports := newPorts()
	for _, e := range p.entries {
		j := &job{entry: e}
		if res, ok := r.known(e); ok {
			r.decide(j, res)
			continue
		}
		leases, port := r.leasesOf(e, ports)
		l.put(j, leases, port)
	}
	r.slots = make(chan struct{}, workers(r.o.Jobs))
	l.free.lanes = min(cap(r.slots), len(l.free.jobs))
	defer r.ticks()()
	return l.run(r)
}

// ticks has the live views show that time passes, until the returned function is called.
func (r *run) ticks() (stop func()) {
	if !r.o.Live {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		t := time.NewTicker(500 * time.Millisecond)
		defer t.Stop()
		for {
			select {
			case <-done:
				return
			case <-t.C:
				r.o.Stream.Last("", "")
			}
		}
	}()
	return func() { close(done); <-ended }
}

// batchRun is one worker's work on some jobs.
type batchRun struct {
	*run
	worker *worker
	jobs   []*job
	at     int  // the one that runs, or is to be the next
	begun  bool // it runs
	left   []*job
	events []suite.Event
	late   *time.Timer // the watchdog
	began  time.Time
}

// do runs the jobs. It reports whether the worker can be used again; jobs that are to be run, again or at all, are
// in left.
func (b *batchRun) do() (alive bool) {
	orders := make([]order, len(b.jobs))
	for i, j := range b.jobs {
		orders[i] = order{Test: &j.test, Seed: j.seed}
	}
	b.late = time.NewTimer(time.Hour)
	defer b.late.Stop()
	b.late.Reset(collectTimeout)
	b.worker.send(request{Run: orders})
	stop, cancelled := b.stop, b.ctx.Done()
	for {
		select {
		case <-stop:
			stop = nil
			b.worker.send(request{Stop: true})
		case <-cancelled:
			cancelled = nil
			b.worker.send(request{Cancel: true})
			b.late.Reset(grace)
		case <-b.late.C:
			b.worker.kill()
			b.hangs()
			return false
		case reply, ok := <-b.worker.replies:
			switch {
			case !ok:
				b.crashed()
				return false
			case reply.Idle:
				b.left = append(b.left, b.jobs[min(b.at, len(b.jobs)):]...)
				return !b.stopped()
			default:
				b.heed(&reply)
			}
		}
	}
}

func (b *batchRun) heed(r *reply) {
	if b.at >= len(b.jobs) {
		return
	}
	j := b.jobs[b.at]
	switch {
	case r.Begin:
		b.start()
	case r.Hide != "":
		b.worker.secrets = append(b.worker.secrets, r.Hide)
		b.sources.Hide(r.Hide)
	case r.Event != nil:
		b.events = append(b.events, *r.Event)
	case r.Attached != nil:
		j.attached = append(j.attached, *r.Attached)
	case r.Last != "":
		b.o.Stream.Last(j.key, r.Last)
	case r.Result != nil:
		b.done(j, *r.Result)
	}
}

// start has the watchdog watch the job that begins now.
func (b *batchRun) start() {
	b.events, b.worker.secrets = nil, nil
	b.begun, b.began = true, time.Now()
	b.begin(b.jobs[b.at])
	if b.ctx.Err() == nil {
		b.late.Reset(b.patience(&b.jobs[b.at].test))
	}
}

func (b *batchRun) done(j *job, res suite.Result) {
	if b.ctx.Err() != nil && res.Verdict != suite.Passed && res.Verdict != suite.Skipped {
		res.Verdict = suite.Errored
		ended := suite.Problem{Class: suite.Harness, Text: "it was ended: " + context.Cause(b.ctx).Error()}
		res.Problems = append([]suite.Problem{ended}, res.Problems...)
	}
	b.at, b.begun = b.at+1, false
	if b.finish(j, res, b.events) {
		b.left = append(b.left, j)
	}
	if b.ctx.Err() == nil {
		b.late.Reset(collectTimeout) // for the word of the next, or that it is idle
	}
}

// crashed gives the job that ran when the worker ended its verdict.
func (b *batchRun) crashed() {
	text := b.worker.obituary()
	if b.ctx.Err() != nil {
		text = "its process ended before it did" // as it may that is asked to end at once
	}
	b.lost(text)
}

// hangs gives the job that the watchdog ended its verdict.
func (b *batchRun) hangs() {
	if !b.begun {
		b.lost(fmt.Sprintf("the worker process did not answer within %v, and was killed", collectTimeout))
		return
	}
	t := &b.jobs[b.at].test
	text := fmt.Sprintf("it did not end within %v of real time, and its process was killed: "+
		"it computes without an end, or waits for what its clock does not move", b.patience(t))
	if b.ctx.Err() != nil {
		text = fmt.Sprintf("it did not end within %v, and its process was killed", grace)
	}
	b.lost(text)
}

// lost is that the worker is no more. Where it died between two tests none is to blame, but the first of those that
// it was given: else one that dies at once would be started for ever.
func (b *batchRun) lost(text string) {
	if !b.begun && (b.at > 0 || b.ctx.Err() != nil) {
		b.left = append(b.left, b.jobs[b.at:]...)
		return
	}
	j := b.jobs[b.at]
	if !b.begun {
		b.begin(j)
		b.began = time.Now()
	}
	b.left = append(b.left, b.jobs[b.at+1:]...)
	if b.ctx.Err() != nil {
		text = "it was ended: " + context.Cause(b.ctx).Error() + "; " + text
	}
	res := j.ended(suite.Errored, suite.Harness, text)
	res.Real = time.Since(b.began)
	if b.finish(j, res, b.events) {
		b.left = append([]*job{j}, b.left...)
	}
}

// patience is how long a test may take by the wall's clock. In virtual time it should take next to none: ten times
// its budget is for those that compute. In real time all its budgets may be used up.
func (r *run) patience(t *suite.Test) time.Duration {
	if r.o.patient != nil {
		return r.o.patient(t)
	}
	o := &r.o.Suite
	timeout := orDefault(orDefault(t.Timeout, o.Timeout), defaultTimeout)
	clock := t.Clock
	if clock == "" {
		clock = o.Clock
	}
	if clock == "real" || o.Live || !isSimulated(t.Device) && o.Replay == "" {
		around := orDefault(o.SetupTimeout, defaultSetup) + orDefault(o.TeardownTimeout, defaultTeardown)
		return timeout + around + 30*time.Second
	}
	return max(10*timeout+10*time.Second, 30*time.Second)
}

// isSimulated reports whether a device is all in the worker, which can have virtual time.
func isSimulated(device string) bool {
	return device == "" || device == "direct" || device == "at:sim" || device == "repl:sim"
}

// isReal reports whether a device is on a port of this machine or the network.
func isReal(device string) bool {
	kind, port, _ := strings.Cut(device, ":")
	return (kind == "at" || kind == "repl") && port != "sim"
}
