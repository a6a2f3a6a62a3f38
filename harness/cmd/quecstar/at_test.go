package main

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"quecstar/harness/bench"
	"quecstar/harness/serial"
	"quecstar/harness/session"
)

// TestAPortIsLeftInOrder ends quecstar at in each way in the middle of the entry of a text and in data mode:
// the next program finds a module that answers, and no text was sent.
func TestAPortIsLeftInOrder(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			defer c.Close()
		}
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for name, c := range map[string]struct {
		commands []string
		signal   os.Signal
		status   int
	}{
		"text":      {commands: []string{"AT+CMGF=1", `AT+CMGS="10086"`}, status: statusUsage},
		"data mode": {commands: []string{`AT+QIOPEN=1,0,"TCP","127.0.0.1",` + port + `,0,2`}, status: statusPassed},
		"PPP":       {commands: []string{"ATD*99#"}, status: statusPassed},
		"interrupt": {commands: []string{"AT+CMGF=1", "--wait", "60s"}, signal: os.Interrupt, status: interruptedStatus},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := session.NewSim(session.SimOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer v.Close()
			path, _, err := v.Attach(serial.AT)
			if err != nil {
				t.Skip(err)
			}
			p := launch(append([]string{"at", path}, c.commands...)...)
			if c.signal != nil {
				p.out.await(t, "OK")
				p.signals <- c.signal
			}
			if status := p.wait(t, p.status); status != c.status {
				t.Errorf("exit status %d: %s%s", status, p.out, p.err)
			}
			inOrder(t, v, path)
		})
	}
}

// TestEndsBeforeThePrompt ends quecstar at in each way while a module that takes its time has not asked for the
// text yet: the port is left in order all the same.
func TestEndsBeforeThePrompt(t *testing.T) {
	const entry = `AT+CMGS="10086"`
	for name, c := range map[string]struct {
		args   []string
		stdin  string
		signal os.Signal
		status int
	}{
		"SIGINT":       {args: []string{"AT+CMGF=1", entry}, signal: os.Interrupt, status: interruptedStatus},
		"SIGTERM":      {args: []string{"AT+CMGF=1", entry}, signal: syscall.SIGTERM, status: interruptedStatus},
		"SIGHUP":       {args: []string{"AT+CMGF=1", entry}, signal: syscall.SIGHUP, status: interruptedStatus},
		"end of input": {stdin: "AT+CMGF=1\n" + entry + "\n", status: statusPassed},
		"in a console": {stdin: "AT+CMGF=1\n" + entry + "\n", signal: syscall.SIGTERM, status: interruptedStatus},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := session.NewSim(session.SimOptions{Bench: &bench.Bench{Sim: bench.Sim{ReplyDelay: bench.Duration(500 * time.Millisecond)}}})
			if err != nil {
				t.Fatal(err)
			}
			defer v.Close()
			path, _, err := v.Attach(serial.AT)
			if err != nil {
				t.Skip(err)
			}
			p := launchWith(c.stdin, append([]string{"at", path}, c.args...)...)
			if c.signal != nil {
				p.out.await(t, "OK")
				p.signals <- c.signal
			}
			if status := p.wait(t, p.status); status != c.status {
				t.Errorf("exit status %d: %s%s", status, p.out, p.err)
			}
			inOrder(t, v, path)
		})
	}
}

// inOrder has the next program find a module on the port that answers, and that sent no text.
func inOrder(t *testing.T, v *session.Sim, path string) {
	t.Helper()
	raw, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := io.WriteString(raw, "AT+CGMI\r"); err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 1)
	go func() {
		var all []byte
		buf := make([]byte, 256)
		for !strings.Contains(string(all), "OK\r\n") {
			n, err := raw.Read(buf)
			if all = append(all, buf[:n]...); err != nil {
				break
			}
		}
		got <- string(all)
	}()
	select {
	case text := <-got:
		if !strings.Contains(text, "Quectel") {
			t.Errorf("the next program got %q", text)
		}
	case <-time.After(patience):
		t.Error("the next program gets no answer")
	}
	if sent := v.Device().SentSMS(); len(sent) != 0 {
		t.Errorf("a message was sent: %+v", sent)
	}
}

// TestAtRefusesAPayloadByLengthThatIsNotThere: once its entry began, nothing would cancel it.
func TestAtRefusesAPayloadByLengthThatIsNotThere(t *testing.T) {
	for _, text := range []string{"AT+QISEND=0,10", `at+qmtpubex=0,0,0,0,"t",5`, `AT+QFUPL="a",10`} {
		if _, err := parseCommand(text); err == nil || !strings.Contains(err.Error(), "bytes") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"AT+QISEND=0", "AT+QISEND=0,0", `AT+QMTPUBEX=0,0,0,0,"t","5"`, "AT+QMTPUBEX=?", `AT+QFUPL="a",2 > ab`, "ATI"} {
		if _, err := parseCommand(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestTracesArePrivate: nobody but its owner reads what a port carried.
func TestTracesArePrivate(t *testing.T) {
	name := filepath.Join(t.TempDir(), "trace")
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	p := launch("at", "sim", "--trace", name, `AT+CPIN="9371"`)
	p.wait(t, p.status)
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if text, err := os.ReadFile(name); err != nil || !strings.Contains(string(text), "AT+CPIN=") || strings.Contains(string(text), "9371") {
		t.Errorf("%v: %s", err, text)
	}
}
