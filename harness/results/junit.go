package results

import (
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
	"time"

	"quecstar/harness/suite"
)

// File is what views are written to that change what they wrote: an *os.File.
type File interface {
	io.WriterAt
	Truncate(size int64) error
}

// JUnit writes JUnit's XML, whole again a moment after each test, so that a run that is cut off leaves a file
// that can be read. There are two dialects. That of readers, such as GitLab and Jenkins, has a file, a line and
// properties in a testcase. Strict is valid by Jenkins' junit-10.xsd as pytest has it, which knows none of these.
//
// A flaky test is a passed testcase with a flakyFailure an attempt that failed; a failed one has the failure of
// its first attempt and a rerunFailure for each later one, as Maven's Surefire writes them.
type JUnit struct {
	F      File
	Strict bool
	// Folder is where the results lie whose attachments readers are told of.
	Folder string

	run                              *Run
	began                            time.Time
	tests, failures, errors, skipped int
	took                             time.Duration
	pending                          strings.Builder // cases that are not written yet
	offset                           int64           // where the next case goes
	written                          time.Time
	err                              error
}

// settle is how long a case may wait to be written with others.
const settle = 100 * time.Millisecond

// headBytes is what the head takes, with room for its numbers to grow.
const headBytes = 512

// tail ends the file.
const tail = "</testsuite>\n</testsuites>\n"

// Begin implements View.
func (j *JUnit) Begin(l *Line) {
	j.run, j.began = l.Run, l.At
	j.offset = headBytes
	j.flush(time.Now())
}

// Done implements View.
func (j *JUnit) Done(c *Case) {
	j.tests++
	j.took += c.Last().Result.Real
	j.pending.WriteString(j.testcase(c))
	if now := time.Now(); now.Sub(j.written) > settle {
		j.flush(now)
	}
}

// End implements View.
func (j *JUnit) End(*Line) error {
	j.flush(time.Now())
	return j.err
}

// flush writes the cases that wait, the end behind them, and the head anew.
func (j *JUnit) flush(now time.Time) {
	if j.err != nil {
		return
	}
	j.written = now
	cases := j.pending.String()
	j.pending.Reset()
	if _, j.err = j.F.WriteAt([]byte(cases+tail), j.offset); j.err != nil {
		// A disk that is full has room for the end that was there before.
		_, _ = j.F.WriteAt([]byte(tail), j.offset)
		_ = j.F.Truncate(j.offset + int64(len(tail)))
		return
	}
	j.offset += int64(len(cases))
	if _, j.err = j.F.WriteAt([]byte(j.head()), 0); j.err != nil {
		return
	}
	j.err = j.F.Truncate(j.offset + int64(len(tail)))
}

// head is what stands before the first case, always of the same length.
func (j *JUnit) head() string {
	numbers := fmt.Sprintf(`tests="%d" failures="%d" errors="%d"`, j.tests, j.failures, j.errors)
	suites := fmt.Sprintf(`<testsuites name="quecstar" %s time="%s">`, numbers, seconds(j.took))
	one := fmt.Sprintf(`<testsuite name="quecstar" %s skipped="%d" time="%s" timestamp="%s"%s`, numbers, j.skipped,
		seconds(j.took), j.began.UTC().Format("2006-01-02T15:04:05"), attr("hostname", shortHost(j.run.Host)))
	text := xml.Header + suites + "\n" + one
	return text + strings.Repeat(" ", max(0, headBytes-len(text)-2)) + ">\n"
}

func shortHost(host string) string { return host[:min(len(host), 64)] }

// seconds is a time as the schema wants it: three decimals at most, no exponent.
func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// attr is an attribute with a space in front; "" where it has no value.
func attr(name, value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf(` %s="%s"`, name, escape(value))
}

// escape is a text for XML. What XML 1.0 cannot have, such as a NUL, stands as \xNN.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(allowed(s))) // to memory
	return b.String()
}

// content is a text for an element, whose line ends stay.
func content(s string) string { return strings.ReplaceAll(escape(s), "&#xA;", "\n") }

