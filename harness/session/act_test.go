package session

import (
	"context"
	"errors"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"quecstar/harness/bench"
	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/serial"
	"quecstar/harness/wire"
)

// portActions are actions on what only a module on ports has: behind an action, script is sent to the AT port, and
// want, an expression, comes.
var portActions = []struct{ name, bench, script, want string }{
	{"at_refused", "T\nat_refused = { command = \"+CS\", code = 14 }", "AT+CGMM\rAT+CSQ\rAT+CSQ\r",
		`EC600U[\s\S]*OK\r\n[\s\S]*\+CME ERROR: 14\r\n[\s\S]*\+CSQ: 24,99\r\n\r\nOK`},
	{"at_silent", "T\nat_silent = [\"+CSQ\", 2]", "AT+CSQ\rAT+CSQ\rAT+CGMM\r",
		`^AT\+CSQ\r\r\n\+CSQ: 24,99\r\n\r\nOK\r\nAT\+CSQ\rAT\+CGMM\r\r\nEC600U`},
	{"urc_lost", "T\nurc_lost = \"RING\"\nT\nafter = \"20ms\"\nincoming_call = \"10086\"\nT\nafter = \"30ms\"\n" +
		"remote_hang_up = true", "", `^\r\nNO CARRIER`},
	{"line_noise", "T\nafter = \"20ms\"\nline_noise = \"hex: 7e 0a\"", "", "^~\n"},
	{"line_speed", "T\nline_speed = 300\nT\nafter = \"20ms\"\nline_noise = \"x\"", "", `^x`},
	{"module_restart", "T\nafter = \"20ms\"\nmodule_restart = true", "", `POWERED DOWN\r\n[\s\S]*RDY`},
	{"module_power", "T\nafter = \"20ms\"\nmodule_power = 0\nT\nafter = \"80ms\"\nmodule_power = 1", "",
		`^\r\nPOWERED DOWN\r\n\r\nRDY`},
}

// TestEveryActionOnAPort: what happens to a module on ports is seen on its AT port.
func TestEveryActionOnAPort(t *testing.T) {
	for _, tt := range portActions {
		t.Run(tt.name, func(t *testing.T) {
			b, err := bench.Parse("b.toml", strings.ReplaceAll(tt.bench, "T\n", "[[action]]\n"), func(string) string { return "" })
			if err != nil {
				t.Fatal(err)
			}
			v := newSim(t, b)
			here := atPort(t, v)
			if _, err := here.Write([]byte(tt.script)); err != nil {
				t.Fatal(err)
			}
			said, want := "", regexp.MustCompile(tt.want)
			_ = here.SetReadDeadline(time.Now().Add(patience))
			for buf := make([]byte, 1024); !want.MatchString(said); {
				n, err := here.Read(buf)
				if err != nil {
					t.Fatalf("%q and %v, want %s", said, err, tt.want)
				}
				said += string(buf[:n])
			}
			if tt.name == "line_speed" && v.LineSpeed() != 300 {
				t.Errorf("the speed is %d", v.LineSpeed())
			}
		})
	}
}

