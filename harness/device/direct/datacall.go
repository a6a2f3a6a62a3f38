package direct

import (
	"context"
	"fmt"

	"quecstar/harness/device"
)

func pdpID(id int) error {
	if id < 1 || id > pdpCount {
		return fmt.Errorf("%w: data connection %d: want 1 to %d", device.ErrConfig, id, pdpCount)
	}
	return nil
}

// withPDP acts on one data connection's state.
func (d *Device) withPDP(id int, act func(*pdpState)) error {
	if err := pdpID(id); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	act(&d.state.pdp[id])
	return nil
}

// PDPContext returns one data connection's settings.
func (d *Device) PDPContext(_ context.Context, id int) (p device.PDP, err error) {
	err = d.withPDP(id, func(s *pdpState) { p = s.context })
	return p, err
}

// SetPDPContext keeps one data connection's settings.
func (d *Device) SetPDPContext(_ context.Context, id int, p device.PDP) error {
	if p.IPType < 0 || p.IPType > 2 || p.Auth < 0 || p.Auth > 3 || len(p.APN) > 64 || len(p.User) > 64 ||
		len(p.Password) > 64 {
		return fmt.Errorf("%w: data connection %d: want an IP type of 0 to 2, an authentication of 0 to 3 and texts of up "+
			"to 64 bytes", device.ErrConfig, id)
	}
	return d.withPDP(id, func(s *pdpState) { s.context = p })
}

// SetAutoActivate is accepted: it matters at the next start of a module.
func (d *Device) SetAutoActivate(_ context.Context, id int, _ bool) error { return pdpID(id) }

// SetAutoConnect says whether a data connection comes back by itself.
func (d *Device) SetAutoConnect(_ context.Context, id int, on bool) error {
	return d.withPDP(id, func(s *pdpState) { s.autoConnect = on })
}

// SetDNS keeps the servers, which only PDPInfo shows: names are resolved by the host.
func (d *Device) SetDNS(_ context.Context, id int, dns1, dns2 string) error {
	return d.withPDP(id, func(s *pdpState) { s.primary, s.next = dns1, dns2 })
}

// SetAPNs has the network know these APNs alone, by name, each with its User and Password where Auth is not 0.
// None are all.
func (d *Device) SetAPNs(known map[string]device.PDP) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.state.apns = known
}

// admits says why the network does not make a data connection (the causes are those of 3GPP TS 24.301, 9.9.4.4).
func (s *state) admits(p device.PDP) error {
	want, known := s.apns[p.APN]
	switch {
	case len(s.apns) == 0:
		return nil
	case !known:
		return fmt.Errorf("%w: the network knows no APN %q (cause 27)", device.ErrNotReady, p.APN)
	case want.Auth != 0 && (p.User != want.User || p.Password != want.Password):
		return fmt.Errorf("%w: the network does not know the user of the APN %s (cause 29)", device.ErrNotReady, p.APN)
	}
	return nil
}

// Activate makes a data connection; ErrNotReady without registration, or where the network refuses it.
func (d *Device) Activate(_ context.Context, id int) error {
	if err := pdpID(id); err != nil {
		return err
	}
	d.mu.Lock()
	ready, p := d.registration().Data.State.Ready(), d.state.pdp[id]
	err := d.state.admits(p.context)
	d.mu.Unlock()
	switch {
	case !ready:
		return fmt.Errorf("data connection %d: %w: the module is not registered", id, device.ErrNotReady)
	case err != nil && !p.active: // one that is active stays as it is
		return fmt.Errorf("data connection %d: %w", id, err)
	}
	d.setPDP(id, true, true)
	return nil
}

// Deactivate ends a data connection, and MQTT connections when it was the last.
func (d *Device) Deactivate(_ context.Context, id int) error {
	if err := pdpID(id); err != nil {
		return err
	}
	d.setPDP(id, false, false)
	return nil
}

// setPDP makes or ends a data connection that exists; keep has it come back by itself later.
func (d *Device) setPDP(id int, active, keep bool) {
	changed := false
	d.change(func(s *state) {
		p := &s.pdp[id]
		changed = p.active != active
		p.active = active
		p.autoConnect = active && (keep || p.autoConnect)
	})
	if changed {
		d.onPDP.TellIn(&d.told, device.PDPEvent{ID: id, Active: active})
	}
}

// PDPInfo returns one data connection's state.
func (d *Device) PDPInfo(_ context.Context, id int) (info device.PDPInfo, err error) {
	info.IPv4 = device.Address{Addr: "0.0.0.0", DNS1: "0.0.0.0", DNS2: "0.0.0.0"}
	info.IPv6 = device.Address{Addr: "::", DNS1: "::", DNS2: "::"}
	err = d.withPDP(id, func(s *pdpState) {
		info.Active = s.active
		if s.active && s.context.IPType != 1 {
			info.IPv4 = device.Address{Addr: d.cfg.IPv4, DNS1: s.primary, DNS2: s.next}
		}
		if s.active && s.context.IPType != 0 {
			info.IPv6 = device.Address{Addr: "2408:8000::2", DNS1: "2400:3200::1", DNS2: "2402:4e00::"}
		}
	})
	return info, err
}

// OnPDP has f called when a data connection comes or goes.
func (d *Device) OnPDP(f func(device.PDPEvent)) (stop func()) { return d.onPDP.Add(f) }
