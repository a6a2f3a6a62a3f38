package suite

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	dev "quecstar/harness/device"
	"quecstar/harness/script"
	"quecstar/harness/session"
)

// note notes an error of the test's, unless a check noted it already.
func (r *run) note(err error, fixture string) {
	var skip *skipped
	if errors.As(err, &skip) {
		return
	}
	var failed *failure
	if errors.As(err, &failed) && len(r.problems) > 0 {
		return // it was noted where it failed
	}
	text, traceback := r.in.Describe(err)
	p := Problem{Class: r.classOf(err), Text: text, Traceback: traceback, Phase: r.phase, Fixture: fixture}
	switch {
	case errors.Is(err, errBudget) || strings.Contains(text, errBudget.Error()):
		p.Class, p.Text = Timeout, r.overdue(fixture)
		frames := strings.TrimRight(traceback, "\n")
		p.Traceback = frames[:strings.LastIndexByte(frames, '\n')+1] // without the last line, which is no exception's
	case ended(err):
		return // of the whole run, which tells it
	}
	if r.class != "" {
		p.Class, r.class = r.class, ""
	}
	p.File, p.Line = placeOf(traceback)
	p.hint()
	r.problems = append(r.problems, p)
}

// classOf is the class of an error that a script raised. Where all is simulated, or the test orders faults, what a
// network or a port does is none of their own doing.
func (r *run) classOf(err error) Class {
	if r.world.virtual || len(r.faults) > 0 {
		return Script
	}
	for _, x := range []struct {
		err   error
		class Class
	}{{dev.ErrGone, Port}, {dev.ErrLost, Link}, {dev.ErrTimeout, Link}, {dev.ErrUnreachable, Link}} {
		if errors.Is(err, x.err) {
			return x.class
		}
	}
	return Script
}

// classOfEnd is why nothing came of what was expected of subjects: what ended one of them, or else that it is not so.
func (r *run) classOfEnd(all []*wanted) Class {
	for _, x := range all {
		if d, ok := x.of.(*device); ok && r.endedEarly != "" && d.failed() {
			return r.classOf(d.err)
		}
	}
	return Assertion
}

// overdue says what took longer than it may.
func (r *run) overdue(fixture string) string {
	switch r.phase {
	case "setup":
		return fmt.Sprintf("the fixture %s took longer than %v%s", fixture, orTime(r.world.opts.SetupTimeout,
			30*time.Second), r.ofTime())
	case "teardown":
		return fmt.Sprintf("tidying up (%s) took longer than %v%s", fixture, orTime(r.world.opts.TeardownTimeout,
			30*time.Second), r.ofTime())
	}
	return fmt.Sprintf("the test took longer than %v%s: mark(timeout = …) or --timeout gives it more", r.budget(),
		r.ofTime())
}

// placeOf is the innermost place of a traceback.
func placeOf(traceback string) (file string, at int) {
	for _, text := range strings.Split(traceback, "\n") {
		rest, ok := strings.CutPrefix(text, `  File "`)
		if !ok {
			continue
		}
		name, rest, _ := strings.Cut(rest, `", line `)
		var n int
		if _, err := fmt.Sscanf(rest, "%d", &n); err == nil {
			file, at = name, n
		}
	}
	return file, at
}

// ProblemOf is what was wrong with a run of a script by itself, which ended with an error.
func ProblemOf(err error) Problem {
	class := Script
	switch {
	case errors.Is(err, script.ErrDeadline):
		class = Timeout
	case errors.Is(err, dev.ErrUnreachable), errors.Is(err, dev.ErrGone):
		class = Port
	}
	p := problemOf(err, class)
	p.Phase = "test"
	return p
}

// problemOf is an error of the file itself.
func problemOf(err error, class Class) Problem {
	p := Problem{Class: class, Text: err.Error(), Traceback: script.Traceback(err)}
	p.File, p.Line = placeOf(p.Traceback)
	p.hint()
	if m := compilerPlace.FindStringSubmatch(p.Text); m != nil && p.Line == 0 {
		p.File = m[1]
		p.Line, _ = strconv.Atoi(m[2]) // digits
	}
	return p
}

// compilerPlace is how an error of a file that does not compile begins: FILE:LINE:COLUMN.
var compilerPlace = regexp.MustCompile(`^(.+?):(\d{1,9}):\d+: `)

// settle makes the result of what happened.
func (r *run) settle(err error, res *Result) {
	res.Setup, res.Body, res.Teardown = r.took[0], r.took[1], r.took[2]
	res.Checks, res.Reached, res.Files = r.checks, r.reached, r.world.read
	var unreachable *session.SetupError
	var skip *skipped
	switch {
	case err == nil || errors.As(err, &skip):
	case errors.As(err, &unreachable), r.in == nil && errors.Is(err, dev.ErrUnreachable):
		r.problems = append(r.problems, Problem{Class: Port, Phase: "setup", Text: err.Error()})
	case len(r.problems) == 0:
		p := problemOf(err, r.classOf(err))
		p.Phase = r.phase
		r.problems = append(r.problems, p)
	}
	if len(r.problems) > 0 && res.Problems == nil {
		res.Problems = r.problems
	}
	res.Verdict = r.verdict(res)
}

// verdict is what became of the test.
func (r *run) verdict(res *Result) Verdict {
	switch {
	case len(r.problems) == 0 && r.skip != nil:
		res.Reason = r.skip.why
		return Skipped
	case len(r.problems) == 0 && r.test.XFail != "":
		res.Reason = r.test.XFail
		res.Problems = []Problem{{Class: Assertion, File: r.test.File, Line: r.test.Line,
			Text: "it passed, although it is expected to fail: " + r.test.XFail}}
		return XPassed
	case len(r.problems) == 0:
		return Passed
	case r.problems[0].Phase == "test" && r.problems[0].Class != Harness && r.test.XFail != "":
		res.Reason = r.test.XFail
		return XFailed
	case r.problems[0].Phase != "test" || r.problems[0].Class == Harness:
		return Errored
	}
	return Failed
}
