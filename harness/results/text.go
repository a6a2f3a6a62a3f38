package results

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"quecstar/harness/event"
	"quecstar/harness/report"
	"quecstar/harness/suite"
)

// Clean is a text in which bytes that are no UTF-8 stand as \xNN, so that no form of it loses them.
func Clean(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, `\x%02x`, s[0])
		} else {
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// EventLine is an event in one line, for people: what is long in it is cut.
func EventLine(e *suite.Event) string {
	return strings.ReplaceAll(eventWith(e, report.Payload(payload(e))), "\n", "⏎")
}

// eventText is all of an event; it may have several lines.
func eventText(e *suite.Event) string {
	text := eventWith(e, Clean(string(payload(e))))
	if e.Traceback != "" {
		text += "\n" + strings.TrimRight(e.Traceback, "\n")
	}
	return text
}

func eventWith(e *suite.Event, payload string) string {
	out := fmt.Sprintf("%+.3f %s · %s", e.At.Seconds(), e.Source, e.Kind)
	for _, part := range []string{e.Topic, e.Text, payload, e.Where} {
		if part = strings.TrimRight(part, "\n"); part != "" {
			out += "  " + part
		}
	}
	return out
}

// payload is the bytes that travelled; base64 that is none gives what can be read of it.
func payload(e *suite.Event) []byte {
	if e.Base64 == "" {
		return []byte(e.Payload)
	}
	raw, _ := base64.StdEncoding.DecodeString(e.Base64)
	return raw
}

// printedLine is the kind of a whole line that a script printed.
const printedLine = "line"

// printed is what scripts printed in a test, in lines.
func printed(events []suite.Event) []string {
	var b strings.Builder
	for i := range events {
		switch e := &events[i]; event.Kind(e.Kind) {
		case event.Output, event.ErrorOutput:
			b.WriteString(Clean(string(payload(e))))
		case printedLine:
			b.WriteString(Clean(string(payload(e))) + "\n")
		}
	}
	if b.Len() == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

// short is a duration for people, with three figures at most.
func short(d time.Duration) string {
	switch {
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("%.0fms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.1fms", float64(d)/1e6)
}

// again is the command that runs one test as this attempt ran it.
func again(run *Run, c *Case, a *Attempt) string {
	out := "quecstar test " + quote(c.Test.ID)
	if run != nil && run.Flags != "" {
		out += " " + run.Flags
	}
	return out + fmt.Sprintf(" --seed %d", a.Result.Seed)
}

// quote is an argument as a shell wants it.
func quote(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=@%+") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Quote is an argument as a shell wants it.
func Quote(s string) string { return quote(s) }

// place is where a problem is, or else where the test stands.
func place(c *Case, p *suite.Problem) (file string, line int) {
	if p != nil && p.File != "" {
		return p.File, p.Line
	}
	return c.Test.File, c.Test.Line
}

// first is the problem that decided an attempt; one that says so where there is none.
func first(a *Attempt) suite.Problem {
	if len(a.Result.Problems) > 0 {
		return a.Result.Problems[0]
	}
	text := string(a.Result.Verdict)
	if a.Result.Reason != "" {
		text += ": " + a.Result.Reason
	}
	return suite.Problem{Class: suite.Harness, Text: text}
}

// headline is the first line of a text.
func headline(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// account is all that is wrong with an attempt, in lines.
func account(a *Attempt) string {
	var b strings.Builder
	for i := range a.Result.Problems {
		p := &a.Result.Problems[i]
		if word := map[string]string{"setup": "set-up", "teardown": "tear-down"}[p.Phase]; word != "" {
			fmt.Fprintf(&b, "in %s%s:\n", word, of(p.Fixture))
		}
		text, traceback := strings.TrimRight(p.Text, "\n"), strings.TrimRight(p.Traceback, "\n")
		if traceback == "" || !strings.HasSuffix(traceback, text) { // else the traceback ends in it
			b.WriteString(text + "\n")
		}
		if traceback != "" {
			b.WriteString(traceback + "\n")
		}
	}
	if b.Len() == 0 {
		p := first(a)
		return p.Text + "\n"
	}
	return b.String()
}

func of(fixture string) string {
	if fixture == "" {
		return ""
	}
	return " of " + fixture
}

// indent puts so many spaces in front of each line.
func indent(n int, text string) string {
	pad := strings.Repeat(" ", n)
	return pad + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+pad) + "\n"
}
