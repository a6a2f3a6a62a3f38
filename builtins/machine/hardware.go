package machine

import (
	"fmt"
	"slices"
	"sync"

	"quecstar/builtins/quectel"
	"quecstar/harness/board"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// hardware is the board as one run sees it, with those who listen to its pins.
type hardware struct {
	*board.Board
	tell script.Teller
	stop func()

	mu       sync.Mutex
	watchers map[int][]*extInt // by pin
}

// boardOf returns the board of the run; test functions of other modules reach the same one.
func boardOf(in *script.Interp) *hardware {
	return script.Shared(in, func() *hardware {
		b := in.Settings().Board
		if b == nil {
			b = board.New(func(text string) { in.Emit(event.Event{Layer: event.Builtin, Kind: event.Board, Text: text}) })
		}
		h := &hardware{Board: b, tell: script.Teller{In: in, Name: "the ExtInt callback"}, watchers: map[int][]*extInt{}}
		h.stop = b.Watch(h.edge)
		return h
	})
}

// Close ends to listen.
func (h *hardware) Close() error {
	h.stop()
	return nil
}

// edge calls who watches a pin.
func (h *hardware) edge(e board.Edge) {
	h.mu.Lock()
	watchers := slices.Clone(h.watchers[e.Pin])
	h.mu.Unlock()
	for _, w := range watchers {
		w.hears(&h.tell, e)
	}
}

func (h *hardware) watch(x *extInt) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.watchers[x.pin] = append(h.watchers[x.pin], x)
}

// pinObject is a script's Pin.
type pinObject struct{ n int }

// maxPin is the highest number of a pin that the vendor's modules name.
const maxPin = 47

func gpioConsts() []script.Const {
	var out []script.Const
	for n := 1; n <= maxPin; n++ {
		out = append(out, script.Const{Name: fmt.Sprintf("GPIO%d", n), Value: n, Doc: "A pin."})
	}
	return out
}

func pullConsts() []script.Const {
	return []script.Const{{Name: "PULL_DISABLE", Value: board.PullNone, Doc: "Floating."},
		{Name: "PULL_PU", Value: board.PullUp, Doc: "Pulled up."}, {Name: "PULL_PD", Value: board.PullDown, Doc: "Pulled down."}}
}

func pinClass() *script.Class {
	self := func(c *script.Call) (*hardware, int) { return boardOf(c.Interp), c.Self.(*pinObject).n }
	return &script.Class{
		Name: "Pin", Doc: "A pin of the simulated board.",
		Consts: append(append(gpioConsts(), pullConsts()...), script.Const{Name: "IN", Value: 0, Doc: "Input."}, script.Const{Name: "OUT", Value: 1, Doc: "Output."}),
		Init:   script.Func{Params: "GPIOn, direction=1, pullMode=0, level=0", Doc: "Configures a pin; level is that of an output, which it is unless direction says otherwise.", Call: newPin},
		Methods: append(olderPin(), []script.Func{
			{Name: "read", Doc: "Returns the level, 0 or 1.", Call: func(c *script.Call) (any, error) {
				h, n := self(c)
				return h.Level(n), nil
			}},
			{Name: "write", Params: "value", Doc: "Sets an output; returns 0, -1 for an input.", Call: func(c *script.Call) (any, error) {
				h, n := self(c)
				level := 0
				if err := c.Unpack(&level); err != nil {
					return nil, err
				}
				if level != 0 && level != 1 || !h.Write(n, level) {
					return quectel.Failed, nil
				}
				return quectel.OK, nil
			}},
			{Name: "set_dir", Params: "value", Doc: "Makes the pin an input or output; returns 0.", Call: func(c *script.Call) (any, error) {
				h, n := self(c)
				out := false
				if err := c.Unpack(&out); err != nil {
					return nil, err
				}
				h.Configure(n, out, board.PullNone, h.Level(n))
				return quectel.OK, nil
			}},
			{Name: "get_dir", Doc: "Returns 1 for an output, 0 for an input.", Call: func(c *script.Call) (any, error) {
				h, n := self(c)
				if h.Direction(n) {
					return 1, nil
				}
				return 0, nil
			}},
		}...),
	}
}

func newPin(c *script.Call) (any, error) {
	var n, pull, level int
	out := true
	if err := c.Unpack(&n, &out, &pull, &level); err != nil {
		return nil, err
	}
	if n < 0 || n > maxPin {
		return nil, script.Raise("ValueError", "there is no pin %d: 1 to %d are", n, maxPin)
	}
	boardOf(c.Interp).Configure(n, out, pull, level)
	return &pinObject{n}, nil
}
