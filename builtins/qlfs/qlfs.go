// Package qlfs is the script module ql_fs: file helpers of QuecPython (python.quectel.com, API
// reference, ql_fs) on the script's own tree. It is a Python module, as on the vendor's firmware.
package qlfs

import (
	_ "embed" // for the source

	"quecstar/harness/script"
)

//go:embed ql_fs.py
var source string

// Module is the table of ql_fs.
func Module() *script.Module {
	return &script.Module{Name: "ql_fs", Lang: script.Python, Doc: "File helpers.", Source: source}
}
