package session

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"quecstar/builtins"
	"quecstar/harness/bench"
	"quecstar/harness/device/direct"
	"quecstar/harness/device/nmea"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// await is what the scripts of the actions begin with.
const await = `
import utime, quecstar
got = []
def wait(n):
    while len(got) < n:
        utime.sleep_ms(1)
    return got
def until(f, want):
    while f() != want:
        utime.sleep_ms(1)
    return want
`

// actions holds a script for every function that an action can be: it prints what it does only if the
// action has its effect. T stands for [[action]].
var actions = []struct{ name, bench, script, want string }{
	{"pin_level", "T\npin_level = [6, 1]\nT\nafter = \"10ms\"\nevery = \"20ms\"\npin_level = { pin = 5, level = 1 }\nT\nafter = \"20ms\"\nevery = \"20ms\"\npin_level = { pin = 5, level = 0 }", `
from machine import Pin, ExtInt
e = ExtInt(ExtInt.GPIO5, ExtInt.IRQ_FALLING, ExtInt.PULL_PU, got.append)
print(Pin(Pin.GPIO6, Pin.IN).read(), e.enable(), wait(1)[0])`, "1 0 [5, 1]"},
	{"adc_voltage", "T\nadc_voltage = [0, 1200]", `
from misc import ADC
a = ADC()
a.open()
print(a.read(0))`, "1200"},
	{"i2c_registers", "T\ni2c_registers = { bus = 1, address = 0x40, register = 2, values = \"hex: 01 ff\" }", `
from machine import I2C
b = bytearray(2)
print(I2C(I2C.I2C1, I2C.FAST_MODE).read(0x40, b"\x02", 1, b, 2, 0), b)`, `0 bytearray(b'\x01\xff')`},
	{"i2c_gone", "T\ni2c_registers = [0, 0x40, 0, \"hex:07\"]\nT\ni2c_gone = [0, 0x40]", `
from machine import I2C
print(I2C(I2C.I2C0, I2C.FAST_MODE).read(0x40, b"\0", 1, bytearray(1), 1, 0))`, "-1"},
	{"spi_answer", "T\nspi_answer = { port = 0, when = \"hex:9f\", answer = \"hex: ef 40 18\" }", `
from machine import SPI
s, b = SPI(0, 0, 0), bytearray(3)
s.write_read(b, b"\x9f\0\0", 3)
print(b, quecstar.spi_sent(0))`, `bytearray(b'\xef@\x18') [b'\x9f\x00\x00']`},
	{"uart_peer", "T\nuart_peer = 2", `
from machine import UART
u = UART(UART.UART2)
u.write("hello")
print(u.any(), quecstar.uart_sent(2))`, "0 b'hello'"},
	{"uart_answer", "T\nuart_answer = { port = 1, when = \"AT\\r\\n\", answer = \"OK\\r\\n\", delay = 0.01 }\nT\nuart_answer = { port = 1, when = 'SET (\\d+)\\n', answer = '=$1', pattern = true }", `
from machine import UART
u = UART(UART.UART1)
u.write("AT\r\n")
until(u.any, 4)
u.write("SET 12\n")
print(until(u.any, 7), u.read(9))`, `7 b'OK\r\n=12'`},
	{"uart_says", "T\nafter = \"5ms\"\nevery = \"5ms\"\nuart_says = [1, \"hex:0a 0d\"]", `
from machine import UART
u = UART(UART.UART1)
while u.any() < 6:
    utime.sleep_ms(1)
print(u.read(6))`, `b'\n\r\n\r\n\r'`},
	{"rtc_time", "T\nrtc_time = 2000-01-02T03:04:05Z", `
from machine import RTC
print(RTC().datetime()[:6], utime.gmtime()[:5], utime.time() // 3600 * 3600)`, "(2000, 1, 2, 6, 3, 4) (2000, 1, 2, 3, 4) 946782000"},
	{"power_key", "T\nafter = \"5ms\"\nevery = \"5ms\"\npower_key = 1", `
from misc import PowerKey
PowerKey().powerKeyEventRegister(got.append)
print(wait(1)[0])`, "1"},
	{"usb_plug", "T\nafter = \"5ms\"\nevery = \"5ms\"\nusb_plug = 0", `
from misc import USB
USB().setCallback(got.append)
print(wait(1)[0])`, "0"},
	{"vbat", "T\nvbat = 3300", "from misc import Power\nprint(Power.getVbatt())", "3300"},
	{"audio_hold", "T\naudio_hold = true", `
import audio
a = audio.Audio(0)
a.play(1, 0, "U:/a.mp3")
print(quecstar.audio_state())`, "('U:/a.mp3', [])"},
	{"audio_finish", "T\naudio_hold = true\nT\nafter = \"5ms\"\nevery = \"5ms\"\naudio_finish = true", `
import audio
a = audio.Audio(0)
a.setCallback(got.append)
a.play(1, 0, "U:/a.mp3")
print(wait(2))`, "[0, 7]"},
	{"sms_arrives", "T\nafter = \"5ms\"\nevery = \"20ms\"\nsms_arrives = { number = \"+8613800000000\", text = \"on\" }", `
import sms
sms.setCallback(got.append)
wait(1)
print(sms.searchTextMsg(0)[:2])`, "('+8613800000000', 'on')"},
	{"sms_fails", "T\nsms_fails = true", "import sms\nprint(sms.sendTextMsg('10086', 'x', 'GSM'))", "-1"},
	{"incoming_call", "T\nafter = \"5ms\"\nincoming_call = \"10086\"", `
import voiceCall
print(until(quecstar.call_state, ("10086", "incoming")), voiceCall.callAnswer())`, "('10086', 'incoming') 0"},
	{"remote_dtmf", "T\nafter = \"5ms\"\nevery = \"5ms\"\nremote_dtmf = \"5\"", `
import voiceCall
voiceCall.dtmfSetCb(got.append)
voiceCall.dtmfDetEnable(1)
voiceCall.callStart("10086")
print(wait(1)[0])`, "5"},
	{"callee", "T\ncallee = \"rings\"", "import voiceCall\nvoiceCall.callStart('10086')\nprint(quecstar.call_state())", "('10086', 'alerting')"},
	{"remote_answer", "T\ncallee = \"rings\"\nT\nafter = \"5ms\"\nevery = \"5ms\"\nremote_answer = true", `
import voiceCall
voiceCall.callStart("10086")
print(until(quecstar.call_state, ("10086", "active")))`, "('10086', 'active')"},
	{"remote_hang_up", "T\nafter = \"5ms\"\nevery = \"5ms\"\nremote_hang_up = true", `
import voiceCall
voiceCall.callStart("10086")
print(until(quecstar.call_state, None))`, "None"},
	{"cell_location", "T\ncell_location = [31.5, 117.25, 80]", `
import cellLocator
print(cellLocator.getLocation("www.queclocator.com", 80, "1234567890123456", 8, 1))`, "(117.25, 31.5, 80)"},
	{"wifi_location", "T\nwifi_location = [31.5, 117.25, 30]", `
from wifilocator import wifilocator
print(wifilocator("1234567890123456").getwifilocator())`, "(117.25, 31.5, 30)"},
	{"wifi_stations", "T\nwifi_stations = [[\"34:CE:00:09:E5:A8\", -30]]", `
import wifiScan
wifiScan.control(1)
print(wifiScan.start())`, "(1, [('34:CE:00:09:E5:A8', -30)])"},
	{"gnss_fix", "T\ngnss_fix = { latitude = 31.5, longitude = 117.25 }", gnssScript, "(117.25, 'E', 31.5, 'N')"},
	{"gnss_track", "T\ngnss_track = [[0, 1.5, 2.5], [0.01, 31.5, 117.25]]", gnssScript, "(117.25, 'E', 31.5, 'N')"},
	{"gnss_nmea", "T\ngnss_nmea = \"file:fix.nmea\"", gnssScript, "(117.25, 'E', 31.5, 'N')"},
	{"gnss_log", "T\ngnss_log = \"file:two.nmea\"", gnssScript, "(117.25, 'E', 31.5, 'N')"},
	{"gnss_lost", "T\ngnss_fix = [31.5, 117.25]\nT\ngnss_lost = true", `
from gnss import GnssGetData
g = GnssGetData(1, 9600, 8, 0, 1, 0)
g.read_gnss_data()
print(g.isFix())`, "0"},
	{"ble_connect", "T\nafter = \"5ms\"\nevery = \"5ms\"\nble_connect = \"hex:010203040506\"", bleScript + "print(wait(2)[1][0])", "16"},
	{"ble_write", "T\nafter = \"5ms\"\nevery = \"5ms\"\nble_connect = \"hex:010203040506\"\nT\nafter = \"6ms\"\nevery = \"5ms\"\nble_write = { handle = 3, data = \"on\" }", bleScript + `
while not [g for g in got if g[0] == 21 and g[3] == b"on"]:
    utime.sleep_ms(1)
print("written")`, "written"},
	{"ble_disconnect", "T\nafter = \"5ms\"\nevery = \"5ms\"\nble_connect = \"hex:010203040506\"\nT\nafter = \"6ms\"\nevery = \"5ms\"\nble_disconnect = true", bleScript + `
while not [g for g in got if g[0] == 17]:
    utime.sleep_ms(1)
print("gone")`, "gone"},
	{"ble_advertise", "T\nafter = \"5ms\"\nevery = \"5ms\"\nble_advertise = { name = \"tag\", addr = \"hex:010203040506\" }", `
import ble
ble.clientInit(got.append)
ble.gattStart()
ble.setScanParam(1, 100, 50, 0, 0)
ble.scanStart()
while not [g for g in got if "tag" in str(g)]:
    utime.sleep_ms(1)
print("heard")`, "heard"},
	{"camera_scan", "T\nafter = \"5ms\"\nevery = \"5ms\"\ncamera_scan = \"code\"", `
import camera
d = camera.CamDecoder(0, 1, 640, 480, 1, 240, 240)
d.callback(got.append)
d.open()
d.start()
print(wait(1)[0])`, "[0, 'code']"},
	{"wakeup_level", "T\nafter = \"5ms\"\nwakeup_level = [2, 1]", `
from wakeup import WakeUp
print(until(WakeUp(WakeUp.WAKEUP2, WakeUp.PULL_PD).read, 1))`, "1"},
	{"fota_fails", "T\nfota_fails = true", "from fota import fota\nprint(fota().verify())", "-1"},
	{"app_fota_serve", "T\napp_fota_serve = [\"http://h/a.py\", \"print(1)\"]", `
import app_fota
print(app_fota.new().download("http://h/a.py", "/usr/a.py"), app_fota.new().download("http://h/b.py", "/usr/b.py"))`, "0 -1"},
	{"ethernet_link", "T\nethernet_link = false", `
import ethernet
n = ethernet.W5500(b"123456", "", "", "", -1, 38, 36, 37, 0)
print(n.dhcp(), n.status())`, "-1 (True, False, False)"},
	{"network_registration", "T\nafter = \"10ms\"\nevery = \"40ms\"\nnetwork_registration = \"searching\"\nT\nafter = \"30ms\"\nevery = \"40ms\"\nnetwork_registration = \"home\"", `
import net, dataCall
dataCall.setCallback(got.append)
while not [g for g in got if g[1] == 0]:
    utime.sleep_ms(1)
print(until(lambda: net.getState()[1][0], 2), until(lambda: net.getState()[1][0], 1))`, "2 1"},
	{"network_signal", "T\nnetwork_signal = 7", "import net\nprint(net.csqQueryPoll())", "7"},
	{"network_cells", "T\nnetwork_cells = [{ cid = 17, lac = 5, rssi = -70 }, { cid = 18 }]", "import net\nprint(net.getCi(), net.getLac()[0])", "[17, 18] 5"},
	{"network_time", "T\nnetwork_time = \"2031-02-03 04:05:06\"", "import modem, net\nprint(net.nitzTime()[0][:17])", "31/02/03 04:05:06"},
	{"connections_lost", "T\nafter = \"5ms\"\nevery = \"20ms\"\nconnections_lost = true", `
from umqtt import MQTTClient
c = MQTTClient("lost", "broker.example.com", 1883, reconn=False)
c.error_register_cb(got.append)
c.set_callback(print)
try: # the loss may find the script in any of these calls
    c.connect()
    c.subscribe(b"x")
    while not got:
        c.wait_msg()
except OSError as e:
    got.append(e)
print("lost")`, "lost"},
	{"pdp_active", "T\nafter = \"10ms\"\nevery = \"40ms\"\npdp_active = false\nT\nafter = \"30ms\"\nevery = \"40ms\"\npdp_active = { active = true, id = 1 }", `
import dataCall
dataCall.setCallback(got.append)
while not [g for g in got if g[:2] == (1, 0)] or not [g for g in got if g[:2] == (1, 1)]:
    utime.sleep_ms(1)
print(until(lambda: dataCall.getInfo(1, 0)[2][0], 0))`, "0"},
	{"sim_card", "T\nsim_card = \"absent\"", "import sim\nprint(sim.getStatus())", "0"},
}

