package results

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quecstar/harness/schematest"
	"quecstar/harness/suite"
)

// TestViews: each form of the sample is as its golden file.
func TestViews(t *testing.T) {
	golden(t, "console.txt", view(t, func(w *bytes.Buffer) View { return &Console{W: w, Slowest: 2} }))
	golden(t, "sample.tap", view(t, func(w *bytes.Buffer) View { return &TAP{W: w} }))
	golden(t, "ctrf.json", view(t, func(w *bytes.Buffer) View { return &CTRF{W: w} }))
	golden(t, "test2json.jsonl", view(t, func(w *bytes.Buffer) View { return &Test2JSON{W: w} }))
	golden(t, "annotations.txt", view(t, func(w *bytes.Buffer) View { return &GitHub{Annotations: w} }))
	golden(t, "summary.md", view(t, func(w *bytes.Buffer) View { return &GitHub{Summary: w} }))
}

// TestLines: every line is as the schema says, and what is read again shows the same.
func TestLines(t *testing.T) {
	var out bytes.Buffer
	play(t, &Stream{Lines: []io.Writer{&out}}, sample())
	for line := range strings.Lines(out.String()) {
		schematest.Fits(t, Schema, line)
	}
	var again, console bytes.Buffer
	s := &Stream{Lines: []io.Writer{&again}, Views: []View{&Console{W: &console, Slowest: 2}}}
	cut, err := Read(bytes.NewReader(append(out.Bytes(), []byte(`{"v":1,"at":"2030`)...)), func(l *Line) error { s.Write(*l); return nil })
	if err != nil || !cut {
		t.Errorf("cut %v, %v", cut, err)
	}
	s.Close()
	if again.String() != out.String() {
		t.Error("lines that were read and written differ")
	}
	golden(t, "console.txt", console.String())
	for _, tt := range []struct{ text, want string }{
		{"no\n{}\n", "line 1 is none of results"},
		{"{\"v\":2}\n", "line 1 is of version 2, and this quecstar reads 1: use a newer one"},
	} {
		if _, err := Read(strings.NewReader(tt.text), func(*Line) error { return nil }); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v", tt.text, err)
		}
	}
}

// TestSchema: the schema has the lists of this package and of package suite.
func TestSchema(t *testing.T) {
	var s struct {
		Properties map[string]struct {
			Enum       []string
			Properties map[string]struct {
				Items struct {
					Properties map[string]struct{ Enum []string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(Schema), &s); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(s.Properties["kind"].Enum); got != fmt.Sprint(Kinds) {
		t.Errorf("kinds %s", got)
	}
	if got := fmt.Sprint(s.Properties["result"].Properties["problems"].Items.Properties["class"].Enum); got != fmt.Sprint(suite.Classes) {
		t.Errorf("classes %s", got)
	}
}

// junit writes lines as JUnit and returns the file's path.
func junit(t *testing.T, strict bool, lines []Line) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "junit.xml")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	play(t, &Stream{Views: []View{&JUnit{F: f, Strict: strict}}}, lines)
	return path
}

// xmllint checks a file, and by a schema where there is one.
func xmllint(t *testing.T, args ...string) {
	t.Helper()
	if _, err := exec.LookPath("xmllint"); err != nil {
		if os.Getenv("QUECSTAR_NEED_PARTS") != "" {
			t.Fatal(err)
		}
		t.Skip("xmllint is not installed")
	}
	if out, err := exec.Command("xmllint", append([]string{"--noout"}, args...)...).CombinedOutput(); err != nil {
		t.Errorf("xmllint %v: %v: %s", args, err, out)
	}
}

// TestJUnit: both dialects can be read, the strict one is valid by the rules of Jenkins' schema.
func TestJUnit(t *testing.T) {
	for _, strict := range []bool{false, true} {
		name := map[bool]string{false: "junit.xml", true: "junit-strict.xml"}[strict]
		path := junit(t, strict, sample())
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, string(text))
		xmllint(t, path)
		if strict {
			xmllint(t, "--schema", filepath.Join("testdata", "strict.xsd"), path)
		}
	}
	xmllint(t, junit(t, false, many(1000, strings.Repeat("]]>\x00\xff\r\n", 100))))
}

// TestJUnitIsWholeAtAnyTime: a run that is killed leaves a file that can be read.
func TestJUnitIsWholeAtAnyTime(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "junit.xml"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	j := &JUnit{F: f}
	s := &Stream{Views: []View{j}}
	for _, l := range sample() {
		j.written = time.Time{} // long ago
		s.Write(l)
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		var doc struct{}
		if err := xml.Unmarshal(text, &doc); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if n := strings.Count(string(text), "</testcase>"); !strings.Contains(string(text), fmt.Sprintf(`<testsuites name="quecstar" tests="%d"`, n)) {
			t.Errorf("%d cases in %s", n, text)
		}
	}
}

// full is a disk that is full behind so many bytes.
type full struct {
	bytes.Buffer
	room int
}

var errFull = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	n, err := len(p), error(nil)
	if n > f.room {
		n, err = f.room, errFull
	}
	f.room -= n
	_, _ = f.Buffer.Write(p[:n])
	return n, err
}

