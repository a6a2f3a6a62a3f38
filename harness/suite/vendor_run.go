package suite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	dev "quecstar/harness/device"
	"quecstar/harness/script"
	"quecstar/harness/virtual"
)

// vendorRun is one run of a vendor's file, with what it said of each case.
type vendorRun struct {
	mu     sync.Mutex
	cases  []*vendorSaid
	before []string // lines since the last of a case
	events []Event  // since then
	bytes  int
	last   time.Duration // when the last line of a case came
	news   chan struct{} // has room for one: a line of a case came

	end   *Problem // how the script ended that did not come to its end
	took  time.Duration
	files []string
	hide  []string        // secrets of the run
	given map[string]bool // cases whose test had its result
}

// vendorSaid is what was printed of one case.
type vendorSaid struct {
	name   string
	lines  []vendorCase
	took   time.Duration
	events []Event
}

func (v *vendorRun) of(name string) *vendorSaid {
	for _, c := range v.cases {
		if c.name == name {
			return c
		}
	}
	return nil
}

// hear takes what happens in the run.
func (v *vendorRun) hear(r record) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.bytes += 100 + size(r.Event); v.bytes < mostBytes {
		v.events = append(v.events, r.told())
	}
	if r.Kind != line {
		return
	}
	text := string(r.Payload)
	c, ok := readCase(text, v.before)
	if !ok {
		if v.before = append(v.before, text); len(v.before) > 100 {
			v.before = v.before[1:]
		}
		return
	}
	said := v.of(c.name)
	if said == nil {
		said = &vendorSaid{name: c.name}
		v.cases = append(v.cases, said)
	}
	said.lines = append(said.lines, c)
	said.took += r.at - v.last
	said.events = append(said.events, v.events...)
	v.events, v.before, v.last = nil, nil, r.at
	select {
	case v.news <- struct{}{}:
	default:
	}
}

// playVendor runs a file on a device, for most of its clock at most.
func playVendor(ctx context.Context, t Test, seed uint64, o Options, most time.Duration) *vendorRun {
	v := &vendorRun{given: map[string]bool{}}
	several := strings.HasSuffix(t.ID, "["+t.Device+"]")
	t.Name = wholeName // whichever case has it run
	t.ID = testID(t.File, t, several)
	tell := o.Secret
	o.Secret = func(value string) {
		v.mu.Lock()
		v.hide = append(v.hide, value)
		v.mu.Unlock()
		if tell != nil {
			tell(value)
		}
	}
	do := func(ctx context.Context) {
		v.news = make(chan struct{}, 1)
		w := newWorld(ctx, t, seed, o, o.virtualFor(t), v.hear)
		began := time.Now()
		v.end = v.play(ctx, w, most)
		if err := w.close(); err != nil && v.end == nil {
			v.end = &Problem{Class: Harness, Text: err.Error()}
		}
		v.took, v.files = time.Since(began), w.read
	}
	if !o.virtualFor(t) {
		do(ctx)
		return v
	}
	ended, stop := endOf(ctx)
	defer stop()
	if err := virtual.Run(epoch, func() { within(ended, do) }); err != nil {
		p := stuck(err, &run{phase: "test"})
		v.end = &p
	}
	return v
}

// play is how the script ended; nil is that it came to its end.
func (v *vendorRun) play(ctx context.Context, w *world, most time.Duration) *Problem {
	d, err := w.startDevice(start{script: filepath.Base(w.test.File), kind: w.test.Device, name: "script"})
	if errors.Is(err, dev.ErrUnreachable) {
		return &Problem{Class: Port, Text: err.Error()}
	} else if err != nil {
		return &Problem{Class: Harness, Text: err.Error()}
	}
	each := orTime(w.opts.Timeout, defaultTimeout)
	late, quiet := time.NewTimer(most), time.NewTimer(each)
	defer late.Stop()
	defer quiet.Stop()
	waits := func() string {
		if where := d.now().sess.Where(); where != "" {
			return ": the script is in " + where
		}
		return ""
	}
	for {
		select {
		case <-d.done:
			return endedWith(d)
		case <-v.news:
			quiet.Reset(each)
		case <-quiet.C:
			return &Problem{Class: Timeout, Text: fmt.Sprintf("there came no line of a case within %v%s", each, waits())}
		case <-late.C:
			return &Problem{Class: Timeout, Text: fmt.Sprintf("it did not come to its end within %v%s", most, waits())}
		case <-ctx.Done():
			return &Problem{Class: Harness, Text: "it was ended: " + context.Cause(ctx).Error()}
		}
	}
}

