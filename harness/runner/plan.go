package runner

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"quecstar/harness/suite"
)

// Plan is the tests of a run, in their order.
type Plan struct {
	// Hash is of all that shards must agree on.
	Hash    string
	entries []*entry
	pool    *pool // the workers that collected, which can run as well
}

// Close ends the worker processes of a plan that is not run.
func (p *Plan) Close() { p.pool.close() }

// entry is one run of a test.
type entry struct {
	key    string
	test   suite.Test
	seed   uint64
	broken *suite.Problem // of a file that cannot be collected, which is an entry of its own
	files  []string       // that it read
}

// Tests are the tests of the plan, each once.
func (p *Plan) Tests() []suite.Test {
	var out []suite.Test
	seen := map[string]bool{}
	for _, e := range p.entries {
		if e.broken == nil && !seen[e.test.ID] {
			seen[e.test.ID] = true
			out = append(out, e.test)
		}
	}
	return out
}

// Broken are the problems of files that cannot be collected.
func (p *Plan) Broken() []suite.Problem {
	var out []suite.Problem
	for _, e := range p.entries {
		if e.broken != nil {
			out = append(out, *e.broken)
		}
	}
	return out
}

// Expected is how long the tests of the plan are thought to take, by ID: as long as they took in the last run of the
// root, or else the median of those known; all the same where none is. total is that of all their rounds.
func (p *Plan) Expected(root string) (of map[string]time.Duration, total time.Duration, err error) {
	known, err := remembered(root)
	var times []time.Duration
	for _, e := range p.entries {
		if past, ok := known[e.test.ID]; ok {
			times = append(times, past.Took)
		}
	}
	usual := max(median(times), time.Millisecond)
	of = map[string]time.Duration{}
	for _, e := range p.entries {
		took := usual
		if past, ok := known[e.test.ID]; ok {
			took = past.Took
		}
		of[e.test.ID] = took
		total += took
	}
	return of, total, err
}

// NewPlan collects and picks tests. A plan without any is a *UsageError. It is to be run or closed.
func NewPlan(ctx context.Context, o *Options) (*Plan, error) {
	workers := &pool{command: o.Worker, setup: setup{Options: o.Suite, Events: o.Events, Live: o.Live}}
	p, err := newPlan(ctx, o, workers)
	if err != nil {
		workers.close()
		return nil, err
	}
	return p, nil
}

func newPlan(ctx context.Context, o *Options, workers *pool) (*Plan, error) {
	wanted, err := expand(o.Suite.Root, o.Paths)
	if err != nil {
		return nil, err
	}
	keyword, tags, err := o.expressions()
	if err != nil {
		return nil, err
	}
	known := history{}
	if o.LastFailed || o.FailedFirst {
		if known, err = remembered(o.Suite.Root); err != nil {
			o.Note(fmt.Sprintf("%v: what the last run left is not used", err))
			known = history{}
		}
	}
	files, err := collect(ctx, o, workers, wanted)
	if err != nil {
		return nil, err
	}
	var picked []*entry
	for i := range files {
		more, err := files[i].pick(wanted)
		if err != nil {
			return nil, err
		}
		picked = append(picked, more...)
	}
	found := len(picked)
	picked = slices.DeleteFunc(picked, func(e *entry) bool {
		return e.broken == nil && (!o.wants(&e.test) || !matches(&e.test, keyword, tags))
	})
	picked = o.failed(picked, known)
	p := &Plan{entries: o.rounds(picked), pool: workers}
	if len(p.entries) == 0 {
		return nil, nothing(o, len(wanted), found)
	}
	return p, o.share(p)
}

func nothing(o *Options, files, found int) error {
	where := strings.Join(o.Paths, ", ")
	if where == "" {
		where = "."
	}
	switch {
	case files == 0:
		return usage("%s: there is no *_test.star or *_test.py", where)
	case found == 0:
		return usage("%s: there is no test_* function", where)
	case len(o.Only) > 0:
		return usage("%s: the tests that were to be run are there no more", where)
	}
	return usage("none of %d tests is picked; --list without -k and --tag shows all", found)
}

