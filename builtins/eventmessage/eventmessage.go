// Package eventmessage is the script module event_message: events that one thread posts and another
// handles. The vendor documents it nowhere; firmware of 2021 ships it (QuecPython/microPython,
// ports/quectel/core), and public solutions import it. It is a Python module over _thread.
package eventmessage

import (
	_ "embed" // for the source

	"quecstar/harness/script"
)

//go:embed event_message.py
var source string

// Module is the table of event_message.
func Module() *script.Module {
	return &script.Module{Name: "event_message", Lang: script.Python, Doc: "Events that one thread posts and another handles.", Source: source}
}
