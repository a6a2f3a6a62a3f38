package at

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/vmodule"
)

// play is a module that answers each command line with raw bytes; a command that is not in the table
// gets nothing. It returns the host's end and an end for bytes that nobody asked for.
func play(t testing.TB, answers map[string]string) (host net.Conn, module net.Conn) {
	t.Helper()
	host, module = net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		var line []byte
		buf := make([]byte, 1)
		for {
			if _, err := module.Read(buf); err != nil {
				return
			}
			if buf[0] != '\r' {
				line = append(line, buf[0])
				continue
			}
			answer, ok := answers[string(line)]
			if !ok {
				answer = answerMarker(string(line))
			}
			if _, err := io.WriteString(module, answer); err != nil {
				return
			}
			line = nil
		}
	}()
	t.Cleanup(func() { _ = module.Close(); <-done })
	return host, module
}

// answerMarker is what a module says to a marker; "" to other lines.
func answerMarker(line string) string {
	if !strings.HasPrefix(line, "AT+CMEE?;") && !strings.HasPrefix(line, "AT+CMEE=?;") {
		return ""
	}
	line = strings.ReplaceAll(strings.TrimPrefix(line, "AT"), ";", "")
	line = strings.ReplaceAll(line, "+CMEE=?", "\r\n+CMEE: (0-2)\r\n")
	return strings.ReplaceAll(line, "+CMEE?", "\r\n+CMEE: 1\r\n") + "\r\nOK\r\n"
}

func newEngine(t testing.TB, answers map[string]string) (*Engine, net.Conn) {
	t.Helper()
	host, module := play(t, answers)
	e := NewEngine(host, "test port")
	t.Cleanup(func() { _ = e.Close() })
	return e, module
}

