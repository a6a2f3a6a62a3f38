package vmodule

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"quecstar/harness/atcmd"
)

// port is one AT port.
type port struct {
	m    *Module
	name string
	conn io.ReadWriteCloser
	out  *outbox
	in   chan []byte // what came; closed at the end
	done chan struct{}
	once sync.Once

	pending []byte   // came, not looked at
	carrier *carrier // of data mode, also while it was left by "+++"; nil where there is none
	online  bool     // data mode is on
	last    string   // command line, for A/
	modes   atomic.Pointer[modes]
	trained atomic.Bool // an autobauding port knows its speed

	// urcs waits while a payload is entered, where a URC would be taken for an echo.
	mu      sync.Mutex
	entry   bool
	waiting []string
}

// modes are how a port prints. A command replaces them whole, as a restart does from elsewhere.
type modes struct {
	echo    bool // ATE1
	quiet   bool // ATQ1
	numeric bool // ATV0
}

// setModes changes how the port prints.
func (p *port) setModes(f func(*modes)) {
	m := *p.modes.Load()
	f(&m)
	p.modes.Store(&m)
}

// waitingReads is how much of what a host sends waits while the module thinks.
const waitingReads = 256

func newPort(m *Module, conn io.ReadWriteCloser, name string) *port {
	p := &port{m: m, name: name, conn: conn, in: make(chan []byte, waitingReads), done: make(chan struct{})}
	p.modes.Store(&modes{echo: true})
	p.out = newOutbox(conn, m)
	return p
}

// close ends the port; safe to call again.
func (p *port) close() {
	p.once.Do(func() {
		close(p.done)
		p.out.close()
		// The other side may have hung up already: that is no error.
		_ = p.conn.Close()
	})
}

// errHungUp is of a port that ended; its server ends in silence.
var errHungUp = errors.New("hung up")

func (p *port) serve() error {
	var helpers sync.WaitGroup
	helpers.Go(p.read)
	helpers.Go(p.out.run)
	defer helpers.Wait()
	defer p.close()
	for {
		line, err := p.line()
		if err != nil {
			if errors.Is(err, errHungUp) {
				return nil
			}
			return err
		}
		err = p.command(line)
		if err == nil && p.online {
			err = p.transparent()
		}
		if err != nil {
			if errors.Is(err, errHungUp) {
				return nil
			}
			return err
		}
	}
}

