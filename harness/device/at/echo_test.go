package at

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/vmodule"
)

// nasty are payloads that could be taken for something that a module says, or lose something on the way.
var nasty = []string{"ON", "OFF", "OK", "ERROR", "+86 138", "+Q", ">", "> ", "AT", "A", "\r\nOK\r\n", "\nOK", "OK\r\n", "SEND OK", "\r\nSEND OK\r\n",
	"Start\n", "", " ", " x", "\r", "\n\n", "CONNECT", "+CME ERROR: 3", "\r\n+QMTSTAT: 0,1\r\n", "RDY", "\r\n> ", `"`, `{"a":"b"}`, "\x00\x08\x1a\x1b\x7f\xff",
	strings.Repeat("OK\r\n", 50)}

// TestEchoesAreToldFromAnswers feeds the end of a command with a payload, however its bytes are cut.
func TestEchoesAreToldFromAnswers(t *testing.T) {
	for _, payload := range nasty {
		for _, mode := range []string{"echo on", "echo off", "payload echoed all the same"} {
			for _, size := range []int{1, 3, 10000} {
				if mode == "payload echoed all the same" && answerLike([]byte(payload)) {
					continue // nothing tells such an echo from an answer
				}
				t.Run(fmt.Sprintf("%q %s by %d", payload, mode, size), func(t *testing.T) {
					const command = "AT+QISEND=0,5"
					cmd := Command{Text: command, Prompt: ">", Payload: []byte(payload), Results: []string{"SEND OK", "SEND FAIL"}}
					e, heard := detached()
					x := &exchange{cmd: cmd, prompt: make(chan struct{}), done: make(chan struct{})}
					e.current = x
					e.lex.expect(cmd)
					head, echo := "\r\n> ", ""
					if mode == "echo on" {
						head, echo = command+"\r"+head, payload
					} else if mode != "echo off" {
						echo = payload
					}
					feed(e, head, size)
					if !x.asked {
						t.Fatal("no prompt")
					}
					e.lex.expectEcho(cmd.Payload)
					feed(e, echo+"\r\nSEND OK\r\n\r\n+QIURC: \"recv\",0\r\n", size)
					if !x.over || x.err != nil || x.reply.Result != "SEND OK" || len(x.reply.Lines) > 0 {
						t.Errorf("over %v, %v, %+v", x.over, x.err, x.reply)
					}
					if urcs := heard(); len(urcs) != 1 || urcs[0].Line != `+QIURC: "recv",0` {
						t.Errorf("URCs %v", urcs)
					}
				})
			}
		}
	}
}

// detached is an engine without a port, to be fed, and the URCs that its subscribers have heard then.
func detached() (e *Engine, heard func() []URC) {
	e = &Engine{waits: map[*wait]struct{}{}, turn: make(chan struct{}, 1)}
	var all []URC
	e.Subscribe("", func(u URC) { all = append(all, u) })
	return e, func() []URC {
		done := make(chan struct{})
		e.urcs.Do(func() { close(done) })
		<-done
		return all
	}
}

// feed gives an engine a text in pieces.
func feed(e *Engine, text string, size int) {
	for raw := []byte(text); len(raw) > 0; raw = raw[min(size, len(raw)):] {
		e.take(raw[:min(size, len(raw))])
	}
}

// echoes are how modules differ in what they echo.
var echoes = map[string]vmodule.Behaviour{
	"echo off": {}, "echo that stays": {FixedEcho: true}, "payloads echoed": {EchoesPayload: true},
	"no length": {NoReceiveLength: true}, "no length, glued": {NoReceiveLength: true, GluedURC: true, FixedEcho: true},
	"quoted": {QuotedPublish: true}, "open": {OpenPublish: true}, "open, echo that stays": {OpenPublish: true, FixedEcho: true},
}

// TestEveryPayloadGoesThere sends the nasty payloads by every way that carries them. None may take
// longer than a module that answers at once does.
func TestEveryPayloadGoesThere(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	l := echoServer(t)
	for name, b := range echoes {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, direct.Config{}, b, Options{})
			ctx, cancel := context.WithTimeout(t.Context(), waitTime)
			defer cancel()
			begin := time.Now()
			s, got := r.subscribed(t, broker.Port)
			c, err := r.DialSocket(ctx, "tcp", "127.0.0.1", l.Addr().(*net.TCPAddr).Port)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			for _, p := range nasty {
				r.publishes(t, s, got, p)
				if _, err := c.Write([]byte(p)); err != nil {
					t.Errorf("socket, %q: %v", p, err)
				}
				back := make([]byte, len(p))
				if _, err := io.ReadFull(c, back); err != nil || string(back) != p {
					t.Errorf("socket, %q: %q, %v", p, back, err)
				}
				if p == "" {
					continue // no message is empty
				}
				if err := r.SendSMS(ctx, "10086", p, false); err != nil {
					t.Errorf("message, %q: %v", p, err)
				}
				if sent := r.inside.SentSMS(); len(sent) == 0 || sent[len(sent)-1].Text != strings.ToValidUTF8(p, "\ufffd") {
					t.Errorf("message, %q: sent %v", p, sent)
				}
			}
			if took := time.Since(begin); took > 12*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// publishes sends a payload and looks whether it comes back.
func (r *rig) publishes(t *testing.T, s device.MQTTSession, got <-chan device.Message, p string) {
	t.Helper()
	ctx := testContext(t)
	err := s.Publish(ctx, device.Message{Topic: "t/x", Payload: []byte(p)})
	if strings.ContainsAny(p, editing) && errors.Is(err, device.ErrConfig) {
		return // firmware that cannot carry it; TestBytesThatAreKeys says which
	}
	if err != nil {
		t.Errorf("publish %q: %v", p, err)
		return
	}
	select {
	case m := <-got:
		if string(m.Payload) != p {
			t.Errorf("published %q, came %q", p, m.Payload)
		}
	case <-ctx.Done():
		t.Errorf("%q did not come back", p)
	}
}

// echoServer gives back what it gets.
func echoServer(t *testing.T) net.Listener {
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
			go func() { _, _ = io.Copy(c, c); _ = c.Close() }()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return l
}