// Answers as real modules gave them (the transcripts T1 to T20 of public reports), and what must be
// made of them.
func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		cmd    Command
		raw    string
		lines  []string
		urcs   []string
		data   string
		result string
		err    string
	}{
		"echo on (T4)":     {cmd: Command{Text: "AT"}, raw: "AT\r\r\nOK\r\n", result: "OK"},
		"echo off (T4)":    {cmd: Command{Text: "AT"}, raw: "\r\nOK\r\n", result: "OK"},
		"a read (T4)":      {cmd: Command{Text: "AT+CPIN?", Answer: "+CPIN: "}, raw: "\r\n+CPIN: READY\r\n\r\nOK\r\n", lines: []string{"+CPIN: READY"}, result: "OK"},
		"bare lines (T1)":  {cmd: Command{Text: "ATI"}, raw: "ATI\r\r\nQuectel\r\nEC800M\r\nRevision: EC800MCNGAR06A05M08\r\n\r\nOK\r\n", lines: []string{"Quectel", "EC800M", "Revision: EC800MCNGAR06A05M08"}, result: "OK"},
		"in words (T15)":   {cmd: Command{Text: "AT+CPIN?"}, raw: "\r\n+CME ERROR: SIM not inserted\r\n", err: "SIM not inserted"},
		"URCs around (T7)": {cmd: Command{Text: "AT+COPS?", Answer: "+COPS: "}, raw: "\r\n+QIND: SMS DONE\r\n\r\n+COPS: 0,0,\"SGP-M1\",2\r\n\r\n+QIND: PB DONE\r\n\r\nOK\r\n", lines: []string{`+COPS: 0,0,"SGP-M1",2`}, urcs: []string{"+QIND: SMS DONE", "+QIND: PB DONE"}, result: "OK"},
		"glued URCs (T7)":  {cmd: Command{Text: "AT+CSQ", Answer: "+CSQ: "}, raw: "\r\n+CSQ: 20,99+QUSIM: 1\r\n\r\nOK+QIND: SMS DONE\r\n", lines: []string{"+CSQ: 20,99"}, urcs: []string{"+QUSIM: 1", "+QIND: SMS DONE"}, result: "OK"},
		"registration":     {cmd: Command{Text: "AT+CREG?", Answer: "+CREG: "}, raw: "\r\n+CREG: 5\r\n\r\n+CREG: 2,1,\"D509\",\"80D413D\",7\r\n\r\nOK\r\n", lines: []string{`+CREG: 2,1,"D509","80D413D",7`}, urcs: []string{"+CREG: 5"}, result: "OK"},
		"send ok (T10)":    {cmd: Command{Text: "AT+QISEND=0,3", Results: []string{"SEND OK"}}, raw: "\r\nSEND OKAT+QISEND=0,3\r\n", result: "SEND OK"},
		"socket data":      {cmd: Command{Text: "AT+QIRD=0,1500", Answer: "+QIRD: "}, raw: "\r\n+QIRD: 8\r\n\r\nOK\r\nab\r\n\r\nOK\r\n", lines: []string{"+QIRD: 8"}, data: "\r\nOK\r\nab", result: "OK"},
		"an open quote":    {cmd: Command{Text: "AT"}, raw: "\r\nERROR\r\n", err: "ERROR"},
		"power-up noise":   {cmd: Command{Text: "AT"}, raw: "\x00\xff\xfe\x80RDY\r\n\r\nOK\r\n", err: "restarted"},
		"message in it":    {cmd: Command{Text: "AT+CSQ", Answer: "+CSQ: "}, raw: "+QMTRECV: 0,0,\"t\",9,\"a\"\r\nOK\r\n\"\"\r\n+CSQ: 1,99\r\nOK\r\n", lines: []string{"+CSQ: 1,99"}, urcs: []string{"+QMTRECV: 0,0,\"t\",9,\""}, result: "OK"},
		"a test form (T1)": {cmd: Command{Text: "AT+QMTPUBEX=?", Answer: "+QMTPUBEX: "}, raw: "\r\n+QMTPUBEX: 0,7,0\r\n\r\n+QMTPUBEX: (0-5), <msgid>,(0-2),(0,1),\"topic\",\"length\"\r\n\r\nOK\r\n",
			lines: []string{`+QMTPUBEX: (0-5), <msgid>,(0-2),(0,1),"topic","length"`}, urcs: []string{"+QMTPUBEX: 0,7,0"}, result: "OK"},
		"a test form without a name to expect": {cmd: Command{Text: "AT+QIOPEN=?"}, raw: "\r\n+QIOPEN: (1-5),(0-11),\"TCP\"\r\n\r\nOK\r\n", lines: []string{`+QIOPEN: (1-5),(0-11),"TCP"`}, result: "OK"},
		"boot in mid-reply":                    {cmd: Command{Text: "AT+COPS=?"}, raw: "\r\nRDY\r\n", urcs: []string{"RDY"}, err: "restarted"},
	} {
		for _, size := range []int{1, 3, 1000} { // however the bytes are cut
			t.Run(fmt.Sprintf("%s by %d", name, size), func(t *testing.T) {
				l, heard := detached()
				x := &exchange{cmd: c.cmd, prompt: make(chan struct{}), done: make(chan struct{})}
				l.current, l.lex.echo = x, c.cmd.Text
				feed(l, c.raw, size)
				if !x.over {
					t.Fatal("no end")
				}
				if c.err == "" && x.err != nil || c.err != "" && (x.err == nil || !strings.Contains(x.err.Error(), c.err)) {
					t.Errorf("error %v, want %q", x.err, c.err)
				}
				if !reflect.DeepEqual(x.reply.Lines, c.lines) || string(x.reply.Data) != c.data || x.reply.Result != c.result {
					t.Errorf("reply %+v", x.reply)
				}
				var urcs []string
				for _, u := range heard() {
					urcs = append(urcs, u.Line)
				}
				if c.urcs != nil && !reflect.DeepEqual(urcs, c.urcs) {
					t.Errorf("URCs %q, want %q", urcs, c.urcs)
				}
			})
		}
	}
}