// allowed writes characters that XML 1.0 (section 2.2) forbids as \xNN.
func allowed(s string) string {
	s = Clean(s)
	if !strings.ContainsFunc(s, forbidden) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if forbidden(r) {
			fmt.Fprintf(&b, `\x%02x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func forbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}

// className is a file as GitLab and Jenkins show it: its path with dots.
func className(file string) string {
	file = strings.TrimSuffix(path.Clean(file), path.Ext(file))
	return strings.ReplaceAll(strings.Trim(strings.ReplaceAll(file, "../", ""), "/"), "/", ".")
}

// caseName is a test's name in its file, which no other has.
func caseName(c *Case) string {
	name := strings.TrimPrefix(c.Key, c.Test.File+"::")
	if name == "" || name == c.Test.File {
		return path.Base(c.Test.File)
	}
	return name
}

func (j *JUnit) testcase(c *Case) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<testcase%s%s time="%s"`, attr("classname", className(c.Test.File)), attr("name", caseName(c)),
		seconds(c.Last().Result.Real))
	if !j.Strict {
		b.WriteString(attr("file", c.Test.File))
		fmt.Fprintf(&b, ` line="%d"`, c.Test.Line)
	}
	b.WriteString(">\n")
	if !j.Strict {
		b.WriteString(j.properties(c))
	}
	b.WriteString(j.verdict(c))
	if c.Verdict != suite.Flaky {
		b.WriteString(j.output(&c.Attempts[0]))
	}
	b.WriteString("</testcase>\n")
	return b.String()
}

func (j *JUnit) properties(c *Case) string {
	var b strings.Builder
	b.WriteString("<properties>\n")
	property := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "<property%s%s/>\n", attr("name", name), attr("value", value))
		}
	}
	a := c.Last()
	property("verdict", string(c.Verdict))
	property("seed", fmt.Sprint(a.Result.Seed))
	property("device", c.Test.Device)
	property("attempts", fmt.Sprint(len(c.Attempts)))
	property("took", a.Result.Took.String())
	if c.Test.Name != "" {
		property("again", again(j.run, c, a))
	}
	b.WriteString("</properties>\n")
	return b.String()
}

// verdict is the elements that say what became of a test.
func (j *JUnit) verdict(c *Case) string {
	a := c.Last()
	switch c.Verdict {
	case suite.Failed:
		j.failures++
		return element("failure", &c.Attempts[0]) + j.rerun(c)
	case suite.Errored:
		j.errors++
		return element("error", &c.Attempts[0]) + j.rerun(c)
	case suite.XPassed:
		j.failures++
		return fmt.Sprintf("<failure type=\"xpass\"%s/>\n", attr("message", "it passed, although it is expected to fail: "+c.Test.XFail))
	case suite.Skipped, suite.XFailed, suite.Quarantined:
		j.skipped++
		kind, why, text := string(c.Verdict), a.Result.Reason, ""
		if c.Verdict == suite.XFailed {
			kind = "xfail"
		}
		if c.Verdict == suite.Quarantined {
			why, text = c.Test.Quarantine+" ("+owned(&c.Test)+")", account(a)
		}
		return fmt.Sprintf("<skipped%s%s>%s</skipped>\n", attr("type", kind), attr("message", why), content(text))
	case suite.Flaky:
		return j.flaky(c)
	}
	return ""
}

func element(name string, a *Attempt) string {
	p := first(a)
	return fmt.Sprintf("<%s%s%s>%s</%s>\n", name, attr("type", string(p.Class)), attr("message", headline(p.Text)),
		content(account(a)), name)
}

func (j *JUnit) rerun(c *Case) string {
	var b strings.Builder
	for i := range c.Attempts[1:] {
		b.WriteString(j.attempted("rerun", &c.Attempts[i+1]))
	}
	return b.String()
}

func (j *JUnit) flaky(c *Case) string {
	var b strings.Builder
	for i := range c.Attempts[:len(c.Attempts)-1] {
		b.WriteString(j.attempted("flaky", &c.Attempts[i]))
	}
	return b.String()
}

// attempted is one attempt of several, with what happened in it.
func (j *JUnit) attempted(word string, a *Attempt) string {
	kind := "Failure"
	if a.Result.Verdict == suite.Errored {
		kind = "Error"
	}
	p := first(a)
	return fmt.Sprintf("<%s%s%s%s><stackTrace>%s</stackTrace>%s</%s%s>\n", word, kind, attr("type", string(p.Class)),
		attr("message", headline(p.Text)), content(account(a)), j.output(a), word, kind)
}

// output is what happened in an attempt. Attachments are told as Jenkins' JUnit attachments and GitLab want them.
func (j *JUnit) output(a *Attempt) string {
	attached := ""
	for _, at := range a.Result.Attachments {
		if at.Path != "" && !j.Strict {
			attached += "[[ATTACHMENT|" + content(path.Join(filepath.ToSlash(j.Folder), at.Path)) + "]]\n"
		}
	}
	if len(a.Events) == 0 && attached == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString("<system-out>")
	for i := range a.Events {
		b.WriteString(content(eventText(&a.Events[i])) + "\n")
	}
	b.WriteString(attached + "</system-out>\n")
	return b.String()
}
