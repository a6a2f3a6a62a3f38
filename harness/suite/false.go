package suite

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/event"
	"quecstar/harness/script"
	"quecstar/harness/spell"
	"quecstar/harness/virtual"
)

// What would pass although nothing says that it may is here: a test that checks nothing, a fault that never
// struck, a script that failed behind the test's back, a check that cannot fail.

// unchecked fails a test that checked nothing itself, and faults that never struck; out is what it returned.
func (r *run) unchecked(out starlark.Value) {
	add := func(class Class, text string) {
		r.problems = append(r.problems, Problem{Class: class, Phase: r.phase, File: r.test.File, Line: r.test.Line,
			Text: text})
	}
	for _, f := range r.faults {
		if f.hits() == 0 && !r.world.opts.replays(r.test.Device) { // what it did to a module is on the tape
			add(Assertion, "the fault "+f.shown()+" never struck")
		}
	}
	switch what := typeName(out); {
	case what == "generator" || what == "coroutine":
		add(Harness, fmt.Sprintf("%s did not run: calling it makes a %s, which nobody runs (an asyncio.run in a test does)",
			r.test.Name, what))
	case what == "bool":
		add(Harness, r.test.Name+" returns a bool, at which nobody looks: use check, require or assert")
	case r.checks == r.before && len(r.problems) == 0 && r.skip == nil:
		add(Assertion, r.test.Name+" checks nothing: use check, require, assert or expect")
	}
}

// badEnd reports whether a record tells that a script, or a thread or callback of one, ended as none should.
func (rec record) badEnd() bool {
	switch rec.Kind {
	case event.Exit:
		return rec.Status > 0
	case event.Failure:
		return rec.Layer == event.Script && rec.Traceback != ""
	}
	return false
}

// ending is what makes two records tell of one bad end: the main program's is told once when it fails, and
// again when its threads have ended.
func (rec record) ending() string {
	if rec.Traceback != "" {
		return rec.source + "\x00" + rec.Traceback
	}
	return fmt.Sprint(rec.n)
}

// excuse notes that the test expects a bad end: an expect matched it that says how something fails or ends.
func (r *run) excuse(m *matcher, rec record) {
	if rec.badEnd() && (m.name == "raised" || m.whole != nil || len(m.fields) > 0) {
		r.expected(rec)
	}
}

func (r *run) expected(rec record) {
	if r.excused == nil {
		r.excused = map[string]bool{}
	}
	r.excused[rec.ending()] = true
}

// unexpected fails a test where a script ended badly, or a thread or callback did, and no expect matched that.
func (r *run) unexpected() {
	if r.world.virtual {
		_ = r.thread.Block(func(context.Context) error { virtual.Settle(); return nil }) // its error is the test's end
	}
	r.badEnds()
}

// badEnds notes the bad ends so far that no expect matched.
func (r *run) badEnds() {
	if r.skip != nil {
		return
	}
	for _, rec := range r.world.log.ends() {
		if r.excused[rec.ending()] || r.toldBefore(rec) {
			continue
		}
		r.expected(rec) // and told once
		r.problems = append(r.problems, r.endProblem(rec))
	}
}

// toldBefore reports whether a bad end of the test's own is a check that was not so, which is a problem already.
func (r *run) toldBefore(rec record) bool {
	if rec.source != own {
		return false
	}
	for _, p := range r.problems {
		head, _, _ := strings.Cut(p.Text, "\n")
		if p.Class == Assertion && strings.Contains(rec.Traceback, "AssertionError: "+head) {
			return true
		}
	}
	return false
}