func TestNoAnswerIsAnErrorAndTheNextCommandGetsItsOwn(t *testing.T) {
	e, module := newEngine(t, map[string]string{"AT": "\r\nOK\r\n", "AT+CSQ": "\r\n+CSQ: 7,99\r\n\r\nOK\r\n"})
	ctx := testContext(t)
	_, err := e.Do(ctx, Command{Text: "AT+COPS=?", Timeout: time.Millisecond})
	if !errors.Is(err, device.ErrTimeout) || !strings.Contains(err.Error(), "AT+COPS=? on test port") {
		t.Fatalf("silence: %v", err)
	}
	// The late answer must not be that of the next command.
	if _, err := io.WriteString(module, "\r\n+COPS: (2,\"X\")\r\n\r\nERROR\r\n"); err != nil {
		t.Fatal(err)
	}
	r, err := e.Send(ctx, "AT+CSQ", "+CSQ: ")
	if err != nil || !reflect.DeepEqual(r.Lines, []string{"+CSQ: 7,99"}) {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestALostPortEndsEverything(t *testing.T) {
	e, module := newEngine(t, nil)
	ctx := testContext(t)
	failed := make(chan error, 2)
	go func() { _, err := e.Send(ctx, "AT+COPS=?", ""); failed <- err }()
	go func() {
		_, err := e.DoURC(ctx, Command{Text: "AT+QMTOPEN=0"}, "+QMTOPEN: ", nil, 0)
		failed <- err
	}()
	_ = module.Close()
	for range 2 {
		if err := <-failed; !errors.Is(err, device.ErrLost) {
			t.Errorf("%v", err)
		}
	}
	<-e.Ended()
	if _, err := e.Send(ctx, "AT", ""); !errors.Is(err, device.ErrLost) {
		t.Errorf("behind the end: %v", err)
	}
}

func TestACancelledCommand(t *testing.T) {
	e, _ := newEngine(t, map[string]string{"AT": "\r\nOK\r\n"})
	ctx, cancel := context.WithCancel(testContext(t))
	cancel()
	if _, err := e.Send(ctx, "AT+COPS=?", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := e.Send(testContext(t), "AT", ""); err != nil {
		t.Error(err)
	}
}

// TestWrongInterfaces plays what answers on a port that is not for AT commands.
func TestWrongInterfaces(t *testing.T) {
	for name, c := range map[string]struct{ answer, want string }{
		"REPL":   {"AT\r\nTraceback (most recent call last):\r\n  File \"<stdin>\", line 1\r\nNameError: name 'AT' isn't defined\r\n>>> ", "repl:PORT"},
		"debug":  {"\x02\x80%DBG\x01\xff", "debug interface"},
		"GNSS":   {"$GNRMC,101500.00,V,,,,,,,240926,,,N*65\r\n", "GNSS"},
		"none":   {"", "not one byte"},
		"others": {"login: ", "is it another interface"},
	} {
		t.Run(name, func(t *testing.T) {
			host, _ := play(t, map[string]string{"AT": c.answer})
			d, err := Open(testContext(t), host, Options{Patience: 10 * time.Millisecond})
			if !errors.Is(err, device.ErrUnreachable) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, %v", d, err)
			}
		})
	}
}

// TestTheSpeedIsFound plays a UART at another speed than the port's.
func TestTheSpeedIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []int
		inside, err := direct.New(direct.Config{}, direct.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = inside.Close() }()
		host, modem := net.Pipe()
		gate := &gated{Conn: modem}
		m := vmodule.New(vmodule.Options{Device: inside})
		defer m.Close()
		go func() { _ = m.ServeAT(gate, "uart1") }()
		d, err := Open(testContext(t), host, Options{SetBaud: func(b int) error {
			asked = append(asked, b)
			gate.set(b == 921600)
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if last := asked[len(asked)-1]; last != 921600 {
			t.Errorf("asked at %v", asked)
		}
	})
}

// gated hears noise until its speed is right.
type gated struct {
	net.Conn
	on atomic.Bool
}

func (g *gated) set(on bool) { g.on.Store(on) }

// Read turns what comes at the wrong speed into noise.
func (g *gated) Read(p []byte) (int, error) {
	n, err := g.Conn.Read(p)
	if !g.on.Load() {
		for i := range n {
			p[i] |= 0x80
		}
	}
	return n, err
}

func TestARebootEndsAConnection(t *testing.T) {
	r := newRig(t, direct.Config{}, vmodule.Behaviour{}, Options{})
	ctx := testContext(t)
	if err := r.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	if n, err := r.IMEI(ctx); err != nil || n != r.inside.Config().IMEI {
		t.Errorf("behind the restart: %q, %v", n, err)
	}
}

// TestARebootByItself has the module restart under a device that listens and is connected.
func TestARebootByItself(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	r := newRig(t, direct.Config{}, vmodule.Behaviour{}, Options{})
	ctx := testContext(t)
	came := make(chan device.SMSArrival, 1)
	defer r.OnSMS(func(a device.SMSArrival) { came <- a })()
	s, err := r.OpenMQTT(ctx, mqttConfig(broker.Port))
	if err != nil {
		t.Fatal(err)
	}
	// Subscribers hear in order: behind this one the device has put its settings right.
	ready := make(chan struct{}, 1)
	defer r.Engine().Subscribe("+QIND: PB DONE", func(URC) { ready <- struct{}{} })()
	r.module.Reboot()
	<-s.Lost()
	if err := s.Err(); !errors.Is(err, device.ErrLost) {
		t.Errorf("Err = %v", err)
	}
	<-ready
	if _, err := r.OpenMQTT(ctx, mqttConfig(broker.Port)); err != nil {
		t.Errorf("behind the restart: %v", err)
	}
	// What was switched on is on again.
	if err := r.inside.ArriveSMS("10086", "x"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-came:
	case <-ctx.Done():
		t.Error("no message was told")
	}
}

func TestFaults(t *testing.T) {
	r := newRig(t, direct.Config{}, vmodule.Behaviour{}, Options{})
	ctx := testContext(t)
	r.module.FailCommand("+CSQ", 2, atcmd.CME(14))
	if _, err := r.Signal(ctx); err != nil {
		t.Errorf("first: %v", err)
	}
	var refusal *atcmd.Error
	if _, err := r.Signal(ctx); !errors.As(err, &refusal) || refusal.Code != 14 {
		t.Errorf("second: %v", err)
	}
	r.module.DropURC("+QMTOPEN", 1)
	_, err := r.Engine().DoURC(ctx, Command{Text: `AT+QMTOPEN=0,"127.0.0.1",1`}, "+QMTOPEN: ", nil, time.Millisecond)
	if !errors.Is(err, device.ErrTimeout) || !strings.Contains(err.Error(), "QURCCFG") {
		t.Errorf("lost URC: %v", err)
	}
	r.module.SendRaw(bytes.Repeat([]byte{0x80, 'x', 0}, 1<<18)) // noise without an end
	if _, err := r.IMEI(ctx); err == nil {
		t.Log("the noise ended before the answer")
	}
	if _, err := r.IMEI(ctx); err != nil {
		t.Errorf("behind the noise: %v", err)
	}
}

func TestSockets(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	served := make(chan error, 1)
	go func() {
		c, err := l.Accept()
		if err == nil {
			_, err = io.Copy(c, c)
			err = errors.Join(err, c.Close())
		}
		served <- err
	}()
	r := newRig(t, direct.Config{}, vmodule.Behaviour{}, Options{})
	c, err := r.DialSocket(testContext(t), "tcp", "127.0.0.1", l.Addr().(*net.TCPAddr).Port)
	if err != nil {
		t.Fatal(err)
	}
	data := make([]byte, 40000)
	for i := range data {
		data[i] = byte(i * 7)
	}
	sent := make(chan error, 1)
	go func() { _, err := c.Write(data); sent <- err }()
	back := make([]byte, len(data))
	if _, err := io.ReadFull(c, back); err != nil || !bytes.Equal(back, data) {
		t.Errorf("echo differs: %v", err)
	}
	if err := errors.Join(<-sent, c.Close(), <-served); err != nil {
		t.Error(err)
	}
	if _, err := r.DialSocket(testContext(t), "tcp", "127.0.0.1", 1); !errors.Is(err, device.ErrUnreachable) {
		t.Errorf("no server: %v", err)
	}
	if addr, err := r.Lookup(testContext(t), "localhost"); err != nil || addr == "" {
		t.Errorf("Lookup = %q, %v", addr, err)
	}
}

func FuzzLexer(f *testing.F) {
	for _, s := range []string{"\r\nOK\r\n", "AT+CSQ\r\r\n+CSQ: 1,2\r\n\r\nOK\r\n", "+QMTRECV: 0,0,\"t\",3,\"a\r\n\"\r\n", "> ", "+QIRD: 2\r\nab\r\nOK\r\n", "CONNECT 3\r\nabc\r\nOK\r\n", "OK+QIND: SMS DONE\r\n"} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, raw []byte, cut int) {
		tokens := func(size int) (all []token) {
			l := lexer{echo: "AT+CSQ", prompt: ">"}
			for p := raw; len(p) > 0; p = p[min(size, len(p)):] {
				l.feed(p[:min(size, len(p))])
				for {
					tok, ok := l.next()
					if !ok {
						break
					}
					if tok.kind == lineToken && tok.data == nil && strings.ContainsAny(tok.text, "\r\n") {
						t.Errorf("line %q", tok.text)
					}
					all = append(all, tok)
				}
				if len(l.buf) > maxLine+1<<20+len(raw) {
					t.Errorf("%d bytes held", len(l.buf))
				}
			}
			return all
		}
		tokens(len(raw) + 1)
		tokens(max(1, cut%17))
	})
}

// BenchmarkRoundTrip is what the engine adds to a command on a wire that takes no time.
func BenchmarkRoundTrip(b *testing.B) {
	e, _ := newEngine(b, map[string]string{"AT+CSQ": "\r\n+CSQ: 24,99\r\n\r\nOK\r\n"})
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Send(ctx, "AT+CSQ", "+CSQ: "); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkURCs is how fast unasked lines go to a subscriber.
func BenchmarkURCs(b *testing.B) {
	e, module := newEngine(b, nil)
	came := make(chan struct{}, 1024)
	defer e.Subscribe("+QMTRECV", func(URC) { came <- struct{}{} })()
	line := []byte("\r\n+QMTRECV: 0,0,\"$oc/devices/x/sys/commands/request_id=1\",30,\"" + strings.Repeat("x", 30) + "\"\r\n")
	const batch = 64
	lines := bytes.Repeat(line, batch)
	b.SetBytes(int64(len(line)))
	for i := 0; i < b.N; i += batch {
		if _, err := module.Write(lines); err != nil {
			b.Fatal(err)
		}
		for range batch {
			<-came
		}
	}
}
