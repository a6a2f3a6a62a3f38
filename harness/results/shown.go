package results

import (
	"time"

	"quecstar/harness/suite"
)

// Planned is one run of a test that is to be.
type Planned struct {
	// Key is Line.Test.
	Key  string
	Test suite.Test
	// Broken is that this is a file whose tests cannot be listed.
	Broken bool
	// Took is how long it is thought to take, by the wall's clock.
	Took time.Duration
}

// Summary is a test that has its verdict, as pages list it.
type Summary struct {
	Key      string        `json:"key"`
	Verdict  suite.Verdict `json:"verdict"`
	Headline string        `json:"headline,omitempty"`
	Class    suite.Class   `json:"class,omitempty"`
	Tags     []string      `json:"tags,omitempty"`
	Device   string        `json:"device,omitempty"`
	// Real is how long its last attempt took by the wall's clock.
	Real time.Duration `json:"real"`
}

// NewSummary is the summary of a case.
func NewSummary(c *Case) Summary {
	a := c.Last()
	s := Summary{Key: c.Key, Verdict: c.Verdict, Tags: c.Test.Tags, Device: c.Test.Device, Real: a.Result.Real}
	if p := decisive(c); p != nil {
		s.Headline, s.Class = headline(p.Text), p.Class
	} else {
		s.Headline = headline(a.Result.Reason)
	}
	return s
}

// decisive is the problem that a test is known by: of a flaky one, that of its first attempt.
func decisive(c *Case) *suite.Problem {
	a := c.Last()
	if c.Verdict == suite.Flaky {
		a = &c.Attempts[0]
	}
	if len(a.Result.Problems) == 0 {
		return nil
	}
	return &a.Result.Problems[0]
}

// Shown is a test that has its verdict, with all that a page shows of it.
type Shown struct {
	Key     string        `json:"key"`
	Test    *suite.Test   `json:"test"`
	Verdict suite.Verdict `json:"verdict"`
	// Again is the command that runs it as its last attempt ran.
	Again    string         `json:"again,omitempty"`
	Attempts []ShownAttempt `json:"attempts"`
}

// ShownAttempt is one run of a test.
type ShownAttempt struct {
	Began  time.Time     `json:"began"`
	Result *suite.Result `json:"result"`
	Events *htmlEvents   `json:"events,omitempty"`
	// Full is that the page was full, and has no events for that.
	Full bool `json:"full,omitempty"`
}

// NewShown is a case of a run as pages show it, with its events or without them. It shares the case's results.
func NewShown(run *Run, c *Case, events bool) *Shown {
	s := &Shown{Key: c.Key, Test: &c.Test, Verdict: c.Verdict}
	if c.Test.Name != "" {
		s.Again = again(run, c, c.Last())
	}
	for i := range c.Attempts {
		a := &c.Attempts[i]
		one := ShownAttempt{Began: a.Began, Result: &a.Result}
		if events {
			one.Events = packEvents(a.Events)
		}
		s.Attempts = append(s.Attempts, one)
	}
	return s
}
