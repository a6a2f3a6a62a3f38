package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"quecstar/harness/suite"
)

// TestWorkersAreReplaced: what ends or holds up a worker is an error of the test that it ran, and all others run.
func TestWorkersAreReplaced(t *testing.T) {
	y := newTry(t, map[string]string{"a_test.star": "test_1\ntest_panic panic\ntest_2\ntest_background background\ntest_3\n" +
		"test_fatal fatal\ntest_kill kill\ntest_exits exits\ntest_4 fail\ntest_5\n"})
	out := y.run(t, t.Context())
	for _, name := range []string{"test_1", "test_2", "test_3", "test_5"} {
		y.is(t, name, suite.Passed)
	}
	y.is(t, "test_4", suite.Failed)
	for name, want := range map[string]string{"test_panic": "panic: the test's own", "test_background": "panic: in the background",
		"test_fatal": "fatal error: concurrent map", "test_kill": "signal: killed", "test_exits": "exit status 7"} {
		if text := y.is(t, name, suite.Errored); !strings.Contains(text, want) {
			t.Errorf("%s: no %q in %s", name, want, text)
		}
		if c := y.cases["a_test.star::"+name].Last().Result.Problems[0].Class; c != suite.Harness {
			t.Errorf("%s is of class %s", name, c)
		}
	}
	if out.Bad() != 6 || out.NotRun != 0 || y.end.Verdicts[suite.Passed] != 4 {
		t.Errorf("%+v", out)
	}
}

// TestWatchdog: a test that computes without an end is killed, and the rest goes on. The budgets of tests are too
// long for a test of them: the least is 30 s, so that this one shortens it.
func TestWatchdog(t *testing.T) {
	r := &run{o: &Options{}}
	for _, tt := range []struct {
		test suite.Test
		o    suite.Options
		want time.Duration
	}{
		{suite.Test{Marks: suite.Marks{Timeout: time.Second}}, suite.Options{}, 30 * time.Second},
		{suite.Test{}, suite.Options{}, 1210 * time.Second},
		{suite.Test{}, suite.Options{Timeout: 10 * time.Second}, 110 * time.Second},
		{suite.Test{Marks: suite.Marks{Timeout: time.Second, Clock: "real"}}, suite.Options{}, 91 * time.Second},
		{suite.Test{Device: "at:auto", Marks: suite.Marks{Timeout: time.Second}}, suite.Options{}, 91 * time.Second},
		{suite.Test{Device: "at:sim", Marks: suite.Marks{Timeout: time.Second}}, suite.Options{SetupTimeout: time.Second}, 30 * time.Second},
		{suite.Test{Device: "at:sim", Marks: suite.Marks{Timeout: time.Second}}, suite.Options{Clock: "real", SetupTimeout: time.Second, TeardownTimeout: 2 * time.Second}, 34 * time.Second},
	} {
		r.o.Suite = tt.o
		if got := r.patience(&tt.test); got != tt.want {
			t.Errorf("%+v: %v, want %v", tt.test, got, tt.want)
		}
	}
	y := newTry(t, map[string]string{"a_test.star": "test_1\ntest_spin clock=virtual timeout=1ms spin\ntest_2\n"})
	y.Jobs = 1
	y.patient = func(t *suite.Test) time.Duration {
		if t.Name == "test_spin" {
			return 300 * time.Millisecond
		}
		return time.Minute
	}
	y.run(t, t.Context())
	y.is(t, "test_1", suite.Passed)
	y.is(t, "test_2", suite.Passed)
	if text := y.is(t, "test_spin", suite.Errored); !strings.Contains(text, "did not end within 300ms of real time") {
		t.Error(text)
	}
}

