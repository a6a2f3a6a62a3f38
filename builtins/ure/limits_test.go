package ure

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"quecstar/builtins/scripttest"
	"quecstar/harness/script"
)

// catastrophe is a match that would go on for years.
const catastrophe = `
import ure
print(ure.match("(x+x+)+y", "x" * 40))
`

func TestAHopelessMatchEndsWithTheRun(t *testing.T) {
	over := errors.New("time is up")
	ctx, cancel := context.WithTimeoutCause(context.Background(), 50*time.Millisecond, over)
	defer cancel()
	r := scripttest.Source(t, "c.py", catastrophe, scripttest.Options{Modules: []*script.Module{Module()}, Context: ctx})
	if !errors.Is(r.Err, over) || r.Stdout != "" {
		t.Errorf("ended with %v and printed %q", r.Err, r.Stdout)
	}
}

func TestAHopelessMatchCountsAsSteps(t *testing.T) {
	r := scripttest.Source(t, "c.py", catastrophe, scripttest.Options{Modules: []*script.Module{Module()}, StepLimit: 1_000_000})
	if !errors.Is(r.Err, script.ErrSteps) {
		t.Errorf("ended with %v", r.Err)
	}
}

// Ctrl-C during a match is a KeyboardInterrupt that the script may catch.
func TestAHopelessMatchIsInterrupted(t *testing.T) {
	begun := make(chan struct{})
	signal := &script.Module{Name: "signal", Funcs: []script.Func{{Name: "begun", Call: func(*script.Call) (any, error) {
		close(begun)
		return nil, nil
	}}}}
	var out strings.Builder
	catalog, err := script.NewCatalog([]*script.Module{Module(), signal})
	if err != nil {
		t.Fatal(err)
	}
	in := script.New(script.Options{Catalog: catalog, Stdout: &out})
	go func() {
		<-begun
		in.Interrupt()
	}()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err = in.RunText(ctx, "i.py", []byte("import ure, signal\ntry:\n    signal.begun()\n    ure.match('(x+x+)+y', 'x' * 40)\nexcept KeyboardInterrupt:\n    print('interrupted')\n"))
	if err != nil || out.String() != "interrupted\n" {
		t.Errorf("ended with %v and printed %q", err, out.String())
	}
}
