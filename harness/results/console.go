package results

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"quecstar/harness/columns"
	"quecstar/harness/suite"
)

// Console tells people of a run: each failure whole and at once, and at the end what became of all. On a
// terminal it shows what runs; elsewhere it has one line a test.
type Console struct {
	W io.Writer
	// Width is that of the terminal; 0 is none.
	Width int
	// Color switches colours on.
	Color bool
	// Quiet leaves all out but failures and the total; Verbose has a line for each test on a terminal, too.
	Quiet, Verbose bool
	// Expected is how long tests are thought to take, by ID, and Total all of them with their rounds; nil is not known.
	// The time that is left goes by them.
	Expected map[string]time.Duration
	Total    time.Duration
	// Slowest is how many of the slowest tests are listed at the end.
	Slowest int
	// Folder is where the results lie whose attachments are told.
	Folder string

	run    *Run
	began  time.Time
	done   int
	behind time.Duration // what the tests that are done were thought to take
	cases  []line        // what the end lists again in one line: those that are not plainly passed
	slow   []timed
	err    error
	screen screen
}

type line struct {
	verdict suite.Verdict
	text    string
}

type timed struct {
	key string
	r   suite.Result
}

const (
	green, yellow, red, dim = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[2m"
	reset                   = "\x1b[0m"
)

func colorOf(v suite.Verdict) string {
	switch v {
	case suite.Failed, suite.Errored, suite.XPassed:
		return red
	case suite.Flaky, suite.Quarantined:
		return yellow
	case suite.Passed:
		return green
	}
	return dim
}

func (c *Console) paint(color, text string) string {
	if !c.Color || color == "" {
		return text
	}
	return color + text + reset
}

func (c *Console) print(text string) {
	if text == "" || c.err != nil {
		return
	}
	_, c.err = io.WriteString(c.W, text)
}

// Begin implements View.
func (c *Console) Begin(l *Line) {
	c.run, c.began = l.Run, l.At
	text := fmt.Sprintf("%s, seed %d", count(l.Run.Tests, "test"), l.Run.Seed)
	switch {
	case l.Run.Shard > 0:
		text += fmt.Sprintf(", shard %d of %d, plan %s", l.Run.Shard, l.Run.Of, l.Run.Plan)
	case l.Run.Of > 0:
		text += fmt.Sprintf(", merged of %d shards, plan %s", l.Run.Of, l.Run.Plan)
	}
	for _, n := range l.Run.Missing {
		text += fmt.Sprintf("\nshard %d of %d is missing: its tests are not in here", n, l.Run.Of)
	}
	if !c.Quiet || len(l.Run.Missing) > 0 {
		c.print(c.paint(dim, text) + "\n")
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Done implements View.
func (c *Console) Done(t *Case) {
	c.done++
	c.behind += c.Expected[t.Test.ID]
	delete(c.screen.running, t.Key)
	a := t.Last()
	if c.Slowest > 0 {
		c.slow = append(c.slow, timed{t.Key, a.Result})
	}
	if c.Width == 0 || c.Verbose {
		c.clear()
		c.print(c.oneLine(t, a))
	}
	if t.Verdict != suite.Passed {
		c.cases = append(c.cases, line{t.Verdict, c.brief(t, a)})
	}
	if t.Verdict.Bad() {
		c.clear()
		c.print(c.failure(t))
	}
	c.refresh()
}

func (c *Console) oneLine(t *Case, a *Attempt) string {
	if t.Verdict.Bad() || c.Quiet {
		return "" // the failure says it
	}
	text := c.brief(t, a)
	if t.Verdict == suite.Passed {
		text += "  " + took(&a.Result)
	}
	return fmt.Sprintf("%s %s\n", c.paint(colorOf(t.Verdict), fmt.Sprintf("%-11s", t.Verdict)), columns.Visible(text))
}

// took is how long a test took: by its own clock, too, where that is another.
func took(r *suite.Result) string {
	if r.Took > 2*r.Real {
		return short(r.Real) + " for " + short(r.Took)
	}
	return short(r.Real)
}

// brief is a case in the list at the end.
func (c *Console) brief(t *Case, a *Attempt) string {
	switch t.Verdict {
	case suite.Skipped, suite.XFailed:
		return t.Key + "  " + headline(a.Result.Reason)
	case suite.Quarantined:
		p := first(a)
		return fmt.Sprintf("%s  %s (%s; %s)", t.Key, headline(p.Text), t.Test.Quarantine, owned(&t.Test))
	case suite.Flaky:
		p := first(&t.Attempts[0])
		return fmt.Sprintf("%s  passed at attempt %d; at first: %s", t.Key, len(t.Attempts), headline(p.Text))
	}
	if a.Result.Reason != "" {
		return t.Key + "  " + headline(a.Result.Reason)
	}
	return t.Key
}

func owned(t *suite.Test) string {
	text := "owner " + t.Owner
	if t.Owner == "" {
		text = "no owner"
	}
	if t.Until != "" {
		text += ", until " + t.Until
	}
	return text
}

// shownLines is how much of what a failed test's scripts printed is shown; the stream has all.
const shownLines = 20

// failure is a failed test, whole.
func (c *Console) failure(t *Case) string {
	var b strings.Builder
	word := "FAIL"
	switch t.Verdict {
	case suite.Errored:
		word = "ERROR"
	case suite.XPassed:
		word = "XPASS"
	}
	p := first(t.Last())
	file, row := place(t, &p)
	fmt.Fprintf(&b, "%s %s", c.paint(red, word), t.Key)
	if row > 0 {
		fmt.Fprintf(&b, "  %s:%d", file, row)
	}
	b.WriteString("\n")
	for i := range t.Attempts {
		if len(t.Attempts) > 1 {
			fmt.Fprintf(&b, "  attempt %d of %d\n", i+1, len(t.Attempts))
		}
		c.attempt(&b, t, &t.Attempts[i])
	}
	if a := t.Last(); t.Test.Name != "" {
		fmt.Fprintf(&b, "  again: %s\n", again(c.run, t, a))
	}
	return b.String()
}

func (c *Console) attempt(b *strings.Builder, t *Case, a *Attempt) {
	if t.Verdict == suite.XPassed {
		fmt.Fprintf(b, "  it passed, although it is expected to fail: %s\n", t.Test.XFail)
	} else {
		b.WriteString(indent(2, columns.Visible(account(a))))
	}
	c.printed(b, a)
	for _, at := range a.Result.Attachments {
		if at.Path != "" {
			fmt.Fprintf(b, "  attached: %s\n", columns.Visible(path.Join(filepath.ToSlash(c.Folder), at.Path)))
		}
	}
}

// printed is the end of what scripts printed in an attempt.
func (c *Console) printed(b *strings.Builder, a *Attempt) {
	out := printed(a.Events)
	if len(out) == 0 {
		return
	}
	if n := len(out) - shownLines; n > 0 {
		out = out[n:]
		fmt.Fprintf(b, "  printed, the last %d lines of %d:\n", shownLines, n+shownLines)
	} else {
		b.WriteString("  printed:\n")
	}
	for _, l := range out {
		fmt.Fprintf(b, "    | %s\n", columns.Visible(l))
	}
}

// End implements View.
func (c *Console) End(l *Line) error {
	c.clear()
	for _, v := range []suite.Verdict{suite.Skipped, suite.XFailed, suite.Quarantined, suite.Flaky} {
		c.list(v)
	}
	c.slowest()
	if l == nil {
		c.print(c.paint(red, "the results end here: the run was cut off") + "\n")
		return c.err
	}
	if l.End.NotRun > 0 {
		why := l.End.Why
		if why != "" {
			why = ": " + why
		}
		c.print(c.paint(yellow, count(l.End.NotRun, "test")+" not run"+why) + "\n")
	}
	c.print(c.total(l.End) + "\n")
	return c.err
}

// list names, on a terminal, the tests with a verdict that one does not see from the total.
func (c *Console) list(v suite.Verdict) {
	if c.Width == 0 || c.Verbose || c.Quiet {
		return // it was told in a line of its own
	}
	for _, l := range c.cases {
		if l.verdict == v {
			c.print(fmt.Sprintf("%s %s\n", c.paint(colorOf(v), string(v)), columns.Visible(l.text)))
		}
	}
}

func (c *Console) slowest() {
	if len(c.slow) == 0 {
		return
	}
	slices.SortStableFunc(c.slow, func(a, b timed) int { return int(b.r.Real - a.r.Real) })
	c.print("slowest, with set-up, test and tear-down by the test's clock:\n")
	for _, t := range c.slow[:min(c.Slowest, len(c.slow))] {
		c.print(fmt.Sprintf("  %8s  %s  %s, %s, %s\n", short(t.r.Real), t.key, short(t.r.Setup), short(t.r.Body), short(t.r.Teardown)))
	}
}

// order is that in which verdicts are counted.
var order = []suite.Verdict{suite.Failed, suite.Errored, suite.XPassed, suite.Flaky, suite.Quarantined, suite.Passed,
	suite.XFailed, suite.Skipped}

func (c *Console) total(e *End) string {
	var parts []string
	for _, v := range order {
		if n := e.Verdicts[v]; n > 0 {
			name := string(v)
			if v == suite.Errored && n > 1 {
				name = "errors"
			}
			parts = append(parts, c.paint(colorOf(v), fmt.Sprintf("%d %s", n, name)))
		}
	}
	if len(parts) == 0 {
		parts = []string{"nothing was run"}
	}
	return strings.Join(parts, ", ") + " in " + short(e.Took)
}
