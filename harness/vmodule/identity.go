package vmodule

import (
	"strings"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

var identityCommands = map[string]command{
	"GMI":  {exec: maker},
	"CGMI": {exec: maker},
	"GMM":  {exec: model},
	"CGMM": {exec: model},
	"GMR":  {exec: revision},
	"CGMR": {exec: revision},
	"QGMR": {exec: func(c *call) error { c.info("%s_01.001.01.001", c.m.dev.Config().Firmware); return nil }},
	"GSN":  {exec: imei, write: imei},
	"CGSN": {exec: imei, write: imei},
	"EGMR": {write: func(c *call) error {
		conf := c.m.dev.Config()
		switch c.args.Text(0) + "," + c.args.Text(1) {
		case "0,7":
			c.info(`+EGMR: "%s"`, conf.IMEI)
		case "0,5":
			c.info(`+EGMR: "%s"`, conf.SerialNumber)
		default:
			return atcmd.CME(4) // writing an IMEI is nothing that a module should offer
		}
		return nil
	}},
	"CBC": {exec: func(c *call) error {
		mv, err := c.m.dev.Voltage(c.m.ctx)
		if err == nil {
			c.info("+CBC: 0,100,%d", mv)
		}
		return err
	}},
}

func maker(c *call) error { c.info("Quectel"); return nil }

func model(c *call) error { c.info("%s", c.m.dev.Config().Model); return nil }

func revision(c *call) error { c.info("%s", c.m.dev.Config().Firmware); return nil }

func imei(c *call) error {
	if c.args.Int(0, 1) == 0 {
		c.info("+GSN: %s", c.m.dev.Config().SerialNumber)
		return nil
	}
	c.info("%s", c.m.dev.Config().IMEI)
	return nil
}

// identify is ATI.
func (c *call) identify() error {
	conf := c.m.dev.Config()
	c.info("Quectel")
	c.info("%s", conf.Model)
	c.info("Revision: %s", conf.Firmware)
	return nil
}

var cardCommands = map[string]command{
	"CPIN": {read: cardState, write: enterPIN},
	"CIMI": {exec: func(c *call) error { return c.onCard("", c.m.dev.Config().IMSI) }},
	"QCCID": {exec: func(c *call) error { return c.onCard("+QCCID: ", c.m.dev.Config().ICCID) },
		read: func(c *call) error { return c.onCard("+QCCID: ", c.m.dev.Config().ICCID) }},
	"CCID":     {exec: func(c *call) error { return c.onCard("+CCID: ", c.m.dev.Config().ICCID) }},
	"CNUM":     {exec: ownNumber},
	"QINISTAT": {exec: initState},
	"QPINC":    {read: pinCounts},
	"CLCK":     {write: lockFacility, test: `("SC")`},
	"CPWD":     {write: changePassword, test: `("SC",8)`},
	"QSIMSTAT": {read: simStat, write: func(c *call) error {
		c.m.mu.Lock()
		defer c.m.mu.Unlock()
		c.m.set.simURC = c.args.Int(0, 0) == 1
		return nil
	}},
	"QSIMDET": {read: func(c *call) error {
		d, err := c.m.dev.SIMDetection(c.m.ctx)
		if err != nil {
			return err
		}
		c.info("+QSIMDET: %d,%d", bit(d.Enabled), d.Level)
		return nil
	}, write: func(c *call) error {
		return c.m.dev.SetSIMDetection(c.m.ctx, device.SIMDetection{Enabled: c.args.Int(0, 0) == 1, Level: c.args.Int(1, 0)})
	}},
	"QUIMSLOT": {read: func(c *call) error {
		slot, err := c.m.dev.SIMSlot(c.m.ctx)
		if err != nil {
			return err
		}
		c.info("+QUIMSLOT: %d", slot+1)
		return nil
	}, write: func(c *call) error { return c.m.dev.SwitchSIM(c.m.ctx, c.args.Int(0, 1)-1) }},
	"CSIM": {write: func(c *call) error {
		answer, err := c.m.dev.SIMCommand(c.m.ctx, 0, c.args.Text(1))
		if err != nil {
			return err
		}
		c.info(`+CSIM: %d,"%s"`, len(answer), answer)
		return nil
	}},
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// cardError is why the card cannot be used; nil when it can.
func (m *Module) cardError() error {
	status, err := m.dev.SIMStatus(m.ctx)
	if err != nil {
		return err
	}
	switch status {
	case device.SIMReady:
		return nil
	case device.SIMAbsent:
		return atcmd.CME(10)
	case device.SIMPIN:
		return atcmd.CME(11)
	case device.SIMPUK:
		return atcmd.CME(12)
	case device.SIMBusy:
		return atcmd.CME(14)
	}
	return atcmd.CME(13)
}

func (c *call) onCard(prefix, value string) error {
	if err := c.m.cardError(); err != nil {
		return err
	}
	c.info("%s%s", prefix, value)
	return nil
}

func cardState(c *call) error {
	status, err := c.m.dev.SIMStatus(c.m.ctx)
	if err != nil {
		return err
	}
	switch status {
	case device.SIMPIN:
		c.info("+CPIN: SIM PIN")
	case device.SIMPUK:
		c.info("+CPIN: SIM PUK")
	default:
		if err := c.m.cardError(); err != nil {
			return err
		}
		c.info("+CPIN: READY")
	}
	return nil
}

func enterPIN(c *call) error {
	code, next := c.args.Text(0), c.args.Text(1)
	err := c.m.dev.VerifyPIN(c.m.ctx, code)
	if next != "" {
		err = c.m.dev.UnblockPIN(c.m.ctx, code, next)
	}
	if err != nil {
		return c.wrongCode(err)
	}
	c.later(func() { c.m.urc("+CPIN: READY") })
	return nil
}

// wrongCode is what a module answers to a code that the card did not take.
func (c *call) wrongCode(err error) error {
	if card := c.m.cardError(); card != nil {
		var at *atcmd.Error
		if asAT(card, &at) && at.Code == 12 {
			return card
		}
	}
	if strings.Contains(err.Error(), "no card") {
		return atcmd.CME(10)
	}
	return atcmd.CME(16)
}

func ownNumber(c *call) error {
	if err := c.m.cardError(); err != nil {
		return err
	}
	if n := c.m.dev.Config().PhoneNumber; n != "" {
		c.info(`+CNUM: ,"%s",%d`, n, numberType(n))
	}
	return nil
}

// numberType is the type of address octet: 145 for international numbers (3GPP TS 24.008,
// section 10.5.4.7).
func numberType(n string) int {
	if strings.HasPrefix(n, "+") {
		return 145
	}
	return 129
}

func initState(c *call) error {
	n := 7
	if c.m.cardError() != nil {
		n = 0
	}
	c.info("+QINISTAT: %d", n)
	return nil
}

func pinCounts(c *call) error {
	if c.m.cardIsAbsent() {
		return atcmd.CME(10)
	}
	c.info(`+QPINC: "SC",3,10`)
	c.info(`+QPINC: "P2",3,10`)
	return nil
}

func (m *Module) cardIsAbsent() bool {
	status, err := m.dev.SIMStatus(m.ctx)
	return err == nil && status == device.SIMAbsent
}

func lockFacility(c *call) error {
	if c.args.Text(0) != "SC" {
		return atcmd.CME(4)
	}
	var err error
	switch c.args.Int(1, -1) {
	case 2:
		if c.m.cardIsAbsent() {
			return atcmd.CME(10)
		}
		c.info("+CLCK: %d", bit(c.m.dev.PINEnabled()))
		return nil
	case 1:
		err = c.m.dev.EnablePIN(c.m.ctx, c.args.Text(2))
	case 0:
		err = c.m.dev.DisablePIN(c.m.ctx, c.args.Text(2))
	default:
		return atcmd.CME(50)
	}
	if err != nil {
		return c.wrongCode(err)
	}
	return nil
}

func changePassword(c *call) error {
	if c.args.Text(0) != "SC" {
		return atcmd.CME(4)
	}
	if err := c.m.dev.ChangePIN(c.m.ctx, c.args.Text(1), c.args.Text(2)); err != nil {
		return c.wrongCode(err)
	}
	return nil
}

func simStat(c *call) error {
	c.m.mu.Lock()
	on := c.m.set.simURC
	c.m.mu.Unlock()
	c.info("+QSIMSTAT: %d,%d", bit(on), bit(!c.m.cardIsAbsent()))
	return nil
}
