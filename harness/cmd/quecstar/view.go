package main

import (
	"github.com/spf13/pflag"

	"quecstar/harness/event"
	"quecstar/harness/livepage/runpage"
	"quecstar/harness/report"
	"quecstar/harness/results"
	"quecstar/harness/session"
)

// viewFlags say how events are shown on standard error.
type viewFlags struct {
	json, quiet, verbose, calls bool
	cloud                       bool // messages as the cloud sees them
	// html is the file of a page of the run; "" is none.
	html string
	// ui is where a live page of the run is served; "" is none.
	ui string
	// page takes every event, live shows them; nil is none.
	page *results.Single
	live *runpage.Page
	// heard takes every event, without its secrets; nil is nobody.
	heard func(event.Event)
}

func (v *viewFlags) add(f *pflag.FlagSet) {
	f.BoolVar(&v.json, "json", false,
		"write JSON to standard error, one event a line (see quecstar schema), and nothing else")
	f.BoolVarP(&v.quiet, "quiet", "q", false, "no timeline")
	f.BoolVarP(&v.verbose, "verbose", "v", false, "a timeline of everything, from both sides, whole")
	f.BoolVar(&v.calls, "trace-calls", false, "tell every call of a builtin (in --json, --verbose and --html)")
}

// shower shows events; Err is the first error of writing.
type shower interface{ Err() error }

// attach has the session's events shown.
func (v viewFlags) attach(p *process, s *session.Session) shower {
	mask := report.NewMasker(s.Secrets())
	if v.heard != nil {
		s.Events.Listen(func(e event.Event) { v.heard(mask.Event(e)) })
	}
	if v.page != nil {
		v.page.Hide(s.Secrets())
		s.Events.Listen(v.page.Hear)
	}
	switch {
	case p.lines != nil:
		p.lines.Hide(mask)
		s.Events.Listen(p.lines.Show)
		return p.lines
	case v.quiet:
		return nil
	}
	t := v.timeline(p, mask)
	s.Events.Listen(t.Show)
	return t
}

func (v viewFlags) timeline(p *process, mask *report.Masker) *report.Timeline {
	p.shown = &report.Timeline{W: p.stderr, Mask: mask, Width: p.terminal, Cloud: v.cloud, Verbose: v.verbose,
		Color: p.colours(p.terminal())}
	return p.shown
}

// colours reports whether a terminal of this width, 0 for none, is to show colours (no-color.org).
func (p *process) colours(width int) bool {
	return width > 0 && p.env("NO_COLOR") == "" && !p.teletype
}