// TestRetries: a test that fails is run again for the classes asked for, and is flaky when it passes then.
func TestRetries(t *testing.T) {
	dir := t.TempDir()
	y := newTry(t, map[string]string{"a_test.star": "test_link flaky " + dir + "/x\ntest_fail fail\ntest_cloud class cloud\ntest_kill kill\n"})
	y.Retries, y.RetryOn = 2, []suite.Class{suite.Link, suite.Assertion, suite.Harness}
	out := y.run(t, t.Context())
	y.is(t, "test_link", suite.Flaky)
	y.is(t, "test_fail", suite.Failed)
	y.is(t, "test_cloud", suite.Errored)
	y.is(t, "test_kill", suite.Errored)
	var attempts []int
	for _, name := range []string{"test_link", "test_fail", "test_cloud", "test_kill"} {
		attempts = append(attempts, len(y.cases["a_test.star::"+name].Attempts))
	}
	if !slices.Equal(attempts, []int{2, 3, 1, 3}) || out.Bad() != 3 || y.end.Verdicts[suite.Flaky] != 1 {
		t.Errorf("%v attempts, %+v", attempts, out)
	}
}

// TestRetriesOfWhatIsNotRun: a file that cannot be collected, a day that is none and a module that cannot be had are
// told where tests are run again, too.
func TestRetriesOfWhatIsNotRun(t *testing.T) {
	y := newTry(t, map[string]string{"a_test.star": "test_day until=soon\ntest_skip_over skip=no_lab until=2020-01-01\n" +
		"test_lab device=at:tcp://lab:1\n", "b_test.star": "syntax\n"})
	y.Retries = 2
	held, err := acquire(t.Context(), y.LeaseFolder, "tcp://lab:1", time.Minute, y.Note)
	if err != nil {
		t.Fatal(err)
	}
	y.Lease = time.Millisecond
	out := y.run(t, t.Context())
	y.is(t, "test_day", suite.Errored)
	y.is(t, "test_skip_over", suite.Failed)
	y.is(t, "test_lab[at:tcp://lab:1]", suite.Errored)
	if c := y.cases["b_test.star"]; c == nil || c.Verdict != suite.Errored || len(c.Attempts) != 1 {
		t.Errorf("%+v", c)
	}
	if out.Bad() != 4 || out.NotRun != 0 || out.Broken != 1 || out.NoDevice != 1 {
		t.Errorf("%+v", out)
	}
	if err := held.release(); err != nil {
		t.Error(err)
	}
}

// TestMarks: skip and quarantine hold until their day.
func TestMarks(t *testing.T) {
	y := newTry(t, map[string]string{"a_test.star": "test_skip skip=no_lab fail\ntest_skip_over skip=no_lab until=2030-01-01 fail\n" +
		"test_known quarantine=issue_7 fail\ntest_known_until quarantine=issue_7 until=2030-01-02 fail\n" +
		"test_known_over quarantine=issue_7 until=2030-01-01 fail\ntest_cured quarantine=issue_7\ntest_day until=soon\n"})
	y.Today = time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)
	out := y.run(t, t.Context())
	y.is(t, "test_skip", suite.Skipped)
	if text := y.is(t, "test_skip_over", suite.Failed); !strings.Contains(text, "it is skipped, and that ended on 2030-01-01 (no lab; no owner)") {
		t.Error(text)
	}
	y.is(t, "test_known", suite.Quarantined)
	y.is(t, "test_known_until", suite.Quarantined)
	y.is(t, "test_known_over", suite.Failed)
	if p := y.cases["a_test.star::test_known_over"].Last().Result.Problems; len(p) != 2 || p[1].Text != "its quarantine ended on 2030-01-01 (issue 7; owner qa)" {
		t.Errorf("%+v", p)
	}
	y.is(t, "test_cured", suite.Passed)
	y.is(t, "test_day", suite.Errored)
	if out.Bad() != 3 {
		t.Errorf("%+v", out)
	}
}

