package repl

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"quecstar/harness/device"
)

// Registration evaluates net.getState().
func (d *Device) Registration(ctx context.Context) (device.Registration, error) {
	r, err := d.fields(ctx, 2, "net.getState")
	if err != nil {
		return device.Registration{}, err
	}
	return device.Registration{Voice: domain(r.sub(0)), Data: domain(r.sub(1))}, nil
}

func domain(r record) device.Domain {
	return device.Domain{State: device.RegState(r.num(0, int(device.RegUnknown))), LAC: r.num(1, 0), CID: r.num(2, 0),
		RAT: device.RAT(r.num(3, 0)), Reject: r.num(4, 0), PSC: r.num(5, 0)}
}

// OnRegistration tells of changes of the registration.
func (d *Device) OnRegistration(f func(device.Registration)) (stop func()) {
	return watchFor(&d.poll, d.Registration, f)
}

// Signal evaluates net.csqQueryPoll() and net.getSignal(1).
func (d *Device) Signal(ctx context.Context) (device.Signal, error) {
	csq, err := d.number(ctx, "net.csqQueryPoll")
	if err != nil {
		return device.Signal{}, err
	}
	r, err := d.fields(ctx, 2, "net.getSignal", 1)
	if err != nil { // some firmware takes no argument
		if r, err = d.fields(ctx, 2, "net.getSignal"); err != nil {
			return device.Signal{}, err
		}
	}
	gw, lte := r.sub(0), r.sub(1)
	return device.Signal{CSQ: csq, RSSI: gw.num(0, 99), BitErrors: gw.num(1, 99), RSCP: gw.num(2, 255),
			EcNo:    gw.num(3, 255),
			LTERSSI: lte.num(0, 99), RSRP: lte.num(1, 99), RSRQ: lte.num(2, 255), CQI: lte.num(3, 255), SINR: lte.num(4, 255)},
		nil
}

// Cells evaluates net.getCellInfo(), which takes seconds on a module.
func (d *Device) Cells(ctx context.Context) ([]device.Cell, error) {
	r, err := d.fields(ctx, 3, "net.getCellInfo")
	if err != nil {
		return nil, err
	}
	var serving, others []device.Cell
	for kind, rat := range []device.RAT{device.GSM, device.UMTS, device.LTE} {
		for i := range r.sub(kind) {
			cell := cellOf(rat, r.sub(kind).sub(i))
			if cell.Kind == 0 {
				serving = append(serving, cell)
			} else {
				others = append(others, cell)
			}
		}
	}
	return append(serving, others...), nil
}

// cellOf reads one cell in the vendor's order of fields, which differs with the technology.
func cellOf(rat device.RAT, r record) device.Cell {
	c := device.Cell{RAT: rat, Kind: r.num(0, 0), CID: r.num(1, 0), RSRQ: 255, SINR: 255}
	switch rat {
	case device.GSM:
		c.MCC, c.MNC, c.LAC, c.ARFCN, c.Phys, c.RSSI = r.num(2, 0), r.num(3, 0), r.num(4, 0), r.num(5, 0), r.num(6, 0),
			r.num(7, 99)
	case device.UMTS:
		c.LCID, c.MCC, c.MNC, c.LAC = r.num(2, 0), r.num(3, 0), r.num(4, 0), r.num(5, 0)
		c.ARFCN, c.Phys, c.RSSI = r.num(6, 0), r.num(7, 0), r.num(8, 99)
	default:
		c.MCC, c.MNC, c.Phys, c.LAC, c.ARFCN = r.num(2, 0), r.num(3, 0), r.num(4, 0), r.num(5, 0), r.num(6, 0)
		c.RSSI, c.RSRQ, c.SINR = r.num(7, 99), r.num(8, 255), r.num(9, 255)
	}
	return c
}

