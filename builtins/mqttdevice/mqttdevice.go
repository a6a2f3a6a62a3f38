// Package mqttdevice is the part that the script modules of clouds share: a device on umqtt with a
// thread that waits for messages. It is Python text that stands in front of a module's own.
package mqttdevice

import _ "embed" // for the source

// Source is the text of the class _Device.
//
//go:embed device.py
var Source string
