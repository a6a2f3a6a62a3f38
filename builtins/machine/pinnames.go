package machine

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// olderPin are methods of Pin that the firmware has and the vendor's reference does not list
// (QuecPython/microPython, ports/quectel/core/source/machine_pin.c).
func olderPin() []script.Func {
	set := func(level int) func(*script.Call) (any, error) {
		return func(c *script.Call) (any, error) {
			boardOf(c.Interp).Write(c.Self.(*pinObject).n, level)
			return nil, nil
		}
	}
	return []script.Func{
		{Name: "on", Doc: "Sets an output to 1.", Call: set(1)},
		{Name: "off", Doc: "Sets an output to 0.", Call: set(0)},
		{Name: "value", Params: "value=None", Doc: "read(), or write(value).", Call: func(c *script.Call) (any, error) {
			h, n := boardOf(c.Interp), c.Self.(*pinObject).n
			if !c.Given(0) {
				return h.Level(n), nil
			}
			level := 0
			if err := c.Unpack(&level); err != nil {
				return nil, err
			}
			if level != 0 && level != 1 || !h.Write(n, level) {
				return quectel.Failed, nil
			}
			return quectel.OK, nil
		}},
	}
}
