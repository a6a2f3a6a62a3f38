package serial

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/harness/device"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func testContext(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// newPty is a pseudo-terminal; tests on systems without are skipped.
func newPty(t testing.TB) (*os.File, string) {
	t.Helper()
	master, slave, err := Pty()
	if errors.Is(err, device.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = master.Close() })
	return master, slave
}

func noPorts() ([]Info, error) { return nil, nil }

// exchange sends bytes both ways and compares them.
func exchange(t *testing.T, a, b io.ReadWriter) {
	t.Helper()
	data := make([]byte, 256)
	for i := range data {
		data[i] = byte(i)
	}
	for _, way := range [][2]io.ReadWriter{{a, b}, {b, a}} {
		if _, err := way[0].Write(data); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(data))
		if _, err := io.ReadFull(way[1], got); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("came %q, %v", got, err)
		}
	}
}

func TestPseudoTerminal(t *testing.T) {
	master, slave := newPty(t)
	p, err := Open(testContext(t), slave, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	exchange(t, p, master)
	// It has no lines and no speed that matter, and says nothing of it.
	if err := errors.Join(p.SetDTR(true), p.SetRTS(false), p.SetBaud(921600)); err != nil {
		t.Error(err)
	}
	exchange(t, p, master)
}

func TestAPortIsHeldByOne(t *testing.T) {
	_, slave := newPty(t)
	p, err := Open(testContext(t), slave, Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(testContext(t), slave, Options{})
	if !errors.Is(err, device.ErrUnreachable) || !strings.Contains(err.Error(), "in use by this program itself") {
		t.Errorf("second: %v", err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	p, err = Open(testContext(t), slave, Options{})
	if err != nil {
		t.Fatalf("behind Close: %v", err)
	}
	_ = p.Close()
}

func TestUnplugEndsAQuietRead(t *testing.T) {
	master, slave := newPty(t)
	p, err := Open(testContext(t), slave, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ended := make(chan error, 1)
	go func() { _, err := p.Read(make([]byte, 10)); ended <- err }()
	_ = master.Close()
	select {
	case err := <-ended:
		if !errors.Is(err, device.ErrLost) {
			t.Errorf("%v", err)
		}
	case <-testContext(t).Done():
		t.Fatal("the read did not end")
	}
}

func TestCloseEndsARead(t *testing.T) {
	_, slave := newPty(t)
	p, err := Open(testContext(t), slave, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { _, err := p.Read(make([]byte, 10)); ended <- err }()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, device.ErrClosed) {
		t.Errorf("%v", err)
	}
}

func TestNamesThatCannotBeOpened(t *testing.T) {
	plain := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	_ = l.Close()
	two := func() ([]Info, error) {
		return []Info{describe(Info{Name: "/dev/ttyUSB1", VID: quectel, PID: "0901", Interface: 2}), describe(Info{Name: "/dev/ttyUSB9", VID: quectel, PID: "6001", Interface: 3}),
			{Name: "/dev/ttyS0", Interface: -1}}, nil
	}
	for _, c := range []struct {
		name string
		o    Options
		want string
	}{
		{"/dev/no-such-port", Options{List: noPorts}, "is not there; no serial port at all"},
		{"/dev/no-such-port", Options{List: two}, "/dev/ttyUSB1 (AT), /dev/ttyUSB9 (AT), /dev/ttyS0"},
		{plain, Options{}, "no serial port"},
		{"auto", Options{Role: AT, List: noPorts}, "no Quectel module"},
		{"auto", Options{Role: AT, List: two}, "2 ports have the role AT"},
		{"auto", Options{Role: REPL, List: two}, "none of its interfaces is known to be REPL"},
		{"tcp://" + nobody, Options{}, "nobody listens"},
		{"tcp://nowhere", Options{}, "want host:port"},
		{"http://x", Options{}, "want a path, auto"},
		{"rfc2217://x:1?baud=fast", Options{}, "baud=fast"},
	} {
		p, err := Open(testContext(t), c.name, c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, device.ErrUnreachable) && !errors.Is(err, device.ErrConfig) {
			t.Errorf("%s: %v, %v", c.name, p, err)
		}
	}
}

// TestAPortThatComesBack takes the port away and brings it under another name.
func TestAPortThatComesBack(t *testing.T) {
	first, slave := newPty(t)
	second, other := newPty(t)
	var mu sync.Mutex
	here := slave
	list := func() ([]Info, error) {
		mu.Lock()
		defer mu.Unlock()
		return []Info{describe(Info{Name: here, VID: quectel, PID: "6001", Interface: 3, Serial: "7"})}, nil
	}
	back := make(chan string, 1)
	p, err := Open(testContext(t), "auto", Options{Role: AT, List: list, Reconnect: 10 * time.Second, OnBack: func(name string) { back <- name }})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	exchange(t, p, first)
	got := make(chan byte, 1)
	go func() {
		var b [1]byte
		if _, err := p.Read(b[:]); err == nil {
			got <- b[0]
		}
		close(got)
	}()
	mu.Lock()
	here = other
	mu.Unlock()
	_ = first.Close()
	if name := <-back; name != other {
		t.Errorf("back as %s, want %s", name, other)
	}
	if _, err := second.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if b := <-got; b != 'x' {
		t.Errorf("came %q", b)
	}
}

func TestAPortThatStaysAway(t *testing.T) {
	master, slave := newPty(t)
	p, err := Open(testContext(t), slave, Options{Reconnect: time.Millisecond, List: noPorts})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	_ = master.Close()
	if _, err := p.Read(make([]byte, 1)); !errors.Is(err, device.ErrLost) || !strings.Contains(err.Error(), "did not come back within 1ms") {
		t.Errorf("%v", err)
	}
}

func TestTrace(t *testing.T) {
	master, slave := newPty(t)
	var log bytes.Buffer
	p, err := Open(testContext(t), slave, Options{Trace: &log})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte("AT\r")); err != nil {
		t.Fatal(err)
	}
	if _, err := master.Write([]byte("\r\nOK\xff")); err != nil {
		t.Fatal(err)
	}
	var got []byte
	for len(got) < 5 {
		buf := make([]byte, 10)
		n, err := p.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, buf[:n]...)
	}
	_ = p.Close()
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if !strings.HasSuffix(lines[0], ` > "AT\r"`) || !strings.Contains(lines[1], ` < "\r\n`) || !strings.Contains(log.String(), `\xff`) {
		t.Errorf("trace:\n%s", log.String())
	}
	if _, err := time.Parse(time.RFC3339Nano, strings.Fields(lines[0])[0]); err != nil {
		t.Error(err)
	}
}

// TestInterfaceNumbers reads a tree as Linux shows it for USB converters and for CDC-ACM.
func TestInterfaceNumbers(t *testing.T) {
	root := t.TempDir()
	for _, d := range []struct{ device, port string }{
		{"devices/pci0/usb1/1-2/1-2:1.8/ttyUSB7", "ttyUSB7"},
		{"devices/pci0/usb1/1-3.4/1-3.4:1.5", "ttyACM0"},
		{"devices/pnp0/00:04", "ttyS0"},
	} {
		class := filepath.Join(root, "class", "tty", d.port)
		real := filepath.Join(root, d.device)
		if err := errors.Join(os.MkdirAll(class, 0o700), os.MkdirAll(real, 0o700), os.Symlink(real, filepath.Join(class, "device"))); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		path, product string
		want          int
	}{
		{"/dev/ttyUSB7", "", 8}, {"/dev/ttyACM0", "", 5}, {"/dev/ttyS0", "", -1}, {"/dev/ttyX", "", -1},
		{"COM7", `USB\VID_2C7C&PID_6001&MI_05\6&1`, 5}, {"COM8", "Quectel USB MI05 COM Port", 5},
	} {
		if got := interfaceNumber(root, c.path, c.product); got != c.want {
			t.Errorf("%s %q: %d, want %d", c.path, c.product, got, c.want)
		}
	}
}

func TestRoles(t *testing.T) {
	for _, c := range []struct {
		info Info
		want Role
	}{
		{Info{VID: "2C7C", PID: "6002", Interface: 5}, REPL}, {Info{VID: "2C7C", PID: "0901", Interface: 2}, AT},
		{Info{VID: "2C7C", PID: "0700", Interface: 1}, REPL}, {Info{VID: "2C7C", PID: "FFFF", Interface: 2}, ""}, {Info{VID: "10C4", PID: "6001", Interface: 5}, ""},
	} {
		if got := describe(c.info); got.Role != c.want || (got.Module == "") != (c.info.VID != quectel) {
			t.Errorf("%+v", got)
		}
	}
	if !natural("/dev/ttyUSB9", "/dev/ttyUSB10") || natural("/dev/ttyUSB1", "/dev/ttyACM2") {
		t.Error("order")
	}
}

func TestTelnet(t *testing.T) {
	for name, c := range map[string]struct{ raw, data, reply string }{
		"plain":          {"abc", "abc", ""},
		"doubled":        {"a\xff\xffb", "a\xffb", ""},
		"will unknown":   {"\xff\xfb\x01x", "x", "\xff\xfe\x01"},
		"do unknown":     {"\xff\xfd\x18", "", "\xff\xfc\x18"},
		"do port":        {"\xff\xfd\x2c", "", ""},
		"twice":          {"\xff\xfb\x01\xff\xfb\x01", "", "\xff\xfe\x01"},
		"notify":         {"a\xff\xfa\x2c\x6b\x30\xff\xf0b", "ab", ""},
		"IAC in notify":  {"a\xff\xfa\x2c\x65\xff\xff\x01\xff\xf0b", "ab", ""},
		"no operation":   {"a\xff\xf1b", "ab", ""},
		"odd in notify":  {"a\xff\xfa\x2c\xff\x01z\xff\xf0b", "ab", ""},
		"end of nothing": {"a\xff", "a", ""},
	} {
		for _, size := range []int{1, 2, 100} {
			var d telnet
			var data []byte
			for raw := []byte(c.raw); len(raw) > 0; raw = raw[min(size, len(raw)):] {
				data = d.decode(data, raw[:min(size, len(raw))])
			}
			if string(data) != c.data || string(d.reply) != c.reply {
				t.Errorf("%s by %d: data %q, reply %q", name, size, data, d.reply)
			}
		}
	}
	want := []byte("\xff\xfa\x2c\x01\x00\x01\xc2\x00\xff\xf0\xff\xfa\x2c\x02\x08\xff\xf0\xff\xfa\x2c\x03\x01\xff\xf0\xff\xfa\x2c\x04\x01\xff\xf0")
	if got := lineSettings(115200); !reflect.DeepEqual(got, want) {
		t.Errorf("settings %q", got)
	}
}

func FuzzTelnet(f *testing.F) {
	f.Add([]byte("a\xff\xffb\xff\xfb\x01"), 1)
	f.Fuzz(func(t *testing.T, raw []byte, cut int) {
		size := max(1, cut%9)
		var whole, pieces telnet
		a := whole.decode(nil, raw)
		var b []byte
		for p := raw; len(p) > 0; p = p[min(size, len(p)):] {
			b = pieces.decode(b, p[:min(size, len(p))])
		}
		if !bytes.Equal(a, b) || !bytes.Equal(whole.reply, pieces.reply) {
			t.Errorf("%q by %d: %q and %q", raw, size, a, b)
		}
		var plain telnet
		if back := plain.decode(nil, escape(nil, raw)); !bytes.Equal(back, raw) && len(raw) > 0 {
			t.Errorf("%q came back as %q", raw, back)
		}
	})
}

func BenchmarkTelnet(b *testing.B) {
	raw := escape(nil, bytes.Repeat([]byte("+QMTRECV: 0,0,\"topic\",3,\"a\xffb\"\r\n"), 100))
	out := make([]byte, 0, len(raw))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		var d telnet
		out = d.decode(out[:0], raw)
	}
}
