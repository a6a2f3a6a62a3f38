package session

import (
	"context"
	"errors"
	"sync"

	"quecstar/builtins"
	"quecstar/harness/script"
)

// stage plays the events of a bench where no script runs: around a virtual module that other programs
// talk to.
type stage struct {
	cancel context.CancelFunc
	work   sync.WaitGroup
}

// play starts the events; nothing is played where there are none.
func (s *Session) play() (*stage, error) {
	st := &stage{cancel: func() {}}
	if len(s.bench.Events) == 0 {
		return st, nil
	}
	s.events.all = true
	began := make(chan error, 1)
	var in *script.Interp
	in, err := script.New(script.Options{Modules: builtins.All(), Device: s.world, Settings: s.settings(), Clock: s.clock, Begin: func(t *script.Thread) error {
		err := s.events.begin(in, t)
		began <- err
		return err
	}})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	st.cancel = cancel
	st.work.Go(func() {
		err := in.RunText(ctx, "<bench>", []byte("pass\n"))
		select {
		case began <- err: // it did not come as far
		default:
		}
		if err != nil && ctx.Err() == nil && !errors.As(err, new(*SetupError)) {
			s.warn("the events of the bench: %v", err)
		}
	})
	if err := <-began; err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

// Close ends the play.
func (st *stage) Close() error {
	st.cancel()
	st.work.Wait()
	return nil
}
