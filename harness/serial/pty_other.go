//go:build !linux

package serial

import (
	"fmt"
	"io"
	"os"
	"runtime"

	"quecstar/harness/device"
)

// Pty is there on Linux only.
func Pty() (master *os.File, slave string, err error) {
	return nil, "", fmt.Errorf("pseudo-terminals: %w on %s here; Linux has them", device.ErrUnsupported, runtime.GOOS)
}

// KeepOpen returns the master side.
func KeepOpen(master *os.File) io.ReadWriteCloser { return master }
