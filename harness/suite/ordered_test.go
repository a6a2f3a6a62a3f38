package suite

import (
	"strings"
	"testing"
)

const pulse = `
import utime
from umqtt import MQTTClient
c = MQTTClient("pulse", "mqtt.example.com", 1883, "u", "p", keepalive=60, reconn=False)
while True:
    try:
        c.connect()
        print("on")
        while True:
            if not c.publish("beat", "1", qos=1):
                raise OSError(1)
            utime.sleep(1)
    except (OSError, ValueError) as e:
        print("lost:", e)
    c.close()
    utime.sleep(2)
`

// TestFaultsOfParts: faults of broker, cloud and AT port strike, are counted, and end.
func TestFaultsOfParts(t *testing.T) {
	dev := deviceFile(t, pulse)
	for _, x := range []struct {
		name, text string
		wants      string // of the first problem; "" for a test that passes
	}{
		{"a broker that refuses", `
def test_a(start, broker):
    no = broker.refuse(5, count = 2)
    dev = start("DEV")
    expect(broker, refused("CONNACK 5"))
    expect(dev, printed("lost:"))
    expect(dev, printed("lost:"), within = "10s")
    expect(dev, printed("on"), within = "10s")
    check(no.hits == 2)
`, ""},
		{"until it is removed", `
def test_a(start, broker):
    no = broker.refuse(3)
    dev = start("DEV")
    for _ in range(5):
        expect(dev, printed("lost:"), within = "10s")
    no.remove()
    expect(dev, printed("on"), within = "10s")
`, ""},
		{"a refusal that nobody meets", `
def test_a(broker):
    broker.refuse(3)
    check(True)
`, "the fault refuse(code = 3) never struck"},
		{"a code of a cloud's fault that is none", `
def test_a(cloud):
    cloud.throttle(rate = 0)
`, "cloud.throttle: fault throttle: rate is 0: want 1 to 1000000"},
		{"a delay that is none", `
def test_a(cloud):
    cloud.delay("soon")
`, "delay"},
		{"a code that is none", `
def test_a(cloud):
    cloud.refuse(6)
`, "want 1 to 5"},
		{"the second publish is refused", `
suite(devices = ["at:sim"])
def test_a(start):
    dev = start("DEV")
    no = dev.at.refuse("AT+QMTPUB", nth = 2, error = "+CME ERROR: 14")
    expect(dev, printed("lost:"), within = "1m")
    expect(dev, printed("on"), within = "1m", since = "start")
    check(no.hits == 1)
`, ""},
		{"a command without an answer", `
suite(devices = ["at:sim"])
def test_a(start):
    dev = start("DEV")
    dev.at.mute("AT+QMTPUB")
    expect(dev, printed("lost:"), within = "2m")
    expect(dev, printed("on"), within = "2m")
`, ""},
		{"a line that is lost", `
suite(devices = ["at:sim"])
def test_a(start):
    dev = start("DEV")
    dev.at.lose("+QMTPUB")
    expect(dev, printed("lost:"), within = "2m")
`, ""},
		{"a module that restarts in mid-command", `
suite(devices = ["at:sim"])
def test_a(start):
    dev = start("DEV")
    dev.at.reboot("AT+QMTPUB", nth = 3)
    expect(dev.at, line("RDY"), within = "1m")
    expect(dev, printed("lost:"), within = "2m")
    expect(dev, printed("on"), within = "2m")
`, ""},
		{"a command that never comes", `
suite(devices = ["at:sim"])
def test_a(start):
    dev = start("DEV")
    dev.at.refuse("AT+CMGS")
    expect(dev, printed("on"), within = "1m")
`, "the fault refuse of device('AT+CMGS') never struck"},
		{"an answer that is none", `
suite(devices = ["at:sim"])
def test_a(start):
    start("DEV").at.refuse("AT+CMGS", error = "no")
`, "no answer that refuses"},
		{"a prompt", `
suite(devices = ["repl:sim"])
def test_a(start):
    start("DEV").at.refuse("AT+CMGS")
`, "only at:sim"},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := runText(t, "a_test.star", strings.ReplaceAll(x.text, "DEV", dev))
			switch {
			case x.wants == "" && r.Verdict != Passed:
				t.Errorf("%s: %v", r.Verdict, r.Problems)
			case x.wants != "" && (!r.Verdict.Bad() || !strings.Contains(r.Problems[0].Text, x.wants)):
				t.Errorf("%s: %v; want %q", r.Verdict, r.Problems, x.wants)
			}
		})
	}
}

// TestPowerCycle: a script on the module starts again with its files and without a word to anyone; one beside it
// meets a module that is away.
func TestPowerCycle(t *testing.T) {
	boots := deviceFile(t, `
try:
    with open("/usr/boots") as f:
        n = int(f.read())
except (OSError, ValueError):  # an empty file is one that was being written when the power went
    n = 0
with open("/usr/boots", "w") as f:
    f.write(str(n + 1))
print("boot", n)
`+pulse)
	for _, text := range []string{`
def test_a(start, clock, broker, module):
    dev = start("DEV")
    expect(dev, printed("boot 0"))
    expect(dev, printed("on"), within = "10s")
    module.power_cycle(off = "10s")
    expect_none(dev, printed(), during = "9s")
    expect(dev, printed("boot 1"), within = "2s")
    expect(dev, printed("on"), within = "10s")
    module.power_cycle()
    expect(dev, happened("start"), within = "10s")
    expect(dev, printed("boot 2"), within = "10s")
`, `
def test_a(start):
    dev = start("DEV")
    dev.module.power_cycle()
    expect(dev, printed("boot"), within = "10s")
    dev.stop()
    check(not dev.running)
`, `
def test_a(start, broker):
    watcher = mqtt.connect("mqtt.example.com")
    dev = start("DEV")
    expect(dev, printed("on"), within = "10s")
    dev.module.power_cycle(off = "20s")
    expect_none(broker, disconnected(), during = "19s")
`, `
suite(devices = ["at:sim"])
def test_a(start, module):
    dev = start("DEV")
    expect(dev, printed("on"), within = "30s")
    module.power_cycle(off = "20s")
    expect(dev.at, line("RDY"), within = "30s")
    expect(dev, printed("lost:"), within = "2m")
    expect(dev, printed("on"), within = "2m")
    check(dev.output().count("boot") == 1)
`} {
		if r := runText(t, "a_test.star", strings.ReplaceAll(text, "DEV", boots)); r.Verdict != Passed {
			t.Errorf("%s: %v\n%s", r.Verdict, r.Problems, text)
		}
	}
}
