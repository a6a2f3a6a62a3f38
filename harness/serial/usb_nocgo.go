//go:build darwin && !cgo

package serial

// usbPorts knows none: macOS tells of USB only by its own libraries, which take cgo. Ports are opened by name.
func usbPorts() (map[string]Info, error) { return nil, nil }
