package main

import (
	"errors"
	"fmt"

	"quecstar/harness/device"
	"quecstar/harness/flash"
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

// status is the one place that turns an error into an exit status and, unless that was done
// already, into text on standard error.
func status(p *process, err error) int {
	tell(p, err)
	return statusOf(err)
}

// tell writes an error, with the script's traceback if it has one, unless that was done already.
func tell(p *process, err error) {
	var exit *script.Exit
	var unlike *uncompared
	switch {
	case err == nil:
		return
	case errors.As(err, &unlike):
		say(p, "%v", unlike)
		return
	case errors.As(err, &exit):
		return
	}
	if text := script.Traceback(err); text != "" {
		_, _ = fmt.Fprint(p.stderr, text)
	}
	var failure *script.Failure
	if !errors.As(err, &failure) && !errors.Is(err, errFindings) && !errors.Is(err, errRefused) && !errors.Is(err, errDiffers) {
		say(p, "%v", err)
	}
	var missing *flash.MissingError
	if errors.As(err, &missing) {
		say(p, "%v", missing)
	}
}

func statusOf(err error) int {
	var exit *script.Exit
	var usage usageError
	var file *script.FileError
	var set *session.SetupError
	var failure *script.Failure
	switch {
	case err == nil:
		return statusPassed
	case errors.As(err, &exit):
		return exit.Code
	case errors.Is(err, script.ErrInterrupted):
		return interruptedStatus
	case errors.Is(err, script.ErrDeadline):
		return statusDeadline
	case errors.As(err, &usage), errors.As(err, &file), errors.As(err, &set):
		return statusUsage
	case errors.Is(err, device.ErrUnreachable):
		return statusUnreachable
	case errors.As(err, &failure):
		return statusFailed
	}
	return statusFailed
}
