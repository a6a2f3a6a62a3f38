package script

import (
	"quecstar/harness/board"
	"quecstar/harness/flash"
)

// Settings are what a run gives the modules of its interpreters beside a device, most of it from the bench
// file. The zero value is a run without a bench.
type Settings struct {
	// Files is the folder of the host that holds the script's files; "" is a new one that is removed behind
	// the run.
	Files string
	// Flash keeps the tree of files for the next start of the module; nil ends it with the run.
	Flash *flash.Kept
	// Scratch makes that new folder; nil makes it so that only the run's end removes it.
	Scratch *flash.Scratch
	// UART says what the serial ports are: from the number of a port, such as "2", to "loopback" or the path
	// of a port of the host. It is the table [uart] of a bench file.
	UART map[string]string
	// Board is what a virtual module shares with the script that controls its surroundings. A run without one
	// has a board of its own.
	Board *board.Board
	// SilentExec has example.exec ignore a file that is not there without a word, as firmware of 2021 does.
	SilentExec bool
}

// Settings are those of the run.
func (in *Interp) Settings() Settings { return in.opts.Settings }
