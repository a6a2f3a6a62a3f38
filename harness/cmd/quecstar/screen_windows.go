package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// understandsControls has a console understand control sequences, which Windows has off for a program unless it asks
// (Microsoft, "Console Virtual Terminal Sequences"), and reports whether it does. It stays so for who comes next.
func understandsControls(f *os.File) bool {
	var mode uint32
	if windows.GetConsoleMode(windows.Handle(f.Fd()), &mode) != nil {
		return false // no console
	}
	return windows.SetConsoleMode(windows.Handle(f.Fd()), mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
