package at

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"quecstar/harness/device"
)

// IMEI asks AT+CGSN.
func (d *Device) IMEI(ctx context.Context) (string, error) { return d.digits(ctx, "AT+CGSN") }

// digits is the answer of a command that prints digits and nothing else.
func (d *Device) digits(ctx context.Context, text string) (string, error) {
	lines, err := d.ask(ctx, text, "")
	if err != nil {
		return "", err
	}
	for _, l := range lines {
		if l != "" && strings.Trim(l, "0123456789") == "" {
			return l, nil
		}
	}
	return "", fmt.Errorf("%s on %s: %w: the answer has no digits: %q", text, d.opts.Name, device.ErrNotReady, lines)
}

// identity is what ATI prints: maker, model, revision.
func (d *Device) identity(ctx context.Context) (model, revision string, err error) {
	lines, err := d.ask(ctx, "ATI", "")
	if err != nil {
		return "", "", err
	}
	for i, l := range lines {
		if r, ok := strings.CutPrefix(l, "Revision:"); ok {
			revision = strings.TrimSpace(r)
			if i > 0 {
				model = lines[i-1]
			}
		}
	}
	if model == "" && len(lines) > 1 {
		model = lines[1]
	}
	return model, revision, nil
}

// Model is the second line of ATI.
func (d *Device) Model(ctx context.Context) (string, error) {
	m, _, err := d.identity(ctx)
	return m, err
}

// Firmware is the revision of ATI.
func (d *Device) Firmware(ctx context.Context) (string, error) {
	_, r, err := d.identity(ctx)
	return r, err
}

// SerialNumber asks AT+EGMR=0,5.
func (d *Device) SerialNumber(ctx context.Context) (string, error) {
	p, err := d.params(ctx, "AT+EGMR=0,5", "+EGMR: ")
	return p.Text(0), err
}

// ProductID is the maker, as AT+GMI has it (vendor's wiki, QuecPythonClasslib, "modem").
func (d *Device) ProductID(ctx context.Context) (string, error) { return d.one(ctx, "AT+GMI", "") }

// MAC is not to be had by AT commands.
func (d *Device) MAC(context.Context) (string, error) {
	return "", fmt.Errorf("MAC address: %w by AT commands", device.ErrUnsupported)
}

// powerOffTime is how long a module takes to log off and say POWERED DOWN.
const powerOffTime = 65 * time.Second

// PowerDown sends AT+QPOWD and waits for POWERED DOWN, or for the port to go.
func (d *Device) PowerDown(ctx context.Context) error { return d.goOff(ctx, "AT+QPOWD", "") }

// Restart sends AT+CFUN=1,1 and waits until the module is back: for RDY, or for an answer to AT.
func (d *Device) Restart(ctx context.Context) error { return d.goOff(ctx, "AT+CFUN=1,1", "RDY") }

// goOff sends a command that ends the module's run. A port that goes with it is no error: that is
// what a module on USB does.
func (d *Device) goOff(ctx context.Context, text, then string) error {
	last := "POWERED DOWN"
	if then != "" {
		last = then
	}
	d.e.leaves(then == "")
	w := d.e.expect(func(u URC) bool { return strings.HasSuffix(u.Line, last) })
	defer d.e.forget(w)
	if _, err := d.e.Do(ctx, Command{Text: text, Restarts: true}); err != nil && !errors.Is(err, device.ErrLost) {
		d.e.leaves(false)
		return fail(err)
	}
	d.dropAll(fmt.Errorf("%w: the module goes off", device.ErrLost))
	t := time.NewTimer(powerOffTime)
	defer t.Stop()
	select {
	case <-w.got:
	case <-w.failed: // the port went with the module
		if then != "" {
			return d.e.present(ctx)
		}
	case <-d.e.Ended():
	case <-t.C:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// PowerOnReason is not to be had by AT commands.
func (d *Device) PowerOnReason(context.Context) (int, error) {
	return 0, fmt.Errorf("reason of the start: %w by AT commands", device.ErrUnsupported)
}

// PowerDownReason is not to be had by AT commands.
func (d *Device) PowerDownReason(context.Context) (int, error) {
	return 0, fmt.Errorf("reason of the last end: %w by AT commands", device.ErrUnsupported)
}

// Voltage asks AT+CBC.
func (d *Device) Voltage(ctx context.Context) (int, error) {
	p, err := d.params(ctx, "AT+CBC", "+CBC: ")
	return p.Int(2, 0), err
}

// NetworkTime asks AT+QLTS=2, the local time that the network told; modules without it AT+CCLK?.
func (d *Device) NetworkTime(ctx context.Context) (time.Time, error) {
	p, err := d.params(ctx, "AT+QLTS=2", "+QLTS: ")
	if err == nil {
		return ParseTime(p.Text(0))
	}
	if d.e.Err() != nil {
		return time.Time{}, err
	}
	if p, err = d.params(ctx, "AT+CCLK?", "+CCLK: "); err != nil {
		return time.Time{}, err
	}
	return ParseTime(p.Text(0))
}

// ParseTime reads a time as modules print it: "2017/10/13,03:40:48+32,0" or "17/10/13,03:40:48+32".
// The zone is in quarters of an hour; daylight saving is in it already. ErrNotReady says that the
// module does not know the time.
func ParseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, fmt.Errorf("network time: %w: the network has not told it", device.ErrNotReady)
	}
	clock, rest := s, ""
	if i := strings.LastIndexAny(s, "+-"); i > 0 {
		clock, rest = s[:i], s[i:]
	}
	layout := "2006/01/02,15:04:05"
	if strings.IndexByte(clock, '/') == 2 {
		layout = "06/01/02,15:04:05"
	}
	quarters := 0
	if rest != "" {
		rest, _, _ = strings.Cut(rest, ",")
		if _, err := fmt.Sscanf(rest, "%d", &quarters); err != nil || quarters < -48 || quarters > 56 {
			return time.Time{}, fmt.Errorf("network time %q: the zone %q is none", s, rest)
		}
	}
	zone := time.FixedZone(fmt.Sprintf("UTC%+d", quarters/4), quarters*900)
	t, err := time.ParseInLocation(layout, clock, zone)
	if err != nil {
		return t, fmt.Errorf("network time %q: %w", s, err)
	}
	if t.Year() < 2000 {
		return time.Time{}, fmt.Errorf("network time: %w: the module's clock was never set (%s)", device.ErrNotReady, s)
	}
	return t, nil
}
