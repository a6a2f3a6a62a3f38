package machine

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// oneWire is a script's 1-Wire bus.
type oneWire struct{ pin int }

// longestRead bounds what a script reads at once.
const longestRead = 64 << 10

// oneWireClass is OneWire (vendor's documentation, "class OneWire - Single-Wire Bus Communication").
func oneWireClass() *script.Class {
	return &script.Class{
		Name: "OneWire", Doc: "A 1-Wire bus of the simulated board; quecstar.onewire_slave puts slaves on it.",
		Consts: gpioConsts(),
		Init: script.Func{Params: "GPIO", Doc: "The bus on a pin.", Call: func(c *script.Call) (any, error) {
			w := &oneWire{}
			if err := c.Unpack(&w.pin); err != nil {
				return nil, err
			}
			if w.pin < 0 || w.pin > maxPin {
				return nil, script.Raise("ValueError", "there is no pin %d: 1 to %d are", w.pin, maxPin)
			}
			return w, nil
		}},
		Methods: []script.Func{
			{Name: "reset", Doc: "Begins anew; returns 0 when a slave answers, else -1.", Call: func(c *script.Call) (any, error) {
				if !PartsOf(c.Interp).Wires.Reset(c.Self.(*oneWire).pin) {
					return quectel.Failed, nil
				}
				return quectel.OK, nil
			}},
			{Name: "read", Params: "len", Doc: "Returns bytes from the slaves.", Call: func(c *script.Call) (any, error) {
				var n int
				if err := c.Unpack(&n); err != nil {
					return nil, err
				}
				if n < 0 || n > longestRead {
					return nil, script.Raise("ValueError", "len is %d; it must be 0 to %d", n, longestRead)
				}
				return PartsOf(c.Interp).Wires.Read(c.Self.(*oneWire).pin, n), nil
			}},
			{Name: "write", Params: "data", Doc: "Sends bytes; returns 0.", Call: func(c *script.Call) (any, error) {
				var data []byte
				if err := c.Unpack(&data); err != nil {
					return nil, err
				}
				PartsOf(c.Interp).Wires.Write(c.Self.(*oneWire).pin, data)
				return quectel.OK, nil
			}},
		},
	}
}

// oneWireControls is how a test plays the slaves.
func oneWireControls() []script.Func {
	return []script.Func{
		{Name: "onewire_slave", Params: "pin, rom, scratchpad=None", Doc: "Puts a slave on a 1-Wire bus: its ROM code, 8 bytes or 7 without the check byte, and up to 8 bytes of scratchpad.", Call: func(c *script.Call) (any, error) {
			var pin int
			var rom, scratchpad []byte
			if err := c.Unpack(&pin, &rom, &scratchpad); err != nil {
				return nil, err
			}
			return nil, valueError(PartsOf(c.Interp).Wires.SetSlave(pin, rom, scratchpad))
		}},
		{Name: "onewire_temperature", Params: "pin, rom, celsius", Doc: "Has a slave of a 1-Wire bus be a thermometer (DS18B20) that measures a temperature.", Call: func(c *script.Call) (any, error) {
			var pin int
			var rom []byte
			var celsius float64
			if err := c.Unpack(&pin, &rom, &celsius); err != nil {
				return nil, err
			}
			return nil, valueError(PartsOf(c.Interp).Wires.SetTemperature(pin, rom, celsius))
		}},
		{Name: "onewire_scratchpad", Reads: true, Params: "pin, rom", Doc: "Returns the scratchpad of a slave as the script left it, None without such a slave.", Call: func(c *script.Call) (any, error) {
			var pin int
			var rom []byte
			if err := c.Unpack(&pin, &rom); err != nil {
				return nil, err
			}
			if b := PartsOf(c.Interp).Wires.Scratchpad(pin, rom); b != nil {
				return b, nil
			}
			return nil, nil
		}},
	}
}

// valueError is what a script sees of a mistake in what the board is told.
func valueError(err error) error {
	if err == nil {
		return nil
	}
	return script.Raise("ValueError", "%w", err)
}
