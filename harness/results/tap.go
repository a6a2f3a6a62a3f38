package results

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"quecstar/harness/columns"
	"quecstar/harness/suite"
)

// TAP writes the Test Anything Protocol, version 14 (https://testanything.org/tap-version-14-specification.html).
type TAP struct {
	W io.Writer

	run *Run
	n   int
	err error
}

func (t *TAP) print(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.W, format, args...)
	}
}

// Begin implements View.
func (t *TAP) Begin(l *Line) {
	t.run = l.Run
	t.print("TAP version 14\n1..%d\n", l.Run.Tests)
}

// Done implements View.
func (t *TAP) Done(c *Case) {
	t.n++
	a := c.Last()
	ok, directive := "ok", ""
	switch c.Verdict {
	case suite.Failed, suite.Errored, suite.XPassed:
		ok = "not ok"
	case suite.Skipped:
		directive = " # SKIP " + tapText(a.Result.Reason)
	case suite.XFailed:
		ok, directive = "not ok", " # TODO "+tapText(c.Test.XFail)
	case suite.Quarantined:
		ok, directive = "not ok", " # TODO quarantined: "+tapText(c.Test.Quarantine)
	}
	t.print("%s %d - %s%s\n", ok, t.n, tapText(c.Key), directive)
	if c.Verdict != suite.Passed && c.Verdict != suite.Skipped {
		t.print("%s", t.block(c, a))
	}
}

// tapText is a text in a line of TAP: "#" and "\" are escaped there.
func tapText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "#", `\#`).Replace(columns.Visible(headline(Clean(s))))
}

// block is the YAML of a test. JSON's strings are YAML's, too.
func (t *TAP) block(c *Case, a *Attempt) string {
	p := first(a)
	if c.Verdict == suite.Flaky {
		p = first(&c.Attempts[0])
	}
	file, line := place(c, &p)
	var b strings.Builder
	row := func(name string, value any) {
		text, _ := json.Marshal(value) // of strings and numbers
		fmt.Fprintf(&b, "  %s: %s\n", name, text)
	}
	b.WriteString("  ---\n")
	row("verdict", c.Verdict)
	row("class", p.Class)
	row("message", headline(p.Text))
	row("details", account(a))
	row("file", file)
	row("line", line)
	row("attempts", len(c.Attempts))
	row("duration_ms", float64(a.Result.Real.Microseconds())/1000)
	if c.Test.Name != "" {
		row("again", again(t.run, c, a))
	}
	b.WriteString("  ...\n")
	return b.String()
}

// End implements View.
func (t *TAP) End(l *Line) error {
	switch {
	case l == nil:
		t.print("Bail out! the results were cut off\n")
	case l.End.NotRun > 0:
		t.print("Bail out! %s not run%s\n", count(l.End.NotRun, "test"), tapText(colon(l.End.Why)))
	}
	return t.err
}

func colon(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}
