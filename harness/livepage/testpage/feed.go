package testpage

import (
	"cmp"
	"context"
	"slices"
	"time"

	"quecstar/harness/livepage"
	"quecstar/harness/suite"
)

// mostRows is how many tests a page is told of at once.
const mostRows = 1000

// update is what a page is told at once: the tests that have changed, as they are now. Tests that change more often
// than a page is told are told once.
type update struct {
	// Anew is that these are all, and others are there no more.
	Anew  bool  `json:"anew,omitempty"`
	Tests []row `json:"tests"`
	State state `json:"state"`
}

// row is a test in the list. Times are in nanoseconds.
type row struct {
	Key      string          `json:"key"`
	ID       string          `json:"id"`
	File     string          `json:"file"`
	Place    int             `json:"place"`
	Verdict  string          `json:"verdict"` // also "running", and "not_run" of one that has none
	Headline string          `json:"headline,omitempty"`
	Class    suite.Class     `json:"class,omitempty"`
	Tags     []string        `json:"tags,omitempty"`
	Device   string          `json:"device,omitempty"`
	Real     time.Duration   `json:"real"`
	Round    int             `json:"round,omitempty"`
	Earlier  []suite.Verdict `json:"earlier,omitempty"`
	// Waits is that it is to be run in this round, Since for how long it has been running, and Last what happened in it.
	Waits   bool          `json:"waits,omitempty"`
	Since   time.Duration `json:"since,omitempty"`
	Attempt int           `json:"attempt,omitempty"`
	Last    string        `json:"last,omitempty"`
}

// state is what is going on.
type state struct {
	Phase   phase  `json:"phase"`
	Round   int    `json:"round"`
	Note    string `json:"note,omitempty"`
	Watch   bool   `json:"watch,omitempty"`
	Version string `json:"version"`
	// Kept is that attachments can be had.
	Kept    bool   `json:"kept,omitempty"`
	Seed    uint64 `json:"seed"`
	Planned int    `json:"planned"`
	Done    int    `json:"done"`
	Bad     int    `json:"bad"`
	// Took is for how long it has been running, or did; Left how long it is going to, 0 where that is not known.
	Took time.Duration `json:"took"`
	Left time.Duration `json:"left,omitempty"`
}

// feed is a livepage.Feed.
func (p *Page) feed(cursor int) livepage.Reader { return &reader{p, cursor} }

type reader struct {
	page   *Page
	cursor int
}

// Wait implements livepage.Reader.
func (r *reader) Wait(ctx context.Context) error { return r.page.wait(ctx, r.cursor) }

// Next implements livepage.Reader.
func (r *reader) Next() (message any, cursor int) {
	p := r.page
	p.mu.Lock()
	defer p.mu.Unlock()
	u := update{State: p.round.state(p.opts)}
	if u.Anew = r.cursor < p.anew || r.cursor > p.seq; u.Anew {
		r.cursor = -1
	}
	var changed []*test
	for _, t := range p.order {
		if t.changed > r.cursor {
			changed = append(changed, t)
		}
	}
	r.cursor = p.seq
	if len(changed) > mostRows {
		slices.SortFunc(changed, func(a, b *test) int { return cmp.Compare(a.changed, b.changed) })
		changed = changed[:mostRows]
		r.cursor = changed[mostRows-1].changed
	}
	u.Tests = make([]row, len(changed))
	for i, t := range changed {
		u.Tests[i] = t.row(p.earlier[t.about.Key])
	}
	return u, r.cursor
}

func (t *test) row(earlier []suite.Verdict) row {
	a := &t.about
	r := row{Key: a.Key, ID: t.test.ID, File: t.test.File, Place: t.place, Verdict: string(a.Verdict),
		Headline: a.Headline, Class: a.Class, Tags: a.Tags, Device: a.Device, Real: a.Real, Round: t.round,
		Earlier: earlier, Waits: t.waits}
	switch {
	case !t.running.IsZero():
		r.Verdict, r.Headline, r.Class = "running", "", ""
		r.Since, r.Attempt, r.Last = time.Since(t.running), t.attempt, t.last
	case a.Verdict == "":
		r.Verdict = "not_run"
	}
	return r
}

func (r *round) state(o Options) state {
	s := state{Phase: r.phase, Round: r.n, Note: r.note, Watch: o.Watch, Version: o.Version, Kept: o.Folder != "",
		Planned: r.planned, Done: r.done, Bad: r.bad, Took: r.took}
	if r.run != nil {
		s.Seed = r.run.Seed
	}
	if r.phase == idle || r.phase == ended {
		return s
	}
	s.Took = time.Since(r.began)
	if r.past > 0 && r.all > r.past {
		// By what was usual: the tests that are left take as much longer, or less, as those that are done did.
		s.Left = time.Duration(float64(s.Took) * float64(r.all-r.past) / float64(r.past))
	}
	return s
}
