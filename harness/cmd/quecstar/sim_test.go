package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"quecstar/harness/serial"
)

// waiting is a device that waits for a command, and answers it.
const waiting = `
import hmac, modem
from hashlib import sha256
from umqtt import MQTTClient
id = "d_" + modem.getDevImei()
word = hmac.new("2030010203".encode(), "0123456789abcdef".encode(), digestmod=sha256).hexdigest()
c = MQTTClient(id + "_0_0_2030010203", "x.iot-mqtts.cn-north-4.myhuaweicloud.com", 1883, id, word, keepalive=30)
def cb(t, m):
    print(m)
    c.publish("$oc/devices/%s/sys/commands/response/%s" % (id, t.decode().split("/")[-1]), '{"result_code": 0}')
c.set_callback(cb)
c.connect()
c.subscribe("$oc/devices/%s/sys/commands/#" % id)
c.wait_msg()
c.disconnect()
`

// TestSimElsewhere: a script on the port of a virtual module of another process gets what that one's cloud
// sends, again on each run; what its own would send is refused, as it could never arrive.
func TestSimElsewhere(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("pseudo-terminals are Linux's")
	}
	links := filepath.Join(t.TempDir(), "module")
	bench := file(t, "bench.toml", "[device]\nid = 'd_{imei}'\nsecret = '0123456789abcdef'\n[[command]]\nname = 'of_the_bench'\n")
	script := file(t, "waits.py", waiting)
	for _, x := range []struct {
		name, want string
		args       []string
	}{
		{"bench", "of_the_bench", []string{"--bench", bench}},
		{"flag", "of_the_flag", []string{"--bench", bench, "--command", "of_the_flag"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			sim := launch(append([]string{"sim", "--links", links}, x.args...)...)
			sim.out.await(t, "repl /dev/")
			for _, device := range [][]string{{"at:" + links + "/at"}, {"at:" + links + "/at"}, {"repl:" + links + "/repl"}, {"repl:" + links + "/repl", "--remote"}} {
				c := launch(append([]string{"run", "--timeout", "30s", "--live", "--device", device[0]}, append(device[1:], script)...)...)
				if status := c.wait(t, c.status); status != 0 || !strings.Contains(c.out.String(), x.want) {
					t.Errorf("on %v: status %d: %s%s", device, status, c.out, c.err)
				}
			}
			sim.signals <- os.Interrupt
			sim.wait(t, sim.status)
			if s := sim.err.String(); strings.Contains(s, "was unknown") || strings.Contains(s, "did not answer") {
				t.Errorf("the cloud says %s", s)
			}
		})
	}
	sim := launch("sim", "--links", links)
	sim.out.await(t, "repl /dev/")
	for _, args := range [][]string{{"--device", "at:" + links + "/at"}, {"--live", "--device", "at:" + links + "/at"}, {"--live", "--remote", "--device", "repl:" + links + "/repl"}} {
		c := launch(append(append([]string{"run", "--timeout", "30s", "--command", "switch"}, args...), script)...)
		if status := c.wait(t, c.status); status != statusUsage || !strings.Contains(c.err.String(), "quecstar sim --command") {
			t.Errorf("%v: status %d: %s", args, status, c.err)
		}
	}
	sim.signals <- os.Interrupt
	sim.wait(t, sim.status)
}

