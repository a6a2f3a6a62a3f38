package results

import (
	"errors"
	"testing"
	"time"

	"quecstar/harness/event"
	"quecstar/harness/script"
	"quecstar/harness/suite"
)

// taken is a view that keeps what it is shown.
type taken struct {
	run   *Run
	cases []*Case
	files map[string]string
	end   *End
}

func (v *taken) Begin(l *Line)     { v.run = l.Run }
func (v *taken) Done(c *Case)      { v.cases = append(v.cases, c) }
func (v *taken) Read(s *Source)    { v.files[s.File] = s.Text }
func (v *taken) End(l *Line) error { v.end = l.End; return nil }

// TestSingle: a run of a script is a stream with one test: its output by lines, events without secrets, AT lines and
// why it failed.
func TestSingle(t *testing.T) {
	v := &taken{files: map[string]string{}}
	r := &Single{Stream: &Stream{Views: []View{v}}, Root: "/root", Script: "/root/a/dev.py", Device: "at:sim", Seed: 3}
	r.Begin()
	r.Hide([]string{"hunter22"})
	r.Hear(event.Event{Layer: event.Script, Kind: event.Output, Payload: []byte("one\ntw"), Where: "/root/a/dev.py:3"})
	r.Hear(event.Event{Layer: event.Script, Kind: event.Output, Payload: []byte("o hunter22"), Where: "/root/a/dev.py:4"})
	r.Hear(event.Event{Layer: event.Device, Kind: event.Publish, Topic: "t", Payload: []byte{0, 255}, Took: time.Second})
	r.Hear(event.Event{Layer: event.Cloud, Kind: event.Publish, Topic: "t", Payload: []byte{0, 255}})
	r.Hear(event.Event{Layer: event.Cloud, Source: event.Broker, Kind: event.Connect})
	r.Line(true, []byte("OK"))
	r.End(&script.Failure{Traceback: "Traceback (most recent call last):\n" +
		"  File \"/root/a/dev.py\", line 3, in <module>\nValueError: hunter22\n"})
	if errs := r.Stream.Close(); len(errs) > 0 || len(v.cases) != 1 || v.end == nil || v.run.Seed != 3 {
		t.Fatal(errs, v)
	}
	c := v.cases[0]
	p := c.Last().Result.Problems[0]
	if c.Key != "a/dev.py" || c.Verdict != suite.Failed || p.Text != "ValueError: ***" || p.File != "a/dev.py" || p.Line != 3 {
		t.Errorf("%+v", c)
	}
	var got []string
	for _, e := range c.Last().Events {
		got = append(got, e.Source+" "+e.Kind+" "+e.Payload+e.Base64+" "+e.Where)
	}
	want := []string{"dev line one a/dev.py:3", "dev publish AP8= ", "cloud publish AP8= ", "broker connect  ", "dev.at at.got OK ",
		"dev line two *** a/dev.py:3"}
	if len(got) != len(want) {
		t.Fatal(got)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%q, want %q", got[i], want[i])
		}
	}
}

// TestSingleEnds: a run that did not come about, and one whose time was up, are told with their class.
func TestSingleEnds(t *testing.T) {
	for _, x := range []struct {
		err     error
		verdict suite.Verdict
		class   suite.Class
	}{{nil, suite.Passed, ""}, {script.ErrDeadline, suite.Failed, suite.Timeout}, {errors.New("no"), suite.Failed, suite.Script}} {
		v := &taken{files: map[string]string{}}
		r := &Single{Stream: &Stream{Views: []View{v}}, Script: "x.py"}
		r.Begin()
		r.End(x.err)
		a := v.cases[0].Last()
		if v.cases[0].Verdict != x.verdict || x.class != "" && a.Result.Problems[0].Class != x.class {
			t.Errorf("%v: %+v", x.err, a.Result)
		}
	}
}
