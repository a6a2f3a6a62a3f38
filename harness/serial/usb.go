//go:build !darwin || cgo

package serial

import (
	"strings"

	"go.bug.st/serial/enumerator"
)

// usbPorts are the ports on USB, by name, with what the system knows of them.
func usbPorts() (map[string]Info, error) {
	details, err := enumerator.GetDetailedPortsList()
	if err != nil {
		return nil, err
	}
	ports, instance := map[string]Info{}, instances()
	for _, d := range details {
		if d.IsUSB {
			ports[d.Name] = Info{Name: d.Name, VID: strings.ToUpper(d.VID), PID: strings.ToUpper(d.PID), Serial: d.SerialNumber,
				Product: d.Product, Manufacturer: d.Manufacturer,
				Interface: interfaceNumber(sysfs, d.Name, instance[d.Name]+" "+d.Product)}
		}
	}
	return ports, nil
}
