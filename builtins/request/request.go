// Package request is the script module request: HTTP as QuecPython documents it (python.quectel.com,
// API reference, request; RFC 9112). It is a Python module over usocket, as the vendor's, and reaches
// what usocket reaches. Of an https URL the server is not verified, as on a module.
package request

import (
	_ "embed" // for the source

	"quecstar/harness/script"
)

//go:embed request.py
var source string

// Module is the table of request.
func Module() *script.Module {
	return &script.Module{Name: "request", Lang: script.Python, Doc: "HTTP.", Source: source}
}