// TestFullDisk: what was written can be read, the rest is an error, and the other views go on.
func TestFullDisk(t *testing.T) {
	var console bytes.Buffer
	disk := &full{room: 3000}
	s := &Stream{Lines: []io.Writer{disk}, Views: []View{&Console{W: &console, Slowest: 2}}}
	for _, l := range sample() {
		s.Write(l)
	}
	if errs := s.Close(); len(errs) != 1 || !errors.Is(errs[0], errFull) {
		t.Errorf("%v", errs)
	}
	golden(t, "console.txt", console.String())
	n := 0
	cut, err := Read(&disk.Buffer, func(*Line) error { n++; return nil })
	if err != nil || !cut || n < 5 {
		t.Errorf("%d lines, cut %v, %v", n, cut, err)
	}
}

// TestManyFailures: annotations and the job summary stay within what GitHub takes.
func TestManyFailures(t *testing.T) {
	var notes, summary bytes.Buffer
	play(t, &Stream{Views: []View{&GitHub{Annotations: &notes, Summary: &summary}}}, many(2000, strings.Repeat("x", 10_000)))
	if n := strings.Count(notes.String(), "::error "); n != 10 || !strings.Contains(notes.String(), "(and 1990 more tests failed)") {
		t.Errorf("%d annotations", n)
	}
	if n := summary.Len(); n < summaryBytes/2 || n > summaryBytes+1000 || !strings.Contains(summary.String(), "failures more: there is no room") {
		t.Errorf("%d bytes of summary", n)
	}
}

// TestMuchOutput: all of it is in the record, the end of it is shown.
func TestMuchOutput(t *testing.T) {
	s := &sampler{at: begin}
	s.add(Line{Kind: RunStart, Run: &Run{ID: "1", Version: "1", Plan: "p", Tests: 1}})
	steps := []any{s.failed(suite.Assertion, "no")}
	for i := range 10_000 {
		steps = append(steps, printedBy(fmt.Sprintf("line %d\n", i)))
	}
	s.test("a_test.star", "test_x", suite.Marks{}, steps...)
	var console, lines bytes.Buffer
	play(t, &Stream{Lines: []io.Writer{&lines}, Views: []View{&Console{W: &console}}}, s.lines)
	if text := console.String(); strings.Count(text, "    | ") != 20 || !strings.Contains(text, "printed, the last 20 lines of 10000:\n    | line 9980\n") {
		t.Error(text)
	}
	if n := strings.Count(lines.String(), `"kind":"output"`); n != 10_000 {
		t.Errorf("%d lines recorded", n)
	}
	text, err := os.ReadFile(junit(t, true, s.lines))
	if err != nil || strings.Count(string(text), "dev · output") != 10_000 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}

