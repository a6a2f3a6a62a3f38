package vmodule

import (
	"errors"
	"fmt"
	"strings"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

func asAT(err error, at **atcmd.Error) bool { return errors.As(err, at) }

var networkCommands = map[string]command{
	"CSQ":     {exec: signal, test: "(0-31,99),(0-7,99)"},
	"QCSQ":    {exec: qcsq},
	"CREG":    registrationCommand("CREG"),
	"CGREG":   registrationCommand("CGREG"),
	"CEREG":   registrationCommand("CEREG"),
	"COPS":    {read: operator, write: selectOperator},
	"QNWINFO": {exec: networkInfo},
	"QENG":    {write: engineering, test: `("servingcell","neighbourcell")`},
	"CFUN":    {read: readFunction, write: setFunction, test: "(0,1,4),(0,1)"},
	"CGATT":   {read: func(c *call) error { c.info("+CGATT: %d", bit(c.m.ready())); return nil }, write: attach},
	"QSPN": {exec: func(c *call) error {
		op, err := c.m.dev.Operator(c.m.ctx)
		if err != nil {
			return atcmd.CME(30)
		}
		c.info(`+QSPN: "%s","%s","",0,"%s%s"`, op.Long, op.Short, op.MCC, op.MNC)
		return nil
	}},
}

// ready reports whether the module is registered for data.
func (m *Module) ready() bool {
	reg, err := m.dev.Registration(m.ctx)
	return err == nil && reg.Data.State.Ready()
}

func signal(c *call) error {
	s, err := c.m.dev.Signal(c.m.ctx)
	if err != nil {
		return err
	}
	c.info("+CSQ: %d,99", s.CSQ)
	return nil
}

// qcsq is the signal in LTE's measures; SINR is printed in steps of a fifth of a dB from -20 dB
// (ATM, AT+QCSQ).
func qcsq(c *call) error {
	s, err := c.m.dev.Signal(c.m.ctx)
	if err != nil {
		return err
	}
	if s.CSQ == 99 {
		c.info(`+QCSQ: "NOSERVICE"`)
		return nil
	}
	c.info(`+QCSQ: "LTE",%d,%d,%d,%d`, s.LTERSSI, s.RSRP, 5*(s.SINR+20), s.RSRQ)
	return nil
}

// registrationCommand is +CREG, +CGREG or +CEREG (3GPP TS 27.007, sections 7.2 and 10.1.20 and .22).
func registrationCommand(name string) command {
	return command{
		test: "(0-2)",
		read: func(c *call) error {
			reg, err := c.m.dev.Registration(c.m.ctx)
			if err != nil {
				return err
			}
			n := c.m.urcLevel(name)
			c.info("+%s: %d,%s", name, n, place(name, n, reg))
			return nil
		},
		write: func(c *call) error {
			n, ok := c.args.At(0).Int()
			if !ok || n < 0 || n > 2 {
				return atcmd.CME(50)
			}
			c.m.mu.Lock()
			defer c.m.mu.Unlock()
			c.m.set.reg[name] = n
			return nil
		},
	}
}

func (m *Module) urcLevel(name string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.set.reg[name]
}

// place is a registration as a command or a URC shows it.
func place(name string, level int, reg device.Registration) string {
	d := reg.Data
	if name == "CREG" {
		d = reg.Voice
	}
	if level < 2 || !d.State.Ready() {
		return fmt.Sprint(int(d.State))
	}
	return fmt.Sprintf(`%d,"%X","%X",%d`, d.State, d.LAC, d.CID, d.RAT)
}

func operator(c *call) error {
	op, err := c.m.dev.Operator(c.m.ctx)
	if err != nil {
		c.info("+COPS: 0")
		return nil
	}
	c.m.mu.Lock()
	format := c.m.set.operatorFormat
	c.m.mu.Unlock()
	name := op.Long
	switch format {
	case 1:
		name = op.Short
	case 2:
		name = op.MCC + op.MNC
	}
	c.info(`+COPS: 0,%d,"%s",%d`, format, name, device.LTE)
	return nil
}

func selectOperator(c *call) error {
	if c.args.Int(0, -1) != 0 && c.args.Int(0, -1) != 3 {
		return atcmd.CME(3)
	}
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	c.m.set.operatorFormat = c.args.Int(1, c.m.set.operatorFormat)
	return nil
}

func networkInfo(c *call) error {
	op, err := c.m.dev.Operator(c.m.ctx)
	if err != nil {
		c.info("+QNWINFO: No Service")
		return nil
	}
	c.info(`+QNWINFO: "FDD LTE","%s%s","LTE BAND 3",%d`, op.MCC, op.MNC, 1850)
	return nil
}

// engineering lists cells (ATM, AT+QENG); the signal levels are those of the device.
func engineering(c *call) error {
	cells, err := c.m.dev.Cells(c.m.ctx)
	if err != nil {
		return err
	}
	sig, err := c.m.dev.Signal(c.m.ctx)
	if err != nil {
		return err
	}
	switch c.args.Text(0) {
	case "servingcell":
		if len(cells) == 0 {
			c.info(`+QENG: "servingcell","SEARCH"`)
			return nil
		}
		s := cells[0]
		c.info(`+QENG: "servingcell","NOCONN","LTE","FDD",%d,%02d,%X,%d,%d,3,5,5,%X,%d,%d,%d,%d,30`,
			s.MCC, s.MNC, s.CID, s.Phys, s.ARFCN, s.LAC, sig.RSRP, sig.RSRQ, sig.LTERSSI, sig.SINR)
	case "neighbourcell":
		for _, n := range cells[min(1, len(cells)):] {
			c.info(`+QENG: "neighbourcell intra","LTE",%d,%d,%d,%d,%d,%d,30,-,-,-,-`, n.ARFCN, n.Phys, n.RSRQ, n.RSSI,
				sig.LTERSSI, n.SINR)
		}
	default:
		return atcmd.CME(50)
	}
	return nil
}

func readFunction(c *call) error {
	n, err := c.m.dev.Function(c.m.ctx)
	if err != nil {
		return err
	}
	c.info("+CFUN: %d", n)
	return nil
}

func setFunction(c *call) error {
	level := c.args.Int(0, -1)
	if c.args.Int(1, 0) == 1 {
		c.later(c.m.Reboot)
		return nil
	}
	return c.m.dev.SetFunction(c.m.ctx, level, false)
}

func attach(c *call) error {
	if c.args.Int(0, 0) == 1 && !c.m.ready() {
		return atcmd.CME(30)
	}
	return nil
}

// hooks tells ports what changes in the network and the card.
func (m *Module) hooks() []func() {
	return []func(){
		m.dev.OnRegistration(func(reg device.Registration) {
			for _, name := range []string{"CREG", "CGREG", "CEREG"} {
				if n := m.urcLevel(name); n > 0 {
					m.urc("+%s: %s", name, place(name, n, reg))
				}
			}
		}),
		m.dev.OnPDP(func(e device.PDPEvent) {
			if !e.Active {
				m.urc(`+QIURC: "pdpdeact",%d`, e.ID)
			}
		}),
		m.dev.OnSIM(func(e device.SIMEvent) {
			m.mu.Lock()
			on := m.set.simURC
			m.mu.Unlock()
			if on {
				m.urc("+QSIMSTAT: 1,%d", bit(e == device.SIMInserted))
			}
			if e == device.SIMRemoved {
				m.urc("+CPIN: NOT READY")
			} else {
				m.urc("+CPIN: READY")
			}
		}),
		m.dev.OnCall(m.callChanged),
		m.dev.OnSMS(func(a device.SMSArrival) {
			m.mu.Lock()
			on := m.set.newMessage
			m.mu.Unlock()
			if on {
				m.urc(`+CMTI: "%s",%d`, a.Storage, a.Index)
			}
		}),
	}
}

var dataCommands = map[string]command{
	"CGDCONT": {read: listContexts, write: setContext},
	"QICSGP":  {write: contextSettings},
	"QIACT":   {read: listActive, write: activate, test: "(1-3)"},
	"QIDEACT": {write: func(c *call) error { return c.m.dev.Deactivate(c.m.ctx, c.args.Int(0, 0)) }, test: "(1-3)"},
	"CGACT": {read: listStates, write: func(c *call) error {
		return c.switchContext(c.args.Int(1, 0),
			c.args.Int(0, 0) == 1)
	}},
	"CGPADDR":  {write: address, exec: func(c *call) error { return c.eachContext(c.address) }},
	"QIDNSCFG": {write: dnsServers},
	"QNTP":     {write: ntp},
	"QPING":    {write: ping},
}

const contexts = 3

// pdpTypes are the vendor's numbers of IP types, which begin at 1 in AT commands.
var pdpTypes = []string{"IP", "IPV6", "IPV4V6"}

func (c *call) eachContext(f func(id int) error) error {
	for id := 1; id <= contexts; id++ {
		if err := f(id); err != nil {
			return err
		}
	}
	return nil
}

func listContexts(c *call) error {
	return c.eachContext(func(id int) error {
		p, err := c.m.dev.PDPContext(c.m.ctx, id)
		if err != nil {
			return err
		}
		info, err := c.m.dev.PDPInfo(c.m.ctx, id)
		if err != nil {
			return err
		}
		c.info(`+CGDCONT: %d,"%s","%s","%s",0,0,0,0`, id, pdpTypes[p.IPType], p.APN, info.IPv4.Addr)
		return nil
	})
}

func setContext(c *call) error {
	id := c.args.Int(0, 0)
	p, err := c.m.dev.PDPContext(c.m.ctx, id)
	if err != nil {
		return err
	}
	for i, name := range pdpTypes {
		if strings.EqualFold(name, c.args.Text(1)) {
			p.IPType = i
		}
	}
	p.APN = c.args.Text(2)
	return c.m.dev.SetPDPContext(c.m.ctx, id, p)
}

// contextSettings is AT+QICSGP: with a number alone it reads.
func contextSettings(c *call) error {
	id := c.args.Int(0, 0)
	p, err := c.m.dev.PDPContext(c.m.ctx, id)
	if err != nil {
		return err
	}
	if len(c.args) == 1 {
		c.info(`+QICSGP: %d,"%s","%s","%s",%d`, p.IPType+1, p.APN, p.User, p.Password, p.Auth)
		return nil
	}
	return c.m.dev.SetPDPContext(c.m.ctx, id, device.PDP{IPType: c.args.Int(1, 1) - 1, APN: c.args.Text(2),
		User: c.args.Text(3), Password: c.args.Text(4), Auth: c.args.Int(5, 0)})
}

func listActive(c *call) error {
	return c.eachContext(func(id int) error {
		info, err := c.m.dev.PDPInfo(c.m.ctx, id)
		if err != nil || !info.Active {
			return err
		}
		p, err := c.m.dev.PDPContext(c.m.ctx, id)
		if err != nil {
			return err
		}
		line := fmt.Sprintf(`+QIACT: %d,1,%d,"%s"`, id, p.IPType+1, info.IPv4.Addr)
		if p.IPType == 2 {
			line += fmt.Sprintf(`,"%s"`, info.IPv6.Addr)
		}
		c.info("%s", line)
		return nil
	})
}

func activate(c *call) error {
	id := c.args.Int(0, 0)
	info, err := c.m.dev.PDPInfo(c.m.ctx, id)
	if err != nil {
		return err
	}
	if info.Active {
		return &atcmd.Error{} // T2: it refuses what is active already
	}
	if err := c.m.dev.Activate(c.m.ctx, id); err != nil {
		c.m.netError(561)
		return &atcmd.Error{}
	}
	return nil
}

func (c *call) switchContext(id int, on bool) error {
	if !on {
		return c.m.dev.Deactivate(c.m.ctx, id)
	}
	if err := c.m.dev.Activate(c.m.ctx, id); err != nil {
		return atcmd.CME(30)
	}
	return nil
}

func listStates(c *call) error {
	return c.eachContext(func(id int) error {
		info, err := c.m.dev.PDPInfo(c.m.ctx, id)
		if err == nil {
			c.info("+CGACT: %d,%d", id, bit(info.Active))
		}
		return err
	})
}

func address(c *call) error { return c.address(c.args.Int(0, 0)) }

func (c *call) address(id int) error {
	info, err := c.m.dev.PDPInfo(c.m.ctx, id)
	if err == nil {
		c.info(`+CGPADDR: %d,"%s"`, id, info.IPv4.Addr)
	}
	return err
}

func dnsServers(c *call) error {
	id := c.args.Int(0, 0)
	info, err := c.m.dev.PDPInfo(c.m.ctx, id)
	if err != nil {
		return err
	}
	if len(c.args) > 1 {
		return c.m.dev.SetDNS(c.m.ctx, id, c.args.Text(1), c.args.Text(2))
	}
	if !info.Active {
		return &atcmd.Error{} // T4
	}
	c.info(`+QIDNSCFG: %d,"%s","%s"`, id, info.IPv4.DNS1, info.IPv4.DNS2)
	return nil
}

// ntp answers with the network's clock: its hosts are not asked.
func ntp(c *call) error {
	now, err := c.m.dev.NetworkTime(c.m.ctx)
	c.later(func() {
		if err != nil {
			c.m.urc("+QNTP: %d", 565)
			return
		}
		c.m.urc(`+QNTP: 0,"%s"`, moduleTime(now.UTC(), "2006/01/02,15:04:05", now))
	})
	return nil
}

func ping(c *call) error {
	host := c.args.Text(1)
	count := c.args.Int(3, 4)
	c.later(func() {
		c.m.spawn(func() {
			addr, err := c.m.dev.Lookup(c.m.ctx, host)
			if err != nil {
				c.m.netError(565)
				c.m.urc("+QPING: 565")
				return
			}
			// A socket of ICMP needs rights that a user has not: the address answers at once.
			for range count {
				c.m.urc(`+QPING: 0,"%s",32,1,255`, addr)
			}
			c.m.urc("+QPING: 0,%d,%d,0,1,1,1", count, count)
		})
	})
	return nil
}

// netError notes what AT+QIGETERROR tells.
func (m *Module) netError(code int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lastNet = code
}
