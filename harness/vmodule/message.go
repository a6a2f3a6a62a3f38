package vmodule

import (
	"fmt"
	"strings"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

var messageCommands = map[string]command{
	"CMGF": {test: "(0,1)", read: func(c *call) error { c.info("+CMGF: %d", bit(c.m.isTextMode())); return nil },
		write: func(c *call) error {
			c.m.mu.Lock()
			defer c.m.mu.Unlock()
			c.m.set.textMode = c.args.Int(0, 0) == 1
			return nil
		}},
	"CMGS": {write: sendMessage},
	"CMGR": {write: readMessage},
	"CMGL": {exec: listMessages, write: listMessages, test: `("REC UNREAD","REC READ","STO UNSENT","STO SENT","ALL")`},
	"CMGD": {write: deleteMessage},
	"CNMI": {write: func(c *call) error {
		c.m.mu.Lock()
		defer c.m.mu.Unlock()
		c.m.set.newMessage = c.args.Int(1, 0) == 1
		return nil
	}},
	"CPMS": {read: storages, write: setStorages, test: `("SM","ME","MT"),("SM","ME","MT"),("SM","ME","MT")`},
	"CSCA": {read: func(c *call) error {
		n, err := c.m.dev.SMSCenter(c.m.ctx)
		if err == nil {
			c.info(`+CSCA: "%s",%d`, n, numberType(n))
		}
		return err
	}, write: func(c *call) error { return c.m.dev.SetSMSCenter(c.m.ctx, c.text(0)) }},
	"CSMP": {write: accept}, "CSDH": {write: accept},
	"CSMS": {write: func(c *call) error { c.info("+CSMS: 1,1,1"); return nil }},
}

func (m *Module) isTextMode() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.set.textMode
}

// text is a parameter in the character set that is in use.
func (c *call) text(i int) string {
	s := c.args.Text(i)
	if c.m.charset() == "UCS2" {
		if plain, err := atcmd.FromUCS2(s); err == nil {
			return plain
		}
	}
	return s
}

// shown is a text as the character set shows it.
func (c *call) shown(s string) string {
	if c.m.charset() == "UCS2" {
		return atcmd.ToUCS2(s)
	}
	return s
}

// entryTime is how long a module waits for a text.
const entryTime = 60 * time.Second

func sendMessage(c *call) error {
	if !c.m.isTextMode() {
		return atcmd.CMS(303)
	}
	if err := c.m.cardError(); err != nil {
		return atcmd.CMS(310)
	}
	number := c.text(0)
	c.p.enter("\r\n> ")
	raw, cancelled, err := c.p.openText(entryTime, 1400, c.p.echoes())
	if err != nil {
		return err
	}
	if cancelled {
		return nil
	}
	text := string(raw)
	if c.m.charset() == "UCS2" {
		if text, err = atcmd.FromUCS2(text); err != nil {
			return atcmd.CMS(305)
		}
	}
	if err := c.m.dev.SendSMS(c.m.ctx, number, text, c.m.charset() == "UCS2"); err != nil {
		if !c.m.ready() {
			return atcmd.CMS(331)
		}
		return atcmd.CMS(500)
	}
	c.m.mu.Lock()
	c.m.set.nextReference = (c.m.set.nextReference + 1) % 256
	ref := c.m.set.nextReference
	c.m.mu.Unlock()
	c.info("+CMGS: %d", ref)
	return nil
}

func messageState(m device.SMSMessage) string {
	if m.Sent {
		return "STO SENT"
	}
	return "REC READ"
}

// messageHead is what stands before the text of a message in text mode.
func (c *call) messageHead(m device.SMSMessage) string {
	return fmt.Sprintf(`"%s","%s",,"%s"`, messageState(m), c.shown(m.Number),
		moduleTime(m.Time, "06/01/02,15:04:05", m.Time))
}

func readMessage(c *call) error {
	if !c.m.isTextMode() {
		return atcmd.CMS(303)
	}
	all, err := c.m.dev.SMSMessages(c.m.ctx)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.Index == c.args.Int(0, -1) {
			c.info("+CMGR: %s", c.messageHead(m))
			c.info("%s", c.shown(m.Text))
			return nil
		}
	}
	return atcmd.CMS(321)
}

func listMessages(c *call) error {
	if !c.m.isTextMode() {
		return atcmd.CMS(303)
	}
	all, err := c.m.dev.SMSMessages(c.m.ctx)
	if err != nil {
		return err
	}
	want := c.args.Text(0)
	for _, m := range all {
		if want == "" || want == "ALL" || want == messageState(m) {
			c.info("+CMGL: %d,%s", m.Index, c.messageHead(m))
			c.info("%s", c.shown(m.Text))
		}
	}
	return nil
}

func deleteMessage(c *call) error {
	index := c.args.Int(0, -1)
	if c.args.Int(1, 0) > 0 {
		index = -1
	}
	if c.m.dev.DeleteSMS(c.m.ctx, index) != nil {
		return atcmd.CMS(321)
	}
	return nil
}

func storages(c *call) error {
	all, err := c.m.dev.SMSStorages(c.m.ctx)
	if err != nil {
		return err
	}
	var parts []string
	for _, s := range all {
		parts = append(parts, fmt.Sprintf(`"%s",%d,%d`, s.Name, s.Used, s.Size))
	}
	c.info("+CPMS: %s", strings.Join(parts, ","))
	return nil
}

func setStorages(c *call) error {
	old, err := c.m.dev.SMSStorages(c.m.ctx)
	if err != nil {
		return err
	}
	var use [3]string
	for i := range use {
		if use[i] = c.args.Text(i); use[i] == "" {
			use[i] = old[i].Name
		}
	}
	if c.m.dev.SetSMSStorages(c.m.ctx, use[0], use[1], use[2]) != nil {
		return atcmd.CMS(302)
	}
	all, err := c.m.dev.SMSStorages(c.m.ctx)
	if err != nil {
		return err
	}
	c.info("+CPMS: %d,%d,%d,%d,%d,%d", all[0].Used, all[0].Size, all[1].Used, all[1].Size, all[2].Used, all[2].Size)
	return nil
}