// Operator evaluates net.operatorName().
func (d *Device) Operator(ctx context.Context) (device.Operator, error) {
	r, err := d.fields(ctx, 4, "net.operatorName")
	return device.Operator{Long: r.str(0), Short: r.str(1), MCC: r.str(2), MNC: r.str(3)}, err
}

// Function evaluates net.getModemFun().
func (d *Device) Function(ctx context.Context) (int, error) { return d.number(ctx, "net.getModemFun") }

// SetFunction evaluates net.setModemFun(level, reboot).
func (d *Device) SetFunction(ctx context.Context, level int, reboot bool) error {
	err := d.do(ctx, "net.setModemFun", level, reboot)
	if reboot && (errors.Is(err, ErrReset) || errors.Is(err, device.ErrLost)) {
		return nil // as asked for
	}
	return err
}

// NetworkMode evaluates net.getConfig().
func (d *Device) NetworkMode(ctx context.Context) (mode int, roaming bool, err error) {
	r, err := d.fields(ctx, 2, "net.getConfig")
	roaming = r.num(1, 0) != 0
	if len(r) > 1 && r[1] == true {
		roaming = true
	}
	return r.num(0, 0), roaming, err
}

// SetNetworkMode evaluates net.setConfig(mode, roaming).
func (d *Device) SetNetworkMode(ctx context.Context, mode int, roaming bool) error {
	return d.do(ctx, "net.setConfig", mode, roaming)
}

// Band evaluates net.getBand(rat).
func (d *Device) Band(ctx context.Context, rat int) (uint64, error) {
	text, err := d.text(ctx, "net.getBand", rat)
	if err != nil {
		return 0, err
	}
	mask, err := strconv.ParseUint(strings.TrimPrefix(strings.ToLower(text), "0x"), 16, 64)
	if err != nil {
		return 0, odd("net.getBand", text)
	}
	return mask, nil
}

// SetBand evaluates net.setBand(rat, gsm, (hh, hl, lh, ll)).
func (d *Device) SetBand(ctx context.Context, rat int, mask uint64) error {
	if rat == 0 {
		return d.do(ctx, "net.setBand", 0, mask, expr("(0,0,0,0)"))
	}
	return d.do(ctx, "net.setBand", rat, 0, expr(fmt.Sprintf("(0,0,%d,%d)", mask>>32, mask&0xffffffff)))
}

// expr is Python that goes into a call as it stands.
type expr string

// ResetBands evaluates net.bandRst().
func (d *Device) ResetBands(ctx context.Context) error { return d.do(ctx, "net.bandRst") }

// Timer evaluates the function of net that the name stands for.
func (d *Device) Timer(ctx context.Context, name string) (string, error) {
	fn, ok := map[string]string{"T3402": "getT3402", "T3412": "getT3412", "T3324": "getT3324", "eDRX": "getTeDRX",
		"PTW": "getTPTW", "qRxLevMin": "getqRxlevMin", "reject": "getRejectCause"}[name]
	if !ok {
		return "", fmt.Errorf("timer %q: %w", name, device.ErrUnsupported)
	}
	return d.text(ctx, "net."+fn)
}

// NetworkTime evaluates net.nitzTime(). The zone is what its text ends with, in quarters of an
// hour as in AT+CCLK, or UTC.
func (d *Device) NetworkTime(ctx context.Context) (time.Time, error) {
	r, err := d.fields(ctx, 2, "net.nitzTime")
	if err != nil {
		return time.Time{}, err
	}
	secs := r.num(1, 0)
	if secs <= 0 {
		return time.Time{}, fmt.Errorf("net.nitzTime: %w: the network has not told the time", device.ErrNotReady)
	}
	t := time.Unix(int64(secs), 0).UTC()
	text := r.str(0)
	if i := strings.LastIndexAny(text, "+-"); i > 8 {
		if q, err := strconv.Atoi(strings.TrimSpace(text[i:])); err == nil && q >= -48 && q <= 56 {
			t = t.In(time.FixedZone("", q*900))
		}
	}
	return t, nil
}
