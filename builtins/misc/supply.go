package misc

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// SupplyControl are the functions by which a test sets the supply and reads the pulse outputs.
func SupplyControl() []script.Func {
	return []script.Func{
		{Name: "vbat", Params: "millivolts", Doc: "Sets the voltage of the supply.", Call: func(c *script.Call) (any, error) {
			mv := 0
			if err := c.Unpack(&mv); err != nil {
				return nil, err
			}
			d, err := quectel.Controlled[interface{ SetVoltage(int) }](c)
			if err == nil {
				d.SetVoltage(mv)
			}
			return nil, err
		}},
		{Name: "pwm_output", Reads: true, Params: "n", Doc: "What a pulse output does, 'high 1 of 10'; None while it is off.", Call: func(c *script.Call) (any, error) {
			n := 0
			if err := c.Unpack(&n); err != nil {
				return nil, err
			}
			if text, on := outputsOf(c.Interp).on[n]; on {
				return text, nil
			}
			return nil, nil
		}},
	}
}
