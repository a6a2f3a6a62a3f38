//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package runner

import (
	"errors"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// lock takes a file's lock, or errHeld.
func lock(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return errHeld
	}
	return err
}

// inherit has a process share a file, and with it the lock of it, which ends when both have ended.
func inherit(c *exec.Cmd, f *os.File) { c.ExtraFiles = append(c.ExtraFiles, f) }
