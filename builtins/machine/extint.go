package machine

import (
	"sync"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/board"
	"quecstar/harness/script"
)

// The edges that an ExtInt hears.
const (
	irqRising = iota
	irqFalling
	irqBoth
)

// extInt is a script's ExtInt.
type extInt struct {
	pin, mode int
	fn        starlark.Callable

	mu              sync.Mutex
	enabled         bool
	rising, falling int
}

// hears counts an edge and calls the script's function with [pin, edge].
func (x *extInt) hears(tell *script.Teller, e board.Edge) {
	x.mu.Lock()
	defer x.mu.Unlock()
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

func (x *extInt) enable(on bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.enabled = on
}

// counts returns the edges that came, and counts anew if it is told so.
func (x *extInt) counts(reset bool) script.List {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := script.List{x.rising, x.falling}
	if reset {
		x.rising, x.falling = 0, 0
	}
	return out
}

func extIntClass() *script.Class {
	self := func(c *script.Call) *extInt { return c.Self.(*extInt) }
	enable := func(on bool) func(*script.Call) (any, error) {
		return func(c *script.Call) (any, error) {
			self(c).enable(on)
			return quectel.OK, nil
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
				return self(c).counts(reset), nil
			}},
			{Name: "count_reset", Doc: "Counts anew; returns 0.", Call: func(c *script.Call) (any, error) {
				self(c).counts(true)
				return quectel.OK, nil
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
	h.watch(x)
	return x, nil
}
