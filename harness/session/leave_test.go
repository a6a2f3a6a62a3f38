package session

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quecstar/harness/device"
)

const mqttOn = `
from umqtt import MQTTClient
got = []
def message(topic, msg):
    got.append(msg)
    print(msg)
c = MQTTClient("x", "broker.example", 1883, reconn=RECONN)
c.set_callback(message)
c.connect()
c.subscribe("t")
`

// waits are what a script may be at when its device goes away; each says "ready" before.
var waits = map[string]struct {
	script string
	only   string // the device that can do it; "" is all
	want   string // what it prints beside that
}{
	"call":   {script: "import sim\nprint('ready')\nwhile sim.getImsi() != -1: pass\nprint('went on')\n"},
	"failed": {script: "import sim\nprint('ready')\nwhile True:\n    try: sim.getImsi()\n    except BaseException: print('went on')\n"},
	"sleep":  {script: "import utime\nprint('ready')\nutime.sleep(1000)\nprint('went on')\n"},
	"busy":   {script: "print('ready')\nwhile True: pass\n"},
	"wait_msg": {script: "import utime\n" + mqttOn + `
c.publish("t", b"one")
c.publish("t", b"two")
c.wait_msg()
utime.sleep(1) # until the other is here
print("ready")
while True:
    c.wait_msg()
`, want: "b'one'\nready\nb'two'\n"},
	"wait_msg that swallows": {script: mqttOn + `
print("ready")
while True:
    try: c.wait_msg()
    except Exception as e: pass
`},
	"check_msg": {script: "import utime\n" + mqttOn + "print('ready')\nwhile True:\n    c.check_msg()\n    utime.sleep_ms(10)\n"},
	"publish":   {script: mqttOn + "print('ready')\nwhile True: c.publish('t', b'', qos=1)\n"},
	"thread": {script: "import _thread, utime\n" + mqttOn + `
def listen():
    while True:
        try: c.wait_msg()
        except Exception: utime.sleep(1)
_thread.start_new_thread(listen, ())
print('ready')
while True: utime.sleep(1000)
`},
	"timer": {script: "import osTimer, utime\nosTimer().start(10, 1, lambda *a: None)\nprint('ready')\nutime.sleep(1000)\n"},
	"socket": {only: "at:sim", script: `
import usocket
s = usocket.socket()
s.connect(("127.0.0.1", PORT))
s.send(b"x")
print('ready')
print(s.recv(10))
`},
	"remote": {only: "remote", script: "import utime\nfor i in range(100): print('line', i)\nprint('ready', '.' * 100)\nutime.sleep(1000)\n", want: "line 98\nline 99\nready"},
}

// TestTheDeviceGoesForGood takes the port away in the middle of each wait: the run ends, soon, with the
// reason, and what the script printed before is there.
func TestTheDeviceGoesForGood(t *testing.T) {
	for name, w := range waits {
		for _, kind := range []string{"at:sim", "repl:sim", "remote"} {
			if w.only != "" && w.only != kind || kind == "remote" && w.only == "" {
				continue
			}
			for _, again := range []string{"False", "True"} {
				if again == "True" && !strings.Contains(w.script, "RECONN") {
					continue
				}
				t.Run(name+" on "+kind+" "+again, func(t *testing.T) {
					t.Parallel()
					text := strings.ReplaceAll(strings.ReplaceAll(w.script, "RECONN", again), "PORT", silentServer(t))
					dir := folder(t, map[string]string{"x.py": text})
					o := Options{Script: filepath.Join(dir, "x.py"), Device: kind}
					if kind == "remote" {
						o.Device, o.Remote = "repl:sim", true
					}
					goneInRun(t, o, w.want)
				})
			}
		}
	}
}

func goneInRun(t *testing.T, o Options, want string) {
	var unplugged time.Time
	out := &notified{grew: make(chan struct{}, 1)}
	o.Stdout, o.Stderr, o.Env = out, out, func(string) string { return "" }
	s, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		out.await(t, "ready")
		unplugged = time.Now()
		s.virtual.Unplug()
	}()
	ended := make(chan error, 1)
	go func() { ended <- s.Run(t.Context()) }()
	select {
	case err = <-ended:
	case <-time.After(patience):
		t.Fatalf("the run does not end: %s", out)
	}
	if took := time.Since(unplugged); took > 5*time.Second {
		t.Errorf("it took %v to end", took)
	}
	if !errors.Is(err, device.ErrGone) || !errors.Is(err, device.ErrUnreachable) || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("the run ended with %v", err)
	}
	if text := strings.ReplaceAll(out.String(), "\r", ""); !strings.Contains(text, want) || strings.Contains(text, "went on") {
		t.Errorf("it printed %q, want %q in it", text, want)
	}
}
