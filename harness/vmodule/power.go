package vmodule

import (
	"fmt"
	"time"

	"quecstar/harness/atcmd"
)

var powerCommands = map[string]command{
	"QPOWD": {exec: powerDown, write: powerDown, test: "(0,1)"},
	"CCLK": {read: func(c *call) error {
		now, err := c.m.dev.NetworkTime(c.m.ctx)
		if err != nil {
			now = time.Date(1980, 1, 6, 0, 0, 0, 0, time.UTC)
		}
		c.info(`+CCLK: "%s"`, moduleTime(now, "06/01/02,15:04:05", now))
		return nil
	}, write: func(*call) error { return nil }},
	"QLTS":  {exec: networkClock, write: networkClock, test: "(0-2)"},
	"CTZU":  {read: func(c *call) error { c.info("+CTZU: 1"); return nil }, write: accept, test: "(0,1,3)"},
	"CTZR":  {read: func(c *call) error { c.info("+CTZR: 0"); return nil }, write: accept, test: "(0-2)"},
	"QSCLK": {read: func(c *call) error { c.info("+QSCLK: 0"); return nil }, write: accept, test: "(0,1)"},
}

// accept takes a setting that changes nothing here.
func accept(*call) error { return nil }

var configCommands = map[string]command{
	"CMEE": {test: "(0-2)", read: func(c *call) error {
		c.m.mu.Lock()
		n := c.m.set.cmee
		c.m.mu.Unlock()
		c.info("+CMEE: %d", n)
		return nil
	}, write: func(c *call) error {
		n, ok := c.args.At(0).Int()
		if !ok || n < 0 || n > 2 {
			return atcmd.CME(50)
		}
		c.m.mu.Lock()
		defer c.m.mu.Unlock()
		c.m.set.cmee = n
		return nil
	}},
	"QURCCFG": {test: `"urcport",("usbat","usbmodem","uart1","all")`, write: urcPort},
	"QCFG":    {write: accept},
	"QINDCFG": {write: func(c *call) error {
		c.m.mu.Lock()
		defer c.m.mu.Unlock()
		if c.args.Text(0) == "csq" {
			c.m.set.signalURC = c.args.Int(1, 0) == 1
		}
		return nil
	}},
	"IPR": {read: func(c *call) error { c.info("+IPR: 115200"); return nil }, write: accept,
		test: "(4800,9600,19200,38400,57600,115200,230400,460800,921600)"},
	"IFC": {read: func(c *call) error { c.info("+IFC: 0,0"); return nil }, write: accept, test: "(0,2),(0,2)"},
	"ICF": {read: func(c *call) error { c.info("+ICF: 3,3"); return nil }, write: accept},
	"CSCS": {test: `("GSM","IRA","UCS2")`, read: func(c *call) error { c.info(`+CSCS: "%s"`, c.m.charset()); return nil },
		write: setCharset},
	"CPAS": {exec: func(c *call) error { c.info("+CPAS: 0"); return nil }},
	"GCAP": {exec: func(c *call) error { c.info("+GCAP: +CGSM"); return nil }},
	"CR":   {write: accept},
}

func (m *Module) charset() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.set.charset
}

func setCharset(c *call) error {
	switch set := c.args.Text(0); set {
	case "GSM", "IRA", "UCS2":
		c.m.mu.Lock()
		defer c.m.mu.Unlock()
		c.m.set.charset = set
		return nil
	}
	return atcmd.CME(50)
}

// urcPort is where URCs go; a module keeps it over a restart.
func urcPort(c *call) error {
	if c.args.Text(0) != "urcport" {
		return atcmd.CME(50)
	}
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	if len(c.args) == 1 {
		port := c.m.set.urcPort
		if port == "" {
			port = "all"
		}
		c.info(`+QURCCFG: "urcport","%s"`, port)
		return nil
	}
	c.m.set.urcPort = c.args.Text(1)
	c.m.opts.Behaviour.URCPort = c.args.Text(1)
	return nil
}

// moduleTime writes a time in a layout, with the zone of another in quarters of an hour behind it.
func moduleTime(t time.Time, layout string, zone time.Time) string {
	_, seconds := zone.Zone()
	return fmt.Sprintf("%s%+03d", t.Format(layout), seconds/900)
}

// networkClock is AT+QLTS: mode 1 tells UTC, 0 and 2 what the network told and the local time.
func networkClock(c *call) error {
	now, err := c.m.dev.NetworkTime(c.m.ctx)
	if err != nil {
		c.info(`+QLTS: ""`)
		return nil
	}
	shown := now
	if c.args.Int(0, 0) < 2 {
		shown = now.UTC()
	}
	c.info(`+QLTS: "%s,0"`, moduleTime(shown, "2006/01/02,15:04:05", now))
	return nil
}

func powerDown(c *call) error {
	c.later(func() { c.m.PowerDown() })
	return nil
}

// Off reports whether the module is off, or boots.
func (m *Module) Off() bool { return m.isOff() }

func (m *Module) isOff() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.off
}

// endConnections closes what the module has open in the network.
func (m *Module) endConnections() {
	m.mu.Lock()
	clients, sockets := m.mqtt, m.sockets
	m.mu.Unlock()
	for _, q := range clients {
		if q != nil {
			q.drop()
		}
	}
	for _, s := range sockets {
		if s != nil {
			s.close()
		}
	}
}

// PowerDown switches the module off: it prints POWERED DOWN and is deaf until PowerOn.
func (m *Module) PowerDown() {
	m.urc("POWERED DOWN")
	m.goOff()
}

func (m *Module) goOff() {
	m.endConnections()
	m.settle()
	m.mu.Lock()
	m.off = true
	m.mu.Unlock()
	if f := m.opts.OnPower; f != nil {
		f(false)
	}
}

// settle waits until the ports have printed what they have to print, for a second at most.
func (m *Module) settle() {
	for _, p := range m.openPorts() {
		p.out.flush(time.Second)
	}
}

// PowerOn boots a module that is off: after the boot's time it prints the lines of a boot.
func (m *Module) PowerOn() {
	m.mu.Lock()
	m.off = true
	m.factory()
	m.mu.Unlock()
	if !m.pause(m.opts.Behaviour.BootTime) {
		return
	}
	for _, p := range m.openPorts() {
		p.reset()
	}
	m.mu.Lock()
	m.off = false
	m.mu.Unlock()
	if f := m.opts.OnPower; f != nil {
		f(true)
	}
	if m.opts.Behaviour.Silent {
		return
	}
	m.urc("RDY")
	m.urc("+CFUN: 1")
	if m.cardError() != nil {
		m.urc("+CPIN: NOT READY")
		return
	}
	m.urc("+CPIN: READY")
	m.urc("+QUSIM: 1")
	m.urc("+QIND: SMS DONE")
	m.urc("+QIND: PB DONE")
}

// PowerCycle cuts the supply for a time, without a word, and boots the module behind that.
func (m *Module) PowerCycle(off time.Duration) {
	m.spawn(func() {
		m.goOff()
		if m.pause(off) {
			m.PowerOn()
		}
	})
}

// Reboot restarts the module, as AT+CFUN=1,1 does: it goes off, and is back after the boot's time.
func (m *Module) Reboot() {
	m.spawn(func() {
		m.PowerDown()
		m.PowerOn()
	})
}
