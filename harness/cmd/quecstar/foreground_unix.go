//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// surviveReads has a read of the terminal in the background fail with EIO instead of stopping the process
// (POSIX, General Terminal Interface, 11.1.4).
func surviveReads() { signal.Ignore(syscall.SIGTTIN) }

// inForeground reports whether the process may read its terminal.
func inForeground(terminal *os.File) (bool, error) {
	group, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP)
	return group == unix.Getpgrp(), err
}
