package machine

import (
	"flag"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/utime"
	"quecstar/harness/script"
)

var _ = flag.Bool("update", false, "write the golden files")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestScripts(t *testing.T) {
	scripttest.Golden(t, "testdata", func(*testing.T, string) scripttest.Options {
		return scripttest.Options{Modules: []*script.Module{Module(), {Name: "quecstar", Funcs: Control()}, utime.Module()}}
	})
}

func run(t *testing.T, name, text string, settings map[string]any) scripttest.Result {
	t.Helper()
	return scripttest.Source(t, name, text, scripttest.Options{Modules: []*script.Module{Module()}, Settings: settings})
}

// A callback hears of what comes, on a loopback of what was written.
func TestCallback(t *testing.T) {
	r := run(t, "u.py", `
from machine import UART
got = b""
def on_data(args):
    global got
    got += u.read(args[2])
    assert args[0] == 0 and args[1] == 2, args
u = UART(UART.UART2, 9600, 8, 0, 1, 0)
print(u.set_callback(on_data))
for part in ("one ", b"two ", bytearray(b"three")):
    u.write(part)
while len(got) < 13:
    pass
print(got, u.set_callback(None), u.any())
`, nil)
	if r.Err != nil || r.Stdout != "0\nb'one two three' 0 0\n" {
		t.Errorf("printed %q, error %v, stderr %s", r.Stdout, r.Err, r.Stderr)
	}
}

func TestSettings(t *testing.T) {
	r := run(t, "u.star", "machine.UART(1)", map[string]any{SettingUART: map[string]string{"1": "/no/such/port"}})
	if r.Err == nil || !strings.Contains(r.Err.Error(), "/no/such/port") {
		t.Errorf("missing port: %v", r.Err)
	}
	r = run(t, "u.star", "machine.UART(1)", map[string]any{SettingUART: 5})
	if r.Err == nil || !strings.Contains(r.Err.Error(), "setting") {
		t.Errorf("wrong setting: %v", r.Err)
	}
}

// A port keeps the newest bytes of a peer that sends more than the script reads.
func TestBufferIsBounded(t *testing.T) {
	r := run(t, "u.star", "u = machine.UART(2)\nfor i in range(10): u.write('x' * 10000)\nu.write('end')\nprint(u.any(), len(u.read(65533)), u.read(9))", nil)
	if r.Err != nil || r.Stdout != "65536 65533 end\n" {
		t.Errorf("printed %q, error %v", r.Stdout, r.Err)
	}
}

// Nobody feeds the watchdog: the run ends, and an event says why.
func TestWatchdog(t *testing.T) {
	r := run(t, "w.py", "from machine import WDT\nWDT(0.01)\nwhile True:\n    pass\n", nil)
	if r.Err == nil {
		t.Fatal("the run did not end with an error")
	}
	all, _ := r.Events.Since(0)
	for _, e := range all {
		if e.Kind == "watchdog" {
			return
		}
	}
	t.Error("no event of the watchdog")
}
