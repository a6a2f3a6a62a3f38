package machine

import (
	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// keypad is a script's KeyPad. The interpreter lock guards it.
type keypad struct {
	rows, cols int
	fn         starlark.Callable
}

// keys is who listens to the keys of a run.
type keys struct {
	tell script.Teller
	pad  *keypad // the one that was initialized last; nil for none
}

func keysOf(in *script.Interp) *keys {
	return script.Shared(in, func() *keys { return &keys{tell: script.Teller{In: in, Name: "the KeyPad callback"}} })
}

// most is how many rows or columns the largest keypad has, that of EC600U (vendor's documentation,
// "class KeyPad - Matrix Keyboard").
const most = 6

func keyPadClass() *script.Class {
	return &script.Class{
		Name: "KeyPad", Doc: "A matrix of keys, which quecstar.key presses.",
		Init: script.Func{Params: "row=4, col=4", Doc: "A keypad of 1 to 6 rows and columns.", Call: func(c *script.Call) (any, error) {
			k := &keypad{rows: 4, cols: 4}
			if err := c.Unpack(&k.rows, &k.cols); err != nil {
				return nil, err
			}
			if k.rows < 1 || k.rows > most || k.cols < 1 || k.cols > most {
				return nil, script.Raise("ValueError", "a keypad has 1 to %d rows and columns, not %d and %d", most, k.rows, k.cols)
			}
			return k, nil
		}},
		Methods: []script.Func{
			{Name: "init", Doc: "Takes the keypad into use; returns 0.", Call: func(c *script.Call) (any, error) {
				k := c.Self.(*keypad)
				keysOf(c.Interp).pad = k
				PartsOf(c.Interp).Keypad.Setup(k.rows, k.cols)
				return quectel.OK, nil
			}},
			{Name: "set_callback", Params: "usrFun", Doc: "Has usrFun([state, row, column]) called: 1 pressed, 0 released; returns 0.", Call: func(c *script.Call) (any, error) {
				return quectel.OK, c.Unpack(&c.Self.(*keypad).fn)
			}},
			{Name: "deinit", Doc: "Ends the use of the keypad and its callback; returns 0, or -1 when it is not in use.", Call: func(c *script.Call) (any, error) {
				k, all := c.Self.(*keypad), keysOf(c.Interp)
				if all.pad != k {
					return quectel.Failed, nil
				}
				k.fn, all.pad = nil, nil
				PartsOf(c.Interp).Keypad.Setup(0, 0)
				return quectel.OK, nil
			}},
		},
	}
}

// keyControls is how a test presses keys.
func keyControls() []script.Func {
	return []script.Func{{Name: "key", Params: "row, col, state=None", Doc: "Presses (1) or releases (0) a key of the keypad; without state both.", Call: func(c *script.Call) (any, error) {
		var row, col int
		state := -1
		if err := c.Unpack(&row, &col, &state); err != nil {
			return nil, err
		}
		states := []int{state}
		if state < 0 {
			states = []int{1, 0}
		}
		all := keysOf(c.Interp)
		for _, s := range states {
			changed, err := PartsOf(c.Interp).Keypad.Key(row, col, s != 0)
			if err != nil {
				return nil, script.Raise("OSError", "%w", err)
			}
			if changed {
				all.tell.Tell(all.pad.fn, script.List{min(s, 1), row, col})
			}
		}
		return nil, nil
	}}}
}