// TestScreen: on a terminal the lower end shows what runs, and failures stay above it.
func TestScreen(t *testing.T) {
	var out bytes.Buffer
	c := &Console{W: &out, Width: 60}
	s := &Stream{Views: []View{c}}
	for _, l := range sample() {
		c.screen.drawn = time.Time{} // long ago
		s.Write(l)
		if l.Kind == TestStart {
			s.Last(l.Test, "+1.000 dev · publish  a\nb "+strings.Repeat("x", 100))
		}
	}
	s.Close()
	text := out.String()
	for line := range strings.Lines(text) {
		if strings.Contains(line, "of 12") && len([]rune(strings.TrimRight(line, "\n"))) > 60 {
			t.Errorf("a line is wider than the terminal: %q", line)
		}
	}
	for _, want := range []string{"test_fail[cold,at:sim]", "\x1b[2A\x1b[J", "0 of 12, 0 not passed", "FAIL b/c_test.py::test_twice", "skipped b/c_test.py::test_skip  no # lab"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
	if strings.Count(text, "FAIL b/c_test.py::test_twice") != 1 {
		t.Error("a failure is told twice")
	}
}

// TestPace: how many tests end in a second, and the time left by how long tests took the last time.
func TestPace(t *testing.T) {
	c := &Console{Width: 60, Total: 100 * time.Second, began: begin}
	for _, x := range []struct {
		after  time.Duration
		done   int
		behind time.Duration
		want   string
	}{
		{500 * time.Millisecond, 3, 10 * time.Second, ""}, {2 * time.Second, 0, 0, ""},
		{2 * time.Second, 5, 20 * time.Second, ", 2.5/s, 8s left"}, {10 * time.Second, 10, 100 * time.Second, ", 1.0/s"},
		{4 * time.Second, 1, 0, ", 0.2/s"},
	} {
		c.done, c.behind = x.done, x.behind
		if got := c.pace(begin.Add(x.after)); got != x.want {
			t.Errorf("%d after %v: %q, want %q", x.done, x.after, got, x.want)
		}
	}
	c = &Console{W: io.Discard, Expected: map[string]time.Duration{"a_test.star::test_pass": 7}}
	s := &Stream{Views: []View{c}}
	for _, l := range sample() {
		s.Write(l)
	}
	s.Close()
	if c.behind != 7 {
		t.Errorf("what is done was to take %d", c.behind)
	}
}

// TestQuietAndVerbose: failures and the total alone, and a line for each test on a terminal.
func TestQuietAndVerbose(t *testing.T) {
	show := func(c *Console) string {
		var out bytes.Buffer
		c.W = &out
		s := &Stream{Views: []View{c}}
		for _, l := range sample() {
			s.Write(l)
		}
		s.Close()
		return out.String()
	}
	const pass, skipped = "passed      a_test.star::test_pass", "skipped     b/c_test.py::test_skip"
	for _, width := range []int{0, 60} {
		if text := show(&Console{Width: width, Quiet: true}); !strings.HasPrefix(text, "FAIL ") || strings.Contains(text, "test_skip") ||
			strings.Contains(text, " of 12") || !strings.Contains(text, "1 passed") {
			t.Errorf("quiet, %d: %q", width, text)
		}
		text := show(&Console{Width: width, Verbose: true})
		if strings.Count(text, pass) != 1 || strings.Count(text, skipped) != 1 || strings.Count(text, "::test_skip  no") != 1 {
			t.Errorf("verbose, %d: %q", width, text)
		}
	}
}

// TestClean: bytes that are no UTF-8 stay visible.
func TestClean(t *testing.T) {
	if got := Clean("a\xffb中"); got != `a\xffb中` {
		t.Error(got)
	}
}

// TestMerge: shards become one run; what does not fit together is refused.
func TestMerge(t *testing.T) {
	dir := t.TempDir()
	shard := func(name string, n, of int, plan string, end bool) string {
		s := &sampler{at: begin.Add(time.Duration(n) * time.Minute)}
		s.add(Line{Kind: RunStart, Run: &Run{ID: "run-" + name, Version: "1", Plan: plan, Tests: 1, Shard: n, Of: of}})
		s.test("a_test.star", "test_"+name, suite.Marks{}, s.passed())
		if end {
			s.add(Line{Kind: RunEnd, End: &End{Verdicts: map[suite.Verdict]int{suite.Passed: 1}}})
		}
		folder := filepath.Join(dir, name)
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(filepath.Join(folder, Name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		play(t, &Stream{Lines: []io.Writer{f}}, s.lines)
		return folder
	}
	one, two, three := shard("one", 1, 3, "p", true), shard("two", 2, 3, "p", true), shard("three", 3, 3, "p", true)
	other, dead, alone := shard("other", 3, 3, "q", true), shard("dead", 3, 3, "p", false), shard("alone", 0, 0, "p", true)
	for _, tt := range []struct {
		names   []string
		partial bool
		want    string // of the error; else of the end
	}{
		{[]string{three, one, two}, false, "3 passed in 2m0s"},
		{[]string{one, two}, false, "shard 3 of 3 is missing; --partial merges what is there"},
		{[]string{one, two}, true, "shard 3 of 3 is missing: its tests are not in here"},
		{[]string{one, two, dead}, false, "dead was cut off before its end; --partial"},
		{[]string{one, two, dead}, true, "3 passed"},
		{[]string{one, two, other}, true, "is of plan q"},
		{[]string{one, two, two}, true, "are both shard 2 of 3"},
		{[]string{alone}, true, "is no shard"},
		{[]string{filepath.Join(dir, "none")}, true, "there are no results"},
	} {
		var out, lines bytes.Buffer
		s := &Stream{Lines: []io.Writer{&lines}, Views: []View{&Console{W: &out}}}
		err := Merge(tt.names, tt.partial, "", func() (*Stream, error) { return s, nil }, func(string) {})
		s.Close()
		got := out.String()
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, tt.want) {
			t.Errorf("%v: %s, want %s", tt.names, got, tt.want)
		}
		for line := range strings.Lines(lines.String()) {
			schematest.Fits(t, Schema, line)
		}
	}
}
