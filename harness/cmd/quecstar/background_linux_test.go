package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"quecstar/harness/serial"
)

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
			master, path, err := serial.Pty()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = master.Close() }()
			tty, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			sh := exec.Command("sh", "-mc", tt.shell)
			sh.Dir, sh.Stdin, sh.Stdout, sh.Stderr = dir, tty, tty, tty
			sh.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
			sh.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := sh.Start(); err != nil {
				t.Fatal(err)
			}
			_ = tty.Close()
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
