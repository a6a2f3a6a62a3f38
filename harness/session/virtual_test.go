package session

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"quecstar/harness/cloud/plain"
	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/script"
	"quecstar/harness/virtual"
	"quecstar/harness/wire"
)

// epoch is when the runs in virtual time begin.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// world is one run in virtual time.
type world struct {
	t    testing.TB
	link *wire.Link
	net  *wire.Memory
	took time.Duration
}

// inWorld calls f in virtual time, and tells where everything stands if that does.
func inWorld(t testing.TB, f func(w *world)) *world {
	t.Helper()
	w := &world{t: t}
	done := make(chan error, 1)
	go func() {
		done <- virtual.Run(epoch, func() {
			w.net = wire.NewMemory(wire.Options{Seed: 1, Latency: 20 * time.Millisecond, Jitter: 2 * time.Millisecond})
			w.link = w.net.Link("device")
			f(w)
			w.took = time.Since(epoch)
		})
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(40 * time.Second):
		stacks := make([]byte, 1<<20)
		t.Fatalf("virtual time stands still:\n%s", stacks[:runtime.Stack(stacks, true)])
	}
	return w
}

// run runs a script on a device.
func (w *world) run(o Options, while func(s *Session)) ran {
	out := &output{}
	o.Stdout, o.Stderr, o.Env = out, out, func(string) string { return "" }
	o.Network, o.StepTime = w.link, time.Microsecond
	s, err := New(context.Background(), o)
	if err != nil {
		return ran{err: err}
	}
	if while != nil {
		while(s)
	}
	err = s.Run(context.Background())
	events, _ := s.Events.Since(0)
	return ran{out: out.String(), err: err, events: events, all: s.Events}
}

// at is when the first event came of a kind that says something, from the beginning; -1 for none.
func (r ran) at(kind event.Kind, text string) time.Duration {
	for _, e := range r.events {
		if e.Kind == kind && strings.Contains(e.Text+" "+e.Topic+" "+string(e.Payload), text) {
			return e.Time.Sub(epoch)
		}
	}
	return -1
}

// virtualDevices are those that live in virtual time.
var virtualDevices = []string{"direct", "at:sim", "repl:sim"}

// TestTheSampleInVirtualTime runs the seed's sample, with the trace of a port that is no pseudo-terminal.
func TestTheSampleInVirtualTime(t *testing.T) {
	dir := folder(t, map[string]string{"sample.py": sample(t)})
	for _, dev := range virtualDevices {
		t.Run(dev, func(t *testing.T) {
			trace := filepath.Join(t.TempDir(), "trace")
			var r ran
			o := Options{Script: filepath.Join(dir, "sample.py"), Device: dev, Commands: []string{`switch={"on": true}`}, Timeout: time.Minute}
			if dev != "direct" {
				o.Trace = trace
			}
			w := inWorld(t, func(w *world) { r = w.run(o, nil) })
			if r.err != nil || !r.has(event.Response, `"result_code": 0`) || !strings.HasPrefix(r.out, "Waiting command\nSubscribe Recv:") {
				t.Errorf("%v\n%s", r.err, r.out)
			}
			if w.took < 300*time.Millisecond || w.took > 5*time.Second {
				t.Errorf("it took %v", w.took)
			}
			if o.Trace != "" {
				text, err := os.ReadFile(trace)
				if err != nil || !strings.Contains(string(text), "MQTT") && !strings.Contains(string(text), "QMT") {
					t.Errorf("the trace is %q, %v", text, err)
				}
			}
		})
	}
}

// virtualScripts are scripts with what they print, and how long they take, on every device.
var virtualScripts = map[string]struct {
	text, out string
	took      time.Duration
}{
	"spin on ticks_ms": {"import utime\nt = utime.ticks_ms()\nwhile utime.ticks_diff(utime.ticks_ms(), t) < 5000:\n    pass\nprint('on')\n", "on\n", 5 * time.Second},
	"spin on time":     {"import utime\nt = utime.time()\nwhile utime.time() < t + 3:\n    pass\nprint('on')\n", "on\n", 2 * time.Second},
	"days":             {"import utime\nt = utime.time()\nutime.sleep(30 * 86400)\nprint(utime.time() - t)\n", "2592000\n", 30 * 24 * time.Hour},
	"timers": {"import osTimer, utime\nn = []\nt = osTimer()\nt.start(1000, 1, lambda x: n.append(1))\nutime.sleep(3600)\nt.stop()\nprint(3599 <= len(n) <= 3600)\n",
		"True\n", time.Hour},
	"threads": {"import _thread, utime\nlock = _thread.allocate_lock()\nn = []\ndef work(k):\n    for i in range(100):\n        with lock:\n            utime.sleep(1)\n            n.append(k)\nfor k in range(4):\n    _thread.start_new_thread(work, (k,))\nwhile len(n) < 400:\n    utime.sleep_ms(100)\nprint([n.count(k) for k in range(4)])\n",
		"[100, 100, 100, 100]\n", 400 * time.Second},
	"uasyncio": {"import uasyncio as asyncio\nasync def tick(n, s):\n    for i in range(n):\n        await asyncio.sleep(s)\n    return n\nasync def main():\n    print(await asyncio.gather(tick(60, 60), tick(10, 6)))\nasyncio.run(main())\n",
		"[60, 10]\n", time.Hour},
	"files": {"import utime\nfor i in range(20):\n    with open('/usr/log.txt', 'a') as f:\n        f.write('%d\\n' % i)\n    utime.sleep(60)\nprint(len(open('/usr/log.txt').read()))\n",
		"50\n", 20 * time.Minute},
	"queue": {"from queue import Queue\nimport _thread, utime\nq = Queue()\ndef put():\n    for i in range(5):\n        utime.sleep(10)\n        q.put(i)\n_thread.start_new_thread(put, ())\nprint([q.get() for _ in range(5)])\n", "[0, 1, 2, 3, 4]\n", 50 * time.Second},
}

