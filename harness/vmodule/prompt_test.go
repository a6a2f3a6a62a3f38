package vmodule

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/harness/device"
	"quecstar/harness/device/direct"
	"quecstar/harness/device/repl"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func testContext(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func newModule(t testing.TB, b Behaviour) *Module {
	t.Helper()
	inside, err := direct.New(direct.Config{}, direct.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b.BootTime = time.Millisecond
	m := New(Options{Device: inside, Behaviour: b})
	t.Cleanup(func() {
		if err := errors.Join(m.Close(), inside.Close()); err != nil {
			t.Error(err)
		}
	})
	return m
}

// newClient is a client of a REPL port of the module.
func newClient(t testing.TB, m *Module) *repl.Client {
	t.Helper()
	host, port := net.Pipe()
	go func() { _ = m.ServeREPL(port) }()
	c := repl.New(host, repl.Options{Pace: -1})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestThePromptRunsCode(t *testing.T) {
	for name, p := range map[string]Prompt{"paste": {}, "no paste": {NoPaste: true}, "paste off": {PasteOff: true}, "drops": {DropsInput: true}} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, newModule(t, Behaviour{Prompt: p}))
			ctx := testContext(t)
			var out bytes.Buffer
			code := "import utime\nx = 6\nprint('a\\x04b', x * 7)\n" + strings.Repeat("# filler that takes more than a window\n", 20)
			if err := c.Exec(ctx, code, func(p []byte) { out.Write(p) }); err != nil {
				t.Fatal(err)
			}
			if out.String() != "a\x04b 42\r\n" {
				t.Errorf("output %q", out.String())
			}
			if v, err := c.Eval(ctx, "x + 1"); err != nil || v != int64(7) {
				t.Errorf("x + 1 = %v (%T), %v", v, v, err)
			}
			err := c.Exec(ctx, "def f():\n    raise ValueError('no')\nf()\n", nil)
			var remote *repl.RemoteError
			if !errors.As(err, &remote) || !strings.Contains(remote.Error(), "ValueError: no") || strings.Contains(remote.Traceback, promptFile) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestTheIMEIByThePrompt(t *testing.T) {
	m := newModule(t, Behaviour{})
	d := repl.NewDevice(newClient(t, m), time.Hour)
	got, err := d.IMEI(testContext(t))
	if err != nil || got != m.Device().Config().IMEI {
		t.Errorf("IMEI = %q, %v", got, err)
	}
}

func TestFilesOutliveASoftReset(t *testing.T) {
	c := newClient(t, newModule(t, Behaviour{}))
	ctx := testContext(t)
	data := bytes.Repeat([]byte("\x00\x03\x04\xffabc\r\n"), 1000)
	if err := c.Write(ctx, "/usr/data.bin", data, nil); err != nil {
		t.Fatal(err)
	}
	if err := c.Write(ctx, "/usr/part.py", []byte("def f(): return 5\n"), nil); err != nil {
		t.Fatal(err)
	}
	if err := c.SoftReset(ctx); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Read(ctx, "/usr/data.bin", nil); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if v, err := c.Eval(ctx, "part.f()", "from usr import part"); err != nil || v != int64(5) {
		t.Errorf("part.f() = %v, %v", v, err)
	}
}

// TestAScriptIsInterrupted breaks into an endless loop, and into one that catches what it can.
func TestAScriptIsInterrupted(t *testing.T) {
	c := newClient(t, newModule(t, Behaviour{}))
	ctx, cancel := context.WithCancel(testContext(t))
	started := make(chan struct{}, 1)
	go func() { <-started; cancel() }()
	err := c.Exec(ctx, "print('on')\nwhile True: pass\n", func([]byte) { started <- struct{}{} })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if v, err := c.Eval(testContext(t), "1 + 1"); err != nil || v != int64(2) {
		t.Errorf("behind it: %v, %v", v, err)
	}
}

func TestARunOnTheModule(t *testing.T) {
	c := newClient(t, newModule(t, Behaviour{}))
	var out bytes.Buffer
	exit, err := c.Run(testContext(t), repl.Script{Main: repl.File{Local: "main.py", Data: []byte("import sys\nprint('args', sys.argv[1:], __name__)\nsys.exit(3)\n")},
		Args: []string{"a"}}, func(p []byte) { out.Write(p) })
	if err != nil || exit.Code != 3 || exit.Err != nil {
		t.Errorf("exit %+v, %v", exit, err)
	}
	if out.String() != "args ['a'] __main__\r\n" {
		t.Errorf("output %q", out.String())
	}
}

// typed sends keys to a friendly prompt and waits for a text.
func typed(t *testing.T, conn net.Conn, keys, want string) string {
	t.Helper()
	if _, err := conn.Write([]byte(keys)); err != nil {
		t.Fatal(err)
	}
	var seen []byte
	buf := make([]byte, 512)
	if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for !bytes.HasSuffix(seen, []byte(want)) {
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatalf("%v, seen %q", err, seen)
		}
		seen = append(seen, buf[:n]...)
	}
	return string(seen)
}

func TestTheFriendlyPrompt(t *testing.T) {
	m := newModule(t, Behaviour{})
	host, port := net.Pipe()
	go func() { _ = m.ServeREPL(port) }()
	defer host.Close()
	if first := typed(t, host, "", ps1); !strings.Contains(first, "Quecpython v1.12") || !strings.HasPrefix(first, "mount.") {
		t.Errorf("banner %q", first)
	}
	for _, c := range []struct{ keys, want string }{
		{"1+1\r", "1+1\r\n2\r\n>>> "},
		{"x = 'a'\r", "x = 'a'\r\n>>> "},
		{"x\r", "x\r\n'a'\r\n>>> "},
		{"for i in range(2):\r", "for i in range(2):\r\n...     "},
		{"    print(i)\r", "\b\b\b   print(i)\r\n... "},
		{"\r", "\r\n0\r\n1\r\n>>> "},
		// As MicroPython 1.27's WebAssembly build answers.
		{"for i in range(2):\r  print(i)\r", "\b\b\b print(i)\r\n... "},
		{"\x01", "0\r\n1\r\n>>> "},
		{"(1,\r\x01", "(1,\r\n... ... "},
		{"\x04", "Traceback (most recent call last):\r\nSyntaxError: <stdin>:1:1: '(' was never closed\r\n>>> "},
		{"z = 1/0\r", "z = 1/0\r\nTraceback (most recent call last):\r\n  File \"<stdin>\", line 1, in <module>\r\n" +
			"ZeroDivisionError: divide by zero\r\n>>> "},
		{"if 1:\r  7\r\x04", "7\r\n>>> "},
		{"(1,\r", "(1,\r\n... "},
		{"2)\r", "2)\r\n(1, 2)\r\n>>> "},
		{"1/0\r", "ZeroDivisionError: divide by zero\r\n>>> "},
		{"abc\x7f\x7f\x7f'ok'\r", "'ok'\r\n'ok'\r\n>>> "},
		{"abc\x03", "\r\n>>> "},
		{"\x05", "=== "},
		{"y = 4\rprint(y)\x04", "4\r\n>>> "},
		{"\x04", ">>> "},
		{"x\r", "NameError: name 'x' isn't defined\r\n>>> "},
	} {
		if got := typed(t, host, c.keys, c.want); !strings.HasSuffix(got, c.want) {
			t.Errorf("%q: %q", c.keys, got)
		}
	}
}

func TestALockedPrompt(t *testing.T) {
	c := newClient(t, newModule(t, Behaviour{Prompt: Prompt{Refuse: true}}))
	if err := c.Exec(testContext(t), "1", nil); err == nil || !strings.Contains(err.Error(), "refuse") {
		t.Errorf("%v", err)
	}
}

func TestMainStartsByItself(t *testing.T) {
	m := newModule(t, Behaviour{})
	c := newClient(t, m)
	if err := c.Write(testContext(t), "/usr/main.py", []byte("print('started')\n"), nil); err != nil {
		t.Fatal(err)
	}
	host, port := net.Pipe()
	go func() { _ = m.ServeREPL(port) }()
	defer host.Close()
	if first := typed(t, host, "", ps1); !strings.HasPrefix(first, "mount.\r\nstarted\r\n") {
		t.Errorf("%q", first)
	}
}

// TestAProgramThatIgnoresCtrlC gets an error within the time for it, not an endless wait.
func TestAProgramThatIgnoresCtrlC(t *testing.T) {
	m := newModule(t, Behaviour{Prompt: Prompt{NoInterrupt: true}})
	if err := newClient(t, m).Write(testContext(t), "/usr/main.py", []byte("while True: pass\n"), nil); err != nil {
		t.Fatal(err)
	}
	host, port := net.Pipe()
	go func() { _ = m.ServeREPL(port) }()
	c := repl.New(host, repl.Options{Pace: -1, EnterTimeout: 300 * time.Millisecond})
	defer c.Close()
	if err := c.Enter(testContext(t)); !errors.Is(err, device.ErrTimeout) && !errors.Is(err, device.ErrUnreachable) {
		t.Errorf("%v", err)
	}
}

// TestCtrlCThatIsDeafAtFirst plays firmware of 2021: what comes in the first moments of a program is
// kept for later, and what comes behind is thrown away.
func TestCtrlCThatIsDeafAtFirst(t *testing.T) {
	m := newModule(t, Behaviour{Prompt: Prompt{Deaf: 300 * time.Millisecond, DropsInput: true}})
	if err := newClient(t, m).Write(testContext(t), "/usr/main.py", []byte("while True: pass\n"), nil); err != nil {
		t.Fatal(err)
	}
	if v, err := newClient(t, m).Eval(testContext(t), "6 * 7"); err != nil || v != int64(42) {
		t.Errorf("%v, %v", v, err)
	}
}

func TestAFileTooLarge(t *testing.T) {
	c := newClient(t, newModule(t, Behaviour{}))
	err := c.Write(testContext(t), "/usr/big", make([]byte, 70<<20), nil)
	if err == nil || !strings.Contains(err.Error(), "/usr/big") {
		t.Errorf("%v", err)
	}
}

// TestAnUploadThatBreaks leaves nothing under the file's name, and goes on where it stopped.
func TestAnUploadThatBreaks(t *testing.T) {
	m := newModule(t, Behaviour{})
	data := make([]byte, 30000)
	for i := range data {
		data[i] = byte(i * 31)
	}
	c := newClient(t, m)
	err := c.Write(testContext(t), "/usr/data", data, func(p repl.Progress) {
		if p.Done > 10000 {
			m.Unplug()
		}
	})
	if !errors.Is(err, device.ErrLost) {
		t.Errorf("unplugged: %v", err)
	}
	again := newClient(t, m)
	if _, err := again.Stat(testContext(t), "/usr/data"); err == nil {
		t.Error("half a file has the name")
	}
	first := int64(-1)
	if err := again.Write(testContext(t), "/usr/data", data, func(p repl.Progress) {
		if first < 0 {
			first = p.Done
		}
	}); err != nil {
		t.Fatal(err)
	}
	if first < 10000 {
		t.Errorf("it began anew, at %d", first)
	}
	if got, err := again.Read(testContext(t), "/usr/data", nil); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// TestExampleExec plays firmware that says nothing of a script that is not there, and firmware that does.
func TestExampleExec(t *testing.T) {
	code := "import example\nexample.exec('/usr/none.py')\n"
	if err := newClient(t, newModule(t, Behaviour{Prompt: Prompt{SilentExec: true}})).Exec(testContext(t), code, nil); err != nil {
		t.Errorf("silent: %v", err)
	}
	var remote *repl.RemoteError
	if err := newClient(t, newModule(t, Behaviour{})).Exec(testContext(t), code, nil); !errors.As(err, &remote) || remote.Type != "OSError" {
		t.Errorf("telling: %v", err)
	}
}