const gnssScript = `
from gnss import GnssGetData
g = GnssGetData(1, 9600, 8, 0, 1, 0)
def place():
    g.read_gnss_data()
    return g.getLocation()
print(until(place, (117.25, "E", 31.5, "N")))
`

const bleScript = `
import ble
ble.serverInit(got.append)
ble.gattStart()
ble.setAdvData(bytearray(31))
ble.addService(1, 1, 1, 0x180F, bytearray(16))
ble.addChara(1, 1, 0x0A, 1, 0x2A19, bytearray(16))
ble.addCharaValue(1, 1, 3, 1, 0x2A19, bytearray(16), b"off")
ble.addOrClearService(1, 0)
ble.advStart()
`

func TestEveryActionHasItsEffect(t *testing.T) {
	for _, tt := range slices.Concat(actions, hardwareActions) {
		t.Run(tt.name, func(t *testing.T) {
			dir := folder(t, map[string]string{"w.py": await + tt.script, "bench.toml": strings.ReplaceAll(tt.bench, "T\n", "[[action]]\n"),
				"fix.nmea": sentences("120000", "3130.0000"), "two.nmea": sentences("120000", "0000.0000") + sentences("120000.010", "3130.0000")})
			r := run(t, Options{Script: filepath.Join(dir, "w.py")}, nil)
			if r.err != nil || r.out != tt.want+"\n" {
				t.Errorf("%v\n%s\nwant %s\n%s", r.err, r.out, tt.want, script.Traceback(r.err))
			}
		})
	}
}

