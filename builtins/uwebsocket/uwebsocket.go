// Package uwebsocket is the script module uwebsocket: a client of web sockets as QuecPython has it
// (python.quectel.com, API reference, uwebsocket; RFC 6455). It is a Python module over usocket and
// ussl, and reaches what usocket reaches.
//
//	from uwebsocket import Client
//	ws = Client.connect("ws://127.0.0.1:8080/path")
//	ws.send("hello")
//	print(ws.recv())
//	ws.close()
package uwebsocket

import (
	_ "embed" // for the source

	"quecstar/harness/script"
)

//go:embed uwebsocket.py
var source string

// Module is the table of uwebsocket.
func Module() *script.Module {
	return &script.Module{Name: "uwebsocket", Lang: script.Python, Doc: "Web sockets.", Source: source}
}
