package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// endless bounds the wait for a process; it is reached only when a test fails.
const endless = 150 * time.Second

// spawned is the program in a process of its own.
type spawned struct {
	cmd      *exec.Cmd
	out, err bytes.Buffer
	temp     string // its TMPDIR
	kill     *time.Timer
}

// spawn makes a process in a folder, with a folder of its own for what is temporary. TestMain has this test
// binary be quecstar under that name.
func spawn(t *testing.T, dir string, args ...string) *spawned {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &spawned{temp: t.TempDir()}
	s.cmd = &exec.Cmd{Path: self, Args: append([]string{"quecstar"}, args...), Dir: dir, Stdout: &s.out, Stderr: &s.err,
		Env: append(os.Environ(), "TMPDIR="+s.temp)}
	return s
}

// stdin starts the process with a standard input that nobody writes to, and that has no end.
func (s *spawned) stdin(t *testing.T) {
	t.Helper()
	in, err := s.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	s.start(t)
}

func (s *spawned) start(t *testing.T) {
	t.Helper()
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.kill = time.AfterFunc(endless, func() { _ = s.cmd.Process.Kill() })
}

// wait returns the exit status, -1 for a process that a signal ended.
func (s *spawned) wait(t *testing.T) int {
	t.Helper()
	_ = s.cmd.Wait() // the status says how it ended
	if !s.kill.Stop() {
		t.Error("it did not end by itself")
	}
	return s.cmd.ProcessState.ExitCode()
}

func (s *spawned) errors() string { return s.err.String() }

// left lists what the process left behind.
func (s *spawned) left(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(s.temp, "quecstar-*"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(found, " ")
}