// sentences are the sentences of a receiver at a place on the meridian of 117 degrees 15 minutes.
func sentences(clock, latitude string) string {
	return nmea.Sentence("GNRMC,"+clock+",A,"+latitude+",N,11715.0000,E,0.0,0.0,170526,,,A") +
		nmea.Sentence("GNGGA,"+clock+","+latitude+",N,11715.0000,E,1,08,1.0,5.0,M,0.0,M,,") +
		nmea.Sentence("GPGSV,1,1,01,01,20,030,31")
}

// The commented bench file shows the functions that an action can be; each of them has a test here, and
// what it shows is right.
func TestExampleShowsTheActions(t *testing.T) {
	text, err := os.ReadFile("../../scripts/bench.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	s := newSession(&event.Stream{}, Options{})
	if s.bench, err = bench.Parse("b.toml", string(text), func(string) string { return "x" }); err != nil {
		t.Fatal(err)
	}
	if err := s.checkSchedule(); err != nil {
		t.Error(err)
	}
	tested := map[string]bool{}
	for _, tt := range slices.Concat(actions, hardwareActions, portActions) {
		tested[tt.name] = strings.Contains(tt.bench, "\n"+tt.name+" = ")
	}
	// Those that stand in comments are shown, too.
	plain := regexp.MustCompile(`(?m)^# (\w+ = )`).ReplaceAllString(string(text[strings.Index(string(text), "[[action]]"):]), "$1")
	for _, f := range builtins.Controls() {
		if shown := strings.Contains(plain, "\n"+f.Name+" = "); shown != tested[f.Name] || shown && f.Reads {
			t.Errorf("%s: the example shows it: %v, it has a test: %v, it only reads: %v", f.Name, shown, tested[f.Name], f.Reads)
		}
	}
}

// Around a virtual module that other programs talk to, the actions go on without a script.
func TestSimDoesTheActions(t *testing.T) {
	b, err := bench.Parse("b.toml", `
[[action]]
network_signal = 7
[[action]]
after = "5ms"
every = "5ms"
sms_arrives = ["10086", "again"]
[[action]]
after = "10ms"
vbat = 3300
`, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	events := &event.Stream{}
	v, err := NewSim(SimOptions{Bench: b, Events: events})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cursor := 0
	for range 3 { // also behind the last that comes once
		if _, cursor, err = events.Wait(ctx, cursor, func(e event.Event) bool { return e.Kind == direct.SMSArrived }); err != nil {
			t.Fatal(err)
		}
	}
	d := v.Device()
	sig, err := d.Signal(ctx)
	mv, verr := d.Voltage(ctx)
	if err != nil || verr != nil || sig.CSQ != 7 || mv != 3300 {
		t.Errorf("signal %d, supply %d, %v %v", sig.CSQ, mv, err, verr)
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}

func TestSimRefusesAWrongAction(t *testing.T) {
	for _, text := range []string{"nothing_such = 1", "network_signal = 50"} {
		b, err := bench.Parse("b.toml", "[[action]]\n"+text+"\n", func(string) string { return "" })
		if err != nil {
			t.Fatal(err)
		}
		var setup *SetupError
		if _, err := NewSim(SimOptions{Bench: b}); !errors.As(err, &setup) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
