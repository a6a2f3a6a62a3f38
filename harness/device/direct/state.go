package direct

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"quecstar/harness/device"
)

// pdpCount is how many data connections the device has, numbered from 1, as the vendor's modules.
const pdpCount = 3

// state is what changes while the device runs, guarded by Device.mu.
type state struct {
	sim         device.SIMStatus
	iccid, imsi string
	slot        int
	detection   device.SIMDetection

	pin, puk           string
	pinEnabled         bool
	pinTries, pukTries int

	reg         device.RegState
	csq         int
	function    int
	netMode     int
	roaming     bool
	bands       map[int]uint64
	pdp         [pdpCount + 1]pdpState
	apns        map[string]device.PDP // those that the network knows; none are all
	clockOffset time.Duration
	voltage     int
	cells       []device.Cell // what the test or the bench set; nil for the usual ones
	phonebooks  map[int]map[int]device.PhonebookEntry
}

type pdpState struct {
	context       device.PDP
	active        bool
	autoConnect   bool
	primary, next string // DNS servers
}

func newState(c Config) state {
	s := state{sim: device.SIMReady, iccid: c.ICCID, imsi: c.IMSI, pin: c.PIN, puk: c.PUK, pinEnabled: c.PINLocked,
		pinTries: 3, pukTries: 10,
		reg: *c.Registration, csq: c.CSQ, function: 1, netMode: 8, roaming: true, clockOffset: c.ClockOffset,
		bands: defaultBands(), phonebooks: map[int]map[int]device.PhonebookEntry{}}
	if c.PINLocked {
		s.sim = device.SIMPIN
	}
	if c.NoSIM {
		s.sim = device.SIMAbsent
	}
	for i := range s.pdp {
		s.pdp[i].primary, s.pdp[i].next = "223.5.5.5", "119.29.29.29"
	}
	s.pdp[1].context.APN = c.APN
	s.pdp[1].active = s.sim == device.SIMReady && s.reg.Ready()
	s.pdp[1].autoConnect = true
	s.voltage = c.Voltage
	return s
}

func defaultBands() map[int]uint64 {
	// GSM 900 and 1800; LTE B1, B3, B5, B8, B34, B38 to B41.
	return map[int]uint64{0: 0x3, 1: 0x1e200000095}
}

// registration is the registration as the network functions show it. The caller holds mu.
func (d *Device) registration() device.Registration {
	reg := d.state.reg
	if d.state.function != 1 || d.state.sim != device.SIMReady {
		reg = device.RegIdle
	}
	dom := device.Domain{State: reg, RAT: device.LTE}
	if reg.Ready() {
		dom.LAC, dom.CID = d.cfg.LAC, d.cfg.CID
	}
	return device.Registration{Voice: dom, Data: dom}
}

// offline says why there is no data connection; nil when there is one. The caller holds mu.
func (d *Device) offline() error {
	switch {
	case d.closed:
		return fmt.Errorf("%w: the device", device.ErrClosed)
	case d.state.function != 1:
		return notReady("the radio is off (net.setModemFun(1) switches it on)")
	case d.state.sim != device.SIMReady:
		return notReady(fmt.Sprintf("the SIM card's status is %d, not 1", d.state.sim))
	case !d.state.reg.Ready():
		return notReady(fmt.Sprintf("the module is not registered: state %d", d.state.reg))
	}
	for _, p := range d.state.pdp {
		if p.active {
			return nil
		}
	}
	return notReady("no data connection is active (dataCall.activate(1) makes one)")
}

func notReady(why string) error {
	return fmt.Errorf("%w: %w: %s", device.ErrUnreachable, device.ErrNotReady, why)
}

// change alters the state and then does what follows from it: data connections and MQTT
// connections end, listeners hear.
func (d *Device) change(alter func(*state)) {
	d.mu.Lock()
	before, simBefore := d.registration(), d.state.sim
	alter(&d.state)
	after, simAfter := d.registration(), d.state.sim
	events := d.settlePDP(after.Data.State.Ready())
	why := d.offline()
	d.mu.Unlock()

	if (simBefore == device.SIMAbsent) != (simAfter == device.SIMAbsent) {
		e := device.SIMInserted
		if simAfter == device.SIMAbsent {
			e = device.SIMRemoved
		}
		d.onSIM.TellIn(&d.told, e)
	}
	if before != after {
		d.onReg.TellIn(&d.told, after)
	}
	for _, e := range events {
		d.onPDP.TellIn(&d.told, e)
	}
	if why != nil {
		d.dropSessions(why.Error())
	}
}

// settlePDP ends data connections when the registration is gone, and makes those again that are
// to come back by themselves. The caller holds mu.
func (d *Device) settlePDP(registered bool) []device.PDPEvent {
	var events []device.PDPEvent
	for id := 1; id <= pdpCount; id++ {
		p := &d.state.pdp[id]
		switch {
		case p.active && !registered:
			p.active = false
		case !p.active && registered && p.autoConnect && d.state.admits(p.context) == nil:
			p.active = true
		default:
			continue
		}
		events = append(events, device.PDPEvent{ID: id, Active: p.active})
	}
	return events
}

// SetSIM puts a card in, takes it out, or locks it.
func (d *Device) SetSIM(s device.SIMStatus) { d.change(func(st *state) { st.sim = s }) }

// SetRegistration registers the module, or takes its registration away; MQTT connections end when
// it is gone.
func (d *Device) SetRegistration(r device.RegState) { d.change(func(st *state) { st.reg = r }) }

// SetCSQ sets the signal strength, 0 to 31, or 99 for none.
func (d *Device) SetCSQ(csq int) { d.change(func(st *state) { st.csq = csq }) }

// SetPDP activates a data connection or ends it, as the network does.
func (d *Device) SetPDP(id int, active bool) error {
	if err := pdpID(id); err != nil {
		return err
	}
	d.setPDP(id, active, false)
	return nil
}

// SetClockOffset sets how far the network's time is ahead of the host's.
func (d *Device) SetClockOffset(offset time.Duration) {
	d.change(func(st *state) { st.clockOffset = offset })
}

// SetVoltage sets the supply in millivolts.
func (d *Device) SetVoltage(millivolts int) { d.change(func(st *state) { st.voltage = millivolts }) }

// SetCells sets the cells that the module hears, the serving one first; nil for the usual ones.
func (d *Device) SetCells(cells []device.Cell) {
	d.change(func(st *state) { st.cells = slices.Clone(cells) })
}

// SetNetworkTime sets the time that the network tells, which goes on from there.
func (d *Device) SetNetworkTime(t time.Time) { d.SetClockOffset(t.Sub(d.opts.Now())) }

// DropConnections ends every MQTT connection, as a network does that loses them.
func (d *Device) DropConnections() { d.dropSessions("the connection was dropped") }

func (d *Device) openSessions() []*session {
	all := make([]*session, 0, len(d.sessions))
	for s := range maps.Keys(d.sessions) {
		all = append(all, s)
	}
	return all
}

func (d *Device) dropSessions(why string) {
	d.mu.Lock()
	open := d.openSessions()
	d.mu.Unlock()
	for _, s := range open {
		s.drop(why)
	}
}
