package runner

import (
	"fmt"
	"slices"
	"time"

	"quecstar/harness/results"
	"quecstar/harness/suite"
)

// job is an entry on its way to a verdict.
type job struct {
	*entry
	attempt int // of now, from 1
	failed  bool
	// attached is what the test attached in this attempt.
	attached []results.Data
}

// begin tells that an attempt at a job begins.
func (r *run) begin(j *job) {
	j.attempt++
	j.attached = nil
	r.o.Stream.Write(results.Line{Kind: results.TestStart, Test: j.key, Attempt: j.attempt, About: &j.test})
}

// decide gives a job that is not run a result, which is its last.
func (r *run) decide(j *job, res suite.Result) {
	r.begin(j)
	r.tell(j, &res, nil, false)
}

// finish tells how an attempt ended, and reports whether there is to be another.
func (r *run) finish(j *job, res suite.Result, events []suite.Event) (again bool) {
	if res.Verdict == "" {
		res.Verdict = suite.Errored
		res.Problems = append(res.Problems, suite.Problem{Class: suite.Harness, Text: "the test ended without a verdict"})
	}
	again = r.retries(j, &res)
	r.tell(j, &res, events, again)
	return again
}

// tell tells how an attempt ended, and what becomes of the test where it was the last.
func (r *run) tell(j *job, res *suite.Result, events []suite.Event, again bool) {
	for i := range events {
		r.o.Stream.Write(results.Line{Kind: results.TestEvent, Test: j.key, Attempt: j.attempt, Event: &events[i]})
	}
	if len(events) > 0 || len(res.Problems) > 0 {
		r.sources.Add(append([]string{j.test.File}, res.Files...))
	}
	if res.Verdict.Bad() {
		j.attached = append(j.attached, results.Artifacts(events)...)
	}
	res.Attachments = r.o.Store.Keep(&j.test, j.key, j.attempt, j.attached)
	line := results.Line{Kind: results.TestEnd, Test: j.key, Attempt: j.attempt, Result: res}
	if again {
		j.failed = true
	} else {
		line.Verdict = r.verdict(j, res)
	}
	r.o.Stream.Write(line)
	r.count(j, res, line.Verdict)
}

// retries reports whether a failed test is to be run again.
func (r *run) retries(j *job, res *suite.Result) bool {
	if res.Verdict != suite.Failed && res.Verdict != suite.Errored || r.isQuarantined(&j.test) || r.stopped() {
		return false
	}
	most := r.o.Retries
	if j.test.Retries != nil {
		most = *j.test.Retries
	}
	if j.attempt > most {
		return false
	}
	return len(r.o.RetryOn) == 0 || len(res.Problems) > 0 && slices.Contains(r.o.RetryOn, res.Problems[0].Class)
}

// verdict is what becomes of a test whose last attempt ended so.
func (r *run) verdict(j *job, res *suite.Result) suite.Verdict {
	v := res.Verdict
	switch {
	case v == suite.Passed && j.failed:
		return suite.Flaky
	case v.Bad() && r.isQuarantined(&j.test):
		return suite.Quarantined
	case v.Bad() && j.test.Quarantine != "":
		res.Problems = append(res.Problems, suite.Problem{Class: suite.Harness,
			Text: fmt.Sprintf("its quarantine ended on %s (%s; %s)", j.test.Until, j.test.Quarantine, owner(&j.test))})
	}
	return v
}

func owner(t *suite.Test) string {
	if t.Owner == "" {
		return "no owner"
	}
	return "owner " + t.Owner
}

// expired reports whether the day has come on which a skip or quarantine ends.
func (r *run) expired(t *suite.Test) bool {
	return t.Until != "" && r.o.Today.Format(time.DateOnly) >= t.Until
}

func (r *run) isQuarantined(t *suite.Test) bool { return t.Quarantine != "" && !r.expired(t) }

// known is the result of a test that need not be run for it: one that is skipped, and a file that cannot be
// collected.
func (r *run) known(e *entry) (suite.Result, bool) {
	switch {
	case e.broken != nil:
		return suite.Result{Verdict: suite.Errored, Seed: e.seed, Problems: []suite.Problem{*e.broken}, Files: e.files}, true
	case !validDay(e.test.Until):
		return e.ended(suite.Errored, suite.Harness, fmt.Sprintf("until = %q is no day such as 2026-12-31", e.test.Until)), true
	case e.test.Skip == "":
		return suite.Result{}, false
	case r.expired(&e.test):
		text := fmt.Sprintf("it is skipped, and that ended on %s (%s; %s)", e.test.Until, e.test.Skip, owner(&e.test))
		return e.ended(suite.Failed, suite.Harness, text), true
	}
	return suite.Result{Verdict: suite.Skipped, Reason: e.test.Skip, Seed: e.seed}, true
}

// ended is a result that no worker gave.
func (e *entry) ended(v suite.Verdict, c suite.Class, text string) suite.Result {
	p := suite.Problem{Class: c, Text: text, File: e.test.File, Line: e.test.Line}
	return suite.Result{Verdict: v, Seed: e.seed, Problems: []suite.Problem{p}}
}

func validDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return text == "" || err == nil
}

// count keeps what the run is asked for at its end.
func (r *run) count(j *job, res *suite.Result, v suite.Verdict) {
	r.mu.Lock()
	defer r.mu.Unlock()
	read := r.out.Read[j.test.File]
	for _, f := range res.Files {
		if !slices.Contains(read, f) {
			read = append(read, f)
		}
	}
	r.out.Read[j.test.File] = read
	if v == "" {
		return
	}
	r.out.Verdicts[v]++
	if j.broken != nil {
		r.out.Broken++
	} else {
		r.history.add(j.test.ID, past{v, res.Real})
	}
	if v.Bad() && len(res.Problems) > 0 && res.Problems[0].Class == suite.Port {
		r.out.NoDevice++
	}
	if v.Bad() && r.o.FailFast && r.why == "" {
		r.why = "--fail-fast"
		close(r.stop)
	}
}

func (r *run) stopped() bool {
	select {
	case <-r.stop:
		return true
	case <-r.ctx.Done():
		return true
	default:
		return false
	}
}
