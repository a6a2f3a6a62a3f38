package script

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"quecstar/harness/event"
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

// ending is a writer that ends the run at the first write.
type ending struct{ cancel context.CancelCauseFunc }

func (e ending) Write(p []byte) (int, error) {
	e.cancel(ErrDeadline)
	return len(p), nil
}

// TestTracebackOfAnEnd: what ends a run within a try has a traceback of the script's own functions.
func TestTracebackOfAnEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "main.py")
	write(t, path, `import bench
def f():
    while True:
        try:
            print("on"); bench.sleep(60)
        except ValueError:
            pass
f()
`)
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	in, err := New(Options{Stdout: ending{cancel}, Stderr: io.Discard, Modules: []*Module{bench()}})
	if err != nil {
		t.Fatal(err)
	}
	err = in.Run(ctx, path)
	if got := Traceback(err); !errors.Is(err, ErrDeadline) || !strings.Contains(got, "line 5, in f\n") || strings.Contains(got, "·") {
		t.Errorf("error %v, traceback\n%s", err, got)
	}
}
