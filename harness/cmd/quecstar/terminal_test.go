package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// screen is a terminal of tmux's, which this program runs in.
type screen struct {
	t      *testing.T
	socket string
}

// newScreen starts the program in a terminal of 80 columns. Without tmux it skips, or fails where
// QUECSTAR_NEED_PARTS is set.
func newScreen(t *testing.T, home string, args ...string) *screen {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("QUECSTAR_NEED_PARTS") != "" {
			t.Fatal("tmux is not installed (Debian: apt install tmux), and QUECSTAR_NEED_PARTS is set")
		}
		t.Skip("tmux is not installed")
	}
	program, err := exec.LookPath("quecstar") // testscript's, of this test
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{t, filepath.Join(t.TempDir(), "tmux")}
	s.tmux(append([]string{"-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "env", "HOME=" + home,
		"XDG_CACHE_HOME=", "NO_COLOR=1", program}, args...)...)
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", s.socket, "kill-server").Run() })
	return s
}

func (s *screen) tmux(args ...string) string {
	s.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-S", s.socket}, args...)...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("tmux %v: %v: %s", args, err, out)
	}
	return string(out)
}

// types types keys, by tmux's names, and waits until the screen shows a text.
func (s *screen) types(want string, keys ...string) {
	s.t.Helper()
	if len(keys) > 0 {
		s.tmux(append([]string{"send-keys"}, keys...)...)
	}
	re := regexp.MustCompile(want)
	late := time.Now().Add(patience)
	for {
		text := strings.TrimRight(s.tmux("capture-pane", "-p"), "\n")
		if re.MatchString(text) {
			return
		}
		if time.Now().After(late) {
			s.t.Fatalf("behind %q no %s on the screen:\n%s", keys, want, text)
		}
		time.Sleep(20 * time.Millisecond) // tmux tells nobody of a change
	}
}

// leaves types keys that end the program.
func (s *screen) leaves(keys ...string) {
	s.t.Helper()
	s.tmux(append([]string{"send-keys"}, keys...)...)
	late := time.Now().Add(patience)
	for exec.Command("tmux", "-S", s.socket, "has-session").Run() == nil {
		if time.Now().After(late) {
			s.t.Fatalf("it does not end: %s", s.tmux("capture-pane", "-p"))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestATInATerminal: cursor keys, Tab, Ctrl-C that clears, and a history that the next run has, without secrets.
func TestATInATerminal(t *testing.T) {
	home := t.TempDir()
	s := newScreen(t, home, "at", "sim")
	s.types(`at> *$`)
	s.types(`at> AT\+CGSN\n\d{15}\nOK\nat> *$`, "AT+CGX", "BSpace", "Left", "Delete", "GSN", "Enter")
	s.types(`at> at\+CSQ\n\+CSQ: \d+,99\nOK\nat> *$`, "at+CSQ", "Tab", "Enter")
	s.types(`at> AT\+NOT\^C\nat> *$`, "AT+NOT", "C-c")
	s.types(`leaves\nat> *$`, "C-c")
	s.types(`AT\+CPIN="1234"\n(?s:.*)at> *$`, `AT+CPIN="1234"`, "Enter")
	s.types(`at> at\+CSQ$`, "Up")
	s.leaves("C-u", "C-d")
	s = newScreen(t, home, "at", "sim")
	s.types(`at> *$`)
	s.types(`at> at\+CSQ$`, "Up")
	s.types(`at> AT\+CGSN$`, "Up")
	s.leaves("C-u", "exit", "Enter")
}

// TestThePromptInATerminal: the line editor of a module's prompt, with the lines of the run before.
func TestThePromptInATerminal(t *testing.T) {
	home := t.TempDir()
	s := newScreen(t, home, "repl")
	s.types(`>>> *$`)
	s.types(`>>> import modem\n>>> *$`, "import mod", "Tab", "Enter")
	s.types(`>>> modem.getDevImei\(\)\n'\d{15}'\n>>> *$`, "modem.getDevI", "Tab", "()", "Enter")
	s.types(`>>> for i in range\(2\):\n\.\.\.     print\(i\)\n\.\.\. *\n0\n1\n>>> *$`,
		"for i in range(2):", "Enter", "print(i)", "Enter",
		"BSpace", "Enter")
	s.types(`>>> abc\n>>> *$`, "abc", "C-c")
	s.types(`>>> password = 'x'\n>>> *$`, "password = 'x'", "Enter")
	s.leaves("C-]")
	s = newScreen(t, home, "repl")
	s.types(`>>> *$`)
	s.types(`>>> +print\(i\)$`, "Up")
	s.leaves("C-]")
}

// TestSimInATerminal: what happens is printed above the line that is typed.
func TestSimInATerminal(t *testing.T) {
	s := newScreen(t, t.TempDir(), "sim")
	s.types(`repl +/dev/\S+\nsim> *$`)
	s.types(`sim> l\n(?s:.*)registration lost\n(?s:.*)sim> *$`, "x", "BSpace", "l", "Enter")
	s.types(`sim> l$`, "Up")
	s.types(`sim> \w*\^C\nsim> *$`, "C-c")
	s.leaves("q", "Enter")
}
