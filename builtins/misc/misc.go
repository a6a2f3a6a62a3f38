// Package misc is the script module misc: the power supply, the converters, the pulse outputs, the power
// key and USB, on the simulated board of package machine.
//
//	from misc import Power
//	print(Power.getVbatt(), "mV")
//	Power.powerRestart()            # starts the script again, as on a module
//
// Numbers are those of the vendor's documentation ("misc.Power - Power-off and Reboot").
package misc

import (
	"slices"

	"context"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	power := powerClass()
	usbnet := usbnetClass()
	return &script.Module{
		Name: "misc", Simulated: true,
		Controls: slices.Concat(controls(), supplyControls(), moduleControls()),
		Doc:      "Miscellaneous parts of the module: Power, ADC, PWM, PowerKey, USB.",
		Funcs: []script.Func{{Name: "antennaSecRXOffCtrl", Params: "SecRXOff_set=None",
			Doc: "Whether the second antenna is off (1); with an argument, sets it and returns 0 or -1.", Call: secondAntenna}},
		Classes: []*script.Class{power, usbnet, adcClass(), pwmClass("PWM"), pwmClass("PWM_V2"), powerKeyClass(), usbClass()},
		Consts:  []script.Const{quectel.Namespace(power), quectel.Namespace(usbnet)},
	}
}

func powerClass() *script.Class {
	return &script.Class{
		Name: "Power",
		Doc:  "The module's power supply.",
		Methods: append([]script.Func{
			{Name: "powerDown", Doc: "Switches the module off: the script ends.", Call: ending(device.Power.PowerDown, &script.Exit{})},
			{Name: "powerRestart", Doc: "Restarts the module: the script starts again, with the files that it left.",
				Call: ending(device.Power.Restart, script.ErrRestart)},
			{Name: "powerOnReason", Doc: "Returns why the module started: 1 key, 2 reset, 3 VBAT, 4 clock, 5 watchdog, 6 VBUS, 7 charging, 8 PSM, 9 dump; 0 unknown.", Call: quectel.Get(device.Power.PowerOnReason)},
			{Name: "powerDownReason", Doc: "Returns why the module last went off: 1 normal, 2 and 3 voltage high and low, 4 heat, 5 watchdog, 6 VRTC; 0 unknown.", Call: quectel.Get(device.Power.PowerDownReason)},
			{Name: "getVbatt", Doc: "Returns the supply voltage in millivolts.", Call: quectel.Get(device.Power.Voltage)},
		}, batteryFuncs()...),
	}
}

// ending makes a function behind which nothing of the script runs any more: the run ends with a cause.
func ending(f func(device.Power, context.Context) error, cause error) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		if v, err := quectel.Do(c, f); err != nil || v == quectel.Failed {
			return v, err
		}
		return nil, c.Thread.EndRun(cause)
	}
}
