package at

import (
	"context"
	"fmt"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

// PDPContext asks AT+QICSGP, or AT+CGDCONT? where that is not known.
func (d *Device) PDPContext(ctx context.Context, id int) (device.PDP, error) {
	p, err := d.params(ctx, fmt.Sprintf("AT+QICSGP=%d", id), "+QICSGP: ")
	if err != nil {
		return device.PDP{}, err
	}
	return device.PDP{IPType: max(p.Int(0, 1)-1, 0), APN: p.Text(1), User: p.Text(2), Password: p.Text(3),
		Auth: p.Int(4, 0)}, nil
}

// SetPDPContext sends AT+QICSGP.
func (d *Device) SetPDPContext(ctx context.Context, id int, p device.PDP) error {
	return d.doText(ctx, "AT+QICSGP=%d,%d,%q,%q,%q,%d", id, p.IPType+1, p.APN, p.User, p.Password, p.Auth)
}

// SetAutoActivate is not to be had: standard firmware activates nothing by itself.
func (d *Device) SetAutoActivate(context.Context, int, bool) error {
	return notByAT("activation at start")
}

// SetAutoConnect is not to be had.
func (d *Device) SetAutoConnect(context.Context, int, bool) error {
	return notByAT("reconnection by itself")
}

// SetDNS sends AT+QIDNSCFG.
func (d *Device) SetDNS(ctx context.Context, id int, dns1, dns2 string) error {
	return d.doText(ctx, "AT+QIDNSCFG=%d,%q,%q", id, dns1, dns2)
}

// Activate sends AT+QIACT, unless the context is active: a module refuses that.
func (d *Device) Activate(ctx context.Context, id int) error {
	info, err := d.PDPInfo(ctx, id)
	if err != nil || info.Active {
		return err
	}
	return d.do(ctx, fmt.Sprintf("AT+QIACT=%d", id))
}

// Deactivate sends AT+QIDEACT.
func (d *Device) Deactivate(ctx context.Context, id int) error {
	return d.do(ctx, fmt.Sprintf("AT+QIDEACT=%d", id))
}

// PDPInfo asks AT+QIACT? and, for the servers, AT+QIDNSCFG.
func (d *Device) PDPInfo(ctx context.Context, id int) (device.PDPInfo, error) {
	info := device.PDPInfo{IPv4: device.Address{Addr: "0.0.0.0", DNS1: "0.0.0.0", DNS2: "0.0.0.0"},
		IPv6: device.Address{Addr: "::", DNS1: "::", DNS2: "::"}}
	lines, err := d.ask(ctx, "AT+QIACT?", "+QIACT: ")
	if err != nil {
		return info, err
	}
	for _, l := range lines {
		p, err := atcmd.Parse(l)
		if err != nil || p.Int(0, 0) != id || p.Int(1, 0) != 1 {
			continue
		}
		info.Active = true
		if p.Int(2, 1) == 2 {
			info.IPv6.Addr = p.Text(3)
		} else {
			info.IPv4.Addr = p.Text(3)
		}
		if v6 := p.Text(4); v6 != "" {
			info.IPv6.Addr = v6
		}
	}
	if info.Active {
		if p, err := d.params(ctx, fmt.Sprintf("AT+QIDNSCFG=%d", id), "+QIDNSCFG: "); err == nil {
			info.IPv4.DNS1, info.IPv4.DNS2 = p.Text(1), p.Text(2)
		}
	}
	return info, d.e.Err()
}

// OnPDP has f called when a data connection goes; that one comes, no URC tells.
func (d *Device) OnPDP(f func(device.PDPEvent)) (stop func()) { return d.onPDP.Add(f) }
