package session

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"go.uber.org/goleak"

	"quecstar/harness/bench"
	"quecstar/harness/cloud"
	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds a test's run; it is reached only when a test fails.
const patience = 30 * time.Second

const (
	seedHost   = "a15fbbd7ce.iot-mqtts.cn-north-4.myhuaweicloud.com"
	seedDevice = "5fbbb784b4ec2202e982e643_868604050000009"
	seedSecret = "60cc88f72fb885ed7cfc0140417dd79633e26a4a0cc00572cb6a118cde54cb36" // its password
)

// output is a buffer that goroutines share.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// folder writes files, by name, into a folder of the test.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// sample is the seed's script, verbatim.
func sample(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("../../scripts/samples/huawei_iotda.py")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// ran is what a run left behind.
type ran struct {
	out    string
	err    error
	events []event.Event
	all    *event.Stream
}

// run runs a session to its end.
func run(t testing.TB, o Options, while func(s *Session)) ran {
	t.Helper()
	out := &output{}
	o.Stdout, o.Stderr, o.Env = out, out, func(string) string { return "" }
	s, err := New(t.Context(), o)
	if err != nil {
		return ran{err: err}
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if while != nil {
		while(s)
	}
	err = s.Run(ctx)
	events, _ := s.Events.Since(0)
	return ran{out: out.String(), err: err, events: events, all: s.Events}
}

// has reports whether there was an event of a kind that says something.
func (r ran) has(kind event.Kind, text string) bool {
	for _, e := range r.events {
		if e.Kind == kind && strings.Contains(e.Text+" "+e.Topic+" "+string(e.Payload), text) {
			return true
		}
	}
	return false
}

// TestSeedAsItIs runs the seed's sample without a bench file.
func TestSeedAsItIs(t *testing.T) {
	dir := folder(t, map[string]string{"sample.py": sample(t)})
	r := run(t, Options{Script: filepath.Join(dir, "sample.py"), Commands: []string{`switch={"on": true}`}}, nil)
	if r.err != nil || !strings.HasPrefix(r.out, "Waiting command\nSubscribe Recv: Topic=$oc/devices/"+seedDevice+"/sys/commands/request_id=") {
		t.Fatalf("%v\n%s%s", r.err, r.out, script.Traceback(r.err))
	}
	for kind, text := range map[event.Kind]string{event.Warning: "was unknown and is registered", event.Report: "WaterMeterControl",
		event.Command: "switch", event.Response: `"result_code": 0`, event.Note: seedHost} {
		if !r.has(kind, text) {
			t.Errorf("no %s event with %q", kind, text)
		}
	}
}

func TestWrongSecretIsRefused(t *testing.T) {
	dir := folder(t, map[string]string{"sample.py": sample(t),
		"bench.toml": "[device]\nid = \"5fbbb784b4ec2202e982e643_{imei}\"\nsecret = \"another-secret\"\n"})
	r := run(t, Options{Script: filepath.Join(dir, "sample.py")}, nil)
	var failure *script.Failure
	if !errors.As(r.err, &failure) || !strings.HasPrefix(r.out, "except\nWaiting command\n") || !r.has(event.Refused, "CONNACK 4") {
		t.Fatalf("%v\n%s", r.err, r.out)
	}
}

func TestUnknownDeviceIsRefusedWhenStrict(t *testing.T) {
	dir := folder(t, map[string]string{"sample.py": sample(t), "bench.toml": "[cloud]\nstrict = true\n"})
	r := run(t, Options{Script: filepath.Join(dir, "sample.py")}, nil)
	if r.err == nil || !r.has(event.Refused, "is not registered") {
		t.Fatalf("%v\n%s", r.err, r.out)
	}
}

// platform is a client that stands in for the platform at a general broker: it answers a report
// with a command, and hands out the response.
func platform(t testing.TB, o *paho.ClientOptions) <-chan string {
	t.Helper()
	responses := make(chan string, 10)
	own := "$oc/devices/" + seedDevice + "/sys/"
	o.SetClientID("platform").SetAutoReconnect(false).SetOrderMatters(false)
	o.SetDefaultPublishHandler(func(c paho.Client, m paho.Message) {
		if strings.Contains(m.Topic(), "/response/") {
			responses <- m.Topic() + " " + string(m.Payload())
			return
		}
		c.Publish(own+"commands/request_id=r1", 1, false, `{"command_name":"switch","paras":{"on":true}}`)
	})
	c := paho.NewClient(o)
	for _, token := range []func() paho.Token{c.Connect,
		func() paho.Token { return c.Subscribe(own+"properties/report", 1, nil) },
		func() paho.Token { return c.Subscribe(own+"commands/response/#", 1, nil) }} {
		if err := done(token()); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { c.Disconnect(0) })
	return responses
}

func checkResponse(t *testing.T, r ran, responses <-chan string) {
	t.Helper()
	if r.err != nil {
		t.Fatalf("%v\n%s%s", r.err, r.out, script.Traceback(r.err))
	}
	select {
	case got := <-responses:
		if !strings.Contains(got, "response/request_id=r1") || !strings.Contains(got, `"result_code": 0`) {
			t.Errorf("response %s", got)
		}
	case <-time.After(patience):
		t.Error("no response")
	}
}

// TestSeedAgainstMosquitto runs the verbatim sample --live against a real broker with passwords.
func TestSeedAgainstMosquitto(t *testing.T) {
	m := brokertest.StartMosquitto(t, brokertest.Options{User: seedDevice, Password: seedSecret})
	addr := "127.0.0.1:" + strconv.Itoa(m.Port)
	responses := platform(t, paho.NewClientOptions().AddBroker("tcp://"+addr).SetUsername(seedDevice).SetPassword(seedSecret))
	dir := folder(t, map[string]string{"sample.py": sample(t), "bench.toml": fmt.Sprintf("[hosts]\n%q = %q\n", seedHost, addr)})
	checkResponse(t, run(t, Options{Script: filepath.Join(dir, "sample.py"), Live: true, Trust: true}, nil), responses)

	wrong := strings.Replace(sample(t), "ac4263b86eaf6442997a", "00", 1)
	dir = folder(t, map[string]string{"sample.py": wrong, "bench.toml": fmt.Sprintf("[hosts]\n%q = %q\n", seedHost, addr)})
	if r := run(t, Options{Script: filepath.Join(dir, "sample.py"), Live: true, Trust: true}, nil); r.err == nil || !r.has(event.Refused, "refused") {
		t.Errorf("a wrong password: %v\n%s", r.err, r.out)
	}
}

// TestSeedAgainstMosquittoWithTLS runs the sample, changed only to ask for TLS, --live against a
// real broker whose certificate is for the host that the script names.
func TestSeedAgainstMosquittoWithTLS(t *testing.T) {
	ca := brokertest.NewAuthority(t)
	for _, tt := range []struct{ name, host, fails string }{
		{"right name", seedHost, ""},
		{"other name", "other.example", "certificate"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pair := ca.Server(t, tt.host, time.Now().Add(time.Hour))
			m := brokertest.StartMosquitto(t, brokertest.Options{TLS: &pair})
			addr := "127.0.0.1:" + strconv.Itoa(m.Port)
			secure := strings.Replace(sample(t), "keepalive=30)", "keepalive=30, ssl=True, ssl_params={'ca': CA})", 1)
			secure = strings.Replace(secure, "PORT = 1883", "PORT = 8883\nCA = '''"+string(ca.PEM)+"'''", 1)
			dir := folder(t, map[string]string{"sample.py": secure, "bench.toml": fmt.Sprintf("[hosts]\n%q = %q\n", seedHost, addr)})
			if tt.fails == "" {
				responses := platform(t, paho.NewClientOptions().AddBroker("ssl://"+addr).SetTLSConfig(insecure()))
				checkResponse(t, run(t, Options{Script: filepath.Join(dir, "sample.py"), Live: true, Trust: true}, nil), responses)
				return
			}
			r := run(t, Options{Script: filepath.Join(dir, "sample.py"), Live: true, Trust: true}, nil)
			if !errors.Is(r.err, device.ErrUnreachable) || !strings.Contains(fmt.Sprint(r.err)+r.out+eventText(r), tt.fails) {
				t.Errorf("%v\n%s", r.err, r.out)
			}
		})
	}
}

func eventText(r ran) string {
	var b strings.Builder
	for _, e := range r.events {
		b.WriteString(e.Text + "\n")
	}
	return b.String()
}

const plainClient = `
from umqtt import MQTTClient
import utime
c = MQTTClient("c1", HOST, PORT, keepalive=60, reconn=RECONN)
def cb(t, m):
    print("got", t, m)
c.set_callback(cb)
print("before")
c.connect()
print("connected")
c.subscribe("a/#", 1)
BODY
c.disconnect()
print("after")
`

func program(host string, port int, reconn bool, body string) string {
	value := "False"
	if reconn {
		value = "True"
	}
	return strings.NewReplacer("HOST", fmt.Sprintf("%q", host), "PORT", strconv.Itoa(port), "RECONN", value, "BODY", body).Replace(plainClient)
}

// TestUnreachable: nobody answers where a live script goes; its output before is kept.
func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"port refused": program("127.0.0.1", port, false, ""),
		"host does not resolve": program("no-such-host.invalid", 1883, false, "")} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"x.py": text})
			r := run(t, Options{Script: filepath.Join(dir, "x.py"), Live: true}, nil)
			if !errors.Is(r.err, device.ErrUnreachable) || r.out != "before\n" {
				t.Errorf("%v\n%s", r.err, r.out)
			}
		})
	}
}