// endedWith is how a script ended that should have come to its end.
func endedWith(d *device) *Problem {
	var exit *script.Exit
	switch err := d.err; {
	case err == nil, errors.As(err, &exit) && exit.Code == 0:
		return nil
	case errors.Is(err, dev.ErrUnreachable):
		return &Problem{Class: Port, Text: err.Error()}
	default:
		p := problemOf(err, Script)
		return &p
	}
}

// playing has the run that the tests of a file take their results from, one after the other.
var playing struct {
	sync.Mutex
	key string
	run *vendorRun
}

// runVendor is the result of one case. The first that is asked for runs the file, and so does one that had its
// result already: it is to be run again.
func runVendor(ctx context.Context, t Test, seed uint64, o Options, emit func(Event)) Result {
	began := time.Now()
	playing.Lock()
	defer playing.Unlock()
	key := fmt.Sprintf("%s\x00%s\x00%d", t.File, t.Device, seed)
	if playing.key != key || playing.run.given[t.Name] {
		playing.run, playing.key = playVendor(ctx, t, seed, o, t.Timeout), key
	}
	v := playing.run
	if ctx.Err() != nil {
		playing.key = "" // it is of no use to others
	}
	v.given[t.Name] = true
	for _, value := range v.hide {
		if o.Secret != nil {
			o.Secret(value)
		}
	}
	res := Result{Seed: seed, Files: v.files}
	events := v.events
	if t.Name == wholeName {
		res.Took = v.took
		v.whole(t, &res)
	} else {
		events = v.tell(t, &res)
	}
	if emit != nil {
		for _, e := range events {
			emit(e)
		}
	}
	for i := range res.Problems {
		p := &res.Problems[i]
		p.Phase = "test"
		if p.File == "" {
			p.File, p.Line = t.File, t.Line
		}
	}
	res.Real = time.Since(began)
	return res
}

// tell fills in the result of a case, and returns what happened in it.
func (v *vendorRun) tell(t Test, res *Result) []Event {
	said := v.of(t.Name)
	if said == nil {
		class := Harness
		if v.end != nil && v.end.Class == Port {
			class = Port
		}
		res.problem(Errored, class, t.Name+" printed no result"+v.howEnded(t))
		return nil
	}
	res.Took, res.Checks, res.Verdict = said.took, len(said.lines), Skipped
	var odd []string
	for i, c := range said.lines {
		which := ""
		if len(said.lines) > 1 {
			which = fmt.Sprintf(" (line %d of %d)", i+1, len(said.lines))
		}
		if c.odd != "" {
			odd = append(odd, c.odd+which)
		}
		switch verdict := c.verdict(); verdict {
		case Failed:
			res.problem(Failed, Assertion, fmt.Sprintf("%s is %s: %s%s", c.name, c.word, c.info, which))
		case Errored:
			res.problem(Errored, Harness, fmt.Sprintf("%s is %q, which is none of True, False and N/A: %s%s",
				c.name, c.word, c.info, which))
		case Passed:
			if res.Verdict == Skipped {
				res.Verdict = Passed
			}
		default:
			res.Reason = c.word + ": " + c.info
		}
	}
	if res.Verdict == Passed {
		res.Reason = ""
	}
	if len(odd) > 0 {
		res.Reason = strings.TrimPrefix(res.Reason+"; "+odd[0], "; ")
	}
	return said.events
}

// problem adds one, which decides where it is the first.
func (r *Result) problem(v Verdict, c Class, text string) {
	if len(r.Problems) == 0 {
		r.Verdict = v
	}
	r.Problems = append(r.Problems, Problem{Class: c, Text: text})
}

func (v *vendorRun) howEnded(t Test) string {
	if v.end == nil {
		return ", although the script came to its end"
	}
	headline, _, _ := strings.Cut(v.end.Text, "\n")
	return fmt.Sprintf(": %s (see %s::%s)", headline, t.File, wholeName)
}

// whole fills in the result of the file as a whole.
func (v *vendorRun) whole(t Test, res *Result) {
	res.Verdict = Passed
	var others []string
	for _, c := range v.cases {
		res.Checks += len(c.lines)
		if !slices.Contains(t.Cases, c.name) {
			others = append(others, fmt.Sprintf("%s (%s)", c.name, c.lines[0].word))
		}
	}
	if v.end != nil {
		res.Verdict, res.Problems = Failed, []Problem{*v.end}
		if c := v.end.Class; c == Harness || c == Port {
			res.Verdict = Errored
		}
	}
	if len(others) > 0 {
		res.problem(Errored, Harness, "it printed cases that are not of its tests: "+strings.Join(others, ", "))
	}
	if len(v.cases) == 0 {
		res.problem(Errored, Harness, "it printed no line of a case")
	}
}
