package sim

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// controls are what a test puts the card in and takes it out with.
func controls() []script.Func {
	states := map[string]device.SIMStatus{"absent": device.SIMAbsent, "ready": device.SIMReady, "pin": device.SIMPIN, "puk": device.SIMPUK, "blocked": device.SIMBlocked}
	return []script.Func{{Name: "sim_card", Params: "state", Doc: "Takes the card out, 'absent', puts one in, 'ready', or has it wait for its 'pin' or 'puk', or be 'blocked'.", Call: func(c *script.Call) (any, error) {
		var name string
		if err := c.Unpack(&name); err != nil {
			return nil, err
		}
		state, ok := states[name]
		if !ok {
			return nil, script.Raise("ValueError", "state is %q; it must be 'absent', 'ready', 'pin', 'puk' or 'blocked'", name)
		}
		d, err := quectel.Controlled[interface{ SetSIM(device.SIMStatus) }](c)
		if err == nil {
			d.SetSIM(state)
		}
		return nil, err
	}}}
}
