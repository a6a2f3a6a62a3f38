package at

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
	"quecstar/harness/event"
)

func (d *Device) warn(text string) { d.emit(event.Event{Kind: event.Warning, Text: text}) }

// Registration asks AT+CREG? and, for data, AT+CEREG? or else AT+CGREG?.
func (d *Device) Registration(ctx context.Context) (device.Registration, error) {
	var r device.Registration
	// Level 2 has the answers tell the place; a module that refuses tells the state alone.
	d.once(ctx, "AT+CREG=2", "AT+CGREG=2", "AT+CEREG=2")
	p, err := d.params(ctx, "AT+CREG?", "+CREG: ")
	if err != nil {
		return r, err
	}
	r.Voice = domain(p)
	for _, name := range []string{"CEREG", "CGREG"} {
		p, err := d.params(ctx, "AT+"+name+"?", "+"+name+": ")
		if err != nil {
			continue
		}
		if r.Data = domain(p); r.Data.State.Ready() {
			break
		}
	}
	return r, d.e.Err()
}

// once sends settings the first time that they are needed.
func (d *Device) once(ctx context.Context, texts ...string) {
	for _, text := range texts {
		d.mu.Lock()
		_, done := d.dialects[text]
		d.dialects[text] = "sent"
		d.mu.Unlock()
		if !done {
			_ = d.do(ctx, text) // the question behind it tells whether the module is there
		}
	}
}

// domain reads "<n>,<stat>[,"lac","ci",<act>]".
func domain(p atcmd.Params) device.Domain {
	return device.Domain{State: device.RegState(p.Int(1, int(device.RegUnknown))), LAC: hexadecimal(p.Text(2)),
		CID: hexadecimal(p.Text(3)), RAT: device.RAT(p.Int(4, int(device.LTE)))}
}

func hexadecimal(s string) int {
	n, err := strconv.ParseInt(s, 16, 64)
	if err != nil {
		return 0
	}
	return int(n)
}

// Signal asks AT+CSQ and AT+QCSQ.
func (d *Device) Signal(ctx context.Context) (device.Signal, error) {
	s := device.Signal{CSQ: 99, RSSI: 99, BitErrors: 99, RSCP: 255, EcNo: 255, LTERSSI: 99, RSRP: 99, RSRQ: 255, CQI: 255,
		SINR: 255}
	p, err := d.params(ctx, "AT+CSQ", "+CSQ: ")
	if err != nil {
		return s, err
	}
	s.CSQ = p.Int(0, 99)
	if q, err := d.params(ctx, "AT+QCSQ", "+QCSQ: "); err == nil && strings.Contains(q.Text(0), "LTE") {
		s.LTERSSI, s.RSRP, s.RSRQ = q.Int(1, 99), q.Int(2, 99), q.Int(4, 255)
		// SINR comes in fifths of a dB from -20 dB (AT commands manual, AT+QCSQ).
		s.SINR = q.Int(3, 0)/5 - 20
	}
	return s, d.e.Err()
}

// Cells asks AT+QENG for the serving and the neighbour cells; of the latter it reads LTE's.
func (d *Device) Cells(ctx context.Context) ([]device.Cell, error) {
	p, err := d.params(ctx, `AT+QENG="servingcell"`, "+QENG: ")
	if err != nil {
		return nil, err
	}
	if p.Text(2) != "LTE" {
		return nil, nil
	}
	serving := device.Cell{RAT: device.LTE, MCC: p.Int(4, 0), MNC: p.Int(5, 0), CID: hexadecimal(p.Text(6)),
		Phys:  p.Int(7, 0),
		ARFCN: p.Int(8, 0), LAC: hexadecimal(p.Text(12)), RSSI: p.Int(13, 99), RSRQ: p.Int(14, 255), SINR: p.Int(16, 255)}
	all := []device.Cell{serving}
	lines, err := d.ask(ctx, `AT+QENG="neighbourcell"`, "+QENG: ")
	if err != nil {
		return all, d.e.Err()
	}
	for _, l := range lines {
		n, err := atcmd.Parse(l)
		if err != nil || n.Text(1) != "LTE" {
			continue
		}
		kind := 2
		if strings.Contains(n.Text(0), "inter") {
			kind = 3
		}
		all = append(all, device.Cell{RAT: device.LTE, Kind: kind, MCC: serving.MCC, MNC: serving.MNC, LAC: serving.LAC,
			ARFCN: n.Int(2, 0), Phys: n.Int(3, 0), RSRQ: n.Int(4, 255), RSSI: n.Int(5, 99), SINR: n.Int(7, 255)})
	}
	return all, nil
}

// Operator asks AT+COPS? in its three formats.
func (d *Device) Operator(ctx context.Context) (device.Operator, error) {
	var names [3]string
	for i := range names {
		if err := d.do(ctx, fmt.Sprintf("AT+COPS=3,%d", i)); err != nil {
			return device.Operator{}, err
		}
		p, err := d.params(ctx, "AT+COPS?", "+COPS: ")
		if err != nil {
			return device.Operator{}, err
		}
		if names[i] = p.Text(2); names[i] == "" {
			return device.Operator{}, fmt.Errorf("operator: %w: the module is not registered", device.ErrNotReady)
		}
	}
	op := device.Operator{Long: names[0], Short: names[1]}
	if len(names[2]) >= 5 {
		op.MCC, op.MNC = names[2][:3], names[2][3:]
	}
	return op, nil
}

// OnRegistration has f called when the registration changes.
func (d *Device) OnRegistration(f func(device.Registration)) (stop func()) {
	d.enable("AT+CREG=2")
	d.enable("AT+CEREG=2")
	return d.onReg.Add(f)
}

// Function asks AT+CFUN?.
func (d *Device) Function(ctx context.Context) (int, error) {
	p, err := d.params(ctx, "AT+CFUN?", "+CFUN: ")
	return p.Int(0, 0), err
}

// SetFunction sends AT+CFUN.
func (d *Device) SetFunction(ctx context.Context, level int, reboot bool) error {
	if reboot {
		return d.goOff(ctx, fmt.Sprintf("AT+CFUN=%d,1", level), "RDY")
	}
	return d.do(ctx, fmt.Sprintf("AT+CFUN=%d", level))
}

// notByAT is of what the vendor's Python can do and AT commands of all families cannot.
func notByAT(what string) error {
	return fmt.Errorf("%s: %w by AT commands that all modules share", what, device.ErrUnsupported)
}

// NetworkMode is not to be had: the numbers of AT+QCFG="nwscanmode" differ between families.
func (d *Device) NetworkMode(context.Context) (int, bool, error) {
	return 0, false, notByAT("network mode")
}

// SetNetworkMode is not to be had.
func (d *Device) SetNetworkMode(context.Context, int, bool) error { return notByAT("network mode") }

// Band is not to be had: the masks of AT+QCFG="band" differ between families.
func (d *Device) Band(context.Context, int) (uint64, error) { return 0, notByAT("bands") }

// SetBand is not to be had.
func (d *Device) SetBand(context.Context, int, uint64) error { return notByAT("bands") }

// ResetBands is not to be had.
func (d *Device) ResetBands(context.Context) error { return notByAT("bands") }

// Timer is not to be had.
func (d *Device) Timer(_ context.Context, name string) (string, error) {
	return "", notByAT("network value " + name)
}
