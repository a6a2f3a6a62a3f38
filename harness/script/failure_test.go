package script

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"quecstar/harness/event"
	"quecstar/harness/python/object"
)

// TestUncaughtExceptionWordsItself: the last line of a traceback comes from the script's own __str__,
// in the main program and in a thread.
func TestUncaughtExceptionWordsItself(t *testing.T) {
	text := `
class SensorError(Exception):
    def __init__(self, info):
        super().__init__(self)
        self.info = info
    def __str__(self):
        return "sensor: " + self.info
def work():
    raise SensorError("dry")
`
	path := filepath.Join(t.TempDir(), "main.py")
	write(t, path, text+"raise SensorError('wet')\n")
	_, _, err := runFile(t, path, Options{}, nil)
	if got := Traceback(err); !strings.HasSuffix(got, "\nSensorError: sensor: wet\n") {
		t.Errorf("traceback\n%s", got)
	}
	write(t, path, text+"import bench\nbench.spawn(work)\n")
	if _, errs, err := runFile(t, path, Options{}, nil); err != nil || !strings.Contains(errs, "\nSensorError: sensor: dry\n") {
		t.Errorf("stderr %s, error %v", errs, err)
	}
}

// TestMainFailsWhileThreadsGoOn: what the main script raised is told at once, and stays the outcome
// however the rest ends.
func TestMainFailsWhileThreadsGoOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "main.py")
	write(t, path, "import bench\nbench.spawn(bench.block)\nraise ValueError('early')\n")
	events := &event.Stream{}
	_, _, err := runFile(t, path, Options{Events: events}, func(in *Interp, _ *output) {
		if _, _, err := events.Wait(t.Context(), 0, func(e event.Event) bool {
			return e.Kind == event.Failure && strings.HasSuffix(e.Text, "go on: ValueError: early")
		}); err != nil {
			t.Error(err)
		}
		in.Interrupt()
	})
	var failure *Failure
	if !errors.As(err, &failure) || !strings.HasSuffix(failure.Traceback, "\nValueError: early\n") {
		t.Errorf("outcome %v", err)
	}
}

// TestDeadlineInTry: the traceback of a run that was ended has only the script's own functions.
func TestDeadlineInTry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "main.py")
	write(t, path, "import bench\ndef wait():\n    while True:\n        try:\n            bench.end()\n        except ValueError:\n            pass\nwait()\n")
	ctx, end := context.WithCancelCause(context.Background())
	in, err := New(Options{Stdout: io.Discard, Stderr: io.Discard, Modules: []*Module{{Name: "bench", Funcs: []Func{{Name: "end", Call: func(c *Call) (any, error) {
		end(ErrDeadline)
		return nil, c.Block(func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) })
	}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	text := Traceback(in.Run(ctx, path))
	if !strings.Contains(text, "line 8, in <module>\n") || !strings.Contains(text, "line 5, in wait\nError: ") || strings.Contains(text, object.Marker) {
		t.Errorf("traceback\n%s", text)
	}
}
