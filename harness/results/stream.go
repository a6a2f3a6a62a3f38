package results

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"quecstar/harness/suite"
)

// View shows a run. Its methods are called one at a time.
type View interface {
	// Begin has the run's first line.
	Begin(l *Line)
	// Done has a test that got its verdict.
	Done(c *Case)
	// End has the last line; nil where the stream was cut off. It returns the first error of writing.
	End(l *Line) error
}

// Live is a view that shows what runs.
type Live interface {
	View
	Started(c *Case)
	// Last is what happened last in a test that runs.
	Last(test, text string)
}

// Reader is a view that shows what stands in files.
type Reader interface {
	View
	Read(s *Source)
}

// Case is a test of a stream with its attempts.
type Case struct {
	// Key is Line.Test.
	Key      string
	Test     suite.Test
	Attempts []Attempt
	// Verdict is what became of it; "" while it runs.
	Verdict suite.Verdict
}

// Attempt is one run of a test.
type Attempt struct {
	Began, Ended time.Time
	Result       suite.Result
	Events       []suite.Event
}

// Last is the last attempt.
func (c *Case) Last() *Attempt { return &c.Attempts[len(c.Attempts)-1] }

// Stream writes lines and has views show them. The zero value of what is not set does without.
type Stream struct {
	// Lines take the lines, each in one Write; the first error of each ends the writing to it.
	Lines []io.Writer
	// Views show them.
	Views []View

	mu    sync.Mutex
	cases gather
	errs  []error // of Lines
	begun bool
	ended bool
	buf   bytes.Buffer
}

// Write adds a line, with the time of now where it has none.
func (s *Stream) Write(l Line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.V = Version
	if l.At.IsZero() {
		l.At = time.Now()
	}
	l.At = l.At.UTC().Round(0)
	s.record(&l)
	s.show(&l)
}

// record writes a line to those who take lines.
func (s *Stream) record(l *Line) {
	if len(s.Lines) == 0 {
		return
	}
	s.buf.Reset()
	enc := json.NewEncoder(&s.buf)
	enc.SetEscapeHTML(false) // a line is no web page
	if err := enc.Encode(l); err != nil {
		s.errs = append(s.errs, fmt.Errorf("a line of %s: %w", l.Test, err))
		return
	}
	kept := s.Lines[:0]
	for _, w := range s.Lines {
		if _, err := w.Write(s.buf.Bytes()); err != nil {
			s.errs = append(s.errs, err)
			continue // half a line is the last that it has
		}
		kept = append(kept, w)
	}
	s.Lines = kept
}

func (s *Stream) show(l *Line) {
	switch l.Kind {
	case RunStart:
		if s.begun = true; l.Run != nil {
			for _, v := range s.Views {
				v.Begin(l)
			}
		}
	case RunEnd:
		s.end(l)
	case SourceOf:
		for _, v := range s.Views {
			if reader, ok := v.(Reader); ok && l.Source != nil {
				reader.Read(l.Source)
			}
		}
	default:
		c, done := s.cases.add(l)
		if c == nil {
			return
		}
		for _, v := range s.Views {
			if done {
				v.Done(c)
			} else if live, ok := v.(Live); ok && l.Kind == TestStart {
				live.Started(c)
			}
		}
	}
}

func (s *Stream) end(l *Line) {
	if s.ended {
		return
	}
	s.ended = true
	for _, v := range s.Views {
		if err := v.End(l); err != nil {
			s.errs = append(s.errs, err)
		}
	}
}

// Last has the live views show what happened last in a test that runs.
func (s *Stream) Last(test, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.Views {
		if live, ok := v.(Live); ok {
			live.Last(test, text)
		}
	}
}

// Close ends the views, where no run.end did, and returns all errors of writing.
func (s *Stream) Close() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.begun {
		s.end(nil)
	}
	return s.errs
}

// gather puts the lines of tests together.
type gather struct{ open map[string]*Case }

// add returns the case that a line is of, nil where there is none, and whether it has its verdict.
func (g *gather) add(l *Line) (c *Case, done bool) {
	if g.open == nil {
		g.open = map[string]*Case{}
	}
	c = g.open[l.Test]
	switch {
	case l.Kind == TestStart && l.About != nil:
		if c == nil {
			c = &Case{Key: l.Test, Test: *l.About}
			g.open[l.Test] = c
		}
		c.Attempts = append(c.Attempts, Attempt{Began: l.At})
	case c == nil:
		return nil, false // its start was lost
	case l.Kind == TestEvent && l.Event != nil:
		c.Last().Events = append(c.Last().Events, *l.Event)
	case l.Kind == TestEnd && l.Result != nil:
		c.Last().Ended, c.Last().Result = l.At, *l.Result
		if l.Verdict != "" {
			c.Verdict = l.Verdict
			delete(g.open, l.Test)
			return c, true
		}
	}
	return c, false
}
