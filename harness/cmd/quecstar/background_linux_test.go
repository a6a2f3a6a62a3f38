package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"quecstar/harness/serial"
)

// inTerminal starts a command in a terminal of so many columns, 0 for one that knows of none, which answers nothing;
// its keys are what is written to it.
func inTerminal(t *testing.T, c *exec.Cmd, screen *output, width uint16) (keys io.Writer) {
	t.Helper()
	master, path, err := serial.Pty()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = master.Close() })
	tty, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	if err := unix.IoctlSetWinsize(int(tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: width}); err != nil {
		t.Fatal(err)
	}
	c.Stdin, c.Stdout, c.Stderr = tty, tty, tty
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		buf := make([]byte, 1024)
		for {
			n, err := master.Read(buf)
			if err != nil {
				return
			}
			_, _ = screen.Write(buf[:n])
		}
	}()
	return master
}

// TestEditorWithoutAnswers: the line editor works in a terminal that does not say where its cursor stands, as those of
// expect and of recorders.
func TestEditorWithoutAnswers(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &exec.Cmd{Path: self, Args: []string{"quecstar", "at", "sim"}, Env: append(os.Environ(), "HOME="+t.TempDir(),
		"XDG_CACHE_HOME=", "TERM=xterm")}
	screen := &output{grew: make(chan struct{}, 1)}
	keys := inTerminal(t, c, screen, 80)
	for _, x := range []struct{ want, keys string }{{"at> ", "ATI\r"}, {"EC600U", "exit\r"}} {
		screen.await(t, x.want)
		if _, err := io.WriteString(keys, x.keys); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Wait(); err != nil {
		t.Errorf("%v: %s", err, screen)
	}
}

// TestSimInBackground: a virtual module that a shell started in the background goes on though it cannot
// read the terminal, takes keys once it is in the foreground, and takes its links away.
func TestSimInBackground(t *testing.T) {
	for name, tt := range map[string]struct{ shell, keys string }{
		"ended in the background":   {"quecstar sim -q --links links & until test -e links/repl; do sleep 0.05; done; quecstar at links/at ATI && kill -TERM $!; wait", ""},
		"brought to the foreground": {"quecstar sim -q --links links & until test -e links/repl; do sleep 0.05; done; quecstar at links/at ATI && fg", "q\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, screen := t.TempDir(), &output{grew: make(chan struct{}, 1)}
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(self, filepath.Join(dir, "quecstar")); err != nil { // see TestMain
				t.Fatal(err)
			}
			sh := exec.Command("sh", "-mc", tt.shell)
			sh.Dir, sh.Env = dir, append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
			master := inTerminal(t, sh, screen, 0)
			screen.await(t, "EC600U")
			if _, err := master.Write([]byte(tt.keys)); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- sh.Wait() }()
			select {
			case <-ended: // whatever a shell makes of a signal
			case <-time.After(patience):
				_ = syscall.Kill(-sh.Process.Pid, syscall.SIGKILL)
				t.Fatalf("it does not end: %s", screen)
			}
			if _, err := os.Lstat(filepath.Join(dir, "links")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the links are left: %v; %s", err, strings.TrimSpace(screen.String()))
			}
		})
	}
}
