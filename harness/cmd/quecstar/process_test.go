package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// patience bounds a test's wait; it is reached only when a test fails.
const patience = 20 * time.Second

// output is a buffer that goroutines share, and that tells when it has grown.
type output struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	grew chan struct{}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.grew <- struct{}{}:
	default:
	}
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

func (o *output) await(t testing.TB, text string) {
	t.Helper()
	deadline := time.After(patience)
	for !strings.Contains(o.String(), text) {
		select {
		case <-o.grew:
		case <-deadline:
			t.Fatalf("never printed %q, but %q", text, o.String())
		}
	}
}

// child is the program run within the test.
type child struct {
	out, err *output
	signals  chan os.Signal
	exited   chan int // by process.exit
	status   chan int // of run
}

func launch(args ...string) *child { return launchWith("", args...) }

// launchWith is launch with a standard input.
func launchWith(stdin string, args ...string) *child {
	c := &child{out: &output{grew: make(chan struct{}, 1)}, err: &output{grew: make(chan struct{}, 1)},
		signals: make(chan os.Signal, 2), exited: make(chan int, 1), status: make(chan int, 1)}
	p := &process{args: args, stdin: strings.NewReader(stdin), stdout: c.out, stderr: c.err, env: func(string) string { return "" },
		signals: c.signals, exit: func(status int) { c.exited <- status }, limitMemory: func(uint64) {}, terminal: func() int { return 0 },
		program: func() (string, error) { return exec.LookPath("quecstar") }, page: func() int { return 0 }}
	go func() { c.status <- run(p) }()
	return c
}

func (c *child) wait(t testing.TB, ch <-chan int) int {
	t.Helper()
	select {
	case status := <-ch:
		return status
	case <-time.After(patience):
		t.Fatalf("it does not end: %s%s", c.out, c.err)
		return -1
	}
}

func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	writeFile(t, path, text)
	return path
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestInterrupt: the first Ctrl-C is the script's, the second ends the process. What it awaits is
// printed inside of the try: an interrupt that strikes on the way there is nobody's to catch.
func TestInterrupt(t *testing.T) {
	stubborn := file(t, "x.py", "import utime\nwhile True:\n    try:\n        print('begin')\n        utime.sleep(100)\n    except KeyboardInterrupt:\n        print('caught')\n        break\nprint('on')\nutime.sleep(100)\n")
	c := launch("run", stubborn)
	c.out.await(t, "begin")
	c.signals <- os.Interrupt
	c.out.await(t, "on")
	c.signals <- os.Interrupt
	if status := c.wait(t, c.exited); status != interruptedStatus {
		t.Errorf("exit status %d", status)
	}
	// The process would be gone here; what it left running is ended in the test by the script's end.
	plain := launch("run", file(t, "y.py", "import utime\nprint('begin')\nutime.sleep(100)\n"))
	plain.out.await(t, "begin")
	plain.signals <- os.Interrupt
	if status := plain.wait(t, plain.status); status != interruptedStatus || !strings.Contains(plain.err.String(), "KeyboardInterrupt") {
		t.Errorf("exit status %d: %s", status, plain.err)
	}
}

// TestInterruptOfCheck: check is ended by a signal, however much it has to read.
func TestInterruptOfCheck(t *testing.T) {
	dir := t.TempDir()
	for i := range 40 {
		writeFile(t, filepath.Join(dir, fmt.Sprintf("f%d.py", i)), strings.Repeat("import nothing\nx.a(1).a(1).a(1)\n", 500))
	}
	c := launch("check", dir)
	c.signals <- os.Interrupt
	if status := c.wait(t, c.exited); status != interruptedStatus {
		t.Errorf("exit status %d", status)
	}
	c.wait(t, c.status) // the process would be gone here
}

