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
	in := New(Options{Stdout: ending{cancel}, Stderr: io.Discard, Catalog: catalog(t)})
	err := in.Run(ctx, path)
	if got := Traceback(err); !errors.Is(err, ErrDeadline) || !strings.Contains(got, "line 5, in f\n") || strings.Contains(got, "·") {
		t.Errorf("error %v, traceback\n%s", err, got)
	}
}

// TestIteratorRaises: what an iterator raises that a loop goes over, with no try around, ends the script or
// the thread as any other exception does, with its type, text and frames.
func TestIteratorRaises(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a generator", "def g():\n  yield 1\n  raise ValueError('boom')\nfor x in g(): pass\n", "line 4, in <module>\n  File \"main.py\", line 3, in g\nValueError: boom\n"},
		{"a generator expression", "for x in (1 // y for y in [1, 0]): pass\n", "in <genexpr>\nZeroDivisionError: divide by zero\n"},
		{"map", "for x in map(int, ['1', 'x']): pass\n", "\nValueError: invalid syntax for integer with base 10: 'x'\n"},
		{"__next__", "class I:\n  def __iter__(self): return self\n  def __next__(self): raise KeyError('k')\nfor x in I(): pass\n", "in __next__\nKeyError: k\n"},

		{"__bool__", "class I:\n  def __bool__(self): raise OSError(5)\nif I(): pass\n", "in __bool__\nOSError: [Errno 5] EIO\n"},
		{"a generator in a function", "def g():\n  yield\n  [][1]\ndef f():\n  for x in g(): pass\nf()\n", "\nIndexError: list index out of range\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "main.py")
			write(t, path, tt.text)
			_, _, err := runFile(t, path, Options{}, nil)
			got := strings.ReplaceAll(Traceback(err), path, "main.py")
			if !strings.Contains(got, tt.want) || strings.Contains(got, "Starlark") {
				t.Errorf("traceback\n%s\nwant %s", got, tt.want)
			}
			write(t, path, "import bench\ndef work():\n  "+strings.ReplaceAll(strings.TrimSpace(tt.text), "\n", "\n  ")+"\nbench.spawn(work)\n")
			last := tt.want[strings.LastIndexByte(strings.TrimSpace(tt.want), '\n')+1:]
			if _, errs, err := runFile(t, path, Options{}, nil); err != nil || !strings.Contains(errs, last) {
				t.Errorf("in a thread: stderr %s, error %v, want %s", errs, err, last)
			}
		})
	}
	path := filepath.Join(t.TempDir(), "main.py")
	write(t, path, "def g():\n  yield 1\n  raise SystemExit(3)\nfor x in g(): pass\n")
	var exit *Exit
	if _, _, err := runFile(t, path, Options{}, nil); !errors.As(err, &exit) || exit.Code != 3 {
		t.Errorf("sys.exit in a generator: %v", err)
	}
}
