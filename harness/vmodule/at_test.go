package vmodule

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
	"quecstar/harness/device/at"
	"quecstar/harness/serial"
)

// newLine is a raw connection to an AT port.
func newLine(t testing.TB, m *Module, name string) net.Conn {
	t.Helper()
	host, port := net.Pipe()
	go func() { _ = m.ServeAT(port, name) }()
	t.Cleanup(func() { _ = host.Close() })
	return host
}

// TestDialogues compares bytes with what modules print (AT commands manual, chapter 1; transcripts).
func TestDialogues(t *testing.T) {
	for name, c := range map[string]struct {
		b    Behaviour
		send []string
		want []string
	}{
		"framing": {send: []string{"AT\r", "ATE0\r", "AT\r", "AT+CPIN?\r", "at + csq ; +cpin?\r"}, want: []string{"AT\r\r\nOK\r\n", "ATE0\r\r\nOK\r\n", "\r\nOK\r\n",
			"\r\n+CPIN: READY\r\n\r\nOK\r\n", "\r\n+CSQ: 24,99\r\n\r\n+CPIN: READY\r\n\r\nOK\r\n"}},
		"identity": {send: []string{"ATE0I\r", "AT+CGMM;+CGMR\r"}, want: []string{"ATE0I\r\r\nQuectel\r\nEC600U\r\nRevision: EC600UCNLBR03A01M16_OCPU_QPY\r\n\r\nOK\r\n",
			"\r\nEC600U\r\n\r\nEC600UCNLBR03A01M16_OCPU_QPY\r\n\r\nOK\r\n"}},
		"errors": {send: []string{"ATE0\r", "AT+NOPE\r", "AT+CMEE=2\r", "AT+CREG=7\r", "AT+CMEE=0\r", "AT+CREG=7\r", "AT+CPIN=\"12\r", "AT+CSQ;+NOPE;+CSQ\r"}, want: []string{"ATE0\r\r\nOK\r\n", "\r\nERROR\r\n",
			"\r\nOK\r\n", "\r\n+CME ERROR: Incorrect parameters\r\n", "\r\nOK\r\n", "\r\nERROR\r\n", "\r\nERROR\r\n", "\r\n+CSQ: 24,99\r\n\r\nERROR\r\n"}},
		"numeric": {send: []string{"ATE0V0\r", "AT\r", "AT+NOPE\r"}, want: []string{"ATE0V0\r0\r", "0\r", "4\r"}},
		"edit":    {send: []string{"ATX\x08E0\r", "A/", "\r"}, want: []string{"ATX\x08E0\r\r\nOK\r\n", "", "\r\nOK\r\n"}},
		"noise":   {send: []string{"ATE0\r", "\xff\xfehello\r", "\x80AT\r"}, want: []string{"ATE0\r\r\nOK\r\n", "", "\r\nOK\r\n"}},
		"upload": {send: []string{"ATE0\r", "AT+QFUPL=\"a.pem\",5,2\r", "he\r\nl", "AT+QFLST=\"*\"\r", "AT+QFUPL=\"UFS:a.pem\",5\r", "AT+QFDWL=\"a.pem\"\r", "AT+QFDEL=\"a.pem\"\r", "AT+QFDWL=\"a.pem\"\r"},
			want: []string{"ATE0\r\r\nOK\r\n", "\r\nCONNECT\r\n", "\r\n+QFUPL: 5,96f\r\n\r\nOK\r\n", "\r\n+QFLST: \"UFS:a.pem\",5\r\n\r\nOK\r\n", "\r\n+CME ERROR: 407\r\n",
				"\r\nCONNECT\r\nhe\r\nl\r\n+QFDWL: 5,96f\r\n\r\nOK\r\n", "\r\nOK\r\n", "\r\n+CME ERROR: 405\r\n"}},
		"files": {send: []string{"ATE0\r", "AT+QFOPEN=\"f\",1\r", "AT+QFWRITE=1,3\r", "abc", "AT+QFSEEK=1,1,0\r", "AT+QFREAD=1,10\r", "AT+QFCLOSE=1\r", "AT+QFREAD=1,1\r"},
			want: []string{"ATE0\r\r\nOK\r\n", "\r\n+QFOPEN: 1\r\n\r\nOK\r\n", "\r\nCONNECT\r\n", "\r\n+QFWRITE: 3,3\r\n\r\nOK\r\n", "\r\nOK\r\n", "\r\nCONNECT 2\r\nbc\r\nOK\r\n", "\r\nOK\r\n", "\r\n+CME ERROR: 413\r\n"}},
		"no MQTT":          {b: Behaviour{NoMQTT: true}, send: []string{"ATE0\r", "AT+QMTOPEN=0,\"h\",1\r"}, want: []string{"ATE0\r\r\nOK\r\n", "\r\nERROR\r\n"}},
		"active already":   {send: []string{"ATE0\r", "AT+QIACT=1\r", "AT+QIACT?\r"}, want: []string{"ATE0\r\r\nOK\r\n", "\r\nERROR\r\n", "\r\n+QIACT: 1,1,1,\"10.81.0.2\"\r\n\r\nOK\r\n"}},
		"cipher in quotes": {send: []string{"ATE0\r", "AT+QSSLCFG=\"ciphersuite\",2,\"0XFFFF\"\r", "AT+QSSLCFG=\"ciphersuite\",2,0XFFFF\r"}, want: []string{"ATE0\r\r\nOK\r\n", "\r\nERROR\r\n", "\r\nOK\r\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			line := newLine(t, newModule(t, c.b), "usbat")
			for i, text := range c.send {
				if text == "" {
					continue
				}
				if got := typed(t, line, text, c.want[i]); got != c.want[i] {
					t.Fatalf("%q: %q, want %q", text, got, c.want[i])
				}
			}
		})
	}
}