// endProblem is a bad end as a problem of the test.
func (r *run) endProblem(rec record) Problem {
	p := Problem{Class: Script, Phase: "test", Traceback: rec.Traceback}
	p.File, p.Line = placeOf(rec.Traceback)
	if d := r.world.deviceNamed(rec.source); d != nil && rec.Kind == event.Exit {
		<-d.done // its end is told just before that
		if d.failed() {
			p.Class = r.classOf(d.err)
		}
	}
	what := strings.TrimSpace(rec.Text)
	switch {
	case rec.source == own:
		p.Text = "the test failed behind its own back: " + what
	case rec.Kind == event.Exit && rec.Traceback == "":
		p.Text = fmt.Sprintf("%s: %s\n  where that is meant: expect(%s, exited(status = %d))", rec.source, what, rec.source,
			rec.Status)
	default:
		p.Text = fmt.Sprintf("%s failed: %s\n  where that is meant: expect(%s, raised(%q))", rec.source, what, rec.source,
			exceptionOf(rec.Event))
	}
	return p
}

// ends are the bad ends so far.
func (l *log) ends() []record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bad[:len(l.bad):len(l.bad)]
}

// alwaysTrue says what is wrong with a value that is checked and cannot be false; "" for any other.
func alwaysTrue(v starlark.Value) string {
	switch selfOf(v).(type) {
	case *matcher:
		return "what is expected of an event, which is always true: write expect(…, " + v.String() + ")"
	case *want:
		return "a pattern, which is always true: compare a value with it, as in check(x == " + v.String() + ")"
	}
	switch typeName(v) {
	case "function", "bound_method", "method", "builtin_function_or_method":
		return fmt.Sprintf("the function %s, which is always true: call it", nameOf(v))
	}
	return ""
}

// mistaken is the error of a check of what cannot be false.
func (r *run) mistaken(what string, v starlark.Value) error {
	why := alwaysTrue(v)
	if why == "" {
		return nil
	}
	r.class = Harness
	return script.Raise("TypeError", "%s is given %s", what, why)
}

// tells is an error where a subject never tells what is expected of it: an expect_none of that would always pass.
func tells(s subject, m *matcher) error {
	for _, k := range m.kinds {
		if toldBy(s, k) {
			return nil
		}
	}
	if len(m.kinds) == 0 { // a function is asked
		return nil
	}
	return script.Raise("ValueError", "expect: %s never tells %s; %s", s.subjectName(), m.show(), whoTells(m.kinds[0]))
}

// toldBy reports whether a kind of event may come from a subject.
func toldBy(s subject, k event.Kind) bool {
	ofPort := k == atGot || k == atSent
	ofScript := k == line || k == event.Exit || k == event.Watchdog
	switch s := s.(type) {
	case *device:
		return !ofPort
	case *order:
		return k == event.Response || k == event.Failure || k == progressed
	case *everything:
		if s.port != nil {
			return ofPort
		}
	}
	return !ofPort && !ofScript
}

// whoTells says which subjects tell a kind of event.
func whoTells(k event.Kind) string {
	switch k {
	case atGot, atSent:
		return "ask the port of a device, such as meter.at"
	case line, event.Exit, event.Watchdog:
		return "ask a device, which is what start returns"
	}
	return "ask a device, cloud or broker"
}

// checkHappened is an error for a kind of event, or a field, that there is not.
func checkHappened(kind string, keywords []starlark.Tuple) error {
	known := []string{string(line), string(atGot), string(atSent)}
	for _, k := range event.Kinds {
		known = append(known, string(k))
	}
	if !strings.Contains(kind, ".") && !slices.Contains(known, kind) { // parts of a module have kinds of their own
		return script.Raise("ValueError", "happened: there is no kind of event %q%s", kind, orNear(kind, known))
	}
	names := make([]string, len(attributes))
	for i, a := range attributes {
		names[i] = a.name
	}
	for _, kw := range keywords {
		if name, _ := textOf(kw[0]); !slices.Contains(names, name) {
			return script.Raise("TypeError", "happened: an Event has no %s%s", name, orNear(name, names))
		}
	}
	return nil
}

// orNear asks whether a known name was meant.
func orNear(name string, known []string) string {
	if near := spell.Nearest(name, known); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}
