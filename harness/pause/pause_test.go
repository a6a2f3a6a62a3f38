package pause

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestFor: a wait takes its time, none takes none, and the end of the context is told with its cause.
func TestFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		if err := errors.Join(For(t.Context(), 3*time.Second), For(t.Context(), 0), For(t.Context(), -1)); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took != 3*time.Second {
			t.Errorf("took %v", took)
		}
		why := errors.New("the module is gone")
		ctx, end := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { end(why) })
		for _, d := range []time.Duration{time.Hour, 0} {
			if err := For(ctx, d); !errors.Is(err, why) {
				t.Errorf("%v: %v, want the cause", d, err)
			}
		}
	})
}
