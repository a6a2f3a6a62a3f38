//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package runner

import (
	"os"
	"os/exec"
)

// lock does nothing where there are no locks that end with their process.
func lock(*os.File) error { return nil }

// inherit does nothing where processes share no files: a lock ends with the process that took it.
func inherit(*exec.Cmd, *os.File) {}
