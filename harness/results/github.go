package results

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"quecstar/harness/columns"
	"quecstar/harness/suite"
)

// mostAnnotations is how many of a kind GitHub shows of a step.
const mostAnnotations = 10

// summaryBytes is how much a job summary may have: GitHub drops one of more than 1024 KB as a whole.
const summaryBytes = 900 << 10

// GitHub writes annotations at the end of a run, and a job summary.
type GitHub struct {
	// Annotations takes the workflow commands; Summary the Markdown. Either may be nil.
	Annotations, Summary io.Writer

	run   *Run
	notes []note
	total int // of what failed
	full  strings.Builder
	left  int // failures that the summary has no room for
}

type note struct {
	file, text, title string
	line              int
}

// Begin implements View.
func (g *GitHub) Begin(l *Line) { g.run = l.Run }

// Done implements View.
func (g *GitHub) Done(c *Case) {
	if !c.Verdict.Bad() && c.Verdict != suite.Flaky {
		return
	}
	a := &c.Attempts[0]
	p := first(a)
	if c.Verdict == suite.XPassed {
		p.Text = "it passed, although it is expected to fail: " + c.Test.XFail
	}
	g.remember(c, &p)
	if c.Verdict.Bad() {
		g.total++
		text := columns.Visible((&Console{run: g.run}).failure(c))
		fence := "```"
		for strings.Contains(text, fence) {
			fence += "`"
		}
		text = fmt.Sprintf("<details><summary><code>%s</code> %s</summary>\n\n%s\n%s%s\n\n</details>\n\n",
			markup(c.Key), markup(headline(p.Text)), fence, text, fence)
		if g.full.Len()+len(text) > summaryBytes {
			g.left++
			return
		}
		g.full.WriteString(text)
	}
}

// remember keeps the annotations that may be shown: one more than that says how many there are.
func (g *GitHub) remember(c *Case, p *suite.Problem) {
	if !c.Verdict.Bad() || len(g.notes) >= mostAnnotations {
		return
	}
	file, line := place(c, p)
	g.notes = append(g.notes, note{file: file, line: line, title: c.Key, text: p.Text})
}

func markup(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\n", " ").Replace(columns.Visible(s))
}

// End implements View.
func (g *GitHub) End(l *Line) error {
	var err error
	if g.Annotations != nil && len(g.notes) > 0 {
		_, err = io.WriteString(g.Annotations, g.annotations())
	}
	if g.Summary != nil && err == nil {
		_, err = io.WriteString(g.Summary, g.summary(l))
	}
	return err
}

// annotations are by file and line; the last says how many more there are.
func (g *GitHub) annotations() string {
	slices.SortStableFunc(g.notes, func(a, b note) int {
		if c := strings.Compare(a.file, b.file); c != 0 {
			return c
		}
		return a.line - b.line
	})
	if more := g.total - len(g.notes); more > 0 {
		g.notes[len(g.notes)-1].text += fmt.Sprintf("\n(and %d more tests failed)", more)
	}
	var b strings.Builder
	for _, n := range g.notes {
		fmt.Fprintf(&b, "::error file=%s,line=%d,title=%s::%s\n", property(n.file), n.line, property(n.title), message(n.text))
	}
	return b.String()
}

// message and property escape as workflow commands want it.
func message(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(strings.TrimSpace(s))
}

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(s))
}

func (g *GitHub) summary(l *Line) string {
	var b strings.Builder
	b.WriteString("### quecstar test\n\n")
	if l == nil {
		b.WriteString("The run was cut off.\n\n")
	} else {
		b.WriteString("| verdict | tests |\n|---|---|\n")
		for _, v := range order {
			if n := l.End.Verdicts[v]; n > 0 {
				fmt.Fprintf(&b, "| %s | %d |\n", v, n)
			}
		}
		if l.End.NotRun > 0 {
			fmt.Fprintf(&b, "| not run | %d |\n", l.End.NotRun)
		}
		fmt.Fprintf(&b, "\n%s\n\n", short(l.End.Took))
	}
	b.WriteString(g.full.String())
	if g.left > 0 {
		fmt.Fprintf(&b, "%s more: there is no room for what they say; results.jsonl has it.\n", count(g.left, "failure"))
	}
	return b.String()
}
