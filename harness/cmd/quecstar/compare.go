package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/rogpeppe/go-internal/diff"

	"quecstar/harness/event"
	"quecstar/harness/session"
)

// errDiffers is that two runs differ; where they do is printed already.
var errDiffers = errors.New("the devices differ")

// runCompare runs one script on two devices, one after the other, and prints where they differ.
func runCompare(p *process, ctx context.Context, o session.Options, a string, args []string, view viewFlags) error {
	if len(args) < 2 {
		return usageError{errors.New("run --compare wants two devices and a script: run --compare A B FILE")}
	}
	b := args[0]
	o.Script, o.Args = args[1], args[2:]
	first, err := view.runFor(p, ctx, o, a)
	if err != nil {
		return err
	}
	second, err := view.runFor(p, ctx, o, b)
	if err != nil {
		return err
	}
	same := true
	for _, part := range []struct {
		what string
		a, b []byte
	}{{"output", first.stdout.Bytes(), second.stdout.Bytes()}, {"events", first.events.Bytes(), second.events.Bytes()}, {"exit", first.exit, second.exit}} {
		text := diff.Diff(part.what+" on "+a, part.a, part.what+" on "+b, part.b)
		same = same && text == nil
		_, _ = p.stdout.Write(text)
	}
	if !same {
		return errDiffers
	}
	_, _ = fmt.Fprintf(p.stdout, "%s and %s agree: %d lines of output, %d events\n", a, b, lines(&first.stdout), lines(&first.events))
	return nil
}

// seen is what a run showed, as text.
type seen struct {
	stdout, events bytes.Buffer
	exit           []byte
}

func lines(b *bytes.Buffer) int { return bytes.Count(b.Bytes(), []byte("\n")) }

// runFor runs the script on one device and keeps what it shows. How the script ends is part of that.
func (v viewFlags) runFor(p *process, ctx context.Context, o session.Options, kind string) (*seen, error) {
	_, _ = fmt.Fprintf(p.stderr, "quecstar: running on %s\n", kind)
	s := &seen{}
	o.Device = kind
	own := *p
	own.stdout = &s.stdout
	if v.quiet {
		own.stderr = io.Discard
	}
	v.heard = s.hear
	err := runScript(&own, ctx, o, v)
	var set *session.SetupError
	if errors.As(err, &set) || errors.Is(err, context.Canceled) {
		return nil, err
	}
	s.exit = fmt.Appendf(nil, "exit status %d\n", status(&own, err))
	return s, nil
}

// hear keeps what the device did in the network.
func (s *seen) hear(e event.Event) {
	if e.Layer != event.Device {
		return
	}
	switch e.Kind {
	case event.Publish, event.Receive, event.Subscribe, event.Disconnect, event.Refused:
		_, _ = fmt.Fprintf(&s.events, "%s %s %q\n", e.Kind, e.Topic, e.Payload) // a buffer takes everything
	}
}