func (o *Options) expressions() (keyword, tags expr, err error) {
	if o.Keyword != "" {
		if keyword, err = parseExpr("-k", o.Keyword); err != nil {
			return nil, nil, err
		}
	}
	if o.Tags != "" {
		tags, err = parseExpr("--tag", o.Tags)
	}
	return keyword, tags, err
}

// wants reports whether a test is among those that alone are run.
func (o *Options) wants(t *suite.Test) bool {
	return len(o.Only) == 0 || o.Only[t.ID] || o.Only[t.File]
}

func matches(t *suite.Test, keyword, tags expr) bool {
	if tags != nil && !tags(func(word string) bool { return slices.Contains(t.Tags, word) }) {
		return false
	}
	if keyword == nil {
		return true
	}
	id := strings.ToLower(t.ID)
	return keyword(func(word string) bool { return strings.Contains(id, strings.ToLower(word)) })
}

// failed heeds --last-failed and --failed-first.
func (o *Options) failed(all []*entry, known history) []*entry {
	bad := func(e *entry) bool { return e.broken != nil || known[e.test.ID].Verdict.Bad() }
	if o.LastFailed {
		if only := slices.DeleteFunc(slices.Clone(all), func(e *entry) bool { return !bad(e) }); len(only) > 0 {
			return only
		}
		if len(all) > 0 {
			o.Note("none of these tests failed the last time: all are run")
		}
	}
	if o.FailedFirst {
		slices.SortStableFunc(all, func(a, b *entry) int {
			switch {
			case bad(a) && !bad(b):
				return -1
			case bad(b) && !bad(a):
				return 1
			}
			return 0
		})
	}
	return all
}

// rounds has each test there as often as it is to be run.
func (o *Options) rounds(all []*entry) []*entry {
	if o.Rounds <= 1 {
		for i := range all {
			all[i].seed = o.Seed
		}
		return all
	}
	var out []*entry
	for _, e := range all {
		for n := range o.Rounds {
			if e.broken != nil && n > 0 {
				break
			}
			next := *e
			next.seed = o.Seed
			if o.Vary {
				next.seed += uint64(n)
			}
			if e.broken == nil {
				next.key = fmt.Sprintf("%s#%d", e.key, n+1)
			}
			out = append(out, &next)
		}
	}
	return out
}

