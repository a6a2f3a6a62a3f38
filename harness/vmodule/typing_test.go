package vmodule

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// keystrokes are what people type, with the names that these statements leave behind.
var keystrokes = []string{
	"abc\x1b[D\x1b[DX\x7f\r", "\x1b[A", "abc\x01Z\x05Y", "x=1\r", "yy=2\r", "\x1b[A\x1b[A\x1b[B\x1b[B\x1b[B",
	"\x10\x10\x0e", "abcdef\x02\x02\x06\x04\x0b\x15", "abcdefgh\x1b[1~\x1b[3~\x1b[4~\x1b[H\x1b[F\x1bOH\x1bOF",
	"hello world\x1bb\x1bf\x17", "if 1:\r\tpass\r\r", "if 1:\r  5\r\r", "if 1:\r\x7f\x7f6\r\r", "if 1:\r5\r\x7f\r",
	"if 1:\rif 2:\r7\r\x7f8\r\x7f\r", "if 1:\r\r\r\r\r", "if 1:\rab", "if 1:\r\x1b[A", "y\t\r", "yyy=3\r", "y\t",
	"yy\t\t", "y\t=1", "im\t", "  \tx", "a \tb", "中文", "(1,\r2)\r", "\x05print(1)\r2\r\x04", "\x05a\x7fb\x03", "'a\r",
	"\x1b[1;5D", "def f():\rreturn 1\r\x7f\rf()\r", "a b\x1b[Zc", "x\\\r1\r", "abcdefg\x01\x06\x06X\x0b\x1b[D\x1b[3~",
	"s='a string that is long'\r\x1b[A\x1b[D\x1b[D\x1b[DX\x08\x08\x1b[1~\x1b[C\x1b[C",
	"\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[B", "longer_name=1\rlonger_name_2=2\r", "lo\t_\t",
	"longer_\t\t", "1\x1b", "2\x1b[", "3\x1bx4", "5\x00\x07\x0c\x126",
}

// TestTypingIsMicroPythons types the same keys at the virtual module's prompt and at MicroPython's: what comes over
// the wire is the same, byte for byte, but for the texts of errors.
func TestTypingIsMicroPythons(t *testing.T) {
	module := os.Getenv("QUECSTAR_MICROPYTHON")
	node, err := exec.LookPath("node")
	if module == "" || err != nil {
		if os.Getenv("QUECSTAR_NEED_PARTS") != "" {
			t.Fatal("node or npm's @micropython/micropython-webassembly-pyscript is not installed, and QUECSTAR_NEED_PARTS is set")
		}
		t.Skip("there is no MicroPython to compare with")
	}
	c := exec.Command(node, filepath.Join("..", "device", "repl", "testdata", "micropython.mjs"), module)
	in, err1 := c.StdinPipe()
	out, err2 := c.StdoutPipe()
	if err1 != nil || err2 != nil || c.Start() != nil {
		t.Fatal("node does not start")
	}
	defer func() { _ = in.Close(); _ = c.Process.Kill(); _ = c.Wait() }()
	real := &terminal{t: t, in: in, out: make(chan []byte)}
	go real.read(out)
	compareTyping(t, real, func(text string) string { return text }, nil)
}

// compareTyping types all keystrokes at a real prompt and at the virtual module's, and compares what view makes of
// what came. For those that are known to differ it says why, and they do.
func compareTyping(t *testing.T, real *terminal, view func(string) string, known map[string]string) {
	t.Helper()
	host, port := net.Pipe()
	defer host.Close()
	m := newModule(t, Behaviour{})
	go func() { _ = m.ServeREPL(port) }()
	ours := &terminal{t: t, in: host, out: make(chan []byte)}
	go ours.read(host)
	real.await(anyPrompt)
	ours.await(anyPrompt)
	for i, keys := range keystrokes {
		end := fmt.Sprintf("#%d", i)
		want, got := view(real.typed(keys, end)), view(ours.typed(keys, end))
		if why, differs := known[keys]; differs == (want == got) {
			t.Errorf("%q: (known to differ: %s)\n%q\nMicroPython:\n%q", keys, why, got, want)
		}
	}
}

// terminal is who types at a prompt.
type terminal struct {
	t   *testing.T
	in  io.Writer
	out chan []byte
}

func (x *terminal) read(r io.Reader) {
	defer close(x.out)
	for {
		buf := make([]byte, 1024)
		n, err := r.Read(buf)
		select {
		case x.out <- buf[:n]:
		case <-x.t.Context().Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// typed types keys and a line that ends them, and returns what came, without the text of errors.
func (x *terminal) typed(keys, end string) string {
	x.t.Helper()
	text := ""
	for _, part := range strings.SplitAfter(keys+"\x00", "\r") { // Ctrl-C behind a statement must not be its interrupt
		if _, err := io.WriteString(x.in, part); err != nil {
			x.t.Fatal(err)
		}
		if strings.HasSuffix(part, "\r") {
			text += x.await(anyPrompt)
		}
	}
	if strings.Contains(keys, "\t") { // nor the interrupt of what looks names up
		if _, err := io.WriteString(x.in, "#"); err != nil {
			x.t.Fatal(err)
		}
		text += x.await(regexp.MustCompile("#$"))
	}
	if strings.HasSuffix(keys, "\x04") {
		text += x.await(anyPrompt)
	}
	if _, err := io.WriteString(x.in, " \x03"+end+"\r"); err != nil {
		x.t.Fatal(err)
	}
	text += x.await(regexp.MustCompile(regexp.QuoteMeta(end) + "\r\n>>> $"))
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var kept []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "Traceback") || strings.HasPrefix(line, "  File ") || strings.Contains(line, "Error: ") ||
			strings.HasPrefix(line, "    ") && strings.Contains(line, "^") {
			continue
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "")
}

// anyPrompt is that the prompt waits for a line.
var anyPrompt = regexp.MustCompile(`(>>> |\.\.\. |=== ) *$`)

// await returns what came up to a text.
func (x *terminal) await(text *regexp.Regexp) string {
	x.t.Helper()
	late := time.After(20 * time.Second)
	var all []byte
	for !text.Match(all) {
		select {
		case p, ok := <-x.out:
			if all = append(all, p...); !ok {
				x.t.Fatalf("the prompt ended behind %q", all)
			}
		case <-late:
			x.t.Fatalf("no %q but %q", text, all)
		}
	}
	return string(all)
}