func TestScriptsInVirtualTime(t *testing.T) {
	for name, c := range virtualScripts {
		for _, dev := range virtualDevices {
			t.Run(name+"/"+dev, func(t *testing.T) {
				dir := folder(t, map[string]string{"x.py": c.text})
				var r ran
				w := inWorld(t, func(w *world) { r = w.run(Options{Script: filepath.Join(dir, "x.py"), Device: dev, Timeout: -1}, nil) })
				if r.err != nil || r.out != c.out {
					t.Errorf("%q, %v\n%s", r.out, r.err, script.Traceback(r.err))
				}
				if w.took < c.took || w.took > c.took+c.took/5+5*time.Second {
					t.Errorf("it took %v, want %v", w.took, c.took)
				}
			})
		}
	}
}

// TestTwoScriptsTalk has one script serve another over TCP and UDP.
func TestTwoScriptsTalk(t *testing.T) {
	dir := folder(t, map[string]string{"server.py": `
import usocket, utime
s = usocket.socket()
s.bind(("127.0.0.1", 5000))
s.listen(1)
conn, host, port = s.accept()
while True:
    line = conn.readline()
    if not line:
        break
    utime.sleep(60)
    conn.send(b"<" + line)
conn.close()
u = usocket.socket(usocket.AF_INET, usocket.SOCK_DGRAM)
u.bind(("127.0.0.1", 5001))
data, peer = u.recvfrom(100)
u.sendto(data.upper(), peer)
`, "client.py": `
import usocket, utime
utime.sleep(1)
s = usocket.socket()
s.connect(("127.0.0.1", 5000))
for i in range(3):
    s.send(b"%d\n" % i)
    print(s.readline())
s.close()
utime.sleep(1)
u = usocket.socket(usocket.AF_INET, usocket.SOCK_DGRAM)
u.sendto(b"hello", ("127.0.0.1", 5001))
print(u.recvfrom(100)[0])
`})
	var r ran
	w := inWorld(t, func(w *world) {
		served := make(chan ran)
		go func() { served <- w.run(Options{Script: filepath.Join(dir, "server.py"), Timeout: -1}, nil) }()
		r = w.run(Options{Script: filepath.Join(dir, "client.py"), Timeout: -1}, nil)
		if s := <-served; s.err != nil {
			t.Errorf("%v\n%s", s.err, script.Traceback(s.err))
		}
	})
	if r.err != nil || r.out != "b'<0\\n'\nb'<1\\n'\nb'<2\\n'\nb'HELLO'\n" || w.took.Round(time.Second) != 182*time.Second {
		t.Errorf("%v: %q, %v\n%s", w.took, r.out, r.err, script.Traceback(r.err))
	}
}

// idle is a script that only waits for messages.
const idle = `
from umqtt import MQTTClient
import utime
c = MQTTClient("d", "%s", port=%s, keepalive=60, reconn=False)
c.set_callback(lambda topic, msg: print(msg))
c.connect()
c.subscribe("t/#")
try:
    while True:
        c.wait_msg()
except Exception as e:
    print("lost")
`

// withPlain runs a script that is given the address of a plain broker.
func (w *world) withPlain(dev, text string, while func(s *Session)) ran {
	b, err := plain.Start(plain.Options{Network: w.net})
	if err != nil {
		w.t.Error(err)
		return ran{}
	}
	defer b.Close()
	host, port, _ := strings.Cut(b.Addr(), ":")
	dir := folder(w.t, map[string]string{"x.py": fmt.Sprintf(text, host, port), "bench.toml": "[sim]\nreply_delay = \"200ms\"\n"})
	return w.run(Options{Script: filepath.Join(dir, "x.py"), Device: dev, Timeout: 48 * time.Hour,
		Broker: func() (*plain.Broker, error) { return b, nil }}, while)
}

