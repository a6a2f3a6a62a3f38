package repl

import (
	"context"
	"errors"
	"fmt"

	"quecstar/harness/device"
)

// PDPContext evaluates dataCall.getPDPContext(id).
func (d *Device) PDPContext(ctx context.Context, id int) (device.PDP, error) {
	r, err := d.fields(ctx, 5, "dataCall.getPDPContext", id)
	return device.PDP{IPType: r.num(0, 0), APN: r.str(1), User: r.str(2), Password: r.str(3), Auth: r.num(4, 0)}, err
}

// SetPDPContext evaluates dataCall.setPDPContext(…).
func (d *Device) SetPDPContext(ctx context.Context, id int, p device.PDP) error {
	err := d.do(ctx, "dataCall.setPDPContext", id, p.IPType, p.APN, p.User, p.Password, p.Auth)
	var remote *RemoteError
	if errors.As(err, &remote) && !errors.Is(err, device.ErrUnsupported) {
		// The module's text may repeat the password.
		return fmt.Errorf("dataCall.setPDPContext: %w: the module raised %s", device.ErrConfig, remote.Type)
	}
	return err
}

// SetAutoActivate evaluates dataCall.setAutoActivate(id, on).
func (d *Device) SetAutoActivate(ctx context.Context, id int, on bool) error {
	return d.do(ctx, "dataCall.setAutoActivate", id, on)
}

// SetAutoConnect evaluates dataCall.setAutoConnect(id, on).
func (d *Device) SetAutoConnect(ctx context.Context, id int, on bool) error {
	return d.do(ctx, "dataCall.setAutoConnect", id, on)
}

// SetDNS evaluates dataCall.setDNSServer(id, 0, dns1, dns2).
func (d *Device) SetDNS(ctx context.Context, id int, dns1, dns2 string) error {
	return d.do(ctx, "dataCall.setDNSServer", id, 0, dns1, dns2)
}

// Activate evaluates dataCall.activate(id).
func (d *Device) Activate(ctx context.Context, id int) error {
	return d.do(ctx, "dataCall.activate", id)
}

// Deactivate evaluates dataCall.deactivate(id).
func (d *Device) Deactivate(ctx context.Context, id int) error {
	return d.do(ctx, "dataCall.deactivate", id)
}

// PDPInfo evaluates dataCall.getInfo(id, 2), and with 0 where the firmware has no IPv6.
func (d *Device) PDPInfo(ctx context.Context, id int) (device.PDPInfo, error) {
	r, err := d.fields(ctx, 4, "dataCall.getInfo", id, 2)
	if err != nil {
		if r, err = d.fields(ctx, 3, "dataCall.getInfo", id, 0); err != nil {
			return device.PDPInfo{}, err
		}
	}
	v4, v6 := r.sub(2), r.sub(3)
	return device.PDPInfo{Active: v4.num(0, 0) == 1 || v6.num(0, 0) == 1, IPv4: address(v4), IPv6: address(v6)}, nil
}

func address(r record) device.Address {
	return device.Address{Addr: r.str(2), DNS1: r.str(3), DNS2: r.str(4)}
}

// connections is how many data connections are watched.
const connections = 3

// OnPDP tells of data connections that come and go: what the firmware calls the function of dataCall.setCallback
// with, [id, state]. Where it takes none the connections are looked at again and again, which misses what is short.
func (d *Device) OnPDP(f func(device.PDPEvent)) (stop func()) {
	stop, err := d.hear("dataCall", func(r record) { f(device.PDPEvent{ID: r.num(0, 0), Active: r.num(1, 0) == 1}) })
	if err == nil {
		return stop
	}
	var stops []func()
	for id := 1; id <= connections; id++ {
		stops = append(stops, watchFor(&d.poll, func(ctx context.Context) (bool, error) {
			info, err := d.PDPInfo(ctx, id)
			return info.Active, err
		}, func(active bool) { f(device.PDPEvent{ID: id, Active: active}) }))
	}
	return func() {
		for _, s := range stops {
			s()
		}
	}
}

// power evaluates a function of misc.Power.
func (d *Device) power(ctx context.Context, fn string) (int, error) {
	v, err := d.c.Eval(ctx, "Power."+fn+"()", "from misc import Power")
	var remote *RemoteError
	if errors.As(err, &remote) && (remote.Type == "ImportError" || remote.Type == "AttributeError") {
		return 0, fmt.Errorf("Power.%s: %w by the module's firmware: %w", fn, device.ErrUnsupported, err)
	}
	if err != nil {
		return 0, fmt.Errorf("Power.%s: %w", fn, err)
	}
	n, _ := v.(int64)
	if v != nil && n == -1 {
		return 0, fmt.Errorf("Power.%s: %w: the module returned -1", fn, device.ErrNotReady)
	}
	return int(n), nil
}

// going is power for what ends the connection.
func (d *Device) going(ctx context.Context, fn string) error {
	_, err := d.power(ctx, fn)
	if errors.Is(err, ErrReset) || errors.Is(err, device.ErrLost) {
		return nil
	}
	return err
}

// PowerDown evaluates Power.powerDown(); the port may end with it.
func (d *Device) PowerDown(ctx context.Context) error {
	d.c.s.leaves(true)
	err := d.going(ctx, "powerDown")
	if err != nil {
		d.c.s.leaves(false)
	}
	return err
}

// Restart evaluates Power.powerRestart(); the port ends with it and comes back under another name.
func (d *Device) Restart(ctx context.Context) error { return d.going(ctx, "powerRestart") }

// PowerOnReason evaluates Power.powerOnReason().
func (d *Device) PowerOnReason(ctx context.Context) (int, error) {
	return d.power(ctx, "powerOnReason")
}

// PowerDownReason evaluates Power.powerDownReason().
func (d *Device) PowerDownReason(ctx context.Context) (int, error) {
	return d.power(ctx, "powerDownReason")
}

// Voltage evaluates Power.getVbatt().
func (d *Device) Voltage(ctx context.Context) (int, error) { return d.power(ctx, "getVbatt") }
