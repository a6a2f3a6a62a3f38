package session

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"quecstar/harness/script"
)

// A hundred threads, timers, an MQTT callback and the tasks of a loop change one dict and one list, and
// lose nothing. With -race nothing else does either.
const crowd = `
import _thread, utime, uasyncio
from machine import Timer
from osTimer import osTimer
from umqtt import MQTTClient

THREADS, ROUNDS, TICKS, MESSAGES, TASKS = 100, 50, 20, 20, 20
counts = {"thread": 0, "timer": 0, "message": 0, "task": 0, "ended": 0}
seen = []

def note(kind):
    counts[kind] += 1
    seen.append(kind)

lock = _thread.allocate_lock()

def work(n):
    for i in range(ROUNDS):
        with lock:
            note("thread")
        if i % 10 == 0:
            utime.sleep_ms(1)
    with lock:
        counts["ended"] += 1

def tick(_):
    with lock:
        if counts["timer"] < TICKS:
            note("timer")

timers = [osTimer() for _ in range(4)]
for t in timers:
    t.start(1, 1, tick)
hard = Timer(Timer.Timer1)
hard.start(1, Timer.PERIODIC, tick)

def arrived(topic, message):
    with lock:
        note("message")

client = MQTTClient("crowd", "broker.example.com", 1883)
client.set_callback(arrived)
client.connect()
client.subscribe(b"crowd/#", 1)
async def task():
    await uasyncio.sleep_ms(1)
    with lock:
        note("task")

async def tasks():
    await uasyncio.gather(*[task() for _ in range(TASKS)])

_thread.start_new_thread(uasyncio.run, (tasks(),))
for n in range(THREADS):
    _thread.start_new_thread(work, (n,))
for i in range(MESSAGES):
    client.publish(b"crowd/1", b"x", qos=1)
while counts["message"] < MESSAGES:
    client.wait_msg()
while counts["ended"] < THREADS or counts["timer"] < TICKS or counts["task"] < TASKS:
    utime.sleep_ms(1)
for t in timers:
    t.stop()
hard.stop()
client.disconnect()
print(counts["thread"], counts["timer"], counts["message"], counts["task"], len(seen), seen.count("thread"))
`

func TestACrowdOnOneDict(t *testing.T) {
	dir := folder(t, map[string]string{"crowd.py": crowd})
	r := run(t, Options{Script: filepath.Join(dir, "crowd.py")}, nil)
	if want := "5000 20 20 20 5060 5000\n"; r.err != nil || r.out != want {
		t.Errorf("%v\n%s\nwant %s\n%s", r.err, r.out, want, script.Traceback(r.err))
	}
}

// What a script prints whose threads, timers and callbacks work at once; errors is what it prints of
// exceptions.
func TestUnderLoad(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		errors     []string
	}{
		{"tight", "all made progress\n", nil},
		{"holder", "['held', 'main went on', 'released', 'got it']\n", nil},
		{"iter", "dict True\nlist True\nset True\nwalked\n", nil},
		{"ends", "main ends\nthread 1\ntimer\nthread 2\nthree ticks\n", []string{
			"Unhandled exception in thread started by <function raises>\nTraceback", "in raises\nValueError: in a callback\n",
			"Unhandled exception in osTimer callback\nTraceback", "in tick\nOSError: 3\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, errs := &output{}, &output{}
			s, err := New(t.Context(), Options{Script: filepath.Join("testdata", tt.name+".py"), Stdout: out, Stderr: errs, Env: func(string) string { return "" }})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if err := s.Run(ctx); err != nil || out.String() != tt.want {
				t.Errorf("%v\n%s\nwant %s\n%s", err, out, tt.want, script.Traceback(err))
			}
			for _, text := range tt.errors {
				if !strings.Contains(errs.String(), text) {
					t.Errorf("no %q in\n%s", text, errs)
				}
			}
			if len(tt.errors) == 0 && errs.String() != "" {
				t.Errorf("errors\n%s", errs)
			}
		})
	}
}
