package attempt

import (
	"context"
	"errors"
	"testing"
	"time"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/sleep"
	"quecstar/builtins/ubinascii"
	"quecstar/builtins/ujson"
	"quecstar/harness/script"
)

func modules() []*script.Module {
	return []*script.Module{Module(), sleep.Module(), ubinascii.Module(), ujson.Module()}
}

// The end of a run is nothing that attempt catches.
func TestEndOfTheRunIsNotCaught(t *testing.T) {
	late := errors.New("late")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, late)
	defer cancel()
	r := scripttest.Source(t, "a.star", "while True:\n    attempt(sleep, 60)\n", scripttest.Options{Modules: modules(), Context: ctx})
	if !errors.Is(r.Err, late) {
		t.Errorf("the run ended with %v", r.Err)
	}
	r = scripttest.Source(t, "b.star", "def f():\n    while True: pass\nattempt(f)\nprint(\"caught\")\n", scripttest.Options{Modules: modules(), StepLimit: 100_000})
	if !errors.Is(r.Err, script.ErrSteps) || r.Stdout != "" {
		t.Errorf("the run ended with %v and printed %q", r.Err, r.Stdout)
	}
}
