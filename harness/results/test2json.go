package results

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"quecstar/harness/suite"
)

// Test2JSON writes the lines of go tool test2json, which gotestsum and editors read: a file is a package of
// theirs, and what is said of a test is its output.
type Test2JSON struct {
	W io.Writer

	run   *Run
	files map[string]bool // whether something failed
	err   error
}

type goTestLine struct {
	Time    time.Time
	Action  string
	Package string
	Test    string   `json:",omitempty"`
	Elapsed *float64 `json:",omitempty"`
	Output  string   `json:",omitempty"`
}

func (t *Test2JSON) line(l goTestLine) {
	text, err := json.Marshal(l)
	if err == nil && t.err == nil {
		_, err = t.W.Write(append(text, '\n'))
	}
	if t.err == nil {
		t.err = err
	}
}

// Begin implements View.
func (t *Test2JSON) Begin(l *Line) { t.run, t.files = l.Run, map[string]bool{} }

// Done implements View.
func (t *Test2JSON) Done(c *Case) {
	a := c.Last()
	file := c.Test.File
	if _, ok := t.files[file]; !ok {
		t.files[file] = false
		t.line(goTestLine{Time: c.Attempts[0].Began, Action: "start", Package: file})
	}
	// A slash would make a sub-test of what stands behind it.
	name := strings.ReplaceAll(caseName(c), "/", "_")
	t.line(goTestLine{Time: c.Attempts[0].Began, Action: "run", Package: file, Test: name})
	say := func(text string) {
		for l := range strings.Lines(text) {
			t.line(goTestLine{Time: a.Ended, Action: "output", Package: file, Test: name, Output: l})
		}
	}
	say("=== RUN   " + name + "\n")
	action, word := "pass", "PASS"
	switch {
	case c.Verdict.Bad():
		action, word, t.files[file] = "fail", "FAIL", true
		say((&Console{run: t.run}).failure(c))
	case c.Verdict != suite.Passed && c.Verdict != suite.Flaky:
		action, word = "skip", "SKIP"
		say("    " + string(c.Verdict) + ": " + headline(a.Result.Reason) + "\n")
	}
	elapsed := a.Result.Real.Seconds()
	say("--- " + word + ": " + name + " (" + seconds(a.Result.Real) + "s)\n")
	t.line(goTestLine{Time: a.Ended, Action: action, Package: file, Test: name, Elapsed: &elapsed})
}

// End implements View.
func (t *Test2JSON) End(l *Line) error {
	at := time.Now()
	if l != nil {
		at = l.At
	}
	names := make([]string, 0, len(t.files))
	for name := range t.files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		action, word := "pass", "ok  \t"
		if t.files[name] || l == nil {
			action, word = "fail", "FAIL\t"
		}
		t.line(goTestLine{Time: at, Action: "output", Package: name, Output: word + name + "\n"})
		t.line(goTestLine{Time: at, Action: action, Package: name})
	}
	return t.err
}
