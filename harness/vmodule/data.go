package vmodule

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"quecstar/harness/atcmd"
)

// guardTime is the silence on both sides of "+++", and the time in which the three must come (AT commands
// manual of EC2x/EG9x, "+++").
const guardTime = time.Second

// carrier is what a port in data mode is connected to.
type carrier struct {
	send func(p []byte)
	// flowing has what comes from the other side go to the port, or be kept.
	flowing func(on bool)
	hangUp  func()
	gone    chan struct{} // closed when the other side ended
	once    sync.Once
}

func (c *carrier) end() { c.once.Do(func() { close(c.gone) }) }

// connect puts the port into data mode. Behind CONNECT everything that comes is data.
func (c *call) connect(to *carrier) error {
	c.p.carrier = to
	c.p.enter("")
	text := "CONNECT"
	if rate := c.m.opts.Behaviour.ConnectRate; rate > 0 {
		text += fmt.Sprintf(" %d", rate)
	}
	if c.p.modes.Load().numeric {
		text = "1\r"
	} else {
		text = "\r\n" + text + "\r\n"
	}
	if !c.p.modes.Load().quiet {
		c.p.out.put([]byte(text))
	}
	to.flowing(true)
	c.p.online = true
	return errOnline
}

// resume is ATO: data mode again, if there is something to go back to.
func (c *call) resume() error {
	to := c.p.carrier
	if to == nil {
		c.p.say("NO CARRIER")
		return errSaid
	}
	return c.connect(to)
}

// pluses tells an escape, "+++" between two silences, from data. The zero value begins with a silence.
type pluses struct {
	held []byte // plus signs that may be an escape
	last time.Time
}

// take takes what came and returns what is data for certain.
func (e *pluses) take(came []byte) []byte {
	quiet := time.Since(e.last) >= guardTime
	e.last = time.Now()
	if (len(e.held) > 0 || quiet) && len(e.held)+len(came) <= 3 && strings.Trim(string(came), "+") == "" {
		e.held = append(e.held, came...)
		return nil
	}
	return e.release(came)
}

// release returns what was held, with more behind it, as data.
func (e *pluses) release(more []byte) []byte {
	data := append(e.held, more...)
	e.held = nil
	return data
}

// silence is a timer of the guard time while something is held.
func (e *pluses) silence() <-chan time.Time {
	if len(e.held) == 0 {
		return nil
	}
	return time.After(time.Until(e.last.Add(guardTime)))
}

// transparent passes data on until "+++", or until the other side ends.
func (p *port) transparent() error {
	to := p.carrier
	p.online = false
	leave := func(text string) error {
		to.flowing(false)
		p.say(text)
		return nil
	}
	e := pluses{last: time.Now()}
	for {
		if len(p.pending) > 0 {
			if data := e.take(p.pending); len(data) > 0 {
				to.send(data)
			}
			p.pending = nil
		}
		select {
		case b, ok := <-p.in:
			if !ok {
				to.flowing(false)
				return errHungUp
			}
			p.pending = b
		case <-e.silence():
			if string(e.held) == "+++" {
				return leave("OK")
			}
			to.send(e.release(nil))
		case <-to.gone:
			p.carrier = nil
			return leave("NO CARRIER")
		case <-p.done:
			return errHungUp
		case <-p.m.ctx.Done():
			return errHungUp
		}
	}
}

// upload takes n bytes behind CONNECT. "+++" ends it early, and what arrived is kept, as older families do
// (Quectel UGxx FILE application note, "AT+QFUPL").
func (p *port) upload(n int, limit time.Duration) ([]byte, error) {
	late := time.NewTimer(limit)
	defer late.Stop()
	e := pluses{last: time.Now()}
	var data []byte
	for {
		part := p.pending[:min(n-len(data), len(p.pending))]
		p.pending = p.pending[len(part):]
		if len(part) > 0 {
			data = append(data, e.take(part)...)
		}
		if len(data)+len(e.held) >= n {
			p.m.think()
			return append(data, e.held...), nil
		}
		select {
		case b, ok := <-p.in:
			if !ok {
				return data, errHungUp
			}
			p.pending = append(p.pending, b...)
		case <-e.silence():
			if string(e.held) == "+++" {
				return data, nil
			}
			data = append(data, e.release(nil)...)
		case <-late.C:
			return append(data, e.held...), errLate
		case <-p.done:
			return data, errHungUp
		case <-p.m.ctx.Done():
			return data, errHungUp
		}
	}
}

// hangUpData is ATH for a connection of data.
func (p *port) hangUpData() {
	if to := p.carrier; to != nil {
		p.carrier = nil
		to.hangUp()
	}
}

// openTransparent is AT+QIOPEN in access mode 2: CONNECT comes when the connection is there.
func (c *call) openTransparent(s *socket) error {
	to := &carrier{gone: make(chan struct{}), hangUp: s.close}
	to.send = func(p []byte) {
		s.mu.Lock()
		conn := s.conn
		s.mu.Unlock()
		if _, err := conn.Write(p); err != nil {
			to.end()
		}
	}
	to.flowing = func(on bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.flows = nil
		if on {
			s.flows = c.p.out
			s.flows.put(s.data)
			s.data = nil
			s.change.Broadcast()
		}
	}
	s.carrier = to
	if code := c.m.dialSocket(s); code != 0 {
		return &atcmd.Error{}
	}
	return c.connect(to)
}

// configureRequest is how PPP begins: LCP Configure-Request (RFC 1661, section 5.1; RFC 1662).
const configureRequest = "\x7e\xff\x7d\x23\xc0\x21\x7d\x21\x7d\x21\x7d\x20\x7d\x24\xd1\xb5\x7e"

// dialData is ATD*99#: data mode with PPP, of which only the first packet is played.
func (c *call) dialData() error {
	if !c.m.ready() {
		c.p.say("NO CARRIER")
		return errSaid
	}
	to := &carrier{gone: make(chan struct{}), send: func([]byte) {}, hangUp: func() {}}
	to.flowing = func(on bool) {
		if on {
			c.p.out.put([]byte(configureRequest))
		}
	}
	return c.connect(to)
}

// switchAccess is AT+QISWTMD, of which only transparent mode is played, for a socket that was opened so.
func switchAccess(c *call) error {
	s, err := c.socket()
	if err != nil {
		return err
	}
	if c.args.Int(1, 0) != 2 || s.carrier == nil {
		return &atcmd.Error{}
	}
	c.p.carrier = s.carrier
	return c.connect(s.carrier)
}
