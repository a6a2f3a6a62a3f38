package results

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quecstar/harness/suite"
)

var update = flag.Bool("update", false, "write the golden files anew")

var begin = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

// sample is a run with every verdict, and what is nasty in a text.
func sample() []Line {
	s := &sampler{at: begin}
	s.add(Line{Kind: RunStart, Run: &Run{ID: "0f3e", Version: "quecstar 1", Host: "lab", Seed: 7, Plan: "abcdef", Tests: 12, Flags: "--device at:sim"}})
	s.test("a_test.star", "test_pass", suite.Marks{Tags: []string{"slow"}}, s.passed())
	s.test("a_test.star", "test_fail[cold,at:sim]", suite.Marks{}, suite.Result{Verdict: suite.Failed, Problems: []suite.Problem{
		{Class: suite.Assertion, File: "a_test.star", Line: 14, Text: "expect(cmd, responded(), within = \"20s\"): no response to switch in 20s\nnearest    +12.402  {\"result_code\":0}"},
		{Class: suite.Harness, Phase: "teardown", Fixture: "meter", Text: "it cannot be closed"}}},
		printedBy("one\ntwo ]]> <b> & \x00\x1b[31m中\n"), suite.Event{At: time.Second, Source: "dev", Kind: "publish", Topic: "t", Base64: "AP8="})
	s.test("a_test.star", "test_raise", suite.Marks{}, suite.Result{Verdict: suite.Errored, Problems: []suite.Problem{{Class: suite.Script, Text: "ValueError: no",
		Traceback: "Traceback (most recent call last):\n  File \"a_test.star\", line 3, in test_raise\nValueError: no", File: "a_test.star", Line: 3}}})
	s.test("b/c_test.py", "test_flaky", suite.Marks{}, s.failed(suite.Link, "the link was lost"), s.passed())
	s.test("b/c_test.py", "test_twice", suite.Marks{}, s.failed(suite.Assertion, "first, 100%: a,b"), s.failed(suite.Port, "then ```"))
	s.test("b/c_test.py", "test_skip", suite.Marks{Skip: "no # lab"}, suite.Result{Verdict: suite.Skipped, Reason: "no # lab"})
	s.test("b/c_test.py", "test_xfail", suite.Marks{XFail: "issue 7"}, suite.Result{Verdict: suite.XFailed, Reason: "issue 7", Problems: []suite.Problem{{Class: suite.Assertion, Text: "still"}}})
	s.test("b/c_test.py", "test_xpass", suite.Marks{XFail: "issue 8"}, suite.Result{Verdict: suite.XPassed, Reason: "issue 8"})
	s.verdict = suite.Quarantined
	s.test("b/c_test.py", "test_known", suite.Marks{Quarantine: "issue 9", Owner: "ann", Until: "2031-01-01"}, s.failed(suite.Assertion, "known"))
	s.verdict = ""
	s.add(Line{Kind: TestStart, Test: "d_test.star", Attempt: 1, About: &suite.Test{ID: "d_test.star", File: "d_test.star", Device: "direct", Line: 2}})
	broken := suite.Result{Verdict: suite.Errored, Problems: []suite.Problem{{Class: suite.Harness, Text: "d_test.star:2:1: got newline", File: "d_test.star", Line: 2}}}
	s.add(Line{Kind: TestEnd, Test: "d_test.star", Attempt: 1, Result: &broken, Verdict: suite.Errored})
	s.add(Line{Kind: RunEnd, End: &End{Took: 2500 * time.Millisecond, NotRun: 2, Why: "interrupted", Verdicts: map[suite.Verdict]int{suite.Passed: 1,
		suite.Failed: 2, suite.Errored: 2, suite.Flaky: 1, suite.Skipped: 1, suite.XFailed: 1, suite.XPassed: 1, suite.Quarantined: 1}}})
	return s.lines
}

type sampler struct {
	at      time.Time
	lines   []Line
	row     int
	verdict suite.Verdict // of the next tests, where it is not that of their last result
}

func (s *sampler) add(l Line) {
	s.at = s.at.Add(100 * time.Millisecond)
	l.V, l.At = Version, s.at
	s.lines = append(s.lines, l)
}

func (s *sampler) passed() suite.Result {
	return suite.Result{Verdict: suite.Passed, Checks: 2, Took: 45 * time.Second, Real: 12 * time.Millisecond, Body: 45 * time.Second}
}

func (s *sampler) failed(c suite.Class, text string) suite.Result {
	return suite.Result{Verdict: suite.Failed, Problems: []suite.Problem{{Class: c, Text: text}}, Real: 3 * time.Millisecond, Took: 3 * time.Millisecond}
}

func printedBy(text string) suite.Event {
	return suite.Event{Source: "dev", Kind: "output", Payload: text}
}

// test adds a test's attempts, by their results, and events of the first.
func (s *sampler) test(file, name string, m suite.Marks, steps ...any) {
	s.row += 4
	fn, in, _ := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	c, _, _ := strings.Cut(in, ",")
	about := &suite.Test{ID: file + "::" + name, File: file, Name: fn, Case: c, Device: "at:sim", Line: s.row, Marks: m}
	var events []suite.Event
	var rs []suite.Result
	for _, step := range steps {
		switch step := step.(type) {
		case suite.Event:
			events = append(events, step)
		case suite.Result:
			rs = append(rs, step)
		}
	}
	for i, r := range rs {
		s.add(Line{Kind: TestStart, Test: about.ID, Attempt: i + 1, About: about})
		for _, e := range events {
			s.add(Line{Kind: TestEvent, Test: about.ID, Attempt: i + 1, Event: &e})
		}
		events = nil
		r.Seed = 7
		l := Line{Kind: TestEnd, Test: about.ID, Attempt: i + 1, Result: &r}
		if i == len(rs)-1 {
			l.Verdict = r.Verdict
			if i > 0 && r.Verdict == suite.Passed {
				l.Verdict = suite.Flaky
			}
			if s.verdict != "" {
				l.Verdict = s.verdict
			}
		}
		s.add(l)
	}
}

// play writes lines to a stream and ends it.
func play(t testing.TB, s *Stream, lines []Line) {
	t.Helper()
	for _, l := range lines {
		s.Write(l)
	}
	for _, err := range s.Close() {
		t.Error(err)
	}
}

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs: got\n%s", path, got)
	}
}

// view shows the sample and returns what was written.
func view(t *testing.T, v func(w *bytes.Buffer) View) string {
	t.Helper()
	var out bytes.Buffer
	play(t, &Stream{Views: []View{v(&out)}}, sample())
	return out.String()
}

// many is a run of tests that fail, each with a text.
func many(n int, text string) []Line {
	s := &sampler{at: begin}
	s.add(Line{Kind: RunStart, Run: &Run{ID: "1", Version: "1", Plan: "p", Tests: n}})
	for i := range n {
		s.test("a_test.star", fmt.Sprintf("test_%d", i), suite.Marks{}, s.failed(suite.Assertion, text))
	}
	s.add(Line{Kind: RunEnd, End: &End{Verdicts: map[suite.Verdict]int{suite.Failed: n}}})
	return s.lines
}