// read moves what comes to the server.
func (p *port) read() {
	defer close(p.in)
	buf := make([]byte, 4096)
	for {
		n, err := slowReader{p.m, p.conn}.Read(buf)
		if n > 0 {
			select {
			case p.in <- bytes.Clone(buf[:n]):
			case <-p.done:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// more waits for bytes, at most until the timer, which may be nil.
func (p *port) more(limit <-chan time.Time) error {
	select {
	case b, ok := <-p.in:
		if !ok {
			return errHungUp
		}
		p.pending = append(p.pending, b...)
		return nil
	case <-limit:
		return errLate
	case <-p.done:
		return errHungUp
	case <-p.m.ctx.Done():
		return errHungUp
	}
}

// errLate is that a payload did not come in time.
var errLate = errors.New("too late")

// maxLine is how long a command line may be; longer ones are refused.
const maxLine = 4096

// line waits for a command line and echoes it.
func (p *port) line() (string, error) {
	var line []byte
	for {
		for len(p.pending) == 0 {
			if err := p.more(nil); err != nil {
				return "", err
			}
		}
		if p.m.isOff() {
			p.pending, line = nil, nil
			continue
		}
		end := bytes.IndexByte(p.pending, '\r')
		part := p.pending
		if end >= 0 {
			part = p.pending[:end+1]
		}
		deaf := p.m.opts.Behaviour.Autobaud && !p.trained.Load()
		if p.modes.Load().echo && !deaf {
			p.out.put(bytes.TrimLeft(part, "\n"))
		}
		line = appendLine(line, part)
		p.pending = p.pending[len(part):]
		switch {
		case end >= 0 && deaf:
			p.trained.Store(true)
			line = nil
		case end >= 0:
			return string(line), nil
		}
	}
}

// echoes reports whether the port echoes a payload.
func (p *port) echoes() bool { return p.modes.Load().echo || p.m.opts.Behaviour.EchoesPayload }

// appendLine adds what came to a line: line feeds do not count, a backspace takes one byte back.
func appendLine(line, part []byte) []byte {
	for _, b := range part {
		switch {
		case b == '\n' || b == '\r' || b == 0:
		case b == backspace || b == 127:
			line = line[:max(0, len(line)-1)]
		case len(line) <= maxLine:
			line = append(line, b)
		}
	}
	return line
}

// command runs a command line. What does not begin with AT is noise and gets no answer.
func (p *port) command(line string) error {
	line = strings.TrimSpace(line)
	if strings.EqualFold(line, "A/") {
		line = p.last
	}
	line = withoutNoise(line)
	if !startsCommand(line) {
		return nil
	}
	p.last = line
	p.m.think()
	if len(line) > maxLine {
		p.final(&atcmd.Error{})
		return nil
	}
	c := &call{m: p.m, p: p}
	err := c.all(line[2:])
	if errors.Is(err, errHungUp) {
		return err
	}
	if err == errOnline { //nolint:errorlint // a mark, never wrapped
		return nil
	}
	if err == errSilence { //nolint:errorlint // a mark, never wrapped
		return nil
	}
	if err == errSaid { //nolint:errorlint // a mark, never wrapped
		p.drained()
		c.run()
		return nil
	}
	if err == nil && p.m.opts.Behaviour.EarlyResult {
		c.run()
		p.m.settle()
		p.final(nil)
		return nil
	}
	p.final(err)
	if err == nil {
		c.run()
	}
	return nil
}

func startsCommand(line string) bool { return len(line) >= 2 && strings.EqualFold(line[:2], "AT") }

// withoutNoise is a command line without the noise before its AT, as a UART has it that was just
// connected.
func withoutNoise(line string) string {
	for at := range line {
		if startsCommand(line[at:]) && (at == 0 || isNoise(line[:at])) {
			return line[at:]
		}
	}
	return line
}

// isNoise tells line noise before a command from a word that holds "at".
func isNoise(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return true
		}
	}
	return false
}

// results are the digits that stand for results after ATV0 (ATM, chapter 2).
var results = map[string]string{"OK": "0", "CONNECT": "1", "RING": "2", "NO CARRIER": "3", "ERROR": "4", "BUSY": "7",
	"NO ANSWER": "8"}

// final prints a result code.
func (p *port) final(err error) {
	text := "OK"
	var e *atcmd.Error
	if errors.As(err, &e) {
		p.m.mu.Lock()
		level := p.m.set.cmee
		p.m.mu.Unlock()
		text = e.Line(level == 2)
		if level == 0 && e.Kind == "CME" {
			text = "ERROR"
		}
	} else if err != nil {
		text = "ERROR"
	}
	p.say(text)
}

// say prints a result code as ATQ and ATV will have it.
func (p *port) say(text string) {
	defer p.drained()
	mode := p.modes.Load()
	switch digit, ok := results[text]; {
	case mode.quiet:
	case mode.numeric && ok:
		p.out.put([]byte(digit + "\r"))
	default:
		p.out.put([]byte("\r\n" + text + "\r\n"))
	}
}

// urc prints an unsolicited result, later when a payload is being entered.
func (p *port) urc(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.entry {
		p.waiting = append(p.waiting, line)
		return
	}
	p.out.offer(p.frame(line))
}

func (p *port) frame(line string) []byte {
	if p.m.opts.Behaviour.GluedURC {
		return []byte(line + "\r\n")
	}
	return []byte("\r\n" + line + "\r\n")
}

// drained lets URCs out that waited for a payload.
func (p *port) drained() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.entry = false
	for _, line := range p.waiting {
		p.out.offer(p.frame(line))
	}
	p.waiting = nil
}

// enter begins the entry of a payload.
func (p *port) enter(prompt string) {
	p.mu.Lock()
	p.entry = true
	p.mu.Unlock()
	p.out.put([]byte(prompt))
}

// payload takes n bytes behind a prompt; fewer when they do not come in time, with errLate.
func (p *port) payload(n int, limit time.Duration, echo bool) ([]byte, error) {
	t := time.NewTimer(limit)
	defer t.Stop()
	data := make([]byte, 0, min(n, 1<<20))
	for len(data) < n {
		if len(p.pending) == 0 {
			if err := p.more(t.C); err != nil {
				return data, err
			}
			continue
		}
		part := p.pending[:min(n-len(data), len(p.pending))]
		if echo {
			p.out.put(part)
		}
		data = append(data, part...)
		p.pending = p.pending[len(part):]
	}
	p.m.think()
	return data, nil
}

// The bytes that mean something in a text of unknown length: end, cancel, take back.
const (
	ctrlZ     = 0x1a
	escape    = 0x1b
	backspace = 0x08
)

// openText takes bytes until Ctrl-Z; cancelled says that Esc ended it. A backspace takes a byte back.
func (p *port) openText(limit time.Duration, most int, echo bool) (data []byte, cancelled bool, err error) {
	t := time.NewTimer(limit)
	defer t.Stop()
	for {
		end := bytes.IndexAny(p.pending, string([]byte{ctrlZ, escape}))
		part := p.pending
		if end >= 0 {
			part = p.pending[:end]
		}
		if echo {
			p.out.put(part)
		}
		if data = appendText(data, part); len(data) > most {
			return nil, false, fmt.Errorf("%w: the text is longer than %d bytes", errLate, most)
		}
		if end >= 0 {
			stop := p.pending[end]
			p.pending = p.pending[end+1:]
			p.m.think()
			return data, stop == escape, nil
		}
		p.pending = nil
		if err := p.more(t.C); err != nil {
			return data, false, err
		}
	}
}

// appendText adds what was typed to a text.
func appendText(text, part []byte) []byte {
	for _, b := range part {
		if b == backspace {
			text = text[:max(0, len(text)-1)]
		} else {
			text = append(text, b)
		}
	}
	return text
}

// reset is what a restart does to a port: its line modes are those of the factory.
func (p *port) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.modes.Store(&modes{echo: true})
	p.trained.Store(false)
	p.entry, p.waiting = false, nil
}