// TestURCsGoToOnePort plays a host on a UART whose module tells the USB port.
func TestURCsGoToOnePort(t *testing.T) {
	m := newModule(t, Behaviour{})
	usb, uart := newLine(t, m, "usbat"), newLine(t, m, "uart1")
	typed(t, uart, "ATE0\r", "OK\r\n")
	typed(t, usb, "ATE0\r", "OK\r\n") // it is attached
	typed(t, uart, "AT+QURCCFG=\"urcport\",\"usbat\"\r", "\r\nOK\r\n")
	typed(t, uart, "AT+CREG=1\r", "\r\nOK\r\n")
	m.Device().SetRegistration(device.RegSearching)
	typed(t, usb, "", "+QIURC: \"pdpdeact\",1\r\n") // behind +CREG: 2
	if got := typed(t, uart, "AT\r", "OK\r\n"); got != "\r\nOK\r\n" {
		t.Errorf("uart: %q", got)
	}
}

// TestARebootAsAHostSeesIt sends AT+CFUN=1,1.
func TestARebootAsAHostSeesIt(t *testing.T) {
	m := newModule(t, Behaviour{})
	line := newLine(t, m, "usbat")
	typed(t, line, "ATE0;+CMEE=2\r", "OK\r\n")
	got := typed(t, line, "AT+CFUN=1,1\r", "PB DONE\r\n")
	last := 0
	for _, part := range []string{"\r\nOK\r\n", "POWERED DOWN", "RDY", "+CFUN: 1", "+CPIN: READY", "+QUSIM: 1", "+QIND: SMS DONE", "+QIND: PB DONE"} {
		i := strings.Index(got, part)
		if i < last {
			t.Errorf("%s is not in its place: %q", part, got)
		}
		last = i
	}
	if got := typed(t, line, "AT+CREG=9\r", "ERROR: 50\r\n"); !strings.HasPrefix(got, "AT+CREG=9\r") {
		t.Errorf("settings outlived the restart: %q", got)
	}
}

