package at

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

// pinStates are the answers of AT+CPIN? in the vendor's numbers (QuecPython API reference,
// sim.getStatus).
var pinStates = map[string]device.SIMStatus{
	"READY": device.SIMReady, "SIM PIN": device.SIMPIN, "SIM PUK": device.SIMPUK, "PH-SIM PIN": 4, "PH-FSIM PIN": 5,
	"PH-FSIM PUK": 6, "SIM PIN2": 7, "SIM PUK2": 8, "PH-NET PIN": 9, "PH-NET PUK": 10, "PH-NETSUB PIN": 11,
	"PH-NETSUB PUK": 12,
	"PH-SP PIN":     13, "PH-SP PUK": 14, "PH-CORP PIN": 15, "PH-CORP PUK": 16,
}

// SIMStatus asks AT+CPIN?.
func (d *Device) SIMStatus(ctx context.Context) (device.SIMStatus, error) {
	line, err := d.one(ctx, "AT+CPIN?", "+CPIN: ")
	var refusal *atcmd.Error
	if errors.As(err, &refusal) {
		return refusedStatus(refusal), nil
	}
	if err != nil {
		return device.SIMUnknown, err
	}
	if s, ok := pinStates[strings.Trim(line, `"`)]; ok {
		return s, nil
	}
	return device.SIMUnknown, nil
}

// refusedStatus is what a refusal of AT+CPIN? says of the card.
func refusedStatus(e *atcmd.Error) device.SIMStatus {
	switch e.Code {
	case 10:
		return device.SIMAbsent
	case 11:
		return device.SIMPIN
	case 12:
		return device.SIMPUK
	case 13, 15:
		return device.SIMInvalid
	case 14:
		return device.SIMBusy
	}
	return device.SIMUnknown
}

// IMSI asks AT+CIMI.
func (d *Device) IMSI(ctx context.Context) (string, error) { return d.digits(ctx, "AT+CIMI") }

// ICCID asks AT+QCCID; the filler that some modules print is taken off.
func (d *Device) ICCID(ctx context.Context) (string, error) {
	s, err := d.one(ctx, "AT+QCCID", "+QCCID: ")
	return strings.TrimRight(strings.Trim(s, `"`), "Ff"), err
}

// PhoneNumber asks AT+CNUM; most cards for machines do not know theirs.
func (d *Device) PhoneNumber(ctx context.Context) (string, error) {
	lines, err := d.ask(ctx, "AT+CNUM", "+CNUM: ")
	if err != nil || len(lines) == 0 {
		return "", err
	}
	p, err := atcmd.Parse(lines[0])
	return p.Text(1), err
}

// SIMCommand sends AT+CSIM.
func (d *Device) SIMCommand(ctx context.Context, slot int, cmd string) (string, error) {
	if slot != 0 {
		return "", fmt.Errorf("SIM slot %d: %w: AT+CSIM speaks to the card in use", slot, device.ErrUnsupported)
	}
	text, err := formatted("AT+CSIM=%d,%q", len(cmd), cmd)
	if err != nil {
		return "", err
	}
	p, err := d.params(ctx, text, "+CSIM: ")
	return p.Text(1), err
}

// SIMDetection asks AT+QSIMDET?.
func (d *Device) SIMDetection(ctx context.Context) (device.SIMDetection, error) {
	p, err := d.params(ctx, "AT+QSIMDET?", "+QSIMDET: ")
	return device.SIMDetection{Enabled: p.Int(0, 0) == 1, Level: p.Int(1, 0)}, err
}

// SetSIMDetection sends AT+QSIMDET.
func (d *Device) SetSIMDetection(ctx context.Context, s device.SIMDetection) error {
	return d.do(ctx, fmt.Sprintf("AT+QSIMDET=%d,%d", number(s.Enabled), s.Level))
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// SIMSlot asks AT+QUIMSLOT?; a module without it has one slot.
func (d *Device) SIMSlot(ctx context.Context) (int, error) {
	p, err := d.params(ctx, "AT+QUIMSLOT?", "+QUIMSLOT: ")
	var refusal *atcmd.Error
	if errors.As(err, &refusal) {
		return 0, nil
	}
	return p.Int(0, 1) - 1, err
}

// SwitchSIM sends AT+QUIMSLOT.
func (d *Device) SwitchSIM(ctx context.Context, slot int) error {
	return d.do(ctx, fmt.Sprintf("AT+QUIMSLOT=%d", slot+1))
}

// OnSIM has f called when a card comes or goes (AT+QSIMSTAT).
func (d *Device) OnSIM(f func(device.SIMEvent)) (stop func()) {
	d.enable("AT+QSIMSTAT=1")
	return d.onSIM.Add(f)
}

// enable switches URCs on, once. A module that refuses tells nothing, which is what it can do.
func (d *Device) enable(text string) {
	d.mu.Lock()
	_, done := d.dialects[text]
	d.dialects[text] = "on"
	d.mu.Unlock()
	if done {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	if err := errors.Join(d.wantURCs(ctx), d.do(ctx, text)); err != nil {
		d.warn(fmt.Sprintf("%s was refused: changes will not be told (%v)", text, err))
	}
}

// EnablePIN locks the card.
func (d *Device) EnablePIN(ctx context.Context, pin string) error {
	return d.doText(ctx, `AT+CLCK="SC",1,%q`, pin)
}

// DisablePIN unlocks the card.
func (d *Device) DisablePIN(ctx context.Context, pin string) error {
	return d.doText(ctx, `AT+CLCK="SC",0,%q`, pin)
}

// VerifyPIN opens the card.
func (d *Device) VerifyPIN(ctx context.Context, pin string) error {
	return d.doText(ctx, "AT+CPIN=%q", pin)
}

// ChangePIN sets another PIN.
func (d *Device) ChangePIN(ctx context.Context, old, pin string) error {
	return d.doText(ctx, `AT+CPWD="SC",%q,%q`, old, pin)
}

// UnblockPIN opens a card that had three wrong PINs.
func (d *Device) UnblockPIN(ctx context.Context, puk, pin string) error {
	return d.doText(ctx, "AT+CPIN=%q,%q", puk, pin)
}
