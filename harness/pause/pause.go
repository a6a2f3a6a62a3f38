// Package pause is the one way to let time pass on the host's clock.
package pause

import (
	"context"
	"time"
)

// For waits for d, or until ctx ends, whose cause it then returns.
func For(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