// TestNoURCCutsTheBytesOfAnAnswer reads a file while the module says something unasked all the time.
func TestNoURCCutsTheBytesOfAnAnswer(t *testing.T) {
	m := newModule(t, Behaviour{})
	m.mu.Lock()
	m.files["f"] = []byte("ERROR")
	m.mu.Unlock()
	e := at.NewEngine(newLine(t, m, "usbat"), "usbat")
	defer func() { _ = e.Close() }()
	ctx := testContext(t)
	ask := func(text, answer string) at.Reply {
		t.Helper()
		r, err := e.Do(ctx, at.Command{Text: text, Answer: answer})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	ask("ATE0", "")
	ask(`AT+QFOPEN="f",0`, "+QFOPEN: ")
	read := make(chan struct{})
	var talk sync.WaitGroup
	defer talk.Wait()
	defer close(read)
	for range 4 {
		talk.Go(func() {
			for range read {
				for range 50 {
					m.urc(`+QIND: "csq",24,99`)
					runtime.Gosched()
				}
			}
		})
	}
	for range 1000 {
		for range 4 {
			read <- struct{}{}
		}
		if r := ask("AT+QFREAD=1,5", "CONNECT "); string(r.Data) != "ERROR" {
			t.Fatalf("read %q", r.Data)
		}
		ask("AT+QFSEEK=1,0,0", "")
	}
}

// openAT is a device on a path.
func openAT(t *testing.T, name string) *at.Device {
	t.Helper()
	ctx := testContext(t)
	p, err := serial.Open(ctx, name, serial.Options{})
	for err != nil && ctx.Err() == nil && strings.Contains(err.Error(), "nobody listens") { // a server takes a moment
		p, err = serial.Open(ctx, name, serial.Options{})
	}
	if err != nil {
		t.Fatal(err)
	}
	d, err := at.Open(ctx, p, at.Options{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// pseudoTerminal gives the module an AT port that other programs can open.
func pseudoTerminal(t *testing.T, m *Module) string {
	t.Helper()
	master, path, err := serial.Pty()
	if errors.Is(err, device.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = m.ServeAT(serial.KeepOpen(master), "usbat") }()
	return path
}

func TestUnplugInMidLine(t *testing.T) {
	m := newModule(t, Behaviour{})
	d := openAT(t, pseudoTerminal(t, m))
	m.Unplug()
	if _, err := d.IMEI(testContext(t)); !errors.Is(err, device.ErrLost) {
		t.Errorf("%v", err)
	}
}

// part finds a program that the test needs.
func part(t *testing.T, name string) string {
	t.Helper()
	for _, path := range []string{name, "/usr/sbin/" + name} {
		if exe, err := exec.LookPath(path); err == nil {
			return exe
		}
	}
	if os.Getenv("QUECSTAR_NEED_PARTS") != "" {
		t.Fatalf("%s is not installed (Debian: apt install %s), and QUECSTAR_NEED_PARTS is set", name, name)
	}
	t.Skipf("%s is not installed (Debian: apt install %s)", name, name)
	return ""
}

// TestBehindSer2net reaches the module as in a lab: over RFC 2217.
func TestBehindSer2net(t *testing.T) {
	exe := part(t, "ser2net")
	m := newModule(t, Behaviour{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	conf := filepath.Join(t.TempDir(), "ser2net.yaml")
	text := "connection: &c\n  accepter: telnet(rfc2217),tcp," + strings.Replace(address, ":", ",", 1) + "\n  connector: serialdev," + pseudoTerminal(t, m) + ",115200n81,local\n"
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-n", "-c", conf, "-P", filepath.Join(t.TempDir(), "pid"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	d := openAT(t, "rfc2217://"+address)
	if imei, err := d.IMEI(testContext(t)); err != nil || imei != m.Device().Config().IMEI {
		t.Errorf("IMEI = %q, %v", imei, err)
	}
}

// TestGammu has a program for telephones identify the module.
func TestGammu(t *testing.T) {
	exe := part(t, "gammu")
	m := newModule(t, Behaviour{})
	conf := filepath.Join(t.TempDir(), "gammurc")
	if err := os.WriteFile(conf, []byte("[gammu]\nport="+pseudoTerminal(t, m)+"\nconnection=at115200\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(testContext(t), exe, "-c", conf, "identify").CombinedOutput()
	c := m.Device().Config()
	for _, want := range []string{"Quectel", c.Model, c.Firmware, c.IMEI, c.IMSI} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	if err != nil {
		t.Errorf("gammu: %v", err)
	}
}

func TestASlowAndAGarbledLine(t *testing.T) {
	m := newModule(t, Behaviour{})
	line := newLine(t, m, "usbat")
	typed(t, line, "ATE0\r", "OK\r\n")
	m.SlowLine(921600)
	typed(t, line, "ATI\r", "OK\r\n")
	m.SlowLine(0)
	m.GarbleLine(func(p []byte) []byte { return bytes.ToLower(p) })
	typed(t, line, "AT\r", "\r\nok\r\n")
	m.GarbleLine(nil)
	m.FailCommand("+CSQ", 1, atcmd.CME(14))
	typed(t, line, "AT+CSQ\r", "\r\n+CME ERROR: 14\r\n")
	typed(t, line, "AT+CSQ\r", "\r\n+CSQ: 24,99\r\n\r\nOK\r\n")
}

// FuzzPort gives a port anything that a line may carry.
func FuzzPort(f *testing.F) {
	for _, s := range []string{"ATI\r", "AT+QMTOPEN=0,\"x\",1\r", "AT+QFUPL=\"a\",3\rabc", "AT+CMGF=1;+CMGS=\"1\"\rhi\x1a", "AT+QMTCFG=\"will\",0,1,1,1,\"a\",\"b\"\r", "ATS3=1;&F&V\r", "AT+QIRD=0\rAT+QFSEEK=1,2,9\r"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := newModule(t, Behaviour{})
		host, port := net.Pipe()
		served := make(chan error, 1)
		go func() { served <- m.ServeAT(port, "usbat") }()
		go func() { _, _ = io.Copy(io.Discard, host) }()
		_ = host.SetWriteDeadline(time.Now().Add(5 * time.Second))
		_, _ = host.Write(raw)
		_ = host.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
}
