package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/script"
	"quecstar/harness/session"
)

// errDiffers is that two runs differ; where they do is printed already.
var errDiffers = errors.New("the devices differ")

// uncompared is why two runs are not said to agree though they do not differ: what could not be compared
// is not a pass. The runs have told their own ends already.
type uncompared struct {
	text string
	end  error // of a run, which the exit status is for; nil for 1
}

func (u *uncompared) Error() string { return u.text }
func (u *uncompared) Unwrap() error { return u.end }

// comparison is what run --compare was given: two devices, a script and its arguments.
type comparison struct {
	a, b string
	args []string // the script and its own
}

// parseComparison takes B off the arguments, and the flags that stand between it and the script.
func parseComparison(c *cobra.Command, a string, args []string, o *session.Options) (*comparison, error) {
	const form = "run --compare A B [flags] FILE"
	if len(args) < 2 {
		return nil, usageError{fmt.Errorf("--compare wants two devices and a script: %s", form)}
	}
	b := args[0]
	if err := c.Flags().Parse(args[1:]); err != nil {
		return nil, c.FlagErrorFunc()(c, err)
	}
	if help, err := c.Flags().GetBool("help"); err == nil && help {
		return nil, pflag.ErrHelp
	}
	for _, kind := range []string{a, b} {
		if err := session.CheckKind(kind); err != nil {
			return nil, usageError{fmt.Errorf("--compare: %w; %s", err, form)}
		}
	}
	switch {
	case c.Flags().NArg() == 0:
		return nil, usageError{fmt.Errorf("--compare wants a script behind the two devices: %s", form)}
	case o.Device != "":
		return nil, usageError{fmt.Errorf("--device %s: --compare names its two devices itself: %s", o.Device, form)}
	case o.Record != "":
		return nil, usageError{errors.New("--record: a tape holds one run, and --compare makes two: record them one by one")}
	}
	if err := session.CheckFlags(*o, a, b); err != nil {
		return nil, usageError{err}
	}
	return &comparison{a: a, b: b, args: c.Flags().Args()}, nil
}

// run runs the script on the two devices, one after the other, and prints where they differ.
func (c *comparison) run(p *process, ctx context.Context, o session.Options, view viewFlags) error {
	o.Script, o.Args = c.args[0], c.args[1:]
	first, err := view.runFor(p, ctx, o, c.a)
	if err != nil {
		return err
	}
	second, err := view.runFor(p, ctx, o, c.b)
	if err != nil {
		return err
	}
	same := true
	for _, part := range []struct {
		what string
		a, b []byte
	}{{"output", first.stdout.Bytes(), second.stdout.Bytes()}, {"events", first.events.Bytes(), second.events.Bytes()},
		{"end", first.howEnded(), second.howEnded()}} {
		text := diff.Diff(part.what+" on "+c.a, part.a, part.what+" on "+c.b, part.b)
		same = same && text == nil
		_, _ = p.stdout.Write(text)
	}
	if !same {
		return errDiffers
	}
	return c.agree(p, first)
}

// agree says what two runs agree about, which must be something.
func (c *comparison) agree(p *process, s *seen) error {
	output, events := lines(&s.stdout.Buffer), lines(&s.events.Buffer)
	switch {
	case s.end != nil:
		return &uncompared{fmt.Sprintf("the script failed alike on %s and %s: %s; a script that is to be compared catches "+
			"what it expects, and prints it",
			c.a, c.b, bytes.TrimSpace(s.howEnded())), s.end}
	case s.stdout.full || s.events.full:
		return &uncompared{text: fmt.Sprintf("not compared: the script shows more than %d MB", mostSeen>>20)}
	case output+events == 0:
		return &uncompared{text: fmt.Sprintf("nothing was compared: on %s and %s the script printed nothing and did "+
			"nothing in the network", c.a, c.b)}
	}
	_, err := fmt.Fprintf(p.stdout, "%s and %s agree: %d lines of output, %d events\n", c.a, c.b, output, events)
	return err
}

// mostSeen is how many bytes of a run's output, and of its events, are kept.
const mostSeen = 64 << 20

// capped is a buffer that takes so much and no more.
type capped struct {
	bytes.Buffer
	full bool
}

func (c *capped) Write(b []byte) (int, error) {
	if c.Len()+len(b) > mostSeen {
		c.full = true
		return len(b), nil
	}
	return c.Buffer.Write(b)
}

// seen is what a run showed, as text.
type seen struct {
	stdout, events capped
	end            error // how the script ended: nil, an *script.Exit or a *script.Failure
}

// howEnded is how the script ended, as a line.
func (s *seen) howEnded() []byte {
	var exit *script.Exit
	switch {
	case s.end == nil:
		return []byte("passed\n")
	case errors.As(s.end, &exit):
		return fmt.Appendf(nil, "exit status %d\n", exit.Code)
	}
	return fmt.Appendf(nil, "raised %v\n", s.end)
}

func lines(b *bytes.Buffer) int { return bytes.Count(b.Bytes(), []byte("\n")) }

// runFor runs the script on one device and keeps what it shows. How the script ended by itself is part
// of that; a run that did not begin, or was ended, is an error.
func (v viewFlags) runFor(p *process, ctx context.Context, o session.Options, kind string) (*seen, error) {
	say(p, "running on %s", kind)
	s := &seen{}
	o = o.For(kind)
	own := *p
	own.stdout = &s.stdout
	if v.quiet {
		own.stderr = io.Discard
	}
	v.heard = s.hear
	err := runScript(&own, ctx, o, v)
	var set *session.SetupError
	var file *script.FileError
	if errors.As(err, &set) || errors.As(err, &file) {
		return nil, err
	}
	tell(&own, err)
	var exit *script.Exit
	var raised *script.Failure
	switch {
	case err == nil, errors.As(err, &exit) && exit.Code == 0:
		return s, nil
	case exit != nil, errors.As(err, &raised) && !errors.Is(err, device.ErrUnreachable):
		s.end = err
		return s, nil
	}
	return nil, &uncompared{fmt.Sprintf("not compared: the run on %s ended with: %v", kind, err), err}
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