// TestReconnect: the broker drops the device, which comes back and goes on. At QoS 0, as what is not
// acknowledged by then would rightly come twice.
func TestReconnect(t *testing.T) {
	text := program(seedHost, 1883, true, `
c.publish("a/1", "one")
print("ready")
c.wait_msg()`)
	const down = "$oc/devices/d_1/sys/messages/down"
	text = strings.Replace(text, "a/#", down, 1)
	text = strings.Replace(text, `"c1", `, `"d_1_0_0_2030010203", `, 1)
	text = strings.Replace(text, "keepalive=60", `user="d_1", password="`+strings.Repeat("f", 64)+`", keepalive=60`, 1)
	dir := folder(t, map[string]string{"x.py": text})
	r := run(t, Options{Script: filepath.Join(dir, "x.py")}, func(s *Session) {
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			is := func(kind event.Kind, text string) func(event.Event) bool {
				return func(e event.Event) bool {
					return e.Layer == event.Cloud && e.Kind == kind && strings.Contains(e.Text+e.Topic, text)
				}
			}
			_, at, err := s.Events.Wait(ctx, 0, is(event.Publish, "a/1"))
			if err != nil || !s.hosts.iotda.Drop("d_1") {
				t.Errorf("could not drop the device: %v", err)
				return
			}
			if _, _, err := s.Events.Wait(ctx, at, is(event.Subscribe, down)); err != nil {
				t.Errorf("it did not subscribe again: %v", err)
				return
			}
			if _, err := s.hosts.iotda.SendMessage("d_1", cloud.Message{Bytes: []byte("two")}); err != nil {
				t.Error(err)
			}
		}()
	})
	if r.err != nil || !strings.HasSuffix(r.out, "ready\ngot b'"+down+"' b'two'\nafter\n") {
		t.Fatalf("%v\n%s%s", r.err, r.out, script.Traceback(r.err))
	}
}