// TestKeepaliveInVirtualTime has a device that is idle for 10 minutes send PINGREQ before each 60 s are over (MQTT
// 3.1.1, section 3.1.2.10), and notice at the moment that its keepalive says that the link is down.
func TestKeepaliveInVirtualTime(t *testing.T) {
	for _, dev := range virtualDevices {
		t.Run(dev, func(t *testing.T) {
			pings := &wire.Fault{Kind: "delay", Packet: "PINGREQ", Stream: wire.Up} // by nothing: it only counts
			down := 10 * time.Minute
			var counted int
			var r ran
			inWorld(t, func(w *world) {
				if err := w.link.Put(pings); err != nil {
					t.Error(err)
				}
				r = w.withPlain(dev, idle, func(*Session) {
					time.AfterFunc(down, func() {
						counted = pings.Hits()
						if err := w.link.Put(&wire.Fault{Kind: "down"}); err != nil {
							t.Error(err)
						}
					})
				})
			})
			if counted < 10 || counted > 20 {
				t.Errorf("%d PINGREQ in 10 minutes", counted)
			}
			lost := r.at(event.Disconnect, "")
			if r.out != "lost\n" || lost < down || lost > down+2*time.Minute {
				t.Errorf("the link was lost at %v: %q, %v", lost, r.out, r.err)
			}
			t.Logf("%d PINGREQ, lost at %v", counted, lost)
		})
	}
}

// TestWritersWait has threads publish over a link that takes nothing, until that is an error: a mutex that one of
// them held would stop the time for which it waits.
func TestWritersWait(t *testing.T) {
	for _, dev := range virtualDevices {
		t.Run(dev, func(t *testing.T) {
			var r ran
			inWorld(t, func(w *world) {
				r = w.withPlain(dev, `
from umqtt import MQTTClient
import _thread, utime
c = MQTTClient("d", "%s", port=%s, keepalive=60, reconn=False)
c.connect()
print("up")
ended = []
def work():
    while c.publish("t", "x" * 1000, qos=0):
        pass
    ended.append(1)
utime.sleep(10)
for k in range(3):
    _thread.start_new_thread(work, ())
while len(ended) < 3:
    utime.sleep(1)
print("all ended")
`, func(*Session) {
					time.AfterFunc(5*time.Second, func() {
						if err := w.link.Put(&wire.Fault{Kind: "down"}); err != nil {
							t.Error(err)
						}
					})
				})
			})
			if r.out != "up\nall ended\n" {
				t.Errorf("%q, %v", r.out, r.err)
			}
		})
	}
}

// TestThreadsOnASlowModule has threads publish at once over a port that takes its time for each answer.
func TestThreadsOnASlowModule(t *testing.T) {
	var r ran
	w := inWorld(t, func(w *world) {
		r = w.withPlain("at:sim", `
from umqtt import MQTTClient
import _thread, utime
c = MQTTClient("d", "%s", port=%s, keepalive=60)
c.connect()
sent = []
def work(k):
    for i in range(10):
        sent.append(c.publish("t", "%%d" %% k, qos=0))
for k in range(3):
    _thread.start_new_thread(work, (k,))
while len(sent) < 30:
    utime.sleep(1)
print(sent.count(True))
c.disconnect()
`, nil)
	})
	if r.out != "30\n" || r.err != nil || w.took < 6*time.Second {
		t.Errorf("%v: %q, %v", w.took, r.out, r.err)
	}
}

// TestADeadServerIsReported has the run end where the server of the script cannot be reached.
func TestADeadServerIsReported(t *testing.T) {
	w := inWorld(t, func(w *world) {
		if err := w.link.Put(&wire.Fault{Kind: "down"}); err != nil {
			t.Error(err)
		}
		r := w.withPlain("direct", idle, nil)
		if r.err == nil || strings.Contains(r.err.Error(), device.ErrClosed.Error()) {
			t.Errorf("%q, %v", r.out, r.err)
		}
	})
	if w.took > 3*time.Minute {
		t.Errorf("it took %v", w.took)
	}
}

func BenchmarkSampleInVirtualTime(b *testing.B) {
	dir := folder(b, map[string]string{"sample.py": sample(b)})
	for _, dev := range virtualDevices {
		b.Run(dev, func(b *testing.B) {
			for b.Loop() {
				inWorld(b, func(w *world) {
					r := w.run(Options{Script: filepath.Join(dir, "sample.py"), Device: dev, Commands: []string{`switch={"on": true}`}}, nil)
					if r.err != nil {
						b.Error(r.err)
					}
				})
			}
		})
	}
}

// soak publishes at QoS 1 every 10 s, and gets it back, for a day.
const soak = `
from umqtt import MQTTClient
import _thread, utime
got = []
c = MQTTClient("d", "%s", port=%s, keepalive=60)
c.set_callback(lambda topic, msg: got.append(1))
c.connect()
c.subscribe("t/#", 1)
on = [1]
def listen():
    while on:
        c.wait_msg()
_thread.start_new_thread(listen, ())
for i in range(8640):
    c.publish("t/1", "reading", qos=1)
    utime.sleep(10)
print(len(got))
on.clear()
c.disconnect()
`

func BenchmarkSoak(b *testing.B) {
	for b.Loop() {
		inWorld(b, func(w *world) {
			r := w.withPlain("direct", soak, nil)
			if took := time.Since(epoch); !strings.HasPrefix(r.out, "8640") || took < 24*time.Hour {
				b.Errorf("%v: %q, %v", took, r.out, r.err)
			}
		})
	}
}
