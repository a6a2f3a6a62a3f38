package session

import (
	"context"
	"errors"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/script"
)

// lastTurn is how long a script may go on behind the loss of its device by itself, such as to take the
// messages that came before. A call of the device ends it at once.
const lastTurn = 500 * time.Millisecond

// Release gives the device up before the run's end: its port is free, and what the script asks of it fails. It may
// be called by the script alone.
func (s *Session) Release() error {
	s.unwatch()
	s.leaving = nil // it did not go away by itself
	return s.closeDevice()
}

// watchDevice ends the run when its device goes away for good.
func (s *Session) watchDevice() (stop func()) {
	if s.leaving == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-s.leaving.Gone():
		case <-ctx.Done():
			return
		}
		t := time.NewTimer(lastTurn)
		defer t.Stop()
		select {
		case <-t.C:
			s.end(s.leaving.Err())
		case <-ctx.Done():
		}
	}()
	return func() { cancel(); <-done }
}

// outcome is what a run ended with: one whose device went away did not pass, whatever its script made of
// that.
func (s *Session) outcome(err error) error {
	if s.leaving == nil {
		return err
	}
	gone := s.leaving.Err()
	var failure *script.Failure
	switch {
	case gone == nil, errors.Is(err, device.ErrGone), errors.Is(err, script.ErrInterrupted),
		errors.Is(err, script.ErrDeadline):
		return err
	case errors.As(err, &failure):
		return errors.Join(gone, err)
	}
	return gone
}
