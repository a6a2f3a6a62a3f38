package script

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.starlark.net/starlark"
)

// parts is a module whose functions call the script back.
func parts() *Module {
	counted := func(c *Call) *int { return Shared(c.Interp, func() *int { return new(int) }) }
	return &Module{Name: "parts", Funcs: []Func{
		{Name: "every", Params: "ms, periodic, fn", Call: func(c *Call) (any, error) {
			var ms int
			var periodic bool
			var fn starlark.Callable
			if err := c.Unpack(&ms, &periodic, &fn); err != nil {
				return nil, err
			}
			stops := Shared(c.Interp, func() *[]func() { return &[]func(){} })
			*stops = append(*stops, c.Interp.StartTimer("timer", time.Duration(ms)*time.Millisecond, periodic, fn, len(*stops)))
			return len(*stops) - 1, nil
		}},
		{Name: "stop", Params: "n", Call: func(c *Call) (any, error) {
			n := 0
			err := c.Unpack(&n)
			(*Shared(c.Interp, func() *[]func() { return nil }))[n]()
			return nil, err
		}},
		{Name: "tell", Params: "fn", Call: func(c *Call) (any, error) {
			var fn starlark.Callable
			t := Shared(c.Interp, func() *Teller { return &Teller{In: c.Interp, Name: "told"} })
			err := c.Unpack(&fn)
			*counted(c)++
			t.Tell(fn, *counted(c))
			return nil, err
		}},
		{Name: "hang", Params: "fn", Call: func(c *Call) (any, error) {
			c.Interp.Callback("never", c.Args[0])
			return nil, nil
		}},
	}}
}

func TestTimers(t *testing.T) {
	out, errs, err := run(t, "t.py", `
import parts
seen = []
def tick(n):
    seen.append(n)
    if len(seen) == 3:
        parts.stop(n)
        parts.stop(late)
        parts.every(1, False, lambda n: print("seen", seen))
late = parts.every(1000000, False, lambda n: print("never"))
parts.every(1, True, tick)
`, Options{Catalog: catalog(t, parts())}, nil)
	if err != nil || out != "seen [1, 1, 1]\n" {
		t.Errorf("printed %q, %v, %s", out, err, errs)
	}
}

// What is told is called in order, behind what runs, and the run waits for it.
func TestTeller(t *testing.T) {
	out, errs, err := run(t, "t.py", "import parts\nfor i in range(3):\n    parts.tell(lambda n: print('told', n))\nprint('main')\n",
		Options{Catalog: catalog(t, parts())}, nil)
	if err != nil || out != "main\ntold 1\ntold 2\ntold 3\n" {
		t.Errorf("printed %q, %v, %s", out, err, errs)
	}
}

// A callback that never gets the interpreter does not outlive the run.
func TestCallbackEndsWithTheRun(t *testing.T) {
	in := New(Options{Catalog: catalog(t, parts())})
	path := t.TempDir() + "/h.py"
	write(t, path, "import parts\nparts.hang(print)\n")
	ctx, cancel := context.WithTimeoutCause(context.Background(), 50*time.Millisecond, ErrDeadline)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- in.Run(ctx, path) }()
	select {
	case err := <-ended:
		if !errors.Is(err, ErrDeadline) {
			t.Errorf("error %v", err)
		}
	case <-time.After(patience):
		t.Fatal("the run does not end")
	}
}
