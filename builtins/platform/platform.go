// Package platform is the script module platform: what the script runs on (docs.micropython.org,
// platform). The answers are of a module's kind and say nothing of this host, so that a run prints the
// same everywhere.
package platform

import "quecstar/harness/script"

// Module is the table of platform.
func Module() *script.Module {
	return &script.Module{
		Name: "platform", Lang: script.Python, Doc: "What the script runs on.",
		Funcs: []script.Func{
			{Name: "platform", Params: "/", Doc: "The platform, version and C library in one text.", Call: always("MicroPython-1.13.0-quecstar")},
			{Name: "python_compiler", Params: "/", Doc: "The compiler of the interpreter.", Call: always("")},
			{Name: "libc_ver", Params: "/", Doc: "A tuple of the C library and its version: empty texts, as there is none.",
				Call: always(script.Tuple{"", ""})},
		},
	}
}

func always(v any) func(*script.Call) (any, error) {
	return func(*script.Call) (any, error) { return v, nil }
}