func newSim(t *testing.T, b *bench.Bench) *Sim {
	t.Helper()
	v, err := NewSim(SimOptions{Bench: b, Events: &event.Stream{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

// atPort is an AT port of a module.
func atPort(t *testing.T, v *Sim) net.Conn {
	t.Helper()
	here, there := wire.Pipe(wire.Options{})
	v.Serve(there, serial.AT)
	t.Cleanup(func() { _ = here.Close() })
	return here
}

// TestPortActionsWithoutAPort: a device without ports has nothing that could go wrong on them.
func TestPortActionsWithoutAPort(t *testing.T) {
	dir := folder(t, map[string]string{"w.py": `
import quecstar
for f in (quecstar.at_refused, quecstar.urc_lost, quecstar.line_noise, quecstar.module_restart):
    try:
        f()
        print("done")
    except NotImplementedError:
        print("none")
`})
	if r := run(t, Options{Script: dir + "/w.py"}, nil); r.err != nil || r.out != strings.Repeat("none\n", 4) {
		t.Errorf("%v\n%s", r.err, r.out)
	}
}

// TestActReachesThePrompt: what is done by hand, and by the bench, reaches the parts that a script at the module's
// prompt drives.
func TestActReachesThePrompt(t *testing.T) {
	b, err := bench.Parse("b.toml", "[[action]]\nafter = \"1ms\"\nevery = \"5ms\"\nkey = [1, 1]\n",
		func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	v := newSim(t, b)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := v.Act(ctx, bench.NewAction("key", []any{int64(0), int64(2)})); err == nil ||
		!strings.Contains(err.Error(), "KeyPad.init") {
		t.Errorf("without a keypad: %v", err)
	}
	here, there := wire.Pipe(wire.Options{})
	v.Serve(there, serial.REPL)
	defer func() { _ = here.Close() }()
	if _, err := here.Write([]byte("import machine\rk = machine.KeyPad(3, 3)\rk.set_callback(print)\rk.init()\r")); err != nil {
		t.Fatal(err)
	}
	said := ""
	_ = here.SetReadDeadline(time.Now().Add(patience))
	for buf := make([]byte, 1024); !strings.Contains(said, "[1, 1, 1]") || !strings.Contains(said, "[0, 0, 2]"); {
		n, err := here.Read(buf)
		if err != nil {
			t.Fatalf("%q and %v", said, err)
		}
		said += string(buf[:n])
		if strings.Contains(said, "[1, 1, 1]") && !strings.Contains(said, "0, 2]") {
			if err := v.Act(ctx, bench.NewAction("key", []any{int64(0), int64(2)})); err != nil {
				t.Fatal(err)
			}
		}
	}
	if text := v.ActsBench(); !strings.Contains(text, "key = [0, 2]") {
		t.Error(text)
	}
}

// TestActsAreBounded: the oldest of too many actions are left out, and the bench file says so.
func TestActsAreBounded(t *testing.T) {
	var l acts
	l.start(time.Now())
	for range 3 * mostActs / 1000 {
		l.add(bench.NewAction("uart_says", []any{int64(1), strings.Repeat("x", 1000)}), time.Now())
	}
	if l.bytes > mostActs || l.gone == 0 || len(l.all)+l.gone != 3*mostActs/1000 {
		t.Errorf("%d bytes, %d of them, %d gone", l.bytes, len(l.all), l.gone)
	}
	v := newSim(t, nil)
	v.acts.mu.Lock()
	v.acts.gone = 7
	v.acts.mu.Unlock()
	if text := v.ActsBench(); !strings.HasPrefix(text, "# The first 7 actions are left out") {
		t.Error(text)
	}
}

// TestActsOfASwitchedOffModule: what cannot be done says why, and is not written down.
func TestActsOfASwitchedOffModule(t *testing.T) {
	v := newSim(t, nil)
	v.Device().SetRegistration(device.RegDenied)
	err := v.Act(t.Context(), bench.NewAction("incoming_call", "10086"))
	if err == nil || !strings.Contains(err.Error(), "not registered") || strings.Contains(v.ActsBench(), "incoming") {
		t.Errorf("%v\n%s", err, v.ActsBench())
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("over"))
	if err := v.Act(ctx, bench.NewAction("nothing", true)); err == nil {
		t.Error("nothing was done")
	}
}

// TestHeardLines: what travels on the AT ports is told by lines, without passwords, until nobody wants to hear it.
func TestHeardLines(t *testing.T) {
	b, err := bench.Parse("b.toml", "[device]\nsecret = \"0123456789abcdef\"\n", func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	v := newSim(t, b)
	lines := make(chan string, 20)
	v.HearLines(func(fromModule bool, text []byte) {
		lines <- map[bool]string{true: "< ", false: "> "}[fromModule] + string(text)
	})
	here := atPort(t, v)
	for _, x := range []struct{ send, sent, got string }{
		{"AT+CSQ", "> AT+CSQ", "< +CSQ: 24,99"},
		{`AT+QMTCONN=0,"id","user","pass word"`, `> AT+QMTCONN=0,"id","user","***"`, ""},
		{"AT 0123456789abcdef", "> AT ***", ""},
	} {
		if _, err := here.Write([]byte(x.send + "\r")); err != nil {
			t.Fatal(err)
		}
		for wanted := map[string]bool{x.sent: true, x.got: x.got != ""}; wanted[x.sent] || wanted[x.got]; {
			select {
			case line := <-lines:
				delete(wanted, line)
				if strings.Contains(line, "pass") || strings.Contains(line, "0123") {
					t.Errorf("it tells %s", line)
				}
			case <-time.After(patience):
				t.Fatalf("%s: %v did not come", x.send, wanted)
			}
		}
	}
	v.HearLines(nil)
}
