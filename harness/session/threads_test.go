package session

import (
	"path/filepath"
	"testing"

	"quecstar/harness/script"
)

// A hundred threads, timers and an MQTT callback change one dict and one list, and lose nothing. With
// -race nothing else does either.
const crowd = `
import _thread, utime
from machine import Timer
from osTimer import osTimer
from umqtt import MQTTClient

THREADS, ROUNDS, TICKS, MESSAGES = 100, 50, 20, 20
counts = {"thread": 0, "timer": 0, "message": 0, "ended": 0}
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
for n in range(THREADS):
    _thread.start_new_thread(work, (n,))
for i in range(MESSAGES):
    client.publish(b"crowd/1", b"x", qos=1)
while counts["message"] < MESSAGES:
    client.wait_msg()
while counts["ended"] < THREADS or counts["timer"] < TICKS:
    utime.sleep_ms(1)
for t in timers:
    t.stop()
hard.stop()
client.disconnect()
print(counts["thread"], counts["timer"], counts["message"], len(seen), seen.count("thread"))
`

func TestACrowdOnOneDict(t *testing.T) {
	dir := folder(t, map[string]string{"crowd.py": crowd})
	r := run(t, Options{Script: filepath.Join(dir, "crowd.py")}, nil)
	if want := "5000 20 20 5040 5000\n"; r.err != nil || r.out != want {
		t.Errorf("%v\n%s\nwant %s\n%s", r.err, r.out, want, script.Traceback(r.err))
	}
}
