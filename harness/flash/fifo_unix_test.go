//go:build unix

package flash

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestFIFO: what is no file does not hold a script up.
func TestFIFO(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := tree(t, dir)
	for _, flags := range []int{os.O_RDONLY, os.O_RDWR, os.O_WRONLY | os.O_APPEND} {
		if _, err := f.Open("/usr/fifo", flags); Errno(err) != int(syscall.ENODEV) {
			t.Errorf("flags %x: %v", flags, err)
		}
	}
}