// TestRounds: --repeat and --seeds run each test several times, each time on its own.
func TestRounds(t *testing.T) {
	y := newTry(t, map[string]string{"a_test.star": "test_x seed 6\n"})
	y.Seed, y.Rounds, y.Vary = 5, 3, true
	y.run(t, t.Context())
	y.is(t, "test_x#1", suite.Passed)
	y.is(t, "test_x#2", suite.Failed)
	y.is(t, "test_x#3", suite.Passed)
	if seed := y.cases["a_test.star::test_x#3"].Last().Result.Seed; seed != 7 {
		t.Errorf("seed %d", seed)
	}
	y.Vary = false
	y.run(t, t.Context())
	y.is(t, "test_x#2", suite.Passed)
}

// TestSelection: which tests run, by path, name, line, words, tags and what happened the last time.
func TestSelection(t *testing.T) {
	y := newTry(t, map[string]string{"a_test.star": "# a comment\ntest_one tags=slow\ntest_two tags=slow,mqtt device=at:sim\n\ntest_two device=direct\n",
		"sub/b_test.py": "test_three fail\n", "sub/.hidden/c_test.py": "test_four\n", "sub/testdata/d_test.py": "test_five\n",
		"sub/other.py": "test_six\n", "sub/e_test.star": "syntax\n"})
	ids := func() string {
		t.Helper()
		p, err := NewPlan(t.Context(), &y.Options)
		if err != nil {
			return err.Error()
		}
		defer p.Close()
		var out []string
		for _, e := range p.entries {
			out = append(out, strings.TrimPrefix(strings.TrimPrefix(e.key, "a_test.star::"), "sub/"))
		}
		return strings.Join(out, " ")
	}
	const all = "test_one test_two[at:sim] test_two[direct] b_test.py::test_three e_test.star"
	for _, tt := range []struct {
		paths         []string
		keyword, tags string
		want          string
	}{
		{nil, "", "", all},
		{[]string{".", "a_test.star", filepath.Join(y.dir, "sub")}, "", "", all},
		{[]string{"sub"}, "", "", "b_test.py::test_three e_test.star"},
		{[]string{"sub/other.py"}, "", "", "other.py::test_six"},
		{[]string{"a_test.star::test_two"}, "", "", "test_two[at:sim] test_two[direct]"},
		{[]string{"a_test.star::test_two[direct]", "a_test.star:2"}, "", "", "test_one test_two[direct]"},
		{[]string{"a_test.star:4"}, "", "", "test_two[at:sim]"},
		{[]string{"a_test.star:1"}, "", "", "a_test.star:1: there is no such test at or above that line"},
		{[]string{"a_test.star::test_tow"}, "", "", "a_test.star::test_tow: there is no such test; did you mean a_test.star::test_two?"},
		{[]string{"a_test.star::test_two[x]"}, "", "", "a_test.star::test_two[x]: there is no such test in its cases and devices; --list a_test.star::test_two shows them"},
		{[]string{"b_test.star"}, "", "", "b_test.star: no such file or folder; did you mean a_test.star?"},
		{[]string{"sub::x"}, "", "", "sub is a folder: which of its files?"},
		{[]string{"sub/.hidden"}, "", "", "sub/.hidden/c_test.py::test_four"},
		{[]string{"leases"}, "", "", "leases: no such file or folder"},
		{[]string{"a_test.star"}, "two and not AT:SIM", "", "test_two[direct]"},
		{[]string{"a_test.star"}, "(one or at:sim) and test", "", "test_one test_two[at:sim]"},
		{[]string{"a_test.star"}, "'test_two[at:sim]'", "", "test_two[at:sim]"},
		{[]string{"a_test.star"}, "", "slow and not mqtt", "test_one"},
		{[]string{"a_test.star"}, "", "slo", "none of 3 tests is picked; --list without -k and --tag shows all"},
		{[]string{"a_test.star"}, "one two", "", `-k "one two": "two" is not expected there: join words with and, or, not`},
		{[]string{"a_test.star"}, "one and", "", `-k "one and": a word is missing at its end`},
		{[]string{"a_test.star"}, "(one", "", `-k "(one": a parenthesis is not closed`},
		{[]string{"a_test.star"}, "", "or one", `--tag "or one": a word is missing in front of "or"`},
	} {
		y.Paths, y.Keyword, y.Tags = tt.paths, tt.keyword, tt.tags
		if got := ids(); got != tt.want && !(strings.HasPrefix(tt.want, "sub/") && got == strings.TrimPrefix(tt.want, "sub/")) {
			t.Errorf("%q, -k %q, --tag %q: %s, want %s", tt.paths, tt.keyword, tt.tags, got, tt.want)
		}
	}
	y.Paths, y.Keyword, y.Tags, y.LastFailed = nil, "", "", true
	if got := ids(); got != "e_test.star" {
		t.Errorf("a file that cannot be collected failed, whatever happened the last time: %s", got)
	}
	y.Paths = []string{"a_test.star"}
	if got := ids(); got != "test_one test_two[at:sim] test_two[direct]" || !strings.Contains(y.notes.String(), "none of these tests failed the last time") {
		t.Errorf("%s, %s", got, &y.notes)
	}
	y.Paths, y.LastFailed, y.FailedFirst = []string{"a_test.star", "sub/b_test.py"}, false, true
	y.run(t, t.Context())
	if got := ids(); !strings.HasPrefix(got, "b_test.py::test_three test_one") {
		t.Errorf("failed first: %s", got)
	}
	y.LastFailed = true
	if got := ids(); got != "b_test.py::test_three" {
		t.Errorf("last failed: %s", got)
	}
}