// TestCloud drives the embedded IoTDA as a device and as an application would.
func TestCloud(t *testing.T) {
	c := launch("cloud", "--mqtt", "127.0.0.1:0", "--api", "127.0.0.1:0", "--mqtts", "127.0.0.1:0", "--device", "p_n1:secret-of-n1")
	c.out.await(t, "password")
	field := func(pattern string) string {
		t.Helper()
		m := regexp.MustCompile(pattern).FindStringSubmatch(c.out.String())
		if m == nil {
			t.Fatalf("no %s in %s", pattern, c.out)
		}
		return m[1]
	}
	o := paho.NewClientOptions().AddBroker("tcp://" + field(`mqtt +(\S+)`)).SetClientID(field(`client id +(\S+)`)).
		SetUsername(field(`username +(\S+)`)).SetPassword(field(`password +(\S+)`)).SetKeepAlive(60 * time.Second)
	got := make(chan string, 1)
	o.SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { got <- string(m.Payload()) })
	device := paho.NewClient(o)
	if token := device.Connect(); !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatal(token.Error())
	}
	url := strings.Replace(field(`api +(\S+)`), "{project_id}", "p1", 1) + "/devices/p_n1/messages"
	resp, err := http.Post(url, "application/json", strings.NewReader(`{"message":"hello"}`))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	select {
	case text := <-got:
		if resp.StatusCode != http.StatusCreated || !strings.Contains(text, `"content":"hello"`) {
			t.Errorf("%d %s", resp.StatusCode, text)
		}
	case <-time.After(patience):
		t.Error("the message did not come")
	}
	device.Disconnect(0)
	c.signals <- os.Interrupt
	if status := c.wait(t, c.status); status != 0 {
		t.Errorf("exit status %d: %s", status, c.err)
	}
}

// TestCloudWithKeys: with an access key unsigned calls are refused, and no secret is shown.
func TestCloudWithKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	c := launch("cloud", "--mqtt", "127.0.0.1:0", "--api", "127.0.0.1:0", "--mqtts", "127.0.0.1:0", "--ca", dir, "--access-key", "AK:secret-of-ak", "--json")
	c.out.await(t, "signed")
	url := strings.Replace(regexp.MustCompile(`api +(\S+)`).FindStringSubmatch(c.out.String())[1], "{project_id}", "p1", 1) + "/devices"
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("an unsigned call: %d", resp.StatusCode)
	}
	c.signals <- os.Interrupt
	if status := c.wait(t, c.status); status != 0 || strings.Contains(c.out.String()+c.err.String(), "secret-of-ak") {
		t.Errorf("exit status %d: %s%s", status, c.out, c.err)
	}
	if _, err := os.Stat(filepath.Join(dir, "ca.pem")); err != nil {
		t.Error(err)
	}
}

// TestCloudWithGateway: a device behind a gateway does not connect itself.
func TestCloudWithGateway(t *testing.T) {
	bench := file(t, "bench.toml", "[[cloud.device]]\nid = \"gw\"\n[[cloud.device]]\nid = \"child\"\ngateway = \"gw\"\n")
	c := launch("cloud", "--bench", bench, "--mqtt", "127.0.0.1:0", "--api", "")
	c.out.await(t, "device gw\n  client id")
	if text := c.out.String(); !strings.Contains(text, "device child\n  behind the gateway gw\n") {
		t.Errorf("%s", text)
	}
	c.signals <- os.Interrupt
	if status := c.wait(t, c.status); status != 0 {
		t.Errorf("exit status %d: %s", status, c.err)
	}
}

// TestInterruptIsCaught: however busy a script is with exceptions, an interrupt is one more, and is
// raised once.
func TestInterruptIsCaught(t *testing.T) {
	c := launch("run", file(t, "x.py", "n = 0\nwhile n < 3:\n    try:\n        print('begin')\n        while True:\n            try: 1 // 0\n            except ZeroDivisionError: pass\n"+
		"    except KeyboardInterrupt:\n        n += 1\n        print('caught', n)\n        break\nfor i in range(100000): pass\nprint('end')\n"))
	c.out.await(t, "begin")
	c.signals <- os.Interrupt
	if status := c.wait(t, c.status); status != 0 || c.out.String() != "begin\ncaught 1\nend\n" {
		t.Errorf("exit status %d: %s%s", status, c.out, c.err)
	}
}

// TestInterruptAtOnce: an interrupt ends what a builtin goes over, and does not wait for the threads
// of a script that it ends.
func TestInterruptAtOnce(t *testing.T) {
	for name, text := range map[string]string{
		"builtin":    "print('begin')\nsum(range(10**15))\n",
		"long steps": "x = 'a' * 10**6\nprint('begin')\nwhile True: x.find('a' * 10**5 + 'b')\n",
		"threads":    "import _thread\ndef f():\n    while True: pass\n_thread.start_new_thread(f, ())\nprint('begin')\nf()\n",
	} {
		c := launch("run", file(t, "x.py", text))
		c.out.await(t, "begin")
		c.signals <- os.Interrupt
		if status := c.wait(t, c.status); status != interruptedStatus || !strings.Contains(c.err.String(), "KeyboardInterrupt") {
			t.Errorf("%s: exit status %d: %s", name, status, c.err)
		}
	}
}
