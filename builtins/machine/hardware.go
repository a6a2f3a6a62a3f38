package machine

import (
	"fmt"

	"go.starlark.net/starlark"

	"quecstar/builtins/vendor"
	"quecstar/harness/board"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// hardware is the board of one run and those who listen to its pins.
type hardware struct {
	*board.Board
	tell     script.Teller
	watchers map[int][]*extInt // by pin; the interpreter lock guards it
}

// boardOf returns the board of the run; test functions of other modules reach the same one.
func boardOf(in *script.Interp) *hardware {
	return script.Shared(in, func() *hardware {
		tell := func(text string) { in.Emit(event.Event{Layer: event.Builtin, Kind: "board", Text: text}) }
		return &hardware{Board: board.New(tell), tell: script.Teller{In: in, Name: "the ExtInt callback"}, watchers: map[int][]*extInt{}}
	})
}

// drive sets a pin from outside and calls who watches it.
func (h *hardware) drive(n, level int) {
	edge, ok := h.Drive(n, level)
	if !ok {
		return
	}
	for _, w := range h.watchers[n] {
		w.hears(&h.tell, edge)
	}
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
					return vendor.Failed, nil
				}
				return vendor.OK, nil
			}},
			{Name: "set_dir", Params: "value", Doc: "Makes the pin an input or output; returns 0.", Call: func(c *script.Call) (any, error) {
				h, n := self(c)
				out := false
				if err := c.Unpack(&out); err != nil {
					return nil, err
				}
				h.Configure(n, out, board.PullNone, h.Level(n))
				return vendor.OK, nil
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

// The edges that an ExtInt hears.
const (
	irqRising = iota
	irqFalling
	irqBoth
)

// extInt is a script's ExtInt. The interpreter lock guards it.
type extInt struct {
	pin, mode       int
	fn              starlark.Callable
	enabled         bool
	rising, falling int
}

// hears counts an edge and calls the script's function with [pin, edge].
func (x *extInt) hears(tell *script.Teller, e board.Edge) {
	wanted := x.mode == irqBoth || e.Rising == (x.mode == irqRising)
	if !x.enabled || !wanted {
		return
	}
	kind := irqFalling
	if e.Rising {
		kind = irqRising
		x.rising++
	} else {
		x.falling++
	}
	tell.Tell(x.fn, script.List{x.pin, kind})
}

func extIntClass() *script.Class {
	self := func(c *script.Call) *extInt { return c.Self.(*extInt) }
	enable := func(on bool) func(*script.Call) (any, error) {
		return func(c *script.Call) (any, error) {
			self(c).enabled = on
			return vendor.OK, nil
		}
	}
	return &script.Class{
		Name: "ExtInt", Doc: "Interrupts of a pin.",
		Consts: append(append(gpioConsts(), pullConsts()...), script.Const{Name: "IRQ_RISING", Value: irqRising, Doc: "From 0 to 1."},
			script.Const{Name: "IRQ_FALLING", Value: irqFalling, Doc: "From 1 to 0."}, script.Const{Name: "IRQ_RISING_FALLING", Value: irqBoth, Doc: "Both."}),
		Init: script.Func{Params: "GPIOn, mode, pull, callback, filter_time=0", Doc: "Has callback([pin, edge]) called on edges, once enabled.", Call: newExtInt},
		Methods: []script.Func{
			{Name: "enable", Doc: "Begins to listen; returns 0.", Call: enable(true)},
			{Name: "disable", Doc: "Ends to listen; returns 0.", Call: enable(false)},
			{Name: "line", Doc: "Returns the number of the pin.", Call: func(c *script.Call) (any, error) { return self(c).pin, nil }},
			{Name: "read_count", Params: "is_reset=0", Doc: "Returns [rising, falling], the edges that came; a true is_reset counts anew.", Call: func(c *script.Call) (any, error) {
				reset := false
				if err := c.Unpack(&reset); err != nil {
					return nil, err
				}
				x := self(c)
				out := script.List{x.rising, x.falling}
				if reset {
					x.rising, x.falling = 0, 0
				}
				return out, nil
			}},
			{Name: "count_reset", Doc: "Counts anew; returns 0.", Call: func(c *script.Call) (any, error) {
				x := self(c)
				x.rising, x.falling = 0, 0
				return vendor.OK, nil
			}},
			{Name: "read_level", Doc: "Returns the level of the pin.", Call: func(c *script.Call) (any, error) {
				return boardOf(c.Interp).Level(self(c).pin), nil
			}},
		},
	}
}

func newExtInt(c *script.Call) (any, error) {
	x := &extInt{}
	pull := 0
	if err := c.Unpack(&x.pin, &x.mode, &pull, &x.fn); err != nil {
		return nil, err
	}
	if x.pin < 0 || x.pin > maxPin || x.mode < irqRising || x.mode > irqBoth {
		return nil, script.Raise("ValueError", "ExtInt of pin %d with mode %d: pins are 1 to %d, modes 0 to 2", x.pin, x.mode, maxPin)
	}
	h := boardOf(c.Interp)
	h.Configure(x.pin, false, pull, 0)
	h.watchers[x.pin] = append(h.watchers[x.pin], x)
	return x, nil
}

// Control are the functions by which a test plays the world around the board.
func Control() []script.Func {
	return []script.Func{
		{Name: "pin_level", Params: "pin, level=None", Doc: "The level of a pin; with level, drives it from outside.", Call: func(c *script.Call) (any, error) {
			n, level := 0, -1
			if err := c.Unpack(&n, &level); err != nil {
				return nil, err
			}
			h := boardOf(c.Interp)
			if level >= 0 {
				h.drive(n, min(level, 1))
			}
			return h.Level(n), nil
		}},
		{Name: "adc_voltage", Params: "channel, millivolts", Doc: "Sets what the converter of a channel measures.", Call: func(c *script.Call) (any, error) {
			channel, mv := 0, 0
			if err := c.Unpack(&channel, &mv); err != nil {
				return nil, err
			}
			boardOf(c.Interp).SetVoltage(channel, mv)
			return nil, nil
		}},
		{Name: "i2c_registers", Params: "bus, address, register, values", Doc: "Puts a slave on an I2C bus and sets registers, bytes.", Call: func(c *script.Call) (any, error) {
			var bus, address, register int
			var values []byte
			if err := c.Unpack(&bus, &address, &register, &values); err != nil {
				return nil, err
			}
			boardOf(c.Interp).SetRegisters(bus, address, register, values)
			return nil, nil
		}},
	}
}

// Board returns the simulated board of a run, for modules whose parts hang on it too.
func Board(in *script.Interp) *board.Board { return boardOf(in).Board }