// TestCollecting: a file that cannot be collected is an error of its own, also where it ends the worker.
func TestCollecting(t *testing.T) {
	y := newTry(t, map[string]string{"a_test.star": "test_one\n", "b_test.star": "collect-panics\n", "c_test.star": "test_two\n", "d_test.star": "syntax\n"})
	y.Jobs = 1
	var heard []int
	y.Collecting = func(files, of int) { heard = append(heard, files, of) }
	out := y.run(t, t.Context())
	if !slices.Equal(heard, []int{1, 4, 2, 4, 3, 4, 4, 4}) {
		t.Errorf("of how many files the tests are known: %v", heard)
	}
	if out.Broken != 2 || out.Verdicts[suite.Passed] != 2 || out.Verdicts[suite.Errored] != 2 {
		t.Errorf("%+v", out)
	}
	if text := y.cases["b_test.star"].Last().Result.Problems[0].Text; !strings.Contains(text, "panic: while it collects") {
		t.Error(text)
	}
}

// TestFailFast: no further test begins.
func TestFailFast(t *testing.T) {
	y := newTry(t, map[string]string{"a_test.star": "test_fail fail\n" + strings.Repeat("\n", 1) + many("test_%d\n", 500)})
	y.Jobs, y.FailFast = 1, true
	out := y.run(t, t.Context())
	if out.Verdicts[suite.Failed] != 1 || out.NotRun == 0 || y.end.NotRun != out.NotRun || out.Why != "--fail-fast" {
		t.Errorf("%+v", out)
	}
}

