// Package uasyncio is the script module uasyncio, also called asyncio: tasks that take turns, as
// MicroPython's (docs.micropython.org, asyncio). It is a Python module, as there.
package uasyncio

import (
	_ "embed" // for the source

	"quecstar/harness/script"
)

//go:embed uasyncio.py
var source string

// Module is the table of uasyncio.
func Module() *script.Module {
	return &script.Module{Name: "uasyncio", Aliases: []string{"asyncio"}, Lang: script.Python, Doc: "Tasks that take turns.", Source: source}
}
