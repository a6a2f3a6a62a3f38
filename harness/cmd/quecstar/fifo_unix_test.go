//go:build unix

package main

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFIFOIsNoScript: what is no regular file is refused at once, and not waited for.
func TestFIFOIsNoScript(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo.py"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := spawn(t, dir, "run", "--timeout", "30s", "fifo.py")
	s.start(t)
	if status := s.wait(t); status != statusUsage || !strings.Contains(s.errors(), "is no regular file") {
		t.Errorf("exit status %d: %s", status, s.errors())
	}
}