func many(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// TestInterrupt: what runs gets a short end and its line, the rest is not run, and no worker stays.
func TestInterrupt(t *testing.T) {
	y := newTry(t, map[string]string{"a_test.star": "test_1\ntest_wait wait\ntest_spin spin\ntest_2\ntest_3\n"})
	ctx, cancel := context.WithCancelCause(t.Context())
	seen := map[string]bool{}
	y.Live, y.last = true, func(test string) {
		if seen[test] = true; seen["a_test.star::test_wait"] && seen["a_test.star::test_spin"] {
			cancel(errors.New("interrupted"))
		}
	}
	out := y.run(t, ctx)
	y.is(t, "test_1", suite.Passed)
	if text := y.is(t, "test_wait", suite.Errored); text != "it was ended: interrupted" {
		t.Error(text)
	}
	if text := y.is(t, "test_spin", suite.Errored); !strings.Contains(text, "it was ended: interrupted; it did not end within 2s") {
		t.Error(text)
	}
	if out.NotRun != 2 || out.Why != "interrupted" {
		t.Errorf("%+v", out)
	}
}

// TestSecrets: no line has a secret, nor has what a worker said last.
func TestSecrets(t *testing.T) {
	y := newTry(t, map[string]string{"a_test.star": "test_secret secret\ntest_dies secret dies\n"})
	y.run(t, t.Context())
	y.is(t, "test_secret", suite.Failed)
	if text := y.is(t, "test_dies", suite.Errored); !strings.Contains(text, "last words, with ***") {
		t.Error(text)
	}
	if text := y.lines.String(); strings.Contains(text, "hunter2") || !strings.Contains(text, "t/***") {
		t.Error(text)
	}
}

// TestRawBytes: bytes that are no text, and much output, reach the record.
func TestRawBytes(t *testing.T) {
	y := newTry(t, map[string]string{"a_test.star": "test_raw raw\ntest_prints prints\n"})
	y.run(t, t.Context())
	if text := y.is(t, "test_raw", suite.Failed); text != `raw \xfe` {
		t.Error(text)
	}
	events := y.cases["a_test.star::test_raw"].Last().Events
	if len(events) != 3 || events[1].Base64 != "AF1dPv8=" || events[2].Text != "text \\xff\x00" {
		t.Errorf("%+v", events)
	}
	if events := y.cases["a_test.star::test_prints"].Last().Events; len(events) != 10_001 || events[10_000].Payload != "line 9999\n" {
		t.Errorf("%d events", len(events))
	}
}

// TestLeases: tests of one module run one after the other, also of several runs; who waits too long is told why.
func TestLeases(t *testing.T) {
	meet, alone := newMeeting(t), filepath.Join(t.TempDir(), "x")
	files := map[string]string{"a_test.star": many("test_%d device=at:tcp://lab:1 together "+meet.Addr().String()+" "+alone+
		"\n", 5) + "test_free\n"}
	y := newTry(t, files)
	y.Jobs = 4
	z := newTry(t, files)
	z.LeaseFolder = y.LeaseFolder
	free := sync.OnceFunc(func() { close(meet.over) })
	z.Note = func(text string) { z.notes.add(text); free() } // it waits for the module, which y has
	first := make(chan *Outcome, 1)
	go func() { first <- y.run(t, t.Context()) }()
	select {
	case <-meet.came:
	case out := <-first:
		t.Fatalf("it ended without its module: %+v", out)
	}
	second := z.run(t, t.Context())
	free()
	for _, out := range []*Outcome{<-first, second} {
		if out.Bad() > 0 || out.Verdicts[suite.Passed] != 6 {
			t.Errorf("%+v", out)
		}
	}
	if text := z.notes.String(); !strings.Contains(text, "waiting for tcp://lab:1: another quecstar test has it") {
		t.Error(text)
	}
	held, err := acquire(t.Context(), y.LeaseFolder, "tcp://lab:1", time.Minute, y.Note)
	if err != nil {
		t.Fatal(err)
	}
	y.Lease = time.Millisecond
	out := y.run(t, t.Context())
	if out.NoDevice != 5 || out.Bad() != 5 || out.Verdicts[suite.Passed] != 1 {
		t.Errorf("%+v", out)
	}
	if text := y.is(t, "test_0[at:tcp://lab:1]", suite.Errored); !strings.Contains(text, fmt.Sprintf("tcp://lab:1 could not be had within 1ms: another quecstar test has it, process %d since", os.Getpid())) {
		t.Error(text)
	}
	if err := os.Remove(held.path); err != nil {
		t.Fatal(err)
	}
	if held.check() == nil {
		t.Error("the fence holds although the lock's file was taken away")
	}
	if err := held.release(); err != nil {
		t.Error(err)
	}
}

// TestLeasesOfFixtures: tests that share a lease, also by way of a third, run one after the other, in whatever file they
// are; others run beside them, and no more at once than there may be workers.
func TestLeasesOfFixtures(t *testing.T) {
	meet := newMeeting(t)
	close(meet.over)
	alone := " together " + meet.Addr().String() + " " + filepath.Join(t.TempDir(), "x") + "\n"
	y := newTry(t, map[string]string{
		"a_test.star": many("test_%d leases=station"+alone, 3) + "test_free\n",
		"b_test.star": "test_both leases=station,identity" + alone +
			"test_identity leases=identity" + alone + "test_module leases=identity,module:tcp://lab:1" + alone,
		"c_test.star": "test_on_it device=at:tcp://lab:1" + alone + "test_other leases=other\n",
	})
	y.Jobs = 4
	if out := y.run(t, t.Context()); out.Bad() > 0 || out.Verdicts[suite.Passed] != 9 {
		t.Errorf("%+v", out)
	}
	held, err := acquire(t.Context(), y.LeaseFolder, "lease other", time.Minute, y.Note)
	if err != nil {
		t.Fatal(err)
	}
	y.Lease = time.Millisecond
	out := y.run(t, t.Context())
	if out.Bad() != 1 || out.Verdicts[suite.Passed] != 8 {
		t.Errorf("%+v", out)
	}
	if p := y.cases["c_test.star::test_other"].Last().Result.Problems; len(p) != 1 || p[0].Class != suite.Port ||
		!strings.HasPrefix(p[0].Text, "lease other could not be had within 1ms: another quecstar test has it") {
		t.Errorf("%+v", p)
	}
	if err := held.release(); err != nil {
		t.Error(err)
	}
}

// TestALeaseOutlivesItsRun: a module is not free as long as a worker of a run that was killed may be using it.
func TestALeaseOutlivesItsRun(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("its processes share no files")
	}
	folder := t.TempDir()
	first, err := acquire(t.Context(), folder, "lab", time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := start([]string{os.Args[0], "worker"}, setup{}, []*os.File{first.file})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.file.Close(); err != nil { // as the system does for a process that is killed
		t.Fatal(err)
	}
	if l, err := try(first.path, "lab"); !errors.Is(err, errHeld) {
		t.Errorf("%v, %v: it is free although its worker lives", l, err)
	}
	w.kill()
	second, err := acquire(t.Context(), folder, "lab", time.Minute, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.release(); err != nil {
		t.Error(err)
	}
}

// TestShards: each test is in one shard, shards take alike, and their plan is one.
func TestShards(t *testing.T) {
	y := newTry(t, map[string]string{"a_test.star": many("test_%d\n", 5), "b_test.star": many("test_%d\n", 3), "c_test.star": many("test_%d\n", 4)})
	seen := map[string]int{}
	hash := ""
	for n := 1; n <= 2; n++ {
		y.Shard = Shard{n, 2}
		p, err := NewPlan(t.Context(), &y.Options)
		if err != nil {
			t.Fatal(err)
		}
		p.Close()
		for _, e := range p.entries {
			seen[e.key]++
		}
		if hash != "" && p.Hash != hash {
			t.Errorf("plans %s and %s", hash, p.Hash)
		}
		hash = p.Hash
	}
	for key, n := range seen {
		if n != 1 {
			t.Errorf("%s is in %d shards", key, n)
		}
	}
	if len(seen) != 12 {
		t.Errorf("%d tests", len(seen))
	}
	y.ByTest = true
	p, err := NewPlan(t.Context(), &y.Options)
	if err != nil || len(p.entries) != 6 || p.Hash == hash {
		t.Fatalf("by test: %+v, %v", p, err)
	}
	p.Close()
	units := []unit{{key: "a", took: 5}, {key: "b", took: 4}, {key: "c", took: 3}, {key: "d", took: 3}, {key: "e", took: 3}}
	deal(units, 2)
	if got := fmt.Sprint(units); got != "[{a 5 1} {b 4 2} {c 3 2} {d 3 1} {e 3 2}]" {
		t.Error(got)
	}
}

func TestParseShard(t *testing.T) {
	env := func(vars string) func(string) string {
		return func(name string) string {
			for _, v := range strings.Fields(vars) {
				if n, value, _ := strings.Cut(v, "="); n == name {
					return value
				}
			}
			return ""
		}
	}
	for _, tt := range []struct{ text, vars, want string }{
		{"2/5", "", "{2 5}"},
		{"", "CI_NODE_INDEX=2 CI_NODE_TOTAL=5", "{0 0}"},
		{"auto", "CI_NODE_INDEX=2 CI_NODE_TOTAL=5", "{2 5}"},
		{"auto", "CIRCLE_NODE_INDEX=2 CIRCLE_NODE_TOTAL=5", "{3 5}"},
		{"auto/4", "JOB_COMPLETION_INDEX=0", "{1 4}"},
		{"auto", "JOB_COMPLETION_INDEX=0", "--shard auto: JOB_COMPLETION_INDEX does not come with how many there are; write --shard auto/N"},
		{"auto/4", "JOB_COMPLETION_INDEX=4", "--shard auto: JOB_COMPLETION_INDEX=4: there is no such part of 4, which are 0 to 3"},
		{"0/3", "", "--shard 0/3: there is no such part of 3, which are 1 to 3"},
		{"4/3", "", "--shard 4/3: there is no such part of 3, which are 1 to 3"},
		{"0/0", "", "--shard 0/0: the form is 2/5, the second of five"},
		{"x", "", "--shard x: the form is 2/5, the second of five"},
	} {
		s, err := ParseShard(tt.text, env(tt.vars))
		got := fmt.Sprint(s)
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s with %s: %s, want %s", tt.text, tt.vars, got, tt.want)
		}
	}
}

// TestWatch: a change of a file, also while the tests run, concerns the tests that read it, and a new file itself.
func TestWatch(t *testing.T) {
	y := newTry(t, map[string]string{"a_test.star": "test_x reads ../dev/main.py\n", "b_test.star": "test_y\n",
		"late_test.star": "test_z reads late.py\n", "lib.py": "1\n", "../dev/main.py": "1\n"})
	w := &Watch{Root: y.dir}
	w.Mark()
	read := y.run(t, t.Context()).Read
	if err := os.WriteFile(filepath.Join(y.dir, "late.py"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Second) // than any grain of a file system's time
	if err := os.Chtimes(filepath.Join(y.dir, "late.py"), later, later); err != nil {
		t.Fatal(err)
	}
	w.Add(read)
	if got, err := w.Next(t.Context()); err != nil || fmt.Sprint(got) != "[late_test.star]" {
		t.Errorf("what came while the tests ran: %v, %v", got, err)
	}
	for _, tt := range []struct{ file, want string }{{"../dev/main.py", "[a_test.star]"}, {"b_test.star", "[b_test.star]"}, {"c_test.star", "[c_test.star]"}} {
		if err := os.WriteFile(filepath.Join(y.dir, tt.file), []byte("test_changed\n\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := w.Next(t.Context())
		if err != nil || fmt.Sprint(got) != tt.want {
			t.Errorf("%s: %v, %v", tt.file, got, err)
		}
	}
}

// BenchmarkEmpty is 1,000 tests that do nothing, with the start of the workers.
func BenchmarkEmpty(b *testing.B) {
	y := newTry(b, map[string]string{"a_test.star": many("test_%d\n", 1000)})
	for b.Loop() {
		if out := y.run(b, b.Context()); out.Verdicts[suite.Passed] != 1000 {
			b.Fatalf("%+v", out)
		}
	}
}
