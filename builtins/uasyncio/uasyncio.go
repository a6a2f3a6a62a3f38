// Package uasyncio is the script module uasyncio, also called asyncio: tasks that take turns, as
// MicroPython's (docs.micropython.org, asyncio). It is a Python module, as there, over _uasyncio, by
// which its loop waits for what goes on beside it.
//
// Tasks: create_task, run, gather, wait_for, wait_for_ms, sleep, sleep_ms, current_task; Event, Lock and
// ThreadSafeFlag, whose set any thread or callback may call. Of tasks that await each other a cancel
// goes to the innermost. An exception that nobody asks for goes to the loop's exception handler. The
// loop runs for ever where its main task waits for what nobody does, and run_forever until stop().
//
// Streams: open_connection and start_server over the sockets of usocket, which reach what usocket
// reaches; Stream is reader and writer in one, as on a module, and stays open until wait_closed. What
// write takes is on its way at once; drain waits until it is sent. A stream may also be over a UART. A
// server has no TLS, and a client verifies no certificate, as on a module.
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
