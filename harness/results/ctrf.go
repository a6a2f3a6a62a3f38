package results

import (
	"encoding/json"
	"io"
	"path"
	"path/filepath"

	"quecstar/harness/suite"
)

// CTRF writes the Common Test Report Format, version 0.1.0 (https://ctrf.io), as one JSON document.
type CTRF struct {
	W io.Writer
	// Folder is where the results lie whose attachments are told.
	Folder string

	run     *Run
	summary ctrfSummary
	err     error
}

type ctrfSummary struct {
	Tests    int   `json:"tests"`
	Passed   int   `json:"passed"`
	Failed   int   `json:"failed"`
	Skipped  int   `json:"skipped"`
	Pending  int   `json:"pending"`
	Other    int   `json:"other"`
	Flaky    int   `json:"flaky"`
	Start    int64 `json:"start"`
	Stop     int64 `json:"stop"`
	Duration int64 `json:"duration"`
}

type ctrfTest struct {
	Name      string        `json:"name"`
	Status    string        `json:"status"`
	Duration  int64         `json:"duration"`
	Start     int64         `json:"start"`
	Stop      int64         `json:"stop"`
	Suite     []string      `json:"suite"`
	Message   string        `json:"message,omitempty"`
	Trace     string        `json:"trace,omitempty"`
	RawStatus string        `json:"rawStatus"`
	Tags      []string      `json:"tags,omitempty"`
	FilePath  string        `json:"filePath"`
	Line      int           `json:"line,omitempty"`
	Retries   int           `json:"retries,omitempty"`
	Attempts  []ctrfAttempt `json:"retryAttempts,omitempty"`
	Flaky     bool          `json:"flaky,omitempty"`
	Stdout    []string      `json:"stdout,omitempty"`
	Device    string        `json:"device,omitempty"`
	Extra     any           `json:"extra,omitempty"`

	Attachments []ctrfAttachment `json:"attachments,omitempty"`
}

type ctrfAttachment struct {
	Name        string `json:"name"`
	ContentType string `json:"contentType"`
	Path        string `json:"path"`
}

type ctrfAttempt struct {
	Attempt  int    `json:"attempt"`
	Status   string `json:"status"`
	Duration int64  `json:"duration"`
	Message  string `json:"message,omitempty"`
	Trace    string `json:"trace,omitempty"`
}

func (c *CTRF) write(text string) {
	if c.err == nil {
		_, c.err = io.WriteString(c.W, text)
	}
}

func (c *CTRF) json(v any) {
	text, err := json.Marshal(v)
	if err != nil && c.err == nil {
		c.err = err
	}
	c.write(string(text))
}

// Begin implements View.
func (c *CTRF) Begin(l *Line) {
	c.run = l.Run
	c.summary.Start = l.At.UnixMilli()
	c.write(`{"reportFormat":"CTRF","specVersion":"0.1.0","generatedBy":"quecstar","results":{"tool":`)
	c.json(map[string]string{"name": "quecstar", "version": l.Run.Version})
	c.write(`,"tests":[`)
}

// ctrfStatus is what the format has for a verdict; rawStatus has the verdict itself.
func ctrfStatus(v suite.Verdict) string {
	switch v {
	case suite.Passed, suite.Flaky:
		return "passed"
	case suite.Failed, suite.Errored, suite.XPassed:
		return "failed"
	case suite.Skipped:
		return "skipped"
	}
	return "other"
}

// Done implements View.
func (c *CTRF) Done(t *Case) {
	if c.summary.Tests++; c.summary.Tests > 1 {
		c.write(",")
	}
	a := t.Last()
	status := ctrfStatus(t.Verdict)
	switch status {
	case "passed":
		c.summary.Passed++
	case "failed":
		c.summary.Failed++
	case "skipped":
		c.summary.Skipped++
	default:
		c.summary.Other++
	}
	if t.Verdict == suite.Flaky {
		c.summary.Flaky++
	}
	c.write("\n")
	c.json(c.test(t, a, status))
}

func (c *CTRF) test(t *Case, a *Attempt, status string) ctrfTest {
	out := ctrfTest{Name: caseName(t), Status: status, Duration: a.Result.Real.Milliseconds(), Start: a.Began.UnixMilli(),
		Stop: a.Ended.UnixMilli(), Suite: []string{t.Test.File}, RawStatus: string(t.Verdict), Tags: t.Test.Tags,
		FilePath: t.Test.File, Line: t.Test.Line, Flaky: t.Verdict == suite.Flaky, Device: t.Test.Device, Stdout: printed(a.Events),
		Extra: map[string]any{"seed": a.Result.Seed, "took_ns": a.Result.Took}}
	if len(a.Result.Problems) > 0 || t.Verdict.Bad() {
		p := first(a)
		out.Message, out.Trace = headline(p.Text), account(a)
	} else {
		out.Message = a.Result.Reason
	}
	for _, at := range a.Result.Attachments {
		if at.Path != "" {
			where := path.Join(filepath.ToSlash(c.Folder), at.Path)
			out.Attachments = append(out.Attachments, ctrfAttachment{Name: at.Name, ContentType: at.Type, Path: where})
		}
	}
	for i := range t.Attempts[:len(t.Attempts)-1] {
		old := &t.Attempts[i]
		p := first(old)
		out.Retries++
		out.Attempts = append(out.Attempts, ctrfAttempt{Attempt: i + 1, Status: ctrfStatus(old.Result.Verdict),
			Duration: old.Result.Real.Milliseconds(), Message: headline(p.Text), Trace: account(old)})
	}
	return out
}

// End implements View.
func (c *CTRF) End(l *Line) error {
	c.summary.Stop = c.summary.Start
	if l != nil {
		c.summary.Stop = l.At.UnixMilli()
		c.summary.Duration = l.End.Took.Milliseconds()
	}
	c.write("\n],\"summary\":")
	c.json(c.summary)
	c.write("}}\n")
	return c.err
}
