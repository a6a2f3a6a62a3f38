package main

import (
	"context"
	"os"

	"quecstar/harness/script"
)

// interruptedStatus is the exit status of a run that its user ended: 128 and SIGINT's number.
const interruptedStatus = 130

// onSignal has the first Ctrl-C interrupt the script and the second end the process at once;
// SIGTERM ends the run. The returned function stops listening.
func (p *process) onSignal(interrupt func(), cancel context.CancelCauseFunc) (stop func()) {
	done := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for n := 0; ; {
			select {
			case <-done:
				return
			case s := <-p.signals:
				if s != os.Interrupt {
					cancel(script.ErrInterrupted)
					continue
				}
				if n++; n > 1 {
					p.leave(script.ErrInterrupted)
				}
				interrupt()
			}
		}
	}()
	return func() { close(done); <-ended }
}
