package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestEndsWhateverHangs: a deadline, a signal and a reader that goes end the process in time, also where
// nobody reads what it writes. Nothing is left behind, but the page of the run, which is whole.
func TestEndsWhateverHangs(t *testing.T) {
	const opens = "f = open('/usr/a', 'w')\nprint('begin')\n"
	const hangs = opens + "while True:\n  try:\n    while True: pass\n  except BaseException: pass\n"
	// A signal that this process ignores, as nohup has it do, its children ignore too; one that it hears, they do not.
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(heard) })
	for _, tt := range []struct {
		name, text string
		timeout    string
		signals    []syscall.Signal
		undrained  bool
		closed     bool
		status     int
	}{
		{name: "deadline, output not read", text: opens + "while True: print('x' * 1000)", timeout: "1s", undrained: true, status: statusDeadline},
		{name: "deadline, error not read", text: opens + "import usys\nwhile True: usys.stderr.write('x' * 1000)", timeout: "1s", undrained: true, status: statusDeadline},
		{name: "traceback not read", text: opens + "raise ValueError('x' * 200000)", timeout: "1s", undrained: true, status: statusDeadline},
		{name: "two Ctrl-C, output not read", text: opens + "while True: print('x' * 1000)", signals: []syscall.Signal{syscall.SIGINT, syscall.SIGINT}, undrained: true, status: interruptedStatus},
		{name: "SIGTERM, output not read", text: opens + "while True: print('x' * 1000)", signals: []syscall.Signal{syscall.SIGTERM}, undrained: true, status: interruptedStatus},
		{name: "SIGTERM", text: hangs, signals: []syscall.Signal{syscall.SIGTERM}, status: interruptedStatus},
		{name: "SIGHUP", text: hangs, signals: []syscall.Signal{syscall.SIGHUP}, status: interruptedStatus},
		{name: "two Ctrl-C", text: hangs, signals: []syscall.Signal{syscall.SIGINT, syscall.SIGINT}, status: interruptedStatus},
		{name: "given up", text: opens + "x = ()\nfor i in range(200): x = (x, x)\nhash(x)", timeout: "1s", status: statusDeadline},
		{name: "reader gone", text: opens + "while True: print('x' * 1000)", closed: true, status: brokenPipe},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writeFile(t, filepath.Join(dir, "x.py"), tt.text+"\n")
			args := []string{"run", "-q", "--html", "page.html", "x.py"}
			if tt.timeout != "" {
				args = []string{"run", "-q", "--html", "page.html", "--timeout", tt.timeout, "x.py"}
			}
			s := spawn(t, dir, args...)
			out, in, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			errs, errIn, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			s.cmd.Stdout, s.cmd.Stderr = in, errIn
			s.start(t)
			_, _ = in.Close(), errIn.Close()
			if line, err := bufio.NewReaderSize(out, 16).ReadString('\n'); line != "begin\n" {
				t.Errorf("printed %q, %v", line, err)
			}
			switch {
			case tt.closed:
				_ = out.Close()
			case !tt.undrained:
				go func() { _, _ = io.Copy(io.Discard, out) }()
				go func() { _, _ = io.Copy(io.Discard, errs) }()
			}
			begin := time.Now()
			if status := s.signalled(t, tt.signals); status != tt.status {
				t.Errorf("exit status %d, want %d", status, tt.status)
			}
			if took := time.Since(begin); took > 30*time.Second {
				t.Errorf("it took %v", took)
			}
			page, err := os.ReadFile(filepath.Join(dir, "page.html"))
			if text := string(page); !strings.Contains(text, `id="chunk0"`) || !strings.HasSuffix(text, "</html>\n") {
				t.Errorf("its page is not whole: %d bytes, %v", len(page), err)
			}
			if left := s.left(t); left != "" {
				t.Errorf("it left %s", left)
			}
			_, _ = out.Close(), errs.Close()
		})
	}
}

// signalled sends signals and returns the exit status. One that comes while the same one waits to be seen is
// lost, so the last of several is sent until the process ends.
func (s *spawned) signalled(t *testing.T, signals []syscall.Signal) int {
	t.Helper()
	send := func(sig syscall.Signal) {
		if err := s.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
	}
	if len(signals) > 0 {
		send(signals[0])
	}
	status := make(chan int, 1)
	go func() { status <- s.wait(t) }()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case code := <-status:
			return code
		case <-again.C:
			if n := len(signals); n > 1 {
				send(signals[n-1])
			}
		}
	}
}

// TestSource: what is no script of a sensible size is refused at once, and compiling ends at the deadline
// and by Ctrl-C.
func TestSource(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "large.py"), strings.Repeat("x=1\n", 1<<20))
	writeFile(t, filepath.Join(dir, "long.py"), strings.Repeat("x=1\n", 1<<19))
	for _, tt := range []struct {
		script, timeout string
		status          int
		want            string
	}{
		{"large.py", "30s", statusUsage, "a script may have 2097152"},
		{"long.py", "100ms", statusDeadline, "the deadline passed: 100ms"},
	} {
		s := spawn(t, dir, "run", "--timeout", tt.timeout, tt.script)
		s.start(t)
		if status := s.wait(t); status != tt.status || !strings.Contains(s.errors(), tt.want) {
			t.Errorf("%s: exit status %d, want %d with %q: %s", tt.script, status, tt.status, tt.want, s.errors())
		}
	}
	c := launch("run", "-v", filepath.Join(dir, "long.py"))
	c.err.await(t, "start")
	c.signals <- os.Interrupt
	if status := c.wait(t, c.status); status != interruptedStatus {
		t.Errorf("Ctrl-C while it is compiled: exit status %d: %s", status, c.err)
	}
}