// done waits for a token.
func done(token paho.Token) error {
	if !token.WaitTimeout(patience) {
		return errors.New("no answer from the broker")
	}
	return token.Error()
}

// TestDroppedWithoutReconnect ends the script with an error.
func TestDroppedWithoutReconnect(t *testing.T) {
	text := program(seedHost, 1883, false, `c.wait_msg()`)
	text = strings.Replace(text, `"c1", `, `"d_1_0_0_2030010203", `, 1)
	text = strings.Replace(text, "keepalive=60", `user="d_1", password="`+strings.Repeat("f", 64)+`", keepalive=60`, 1)
	dir := folder(t, map[string]string{"x.py": text})
	r := run(t, Options{Script: filepath.Join(dir, "x.py")}, func(s *Session) {
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			_, _, err := s.Events.Wait(ctx, 0, func(e event.Event) bool { return e.Layer == event.Cloud && e.Kind == event.Subscribe })
			if err != nil || !s.hosts.iotda.Drop("d_1") {
				t.Errorf("could not drop the device: %v", err)
			}
		}()
	})
	var failure *script.Failure
	if !errors.As(r.err, &failure) || r.out != "before\nconnected\n" || !strings.Contains(failure.Traceback, "wait_msg") && !strings.Contains(failure.Traceback, "OSError") {
		t.Fatalf("%v\n%s%s", r.err, r.out, script.Traceback(r.err))
	}
}

