package script

import (
	"context"
	"time"

	"quecstar/harness/pause"
)

// Clock is the one clock of a run.
type Clock interface {
	// Now returns the time of day. Differences of two results do not jump when the host's time
	// is set.
	Now() time.Time
	// Sleep waits for d, or until ctx ends, whose cause it then returns.
	Sleep(ctx context.Context, d time.Duration) error
}

// HostClock is the host's own clock.
type HostClock struct{}

// Now returns the host's time with its monotonic reading.
func (HostClock) Now() time.Time { return time.Now() }

// Sleep waits on the host's timer.
func (HostClock) Sleep(ctx context.Context, d time.Duration) error { return pause.For(ctx, d) }
