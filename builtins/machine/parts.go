package machine

import (
	"slices"

	"quecstar/harness/board"
	"quecstar/harness/script"
)

// Parts are what hangs on the board of one run, beside its pins and buses.
type Parts struct {
	Display board.Display
	Keypad  board.Keypad
	Wires   board.Wires
}

// PartsOf returns the parts of a run. The interpreter lock must be held.
func PartsOf(in *script.Interp) *Parts {
	return script.Shared(in, func() *Parts { return &Parts{} })
}

// partControls are the functions by which a test plays what hangs on the board.
func partControls() []script.Func {
	return slices.Concat(oneWireControls(), keyControls(), lcdControls())
}
