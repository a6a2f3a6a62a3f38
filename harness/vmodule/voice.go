package vmodule

import (
	"strings"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

// ringPeriod is how often a module says RING while a call comes in.
const ringPeriod = 5 * time.Second

// voiceCommands are those of voice calls (3GPP TS 27.007, sections 6.5, 7.11, 7.18, 8.24 and C.2.11).
var voiceCommands = map[string]command{
	"CLCC": {exec: listCalls},
	"CHUP": {exec: func(c *call) error { return c.m.hangUpCall() }},
	"VTS": {write: func(c *call) error {
		return c.m.dev.SendDTMF(c.m.ctx, strings.ToUpper(c.args.Text(0)), 100*time.Millisecond)
	}},
	"CLIP": {test: "(0,1)", read: func(c *call) error {
		c.m.mu.Lock()
		on := c.m.set.showCaller
		c.m.mu.Unlock()
		c.info("+CLIP: %d,1", bit(on))
		return nil
	}, write: voiceSetting(func(s *settings, on bool) { s.showCaller = on })},
	"CRC": {test: "(0,1)", read: func(c *call) error {
		c.m.mu.Lock()
		on := c.m.set.longRing
		c.m.mu.Unlock()
		c.info("+CRC: %d", bit(on))
		return nil
	}, write: voiceSetting(func(s *settings, on bool) { s.longRing = on })},
}

// voiceSetting keeps 0 or 1.
func voiceSetting(set func(s *settings, on bool)) func(*call) error {
	return func(c *call) error {
		n := c.args.Int(0, -1)
		if n != 0 && n != 1 {
			return atcmd.CME(50)
		}
		c.m.mu.Lock()
		defer c.m.mu.Unlock()
		set(&c.m.set, n == 1)
		return nil
	}
}

func listCalls(c *call) error {
	v, ok, err := c.m.dev.CurrentCall(c.m.ctx)
	if err != nil || !ok {
		return err
	}
	c.info(`+CLCC: %d,%d,%d,0,0,"%s",%d`, v.ID, bit(v.Incoming), v.State, v.Number, numberType(v.Number))
	return nil
}

// dial is ATD with a number and a semicolon, which makes the call one of voice (27.007, section 6.2).
func (c *call) dial(number string) error {
	number, voice := strings.CutSuffix(strings.TrimSpace(number), ";")
	if !voice && strings.HasPrefix(number, "*99") && strings.HasSuffix(number, "#") {
		return c.dialData()
	}
	if !voice {
		return &atcmd.Error{}
	}
	// What the call comes to is said behind the OK.
	c.later(func() {
		if err := c.m.dev.Dial(c.m.ctx, number); err != nil {
			c.m.urc("NO CARRIER")
		}
	})
	return nil
}

// answer is ATA.
func (c *call) answer() error {
	if err := c.m.dev.Answer(c.m.ctx); err != nil {
		c.p.say("NO CARRIER")
		return errSaid
	}
	return nil
}

// hangUpCall ends the call, if there is one, without a NO CARRIER.
func (m *Module) hangUpCall() error {
	if _, ok, err := m.dev.CurrentCall(m.ctx); err != nil || !ok {
		return err
	}
	m.mu.Lock()
	m.hangsUp = true
	m.mu.Unlock()
	return m.dev.HangUp(m.ctx)
}

// callChanged says what a module says of a call without being asked.
func (m *Module) callChanged(v device.Call) {
	m.mu.Lock()
	was, hangsUp := m.lastCall, m.hangsUp
	m.lastCall = v.State
	if v.State == device.CallReleased {
		m.hangsUp = false
	}
	m.mu.Unlock()
	switch {
	case v.State == device.CallIncoming:
		m.spawn(func() { m.ring(v) })
	case v.State != device.CallReleased || hangsUp:
	case was == device.CallDialing:
		m.urc("BUSY")
	default:
		m.urc("NO CARRIER")
	}
}

// ring says that a call comes in, again and again until somebody answers it or it ends.
func (m *Module) ring(v device.Call) {
	for {
		now, ok, err := m.dev.CurrentCall(m.ctx)
		if err != nil || !ok || now != v {
			return
		}
		m.mu.Lock()
		long, show := m.set.longRing, m.set.showCaller
		m.mu.Unlock()
		if long {
			m.urc("+CRING: VOICE")
		} else {
			m.urc("RING")
		}
		if show {
			m.urc(`+CLIP: "%s",%d,,,,0`, v.Number, numberType(v.Number))
		}
		if !m.pause(ringPeriod) {
			return
		}
	}
}