// TestSimUI: the page of a virtual module is served to this machine alone; what is done there and by keys is one bench
// file.
func TestSimUI(t *testing.T) {
	wrong := launch("sim", "--ui=0.0.0.0:0")
	if status := wrong.wait(t, wrong.status); status != statusUsage ||
		!strings.Contains(wrong.err.String(), "--ui: the live page: 0.0.0.0:0: it is served to this machine alone") {
		t.Errorf("%d %s", status, wrong.err)
	}
	sim := launch("sim", "--ui", "--tcp-at", "127.0.0.1:0", "--tcp-repl", "127.0.0.1:0")
	sim.out.await(t, "repl tcp://")
	url := regexp.MustCompile(`(?m)^ui   (http://127\.0\.0\.1:\d+/\w+/)$`).FindStringSubmatch(sim.out.String())
	if url == nil {
		t.Fatalf("no link in %s", sim.out)
	}
	text := ""
	for _, x := range []struct{ method, path, body string }{{"POST", "act", `{"function": "network_signal", "args": {"csq": 3}}`},
		{"POST", "plug", `{"in": false}`}, {"POST", "plug", `{"in": true}`}, {"GET", "bench", ""}} {
		r, err := http.NewRequestWithContext(t.Context(), x.method, url[1]+x.path, strings.NewReader(x.body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != 200 {
			t.Errorf("%s: %d %s %v", x.path, resp.StatusCode, body, err)
		}
		text = string(body)
	}
	if !strings.Contains(text, "network_signal = { csq = 3 }") {
		t.Error(text)
	}
	sim.signals <- os.Interrupt
	sim.wait(t, sim.status)
}

// TestSimAPI: the application API of a virtual module's cloud.
func TestSimAPI(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("pseudo-terminals are Linux's")
	}
	bench := file(t, "bench.toml", "[device]\nid = 'd_{imei}'\nsecret = '0123456789abcdef'\n")
	sim := launch("sim", "--bench", bench, "--api", "127.0.0.1:0")
	sim.out.await(t, "repl /dev/")
	sim.err.await(t, "http://")
	url := regexp.MustCompile(`http://[^/]+/v5/iot/`).FindString(sim.err.String()) + "p1/devices/d_868604050000009"
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", url, resp.Status)
	}
	sim.signals <- os.Interrupt
	sim.wait(t, sim.status)
}

// TestCloudKnowsTheIMEI: {imei} in the bench of quecstar cloud is what it is for quecstar run.
func TestCloudKnowsTheIMEI(t *testing.T) {
	for text, want := range map[string]string{"": "d_868604050000009", "imei = '86860405000001'\n": "d_868604050000017"} {
		bench := file(t, "bench.toml", "[device]\n"+text+"id = 'd_{imei}'\nsecret = '0123456789abcdef'\n")
		c := launch("cloud", "--bench", bench, "--mqtt", "127.0.0.1:0", "--api", "")
		c.out.await(t, "password")
		c.signals <- os.Interrupt
		c.wait(t, c.status)
		if !strings.Contains(c.out.String(), "device "+want+"\n") {
			t.Errorf("with %q: %s", text, c.out)
		}
	}
	c := launch("cloud", "--bench", file(t, "bench.toml", "[device]\nimei = 'x'\nid = 'd_{imei}'\n"), "--mqtt", "127.0.0.1:0", "--api", "")
	if status := c.wait(t, c.status); status != statusUsage || !strings.Contains(c.err.String(), "bench.toml") {
		t.Errorf("a wrong IMEI: status %d, %s", status, c.err)
	}
}

// TestSimOnSerialPorts: the virtual module's ports on one end each of a serial line that is there already, as the pairs
// of Windows' drivers are.
func TestSimOnSerialPorts(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("pseudo-terminals are Linux's")
	}
	ours, module, err := serial.Pty()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	sim := launch("sim", "--port-at", module, "--tcp-repl", "127.0.0.1:0")
	sim.out.await(t, "repl tcp://")
	if !strings.Contains(sim.out.String(), "at   "+module+"\n") {
		t.Errorf("it printed %s", sim.out)
	}
	if _, err := ours.WriteString("AT+CGMI\r"); err != nil {
		t.Fatal(err)
	}
	var got []byte
	for buf := make([]byte, 256); !strings.Contains(string(got), "OK\r\n"); {
		n, err := ours.Read(buf)
		if got = append(got, buf[:n]...); err != nil {
			t.Fatalf("%v behind %q", err, got)
		}
	}
	if !strings.Contains(string(got), "Quectel") {
		t.Errorf("it says %q", got)
	}
	sim.signals <- os.Interrupt
	sim.wait(t, sim.status)
	c := launch("sim", "--port-at", "/dev/none")
	if status := c.wait(t, c.status); status != statusUnreachable || !strings.Contains(c.err.String(), "/dev/none is not there") {
		t.Errorf("status %d: %s", status, c.err)
	}
}
