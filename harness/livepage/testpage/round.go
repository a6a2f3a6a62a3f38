package testpage

import (
	"slices"
	"time"

	"quecstar/harness/results"
	"quecstar/harness/suite"
)

// test is a test in the list.
type test struct {
	about   results.Summary // without a verdict while it has none
	test    suite.Test
	broken  bool
	changed int // the last change of it
	place   int
	round   int // which its verdict is of; 0 is none
	usual   time.Duration

	waits   bool // for its turn in this round
	running time.Time
	attempt int
	last    string

	seed  uint64 // of its last attempt
	seeds Seeds  // of the order that had it run last
}

// round is what is going on.
type round struct {
	n       int
	phase   phase
	note    string // what went wrong with the round itself
	run     *results.Run
	began   time.Time
	took    time.Duration
	planned int
	done    int
	bad     int
	// all and past are how long the planned tests, and those of them that are done, usually take.
	all, past time.Duration
	stop      func()
}

// phase is what the page's command is doing.
type phase string

const (
	idle     phase = "idle" // it waits for a person, or for a change
	planning phase = "planning"
	running  phase = "running"
	stopping phase = "stopping"
	ended    phase = "ended"
)

// mostRounds is how many rounds keep the files that they read, for tests that were last run in them.
const mostRounds = 8

// mostEarlier is how many earlier verdicts of a test are shown, mostKnown of how many tests.
const (
	mostEarlier = 8
	mostKnown   = 100_000
)

// Plan has a round begin: its tests are being looked for. The function stop stops it, and must not wait for that;
// sources has the files that it will read.
func (p *Page) Plan(stop func(), sources *results.Sources) {
	p.change(func() {
		if p.round.phase == ended {
			stop()
			return
		}
		p.round = round{n: p.round.n + 1, phase: planning, stop: stop, run: p.round.run,
			began: time.Now()}
		p.sources[p.round.n] = sources
		delete(p.sources, p.round.n-mostRounds)
	})
}

// Fail ends a round without any results; why is for a person.
func (p *Page) Fail(why string) {
	p.change(func() { p.rest(why) })
}

// Planned tells which tests the round has. Those that the order was about and that the plan has not are gone.
func (p *Page) Planned(o Order, plan []results.Planned) {
	p.change(func() {
		p.round.planned = len(plan)
		state := map[string]bool{} // by file, whether it is broken
		for _, x := range plan {
			state[x.Test.File] = x.Broken
			t := p.know(x.Key, &x.Test)
			t.broken, t.waits, t.usual, t.seeds = x.Broken, true, x.Took, o.Seeds
			p.round.all += t.usual
		}
		p.drop(func(t *test) bool {
			broken, planned := state[t.test.File]
			return !t.waits && (o.covers(&t.test) || planned && broken != t.broken)
		})
	})
}

// Forget has the tests of files that are gone leave the list.
func (p *Page) Forget(files []string) {
	p.change(func() { p.drop(func(t *test) bool { return slices.Contains(files, t.test.File) }) })
}

// drop has tests leave the list. Pages are told all anew then, which is seldom.
func (p *Page) drop(gone func(t *test) bool) {
	n := len(p.order)
	p.order = slices.DeleteFunc(p.order, func(t *test) bool {
		if !gone(t) {
			return false
		}
		delete(p.tests, t.about.Key)
		p.records.remove(t.about.Key)
		return true
	})
	if len(p.order) == n {
		return
	}
	p.anew = p.seq
	for i, t := range p.order {
		t.place = i
		p.touch(t)
	}
}

// touch is that a test has changed. Each change of one has a number of its own: pages are told of some at a time.
func (p *Page) touch(t *test) {
	p.seq++
	t.changed = p.seq
}

// know is the test with a key, which is new where it was not there.
func (p *Page) know(key string, about *suite.Test) *test {
	t := p.tests[key]
	if t == nil {
		t = &test{place: len(p.order)}
		p.tests[key] = t
		p.order = append(p.order, t)
		t.about = results.Summary{Key: key}
	}
	t.test = *about
	p.touch(t)
	if t.about.Verdict == "" {
		t.about.Tags, t.about.Device = about.Tags, about.Device
	}
	return t
}

// Begin implements results.View.
func (p *Page) Begin(l *results.Line) {
	p.change(func() {
		p.round.run, p.round.began = l.Run, time.Now()
		if p.round.phase == planning {
			p.round.phase = running
		}
	})
}

// Started implements results.Live.
func (p *Page) Started(c *results.Case) {
	p.change(func() {
		t := p.know(c.Key, &c.Test)
		t.waits, t.running, t.attempt, t.last = false, time.Now(), len(c.Attempts), ""
	})
}

// Last implements results.Live. An empty test is that time passes.
func (p *Page) Last(key, text string) {
	p.change(func() {
		if t := p.tests[key]; t != nil && !t.running.IsZero() {
			t.last = text
			p.touch(t)
		}
	})
}

// Done implements results.View.
func (p *Page) Done(c *results.Case) {
	record := pack(results.NewShown(p.currentRun(), c, true)) // without the lock: a page need not wait for it
	p.change(func() {
		t := p.know(c.Key, &c.Test)
		if before := p.earlier[c.Key]; t.about.Verdict != "" {
			if len(p.earlier) >= mostKnown {
				clear(p.earlier)
			}
			before = append(slices.Clone(before), t.about.Verdict)
			p.earlier[c.Key] = before[max(0, len(before)-mostEarlier):]
		}
		t.about, t.round, t.seed = results.NewSummary(c), p.round.n, c.Last().Result.Seed
		t.waits, t.running, t.last = false, time.Time{}, ""
		p.records.put(c.Key, record, !c.Verdict.Bad())
		p.round.done++
		p.round.past += t.usual
		if c.Verdict.Bad() {
			p.round.bad++
		}
	})
}

func (p *Page) currentRun() *results.Run {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.round.run
}

// End implements results.View.
func (p *Page) End(l *results.Line) error {
	p.change(func() {
		why := ""
		if l != nil && l.End != nil && l.End.NotRun > 0 {
			why = l.End.Why
		}
		p.rest(why)
	})
	return nil
}

// rest is that nothing runs any more.
func (p *Page) rest(why string) {
	r := &p.round
	r.note, r.stop, r.took = why, nil, time.Since(r.began)
	if r.phase != ended {
		r.phase = idle
	}
	for _, t := range p.order {
		if t.waits || !t.running.IsZero() {
			t.waits, t.running = false, time.Time{}
			p.touch(t)
		}
	}
}
