// Package device is the interface between builtins and whatever answers for the module: this host
// itself, a real module on a serial port, or a recording.
//
// A device is a Device that also has some of the roles Identity, SIM, PIN, Phonebook, Network,
// Radio, DataCall, Power, Clock and MQTT. A builtin asks for the role that it needs with As; a
// device without the role, or a method that the device cannot do, answers with ErrUnsupported.
package device

import "fmt"

// Device is what answers for the module.
type Device interface {
	// Name says which device this is, for people: "direct", "at:/dev/ttyUSB2".
	Name() string
	// Close ends the device and everything that it opened.
	Close() error
}

// Leaving is a device that can go away for good while a run lasts, as one on a port.
type Leaving interface {
	// Gone is closed when the device is gone and everything that came of it before was handed out.
	Gone() <-chan struct{}
	// Err says why, of class ErrGone; nil while the device is there.
	Err() error
}

// As returns the device in the role T. The error wraps ErrUnsupported and begins with what was
// wanted, such as "sim.getImsi: ".
func As[T any](d Device, what string) (T, error) {
	role, ok := d.(T)
	if ok {
		return role, nil
	}
	if d == nil {
		return role, fmt.Errorf("%s%w: this run has no device; choose one with --device", what, ErrUnsupported)
	}
	return role, fmt.Errorf("%s%w on the device %s", what, ErrUnsupported, d.Name())
}
