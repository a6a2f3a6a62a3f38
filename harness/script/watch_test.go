package script

import (
	"context"
	"errors"
	"testing"
	"time"

	"quecstar/harness/memory"
)

// TestGiveUp: a run that should have ended is given up after the grace, and not before.
func TestGiveUp(t *testing.T) {
	in := New(Options{})
	in.main = &Thread{in: in}
	ctx, cancel := context.WithCancelCause(context.Background())
	w := &watcher{in: in, outer: ctx, limit: 1 << 40}
	now := time.Now()
	if cause := w.look(now); cause != nil {
		t.Errorf("a run that may go on is given up: %v", cause)
	}
	cancel(ErrDeadline)
	for _, tt := range []struct {
		after time.Duration
		want  error
	}{{0, nil}, {grace, nil}, {grace + time.Second, ErrDeadline}} {
		if cause := w.look(now.Add(tt.after)); !errors.Is(cause, tt.want) {
			t.Errorf("%v behind the deadline: %v, want %v", tt.after, cause, tt.want)
		}
	}
}

// TestGiveUpMemory: one that goes on taking memory is given up at once.
func TestGiveUpMemory(t *testing.T) {
	in := New(Options{})
	in.main = &Thread{in: in}
	reason := error(ErrMemory)
	in.main.stopped.Store(&reason)
	now := time.Now()
	w := &watcher{in: in, outer: context.Background(), limit: memory.Held() + 100<<20}
	if cause := w.look(now); cause != nil {
		t.Errorf("given up with %d bytes held: %v", memory.Held(), cause)
	}
	w.limit = 1 << 10
	if cause := w.look(now); !errors.Is(cause, ErrMemory) {
		t.Errorf("with %d bytes held: %v", memory.Held(), cause)
	}
}
