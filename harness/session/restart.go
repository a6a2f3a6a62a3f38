package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"quecstar/harness/event"
	"quecstar/harness/pause"
	"quecstar/harness/script"
)

// bootTime is how long the prompt of a module that restarts is away; a module takes some seconds.
const bootTime = 2 * time.Second

// runHere runs the script on this host, again behind each restart of the module.
func (s *Session) runHere(ctx context.Context) error {
	most := s.bench.Limits.MostRestarts()
	for n := 1; ; n++ {
		err := s.interp.Load().Run(ctx, s.opts.Script)
		switch {
		case !errors.Is(err, script.ErrRestart):
			return err
		case n > most:
			return fmt.Errorf("the script restarted the module once more than the %d times that it may: restarts in [limits] "+
				"of the bench", most)
		}
		if err := s.restart(ctx, n, most); err != nil {
			return err
		}
	}
}

// restart has the script begin again, with the files that it left.
func (s *Session) restart(ctx context.Context, n, most int) error {
	s.Events.Emit(event.Event{Layer: event.Harness, Kind: event.Restart,
		Text: fmt.Sprintf("the module restarts: %d of at most %d", n, most)})
	s.flash.Restart()
	if s.seed != 0 {
		s.seed++ // a start has random numbers of its own
	}
	if !s.tape {
		if err := pause.For(ctx, bootTime); err != nil {
			return context.Cause(ctx)
		}
	}
	return s.makeInterp()
}