// TestPlainBroker: hosts that are no IoTDA have retained messages, wills and QoS 2.
func TestPlainBroker(t *testing.T) {
	text := program("broker.example", 1883, false, `
c.publish("a/1", b"kept", retain=True, qos=1)
c.wait_msg()`)
	dir := folder(t, map[string]string{"x.py": text})
	r := run(t, Options{Script: filepath.Join(dir, "x.py")}, nil)
	if r.err != nil || !strings.Contains(r.out, "got b'a/1' b'kept'") || !r.has(event.Note, "plain embedded broker") {
		t.Fatalf("%v\n%s", r.err, r.out)
	}
}

func TestSetupErrors(t *testing.T) {
	dir := folder(t, map[string]string{"x.py": "print(1)", "bench.toml": "[device]\nimei = \"123\"\n", "typo.toml": "[devise]\n"})
	x := filepath.Join(dir, "x.py")
	for name, o := range map[string]Options{
		"no device kind": {Script: x, Bench: filepath.Join(dir, "none.toml")},
		"bad imei":       {Script: x},
		"typo":           {Script: x, Bench: filepath.Join(dir, "typo.toml")},
		"no port":        {Script: filepath.Join(t.TempDir(), "y.py"), Device: "at:"},
		"unknown device": {Script: filepath.Join(t.TempDir(), "y.py"), Device: "teapot"},
		"bad command":    {Script: filepath.Join(t.TempDir(), "y.py"), Commands: []string{"x={"}},
		"no command":     {Script: filepath.Join(t.TempDir(), "y.py"), Commands: []string{"={}"}},
	} {
		var setup *SetupError
		if r := run(t, o, nil); !errors.As(r.err, &setup) {
			t.Errorf("%s: %v", name, r.err)
		}
	}
}

// TestTimeout ends a script that waits for ever, and keeps what it printed.
func TestTimeout(t *testing.T) {
	dir := folder(t, map[string]string{"sample.py": sample(t)})
	r := run(t, Options{Script: filepath.Join(dir, "sample.py"), Timeout: 300 * time.Millisecond}, nil)
	if !errors.Is(r.err, script.ErrDeadline) || r.out != "Waiting command\n" {
		t.Fatalf("%v\n%s", r.err, r.out)
	}
}

// TestDefaultLimits: what a found bench file may raise limits to is what a run has without one.
func TestDefaultLimits(t *testing.T) {
	if bench.DefaultMemoryMB<<20 != script.DefaultMemory || bench.DefaultRecursion != script.DefaultRecursion {
		t.Error("the limits of a bench file that was found are not the default ones")
	}
}
