package repl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/harness/device"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// missing skips the test, or fails it where all parts must be there.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("QUECSTAR_NEED_PARTS") != "" {
		t.Fatalf("%s, and QUECSTAR_NEED_PARTS is set", what)
	}
	t.Skip(what)
}

func testContext(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// pipes is a process's input and output as a port.
type pipes struct {
	io.Reader
	io.Writer
	close func() error
}

func (p pipes) Close() error { return p.close() }

// wasm starts the current MicroPython on Node.
func wasm(t testing.TB, o Options) *Client {
	t.Helper()
	module := os.Getenv("QUECSTAR_MICROPYTHON")
	if module == "" {
		missing(t, "QUECSTAR_MICROPYTHON does not name micropython.mjs of npm's @micropython/micropython-webassembly-pyscript")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing(t, "node is not installed")
	}
	cmd := exec.Command(node, filepath.Join("testdata", "micropython.mjs"), module)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	check(t, err)
	out, err := cmd.StdoutPipe()
	check(t, err)
	check(t, cmd.Start())
	o.Name = "wasm"
	c := New(pipes{out, in, func() error {
		_ = in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return nil
	}}, o)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// microbit starts MicroPython 1.9.2 on an emulated board.
func microbit(t testing.TB) *Client {
	t.Helper()
	const firmware = "/usr/share/firmware-microbit-micropython/firmware.hex"
	qemu, err := exec.LookPath("qemu-system-arm")
	if _, ferr := os.Stat(firmware); err != nil || ferr != nil {
		missing(t, "qemu-system-arm or firmware-microbit-micropython is not installed (Debian packages)")
	}
	socket := filepath.Join(t.TempDir(), "uart")
	l, err := net.Listen("unix", socket)
	check(t, err)
	defer func() { _ = l.Close() }()
	cmd := exec.Command(qemu, "-M", "microbit", "-nographic", "-monitor", "none", "-serial", "unix:"+socket, "-device", "loader,file="+firmware)
	var log bytes.Buffer
	cmd.Stderr = &log
	check(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	check(t, l.(*net.UnixListener).SetDeadline(time.Now().Add(20*time.Second)))
	conn, err := l.Accept()
	if err != nil {
		t.Fatalf("qemu does not connect: %v", err)
	}
	c := New(conn, Options{Name: "microbit", Chunk: 32, EnterTimeout: 30 * time.Second})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// capture runs code and returns what it printed.
func capture(ctx context.Context, c *Client, code string) (string, error) {
	var b strings.Builder
	err := c.Exec(ctx, code, func(p []byte) { b.Write(p) })
	return lines(b.String()), err
}

// lines has the same line ends for all firmware.
func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// basics is what all firmware must do.
func basics(t *testing.T, c *Client) {
	ctx := testContext(t)
	check(t, c.Enter(ctx))
	if got, err := capture(ctx, c, "print('a', 1+1)\nprint('b')"); err != nil || got != "a 2\nb\n" {
		t.Fatalf("printed %q, %v", got, err)
	}
	_, err := capture(ctx, c, "def f():\n raise ValueError('no: good')\nf()")
	var remote *RemoteError
	if !errors.As(err, &remote) || remote.Type != "ValueError" || remote.Message != "no: good" || !strings.Contains(remote.Traceback, `in f`) {
		t.Errorf("got %v: %+v", err, remote)
	}
	if got, err := capture(ctx, c, "print('x\\x04y')"); err != nil || got != "x\x04y\n" {
		t.Errorf("0x04 in the output: %q, %v", got, err)
	}
	v, err := c.Eval(ctx, "(1, -2, 'a\\'\\n', b'\\x00\\xff', [None, True], {'k': 1.5})")
	want := `repl.Tuple{1, -2, "a'\n", []uint8{0x0, 0xff}, repl.List{interface {}(nil), true}, repl.Dict{repl.Item{Key:"k", Value:1.5}}}`
	if got := fmt.Sprintf("%#v", v); err != nil || got != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
	check(t, c.Leave(ctx))
	if got, err := capture(ctx, c, "print(3)"); err != nil || got != "3\n" {
		t.Errorf("after leaving: %q, %v", got, err)
	}
	check(t, c.SoftReset(ctx))
	if got, err := capture(ctx, c, "print(4)"); err != nil || got != "4\n" {
		t.Errorf("after a soft reset: %q, %v", got, err)
	}
	runs(ctx, t, c)
}

// runs tries scripts that need no file system.
func runs(ctx context.Context, t *testing.T, c *Client) {
	t.Helper()
	for _, x := range []struct {
		name, code, out, err string
		exit                 int
	}{
		{"end", "print(__name__)\nprint('\\x04\\x04>')", "__main__\n\x04\x04>\n", "", 0},
		{"status", "import sys\nprint('x', end='')\nsys.exit(7)", "x", "", 7},
		{"plain exit", "raise SystemExit", "", "", 0},
		{"exception", "def f():\n  return 1//0\nf()\n", "", "ZeroDivisionError", 1},
		{"syntax", "print(1)\nx = = 1\n", "", "SyntaxError", 1},
	} {
		var out strings.Builder
		exit, err := c.Run(ctx, Script{Main: File{Local: "my/main.py", Remote: "main.py", Data: []byte(x.code)}}, func(p []byte) { out.Write(p) })
		kind := ""
		if exit.Err != nil {
			kind = exit.Err.Type
			if !strings.Contains(exit.Err.Traceback, `File "my/main.py", line 2`) {
				t.Errorf("%s: traceback %q", x.name, exit.Err.Traceback)
			}
		}
		if err != nil || lines(out.String()) != x.out || kind != x.err || exit.Code != x.exit {
			t.Errorf("%s: printed %q, %+v (%s), %v", x.name, out.String(), exit, kind, err)
		}
	}
}

func TestMicrobit(t *testing.T) {
	c := microbit(t)
	basics(t, c)
	if c.paste {
		t.Error("1.9.2 was believed to have raw paste")
	}
	ctx := testContext(t)
	stop, cancel := context.WithCancel(ctx)
	err := c.Exec(stop, "print('on')\nwhile 1:pass", func([]byte) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if got, err := capture(ctx, c, "print(5)"); err != nil || got != "5\n" {
		t.Errorf("after an interrupt: %q, %v", got, err)
	}
	if err := c.Write(ctx, "a.txt", []byte("x"), nil); !errors.Is(err, device.ErrUnsupported) {
		t.Errorf("a file where os cannot rename: %v", err)
	}
}

func TestWASM(t *testing.T) {
	for _, noPaste := range []bool{false, true} {
		t.Run(fmt.Sprintf("noPaste=%v", noPaste), func(t *testing.T) {
			c := wasm(t, Options{NoPaste: noPaste, Pace: -1})
			basics(t, c)
			if c.paste {
				t.Error("raw paste, which this build announces and does not have, was believed")
			}
			files(t, c)
		})
	}
}

// files tries everything that a file system does.
func files(t *testing.T, c *Client) {
	ctx := testContext(t)
	check(t, c.Mkdir(ctx, "/usr/lib/deep"))
	check(t, c.Mkdir(ctx, "/usr/lib/deep"))
	data := make([]byte, 20_000)
	for i := range data {
		data[i] = byte(i * i >> 3)
	}
	var last Progress
	for range 2 {
		check(t, c.Write(ctx, "/usr/lib/ü '\\.bin", data, func(p Progress) { last = p }))
	}
	if last.Done != 20_000 || last.Total != 20_000 {
		t.Errorf("progress ended with %+v", last)
	}
	got, err := c.Read(ctx, "/usr/lib/ü '\\.bin", nil)
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
	e, err := c.Stat(ctx, "/usr/lib/ü '\\.bin")
	if err != nil || e.Dir || e.Size != 20_000 {
		t.Errorf("stat %+v, %v", e, err)
	}
	list, err := c.List(ctx, "/usr/lib")
	if err != nil || len(list) != 2 {
		t.Errorf("list %+v, %v", list, err)
	}
	var remote *RemoteError
	if _, err := c.Read(ctx, "/usr/none", nil); !errors.As(err, &remote) || remote.Type != "OSError" {
		t.Errorf("a file that is not there: %v", err)
	}
	// What an earlier attempt left is continued.
	check(t, c.Exec(ctx, fmt.Sprintf("_f=open('/usr/%s','wb')\n_f.write(%s)\n_f.close()", ".q"+hash8(data), quoteBytes(data[:5000])), nil))
	first := int64(-1)
	check(t, c.Write(ctx, "/usr/x.bin", data, func(p Progress) {
		if first < 0 {
			first = p.Done
		}
	}))
	if first != 5000+writeChunk {
		t.Errorf("the transfer began again: %d", first)
	}
	exit, err := c.Run(ctx, Script{Main: File{Local: "m.py", Remote: "m.py", Data: []byte("import helper\nhelper.f()\n")},
		Files: []File{{Local: "src/helper.py", Remote: "helper.py", Data: []byte("def f():\n  raise OSError(2)\n")}}, Remove: true, Fresh: true}, nil)
	if err != nil || exit.Err == nil || !strings.Contains(exit.Err.Traceback, `File "src/helper.py", line 2, in f`) {
		t.Errorf("run: %+v, %v", exit, err)
	}
	if _, err := c.Stat(ctx, "/usr/helper.py"); !errors.As(err, &remote) {
		t.Errorf("the uploaded file is still there: %v", err)
	}
	local := t.TempDir()
	check(t, os.MkdirAll(filepath.Join(local, "a"), 0o777))
	check(t, os.WriteFile(filepath.Join(local, "a", "b.txt"), []byte("tree"), 0o666))
	check(t, c.Upload(ctx, os.DirFS(local), "/usr/tree", nil))
	dir := t.TempDir()
	check(t, c.Download(ctx, "/usr/tree", dir, nil))
	if b, err := os.ReadFile(filepath.Join(dir, "a", "b.txt")); err != nil || string(b) != "tree" {
		t.Errorf("the tree came back as %q, %v", b, err)
	}
	check(t, c.RemoveAll(ctx, "/usr"))
}
