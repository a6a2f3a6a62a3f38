package at

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
	"quecstar/harness/pause"
)

// A port may have been left by another program in the middle of a text or of a payload, in data mode, or
// with results that are switched off or numbers. Nothing that is sent here sends a text: what ends the
// entry of one is Esc, which cancels it (AT commands manual of EC2x/EG9x, "AT+CMGS").
const (
	// guardTime is the silence that data mode wants on both sides of "+++" (the same manual, "+++").
	guardTime = 1100 * time.Millisecond
	// mostEntry is more than the payload of any command that is not a file: 10,240 bytes of AT+QISEND.
	mostEntry = 10_500
	// fillStep is how much of it is sent before an answer is looked for.
	fillStep = 1500
)

// attempt is one way to get an answer out of a module.
type attempt struct {
	text  string        // what is sent; a carriage return follows
	quiet time.Duration // how long nothing may be said before
	alone bool          // no carriage return, and nothing before the time is over
	times int
	wait  time.Duration // for an answer
}

// attempts are what is tried at the speed that the port is said to have, the harmless first. ATQ0V1E0
// has results told, in words; Esc ends the entry of a text, "+++" data mode and the upload of a file.
var attempts = []attempt{
	{text: "AT", times: triesPerBaud / 2, wait: quiet},
	{text: esc, wait: quiet},
	{text: modes, wait: 2 * quiet},
	{text: "+++", quiet: guardTime, alone: true, wait: guardTime},
	{text: "", wait: quiet / 2}, // ends a line that begins with "+++"
	{text: modes, wait: 2 * quiet},
	{text: "AT", times: triesPerBaud / 2, wait: quiet},
	{text: "AT", wait: slowAnswer}, // what comes behind this is not harmless to who only answers slowly
}

// slowAnswer is how long a module may take that is slower than the manual allows.
const slowAnswer = 3 * time.Second

// modes are the line modes that the engine needs: results, in words, and no echo.
const modes = "ATQ0V1E0"

// tries sends one attempt and reports whether the module answered, with whatever result.
func (d *Device) tries(ctx context.Context, a attempt) (bool, error) {
	if err := pause.For(ctx, a.quiet); err != nil {
		return false, nil //nolint:nilerr // the caller looks at ctx
	}
	for range max(a.times, 1) {
		_, err := d.e.exchange(ctx, Command{Text: a.text, Timeout: a.wait, probe: true, bare: a.alone})
		var refusal *atcmd.Error
		if err == nil || errors.As(err, &refusal) {
			return true, nil
		}
		if gone := d.e.Err(); gone != nil {
			return false, fmt.Errorf("%w: %w", device.ErrUnreachable, gone)
		}
		if wrong := d.e.diagnose(); wrong != "" {
			return false, fmt.Errorf("%w: %s: %s", device.ErrUnreachable, d.opts.Name, wrong)
		}
		if ctx.Err() != nil {
			return false, nil
		}
	}
	return false, nil
}

// fill ends the entry of a payload whose length was told, which nothing cancels: with carriage returns,
// which mean nothing to a module that waits for a command. It is the last resort, as what another program
// began to send goes out then.
func (d *Device) fill(ctx context.Context) (bool, error) {
	for sent := 0; sent < mostEntry && ctx.Err() == nil; sent += fillStep {
		blanks := string(bytes.Repeat([]byte{'\r'}, fillStep))
		if found, err := d.tries(ctx, attempt{text: blanks, wait: quiet / 2, alone: true}); found || err != nil {
			if found {
				d.warn(fmt.Sprintf("%s: the port was left in the entry of a payload: at most %d carriage returns ended it, "+
					"so that what another program began to send has gone out", d.opts.Name, sent+fillStep))
			}
			return found, err
		}
	}
	return false, nil
}

// LeaveData ends data mode, which a command began that was answered with CONNECT: by "+++" between two
// silences. The connection stays, and ATO goes back to it.
func (e *Engine) LeaveData(ctx context.Context) error {
	return e.inTurn(ctx, func(ctx context.Context) error {
		if err := pause.For(ctx, guardTime); err != nil {
			return err
		}
		_, err := e.exchange(ctx, Command{Text: "+++", Timeout: 2*guardTime + slowAnswer, Results: []string{"NO CARRIER"},
			probe: true, bare: true})
		return err
	})
}
