package session

import (
	"context"
	"errors"
	"sync"

	"quecstar/builtins"
	"quecstar/harness/script"
)

// unattended runs the schedule of a bench where no script runs: around a virtual module that other programs
// talk to.
type unattended struct {
	cancel   context.CancelFunc
	interp   *script.Interp
	schedule *schedule
	work     sync.WaitGroup
}

// runUnattended starts the schedule, and what runs on until Close for what else is done around the module.
func (s *Session) runUnattended() (*unattended, error) {
	u := &unattended{schedule: s.schedule}
	s.schedule.all = true
	began := make(chan error, 1)
	var in *script.Interp
	in = script.New(script.Options{Catalog: builtins.Catalog(), Device: s.controlled, Settings: s.settings(),
		Clock: s.clock, Begin: func(t *script.Thread) error {
			_ = in.Hold() // until it is cancelled
			err := s.schedule.begin(in, t)
			began <- err
			return err
		}})
	ctx, cancel := context.WithCancel(context.Background())
	u.cancel, u.interp = cancel, in
	u.work.Go(func() {
		err := in.RunText(ctx, "<bench>", []byte("pass\n"))
		select {
		case began <- err: // it did not come as far
		default:
		}
		if err != nil && ctx.Err() == nil && !errors.As(err, new(*SetupError)) {
			s.warn("the actions of the bench: %v", err)
		}
	})
	if err := <-began; err != nil {
		return nil, errors.Join(err, u.Close())
	}
	return u, nil
}

// Close ends it.
func (u *unattended) Close() error {
	u.cancel()
	u.work.Wait()
	u.schedule.end()
	return nil
}
