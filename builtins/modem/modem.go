// Package modem is the script module modem: what the module says about itself.
//
//	import modem
//	print(modem.getDevImei())     # '868604050000001'
//
// Every function returns a str, or -1 when the module does not tell (vendor's documentation,
// "modem - Device Information").
package modem

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "modem", Simulated: true,
		Doc: "What the module says about itself: IMEI, model, serial number, firmware. Functions return a str, or -1 on failure.",
		Funcs: []script.Func{
			{Name: "getDevImei", Doc: "Returns the IMEI, 15 digits, or -1.", Call: quectel.Get(device.Identity.IMEI)},
			{Name: "getDevModel", Doc: "Returns the model, such as 'EC600U', or -1.", Call: quectel.Get(device.Identity.Model)},
			{Name: "getDevSN", Doc: "Returns the serial number, or -1.", Call: quectel.Get(device.Identity.SerialNumber)},
			{Name: "getDevFwVersion", Doc: "Returns the firmware's version, or -1.", Call: quectel.Get(device.Identity.Firmware)},
			{Name: "getDevProductId", Doc: "Returns the maker's name for the product, or -1.", Call: quectel.Get(device.Identity.ProductID)},
			{Name: "getDevMAC", Doc: "Returns the MAC address as 'XX:XX:XX:XX:XX:XX', or -1 where there is none.", Call: quectel.Get(device.Identity.MAC)},
		},
	}
}
