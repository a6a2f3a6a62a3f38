package misc

import (
	"quecstar/builtins/machine"
	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// supplyControls are the functions by which a test sets the supply and reads the pulse outputs.
func supplyControls() []script.Func {
	return []script.Func{
		{Name: "adc_voltage", Params: "channel, millivolts=None", Doc: "What the converter of a channel measures; with millivolts, sets it.", Call: adcVoltage},
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

func adcVoltage(c *script.Call) (any, error) {
	channel, mv := 0, 0
	if err := c.Unpack(&channel, &mv); err != nil {
		return nil, err
	}
	b := machine.Board(c.Interp)
	if c.Given(1) {
		b.SetVoltage(channel, mv)
	}
	return b.Voltage(channel), nil
}
