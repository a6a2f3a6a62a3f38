package main

import (
	"errors"
	"fmt"
	"strings"

	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/flash"
	"quecstar/harness/python/object"
	"quecstar/harness/runner"
	"quecstar/harness/script"
	"quecstar/harness/session"
)

// Exit statuses.
const (
	statusPassed      = 0
	statusFailed      = 1 // the script raised
	statusUsage       = 2 // the command line or a file is wrong
	statusDeadline    = 3
	statusUnreachable = 4 // the device or the cloud
)

// toldError is an error that was told already.
type toldError struct{ error }

// Unwrap returns it.
func (e toldError) Unwrap() error { return e.error }

// tell writes an error to standard error, with the script's traceback if it has one, unless that was
// done already.
func tell(p *process, err error) {
	var exit *script.Exit
	var told toldError
	if err == nil || errors.As(err, &told) || errors.Is(err, errFindings) || errors.Is(err, errRefused) || errors.Is(err, errDiffers) {
		return
	}
	var unlike *uncompared
	if errors.As(err, &unlike) {
		p.fail(unlike.text, event.Harness, "")
		return
	}
	var notPassed errNotPassed
	if errors.As(err, &exit) || errors.As(err, &notPassed) {
		return
	}
	layer := event.Harness
	var raised *script.Failure
	if errors.As(err, &raised) {
		layer = event.Script
	}
	p.fail(err.Error(), layer, script.Traceback(err))
	var gone *device.GoneError
	if raised != nil && errors.As(err, &gone) {
		p.fail(gone.Error(), event.Harness, "")
	}
	var missing *flash.MissingError
	if errors.As(err, &missing) {
		say(p, "%v", missing)
	}
}

// fail tells what failed in a layer. The traceback of a script that raised or was interrupted ends in that,
// which is not said again; the traceback of one that was ended otherwise does not.
func (p *process) fail(text string, layer event.Layer, traceback string) {
	if p.lines != nil {
		p.lines.Show(event.Event{Layer: layer, Kind: event.Failure, Text: text, Traceback: traceback})
		return
	}
	_, _ = fmt.Fprint(p.stderr, traceback)
	if layer != event.Script && !strings.HasSuffix(traceback, object.KeyboardInterrupt+"\n") {
		_, _ = fmt.Fprintf(p.stderr, "quecstar: %s\n", text)
	}
}

// sayExit tells, with --json, how the program ends; nothing is told behind it.
func (p *process) sayExit(err error) {
	if p.lines == nil {
		return
	}
	text := "passed"
	if err != nil {
		text = err.Error()
	}
	p.lines.Show(event.Event{Layer: event.Harness, Kind: event.Exit, Text: text, Status: statusOf(err)})
}

// statusOf is the one place that turns an error into an exit status.
func statusOf(err error) int {
	var exit *script.Exit
	var usage usageError
	var file *script.FileError
	var set *session.SetupError
	var failure *script.Failure
	var notPassed errNotPassed
	var plan *runner.UsageError
	switch {
	case err == nil:
		return statusPassed
	case errors.As(err, &exit):
		return exit.Code
	case errors.As(err, &notPassed):
		return notPassed.status
	case errors.Is(err, script.ErrInterrupted):
		return interruptedStatus
	case errors.Is(err, script.ErrDeadline):
		return statusDeadline
	case errors.As(err, &usage), errors.As(err, &file), errors.As(err, &set), errors.As(err, &plan):
		return statusUsage
	case errors.Is(err, device.ErrUnreachable):
		return statusUnreachable
	case errors.As(err, &failure):
		return statusFailed
	}
	return statusFailed
}
