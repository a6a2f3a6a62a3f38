package repl

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"quecstar/harness/device"
)

// fake answers each thing that the client writes as a script says, on the other end of a port.
func fake(t testing.TB, o Options, serve func(conn net.Conn)) *Client {
	t.Helper()
	here, there := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		serve(there)
		_ = there.Close()
	}()
	c := New(here, o)
	t.Cleanup(func() {
		_ = c.Close()
		_ = there.Close()
		<-done
	})
	return c
}

// answer reads for ever and writes what reply returns.
func answer(reply func([]byte) string) func(net.Conn) {
	return func(conn net.Conn) {
		out := make(chan string, 1024)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for s := range out {
				if _, err := io.WriteString(conn, s); err != nil {
					return
				}
			}
		}()
		buf := make([]byte, 4096)
		for {
			n, err := conn.Read(buf)
			if err != nil {
				close(out)
				_ = conn.Close()
				<-ended
				return
			}
			if s := reply(buf[:n]); s != "" {
				out <- s
			}
		}
	}
}

func TestNoPrompt(t *testing.T) {
	for _, x := range []struct {
		name  string
		reply string
		is    error
		says  string
	}{
		{"locked", "REPL refuse\r\n", ErrLocked, "replSetEnable"},
		{"silent", "", ErrNoPrompt, "says nothing"},
		{"busy program", "tick\r\n", ErrNoPrompt, "ignores Ctrl-C"},
		{"AT port", "ERROR\r\n", ErrNoPrompt, "AT port"},
		{"debug port", "%DBG\x00\xff", ErrNoPrompt, "debug port"},
		{"noise", strings.Repeat("\xff>\x04", 350_000), ErrNoPrompt, "baud rate"},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := fake(t, Options{EnterTimeout: 2 * time.Second}, answer(func([]byte) string { return x.reply }))
			begin := time.Now()
			err := c.Enter(testContext(t))
			if !errors.Is(err, x.is) || !strings.Contains(err.Error(), x.says) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(begin); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// module speaks raw mode and raw paste with a window of 32; run gives the answer to code.
func module(t testing.TB, window int, run func(code string) string) func([]byte) string {
	var code []byte
	ask, paste, credit := false, false, 0
	return func(p []byte) string {
		var out strings.Builder
		for _, b := range p {
			switch {
			case paste && b != eot:
				code = append(code, b)
				if credit--; credit < 0 {
					t.Error("more bytes than granted")
				}
				if len(code)%window == 0 {
					credit += window
					out.WriteByte(1)
				}
			case b == ctrlE:
				ask = true
			case ask && b == 'A':
			case ask && b == ctrlA:
				ask, paste, credit, code = false, true, 2*window, nil
				out.Write([]byte{'R', 1, byte(window), 0, 1})
			case b == ctrlA:
				code = nil
				out.WriteString("raw REPL; CTRL-B to exit\r\n>")
			case b == ctrlC:
				code = nil
			case b == eot:
				out.WriteString(map[bool]string{true: "\x04", false: "OK"}[paste])
				text := string(code)
				paste, code = false, nil
				if _, rest, ok := strings.Cut(text, "print('qs"); ok {
					nonce, _, _ := strings.Cut(rest, "'")
					out.WriteString("qs" + nonce + "\x04\x04>")
				} else {
					out.WriteString(run(text))
				}
			default:
				code = append(code, b)
			}
		}
		return out.String()
	}
}

func TestRawPaste(t *testing.T) {
	code := strings.Repeat("x=1\n", 500)
	c := fake(t, Options{}, answer(module(t, 32, func(got string) string {
		if got != code {
			t.Errorf("the module got %d bytes of %d", len(got), len(code))
		}
		return "a\x04b\x04\x04>"
	})))
	out, err := capture(testContext(t), c, code)
	if err != nil || out != "a\x04b" || !c.paste {
		t.Errorf("printed %q, %v, paste %v", out, err, c.paste)
	}
}

func TestRestartWhileRunning(t *testing.T) {
	c := fake(t, Options{}, answer(module(t, 32, func(string) string { return "half\r\nmount.\r\nQuecpython\r\n>>> " })))
	out, err := capture(testContext(t), c, "x")
	if !errors.Is(err, ErrReset) || !strings.HasPrefix(out, "half\n") {
		t.Errorf("printed %q, %v", out, err)
	}
}

// Unplugged in mid-line: what came before is passed on.
func TestUnplug(t *testing.T) {
	var conn net.Conn
	c := fake(t, Options{}, func(there net.Conn) {
		conn = there
		m := module(t, 32, func(string) string { return "half a li" })
		buf := make([]byte, 4096)
		for {
			n, err := conn.Read(buf)
			if err != nil {
				return
			}
			s := m(buf[:n])
			_, _ = io.WriteString(conn, s)
			if strings.HasSuffix(s, "half a li") {
				return
			}
		}
	})
	out, err := capture(testContext(t), c, "x")
	if !errors.Is(err, device.ErrLost) || out != "half a li" {
		t.Errorf("printed %q, %v", out, err)
	}
}

func TestIgnoredInterrupt(t *testing.T) {
	c := fake(t, Options{}, answer(module(t, 32, func(string) string { return "on" })))
	ctx, cancel := context.WithCancel(testContext(t))
	err := c.Exec(ctx, "x", func([]byte) { cancel() })
	if !errors.Is(err, ErrStuck) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"(1, 'a', b'\\x00')", "{'a': [None, True]}", "-1.5e3", "<x>", "((((", "'\\U0010ffff'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if v, err := Parse(s); err != nil && v != nil {
			if _, ok := v.(Tuple); !ok {
				if _, ok := v.(List); !ok {
					t.Errorf("%q gives %v and %v", s, v, err)
				}
			}
		}
	})
}

// However the bytes are cut, the output and the end are the same, and none is lost.
func FuzzOutput(f *testing.F) {
	f.Add([]byte("hello\x04\x04>rest"), uint8(1), true)
	f.Add([]byte("a\x04b\x04Traceback (most recent call last):\r\nE: x\r\n\x04>"), uint8(3), false)
	f.Fuzz(func(t *testing.T, p []byte, cut uint8, marked bool) {
		whole, parts := &output{}, &output{}
		if marked {
			whole.marker, parts.marker = []byte("lo"), []byte("lo")
		}
		a := whole.feed(p)
		var b []byte
		for rest := p; len(rest) > 0; {
			n := min(int(cut)+1, len(rest))
			b = append(b, parts.feed(rest[:n])...)
			rest = rest[n:]
		}
		if !bytes.Equal(a, b) || whole.done != parts.done || whole.err != parts.err || !bytes.Equal(whole.rest, parts.rest) {
			t.Errorf("%q: whole %q %v %q, cut %q %v %q", p, a, whole.done, whole.rest, b, parts.done, parts.rest)
		}
	})
}

func BenchmarkUpload(b *testing.B) {
	c := wasm(b, Options{Pace: -1})
	ctx := testContext(b)
	if err := c.Mkdir(ctx, "/usr"); err != nil {
		b.Fatal(err)
	}
	data := bytes.Repeat([]byte("0123456789abcde\xff"), 4096)
	b.SetBytes(int64(len(data)))
	for i := range b.N {
		data[0] = byte(i)
		if err := c.Write(ctx, "/usr/b.bin", data, nil); err != nil {
			b.Fatal(err)
		}
	}
}
