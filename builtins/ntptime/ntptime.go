// Package ntptime is the script module ntptime: the time from an NTP server (python.quectel.com, API
// reference, ntptime; RFC 5905). It is a Python module over usocket, and reaches what usocket reaches.
package ntptime

import (
	_ "embed" // for the source

	"quecstar/harness/script"
)

//go:embed ntptime.py
var source string

// Module is the table of ntptime.
func Module() *script.Module {
	return &script.Module{Name: "ntptime", Lang: script.Python, Doc: "The time from an NTP server.", Source: source}
}