// share keeps the entries of this shard, and hashes what all shards are to do.
func (o *Options) share(p *Plan) error {
	of := make([]int, len(p.entries))
	if o.Shard.Of > 0 {
		times := history{} // what the last run here took would change the parts from one of them to the next
		if o.Durations != "" {
			var err error
			if times, err = readHistory(o.Durations); err != nil {
				return usage("--durations: %v", err)
			}
		}
		of = o.dealt(p.entries, times)
	}
	var lines []string
	for i, e := range p.entries {
		lines = append(lines, fmt.Sprintf("%s %d %d of %d\n", e.key, e.seed, of[i], o.Shard.Of))
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	p.Hash = hex.EncodeToString(sum[:6])
	if o.Shard.Of > 0 {
		var mine []*entry
		for i, e := range p.entries {
			if of[i] == o.Shard.N {
				mine = append(mine, e)
			}
		}
		p.entries = mine
	}
	return nil
}

// dealt gives each entry the number of its shard.
func (o *Options) dealt(all []*entry, known history) []int {
	var times []time.Duration
	for _, e := range all {
		if p, ok := known[e.test.ID]; ok {
			times = append(times, p.Took)
		}
	}
	usual := max(median(times), 1)
	name := func(e *entry) string {
		if o.ByTest {
			return e.test.ID
		}
		return e.test.File
	}
	var units []unit
	at := map[string]int{}
	for i := range all {
		key := name(all[i])
		if _, ok := at[key]; !ok {
			at[key] = len(units)
			units = append(units, unit{key: key})
		}
		took := usual
		if p, ok := known[all[i].test.ID]; ok {
			took = p.Took
		}
		units[at[key]].took += took
	}
	deal(units, o.Shard.Of)
	out := make([]int, len(all))
	for i := range all {
		out[i] = units[at[name(all[i])]].shard
	}
	return out
}

// pick makes entries of a file's tests that one of its selections wants. A selection that wants none is an error.
func (c *collected) pick(wanted []selection) ([]*entry, error) {
	if c.Problem != nil {
		name := c.File
		c.Problem.Phase = "" // there is no test yet that could have one
		e := entry{key: name, test: suite.Test{ID: name, File: c.File, Line: c.Problem.Line}, broken: c.Problem,
			files: c.Files}
		return []*entry{&e}, nil
	}
	take := make([]bool, len(c.Tests))
	for _, s := range wanted {
		if s.file != c.File {
			continue
		}
		some := s.name == "" && s.line == 0
		for i := range c.Tests {
			if s.picks(&c.Tests[i], c.Tests) {
				take[i], some = true, true
			}
		}
		if !some {
			return nil, usage("%s: there is no such test%s", s.arg, nearTest(s, c.Tests))
		}
	}
	var out []*entry
	for i := range c.Tests {
		if take[i] {
			out = append(out, &entry{key: c.Tests[i].ID, test: c.Tests[i]})
		}
	}
	return out, nil
}

func workers(jobs int) int {
	if jobs > 0 {
		return jobs
	}
	return runtime.GOMAXPROCS(0)
}

// collect has workers list the tests of the files, each once.
func collect(ctx context.Context, o *Options, p *pool, wanted []selection) ([]collected, error) {
	var out []collected
	for _, s := range wanted {
		if !slices.ContainsFunc(out, func(c collected) bool { return c.File == s.file }) {
			out = append(out, collected{File: s.file})
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	n := min(workers(o.Jobs), len(out))
	// A file more a worker would cost more than its process.
	if len(out) < 4 {
		n = 1
	}
	errs := make([]error, n)
	var wg sync.WaitGroup
	var all atomic.Int64
	got := func(files int) {
		if sum := all.Add(int64(files)); o.Collecting != nil {
			o.Collecting(int(sum), len(out))
		}
	}
	for i := range n {
		part := out[i*len(out)/n : (i+1)*len(out)/n]
		wg.Go(func() { errs[i] = collectPart(ctx, p, part, got) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, context.Cause(ctx)
}

// collectPart fills in the files of one worker. What ends or holds up the worker is the problem of the file that
// it was at.
func collectPart(ctx context.Context, p *pool, files []collected, got func(files int)) error {
	for len(files) > 0 && ctx.Err() == nil {
		w, err := p.get()
		if err != nil {
			return err
		}
		done := collectWith(ctx, w, files, got)
		if done == len(files) {
			p.put(w)
		}
		files = files[done:]
	}
	return nil
}

// collectWith returns for how many of the files there is an answer; got hears of each.
func collectWith(ctx context.Context, w *worker, files []collected, got func(files int)) (done int) {
	var names []string
	for _, f := range files {
		names = append(names, f.File)
	}
	w.send(request{Collect: names})
	late := time.NewTimer(collectTimeout)
	defer late.Stop()
	broken := func(text string) {
		files[done].Problem = &suite.Problem{Class: suite.Harness, Text: text, File: files[done].File}
		done++
		got(1)
	}
	for {
		select {
		case <-ctx.Done():
			w.kill()
			return len(files)
		case <-late.C:
			w.kill()
			broken(fmt.Sprintf("its tests were not listed within %v: what stands outside of functions takes too long",
				collectTimeout))
			return done
		case r, ok := <-w.replies:
			switch {
			case !ok:
				if done < len(files) {
					broken(w.obituary())
				}
				return done
			case r.Collected != nil && done < len(files):
				files[done].Tests, files[done].Problem, files[done].Files = r.Collected.Tests, r.Collected.Problem, r.Collected.Files
				done++
				got(1)
				late.Reset(collectTimeout)
			case r.Hide != "":
				w.secrets = append(w.secrets, r.Hide)
			case r.Idle:
				return done
			}
		}
	}
}
