// Package machine is the script module machine: serial ports, and the pins, timers, clocks, buses, keys
// and display of a simulated board.
//
//	from machine import UART
//	u = UART(UART.UART2, 115200, 8, 0, 1, 0)
//	u.set_callback(lambda args: print(u.read(args[2])))
//	u.write("hello")
//
// A port is a loopback, which reads back what was written, unless the bench names a port of the
// host for it. The vendor's documentation is "class UART - UART communication".
package machine

import (
	"slices"

	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	classes := []*script.Class{uartClass(), pinClass(), extIntClass(), timerClass(), wdtClass(), rtcClass(),
		i2cClass("I2C"), i2cClass("I2C_simulation"), spiClass(),
		softSPIClass(), lcdClass(), keyPadClass(), oneWireClass()}
	return &script.Module{
		Name: "machine", Simulated: true,
		Controls: slices.Concat(controls(), partControls()),
		Doc:      "The module's hardware, on a simulated board.",
		Classes:  classes,
		New:      newPorts,
	}
}

func uartClass() *script.Class {
	var consts []script.Const
	for i, doc := range []string{"Debug port.", "Bluetooth port.", "Main port.", "USB port.", "Standard output."} {
		consts = append(consts, script.Const{Name: "UART" + string(rune('0'+i)), Value: i, Doc: doc})
	}
	// The pins are what control_485 takes: uart.control_485(UART.GPIO24, 1) in the vendor's example.
	consts = append(consts, gpioConsts()...)
	return &script.Class{
		Name:   "UART",
		Doc:    "A serial port.",
		Consts: consts,
		Init: script.Func{Name: "UART", Params: "UARTn, baudrate=115200, databits=8, parity=0, stopbits=1, flowctl=0",
			Doc: "Opens a port; parity 0 none, 1 even, 2 odd; flowctl 1 is by hardware.", Call: newUART},
		Methods: []script.Func{
			{Name: "any", Doc: "Returns how many bytes can be read at once.", Call: uartAny},
			{Name: "read", Params: "nbytes", Doc: "Returns up to nbytes bytes that have come, b'' when none have.", Call: uartRead},
			{Name: "write", Params: "data", Doc: "Sends bytes or str; returns how many bytes.", Call: uartWrite},
			{Name: "close", Doc: "Closes the port; returns 0.", Call: uartClose},
			{Name: "control_485", Params: "GPIOn, direction", Doc: "Sets the pin that switches an RS-485 driver; returns 0: a host port drives its own.", Call: uart485},
			{Name: "set_callback", Params: "fun", Doc: "Has fun([0, port, count]) called when bytes come; returns 0.", Call: uartCallback},
		},
	}
}
