package runner

import (
	"errors"
	"os"
	"os/exec"

	"golang.org/x/sys/windows"
)

// beyond is a place in the file that nothing is written to: Windows' locks keep readers out.
const beyond = 1 << 20

// lock takes a file's lock, or errHeld.
func lock(f *os.File) error {
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
		&windows.Overlapped{Offset: beyond})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errHeld
	}
	return err
}

// inherit does nothing where processes share no files: a lock ends with the process that took it.
func inherit(*exec.Cmd, *os.File) {}
