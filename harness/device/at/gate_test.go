package at

import (
	"context"
	"testing"
	"time"

	"quecstar/harness/virtual"
)

// TestGate has connections wait, in virtual time, for a question that is shut in.
func TestGate(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	err := virtual.Run(begin, func() {
		var g gate
		ctx := context.Background()
		if g.enter(ctx) != nil || g.enter(ctx) != nil || g.tryShut() {
			t.Error("two can be inside, and nobody shuts them in")
		}
		g.leave()
		g.leave()
		if !g.tryShut() || g.tryShut() {
			t.Error("it can be shut once")
		}
		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if g.enter(short) == nil {
			t.Error("one comes in")
		}
		time.AfterFunc(time.Second, g.open)
		if err := g.enter(ctx); err != nil || time.Since(begin) != 2*time.Second {
			t.Errorf("behind %v: %v", time.Since(begin), err)
		}
	})
	if err != nil {
		t.Error(err)
	}
}
