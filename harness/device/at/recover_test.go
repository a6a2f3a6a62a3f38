package at

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/vmodule"
)

// left is what a program left a port in. What it sent is in lines; each is answered by want before the
// next goes out.
type left struct{ send, want string }

func lines(texts ...string) []left {
	out := make([]left, 0, len(texts))
	for _, text := range texts {
		out = append(out, left{text + "\r", "OK\r\n"})
	}
	return out
}

// entry is a command behind which the module waits for a payload.
func entry(text, prompt string) []left { return []left{{text + "\r", prompt}} }

// leftBehind are states of a port; server and broker are ports of this host.
func leftBehind(server, broker int, id string) map[string][]left {
	socket := []left{{fmt.Sprintf(`AT+QIOPEN=1,0,"TCP","127.0.0.1",%d,0,0`, server) + "\r", "+QIOPEN: 0,0\r\n"}}
	session := []left{{fmt.Sprintf(`AT+QMTOPEN=0,"127.0.0.1",%d`, broker) + "\r", "+QMTOPEN: 0,0\r\n"}, {fmt.Sprintf(`AT+QMTCONN=0,%q`, id) + "\r", "+QMTCONN: 0,0,0\r\n"}}
	transparent := entry(fmt.Sprintf(`AT+QIOPEN=1,1,"TCP","127.0.0.1",%d,0,2`, server), "CONNECT\r\n")
	text := append(lines("AT+CMGF=1"), left{`AT+CMGS="10086"` + "\r", "> "})
	dumb := left{"ATQ1V0E0\r", ""}
	return map[string][]left{
		"text":               text,
		"text half typed":    append(text[:2:2], left{"half a mess", ""}),
		"text without echo":  append(lines("ATE0"), text...),
		"line half typed":    {{"AT+CM", ""}},
		"numbers":            {{"ATV0\r", "0\r"}},
		"numbers, no echo":   {{"ATE0V0\r", "0\r"}},
		"no results":         {{"ATQ1\r", ""}},
		"neither":            {dumb},
		"text, neither":      append(lines("AT+CMGF=1"), left{"ATQ1V0E0\r", ""}, left{`AT+CMGS="10086"` + "\r", "> "}),
		"socket, open":       append(socket[:1:1], entry("AT+QISEND=0", "> ")...),
		"socket, sized":      append(socket[:1:1], entry("AT+QISEND=0,1000", "> ")...),
		"socket, few":        append(socket[:1:1], entry("AT+QISEND=0,4", "> ")...),
		"publish, open":      append(session[:2:2], entry(`AT+QMTPUB=0,0,0,0,"t"`, "> ")...),
		"publish, sized":     append(session[:2:2], entry(`AT+QMTPUBEX=0,0,0,0,"t",4096`, "> ")...),
		"file":               entry(`AT+QFUPL="a.bin",100000,600`, "CONNECT\r\n"),
		"file half sent":     append(entry(`AT+QFUPL="a.bin",100000,600`, "CONNECT\r\n"), left{strings.Repeat("x", 500), ""}),
		"data mode":          transparent,
		"data mode, numbers": append([]left{{"ATV0\r", "0\r"}}, left{transparent[0].send, "1\r"}),
		"data mode, nothing": append([]left{dumb}, left{transparent[0].send, ""}),
		"PPP":                entry("ATD*99#", "CONNECT\r\n"),
	}
}

// sink takes connections and what they send.
func sink(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, c); _ = c.Close() }()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return l.Addr().(*net.TCPAddr).Port
}

// leave plays a program that leaves a port in a state.
func leave(t *testing.T, conn net.Conn, all []left) {
	t.Helper()
	buf := make([]byte, 4096)
	for _, one := range all {
		_ = conn.SetDeadline(time.Now().Add(waitTime))
		sent := make(chan error, 1)
		go func() { _, err := io.WriteString(conn, one.send); sent <- err }()
		var got []byte
		for !bytes.Contains(got, []byte(one.want)) {
			n, err := conn.Read(buf)
			if err != nil {
				t.Fatalf("%q: %q, %v", one.send, got, err)
			}
			got = append(got, buf[:n]...)
		}
		// The pipe has no buffer: what is echoed must be read before the rest is taken.
		for done := false; !done; {
			select {
			case err := <-sent:
				if done = true; err != nil {
					t.Fatal(err)
				}
			default:
				_ = conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
				_, _ = conn.Read(buf)
			}
		}
	}
	_ = conn.SetDeadline(time.Time{})
}

// TestAPortThatWasLeft opens a port in each state that another program may leave it in, on modules that
// answer at once and slowly: it answers then, and no text was sent.
func TestAPortThatWasLeft(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	server := sink(t)
	var all sync.WaitGroup // all at once, as they wait most of the time
	defer all.Wait()
	for name := range leftBehind(server, broker.Port, "") {
		for _, delay := range []time.Duration{0, time.Second} {
			all.Go(func() {
				t.Run(fmt.Sprintf("%s, %v", name, delay), func(t *testing.T) {
					recovers(t, leftBehind(server, broker.Port, t.Name())[name], delay)
				})
			})
		}
	}
}

func recovers(t *testing.T, state []left, delay time.Duration) {
	inside, err := direct.New(direct.Config{}, direct.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := vmodule.New(vmodule.Options{Device: inside, Behaviour: vmodule.Behaviour{ReplyDelay: delay}})
	host, modem := net.Pipe()
	served := make(chan error, 1)
	go func() { served <- m.ServeAT(modem, "usbat") }()
	leave(t, host, state)
	ctx, cancel := context.WithTimeout(context.Background(), 3*waitTime)
	defer cancel()
	d, err := Open(ctx, host, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if imei, err := d.IMEI(ctx); err != nil || imei != inside.Config().IMEI {
		t.Errorf("IMEI = %q, %v", imei, err)
	}
	if imsi, err := d.IMSI(ctx); err != nil || imsi != inside.Config().IMSI {
		t.Errorf("IMSI = %q, %v", imsi, err)
	}
	if sent := inside.SentSMS(); len(sent) != 0 {
		t.Errorf("a message was sent: %+v", sent)
	}
	if err := errors.Join(d.Close(), m.Close(), <-served, inside.Close()); err != nil {
		t.Error(err)
	}
}
