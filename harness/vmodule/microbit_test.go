package vmodule

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// slowly writes a byte at a time: the emulated board's UART holds few.
type slowly struct{ w io.Writer }

func (s slowly) Write(b []byte) (int, error) {
	for i := range b {
		if _, err := s.w.Write(b[i : i+1]); err != nil {
			return i, err
		}
		time.Sleep(2 * time.Millisecond) // the board tells nobody when it has read
	}
	return len(b), nil
}

// TestTypingIsTheMicrobits types the same keys at the virtual module's prompt and at that of MicroPython 1.9.2 on an
// emulated micro:bit: a terminal shows the same, but for what 1.9.2 is known to do otherwise.
func TestTypingIsTheMicrobits(t *testing.T) {
	const firmware = "/usr/share/firmware-microbit-micropython/firmware.hex"
	qemu, err := exec.LookPath("qemu-system-arm")
	if _, ferr := os.Stat(firmware); err != nil || ferr != nil {
		if os.Getenv("QUECSTAR_NEED_PARTS") != "" {
			t.Fatal("qemu-system-arm or firmware-microbit-micropython is not installed, and QUECSTAR_NEED_PARTS is set")
		}
		t.Skip("there is no micro:bit to compare with")
	}
	socket := filepath.Join(t.TempDir(), "uart")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := exec.Command(qemu, "-M", "microbit", "-nographic", "-monitor", "none", "-serial", "unix:"+socket, "-device", "loader,file="+firmware)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	if err := l.(*net.UnixListener).SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	board, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer board.Close()
	real := &terminal{t: t, in: slowly{board}, out: make(chan []byte)}
	go real.read(board)
	compareTyping(t, real, screen, oldKeys)
}

// oldKeys are the keys that MicroPython 1.9.2 takes otherwise than 1.27, with what it does.
var oldKeys = map[string]string{
	"if 1:\r\tpass\r\r": "Tab lists names behind blanks, too, where it indents now; and two empty lines end a block that is indented",
	"if 1:\r  5\r\r":    "a blank is one more than those that the prompt has indented by, where it takes their place now",
	"  \tx":             "Tab lists names behind blanks, too",
	"a \tb":             "Tab lists names behind blanks, too",
}

// screen is what a terminal shows, with the cursor as "|" where it does not stand behind all. MicroPython 1.9.2 on a
// micro:bit draws with blanks and backspaces what newer firmware draws with control sequences.
func screen(text string) string {
	line, at := []rune{}, 0
	var done strings.Builder
	for len(text) > 0 {
		if m := control.FindStringSubmatch(text); m != nil {
			text = text[len(m[0]):]
			switch m[2] {
			case "K":
				line = line[:at]
			case "D":
				n, _ := strconv.Atoi(m[1])
				at -= n
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		switch r {
		case '\b':
			at--
		case '\n':
			done.WriteString(strings.TrimRight(string(line), " ") + "\n")
			line, at = nil, 0
		default:
			line = append(line[:at], append([]rune{r}, line[min(at+1, len(line)):]...)...)
			at++
		}
	}
	return done.String() + string(line[:at]) + "|" + strings.TrimRight(string(line[at:]), " ")
}

// control is a control sequence that a prompt draws with.
var control = regexp.MustCompile(`^\x1b\[(\d*)([DK])`)

func TestScreen(t *testing.T) {
	for text, want := range map[string]string{
		"abc\b\bXbc\b\b\b\x1b[Kbc\b\b": "a|bc", "abc\b\b\b   \b\b\b": "|", "abc\x1b[2DX\nx": "aXc\nx|", "ab\b": "a|b",
	} {
		if got := screen(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
