package repl

import (
	"context"
	"errors"
	"fmt"

	"quecstar/harness/device"
)

// IMEI evaluates modem.getDevImei().
func (d *Device) IMEI(ctx context.Context) (string, error) { return d.text(ctx, "modem.getDevImei") }

// Model evaluates modem.getDevModel().
func (d *Device) Model(ctx context.Context) (string, error) { return d.text(ctx, "modem.getDevModel") }

// SerialNumber evaluates modem.getDevSN().
func (d *Device) SerialNumber(ctx context.Context) (string, error) {
	return d.text(ctx, "modem.getDevSN")
}

// Firmware evaluates modem.getDevFwVersion().
func (d *Device) Firmware(ctx context.Context) (string, error) {
	return d.text(ctx, "modem.getDevFwVersion")
}

// ProductID evaluates modem.getDevProductId().
func (d *Device) ProductID(ctx context.Context) (string, error) {
	return d.text(ctx, "modem.getDevProductId")
}

// MAC evaluates modem.getDevMAC().
func (d *Device) MAC(ctx context.Context) (string, error) { return d.text(ctx, "modem.getDevMAC") }

// SIMStatus evaluates sim.getStatus().
func (d *Device) SIMStatus(ctx context.Context) (device.SIMStatus, error) {
	n, err := d.number(ctx, "sim.getStatus")
	return device.SIMStatus(n), err
}

// IMSI evaluates sim.getImsi().
func (d *Device) IMSI(ctx context.Context) (string, error) { return d.text(ctx, "sim.getImsi") }

// ICCID evaluates sim.getIccid().
func (d *Device) ICCID(ctx context.Context) (string, error) { return d.text(ctx, "sim.getIccid") }

// PhoneNumber evaluates sim.getPhoneNumber().
func (d *Device) PhoneNumber(ctx context.Context) (string, error) {
	return d.text(ctx, "sim.getPhoneNumber")
}

// SIMCommand evaluates sim.genericAccess(slot, cmd).
func (d *Device) SIMCommand(ctx context.Context, slot int, cmd string) (string, error) {
	r, err := d.fields(ctx, 2, "sim.genericAccess", slot, cmd)
	return r.str(1), err
}

// SIMDetection evaluates sim.getSimDet().
func (d *Device) SIMDetection(ctx context.Context) (device.SIMDetection, error) {
	r, err := d.fields(ctx, 2, "sim.getSimDet")
	return device.SIMDetection{Enabled: r.num(0, 0) != 0, Level: r.num(1, 0)}, err
}

// SetSIMDetection evaluates sim.setSimDet(switch, level).
func (d *Device) SetSIMDetection(ctx context.Context, s device.SIMDetection) error {
	return d.do(ctx, "sim.setSimDet", s.Enabled, s.Level)
}

// SIMSlot evaluates sim.getCurSimid().
func (d *Device) SIMSlot(ctx context.Context) (int, error) { return d.number(ctx, "sim.getCurSimid") }

// SwitchSIM evaluates sim.switchCard(slot).
func (d *Device) SwitchSIM(ctx context.Context, slot int) error {
	return d.do(ctx, "sim.switchCard", slot)
}

// OnSIM tells of a card that came or went, and of a change of the slot.
func (d *Device) OnSIM(f func(device.SIMEvent)) (stop func()) {
	present := watchFor(&d.poll, func(ctx context.Context) (bool, error) {
		s, err := d.SIMStatus(ctx)
		return s != device.SIMAbsent, err
	}, func(in bool) {
		if in {
			f(device.SIMInserted)
		} else {
			f(device.SIMRemoved)
		}
	})
	slot := watchFor(&d.poll, d.SIMSlot, func(int) { f(device.SIMSwitched) })
	return func() { present(); slot() }
}

// pin evaluates a function of the card's lock. The vendor's -1 is a refusal. The codes are secrets:
// the module's own text may repeat them, so it is left out.
func (d *Device) pin(ctx context.Context, fn string, args ...any) error {
	err := d.do(ctx, fn, args...)
	var remote *RemoteError
	switch {
	case errors.Is(err, device.ErrNotReady):
		return fmt.Errorf("%s: %w by the card", fn, device.ErrRefused)
	case errors.As(err, &remote) && !errors.Is(err, device.ErrUnsupported):
		return fmt.Errorf("%s: %w: the module raised %s", fn, device.ErrRefused, remote.Type)
	}
	return err
}

// EnablePIN evaluates sim.enablePin(pin).
func (d *Device) EnablePIN(ctx context.Context, pin string) error {
	return d.pin(ctx, "sim.enablePin", pin)
}

// DisablePIN evaluates sim.disablePin(pin).
func (d *Device) DisablePIN(ctx context.Context, pin string) error {
	return d.pin(ctx, "sim.disablePin", pin)
}

// VerifyPIN evaluates sim.verifyPin(pin).
func (d *Device) VerifyPIN(ctx context.Context, pin string) error {
	return d.pin(ctx, "sim.verifyPin", pin)
}

// ChangePIN evaluates sim.changePin(old, pin).
func (d *Device) ChangePIN(ctx context.Context, old, pin string) error {
	return d.pin(ctx, "sim.changePin", old, pin)
}

// UnblockPIN evaluates sim.unblockPin(puk, pin).
func (d *Device) UnblockPIN(ctx context.Context, puk, pin string) error {
	return d.pin(ctx, "sim.unblockPin", puk, pin)
}

// ReadPhonebook evaluates sim.readPhonebook(storage, first, last, name).
func (d *Device) ReadPhonebook(
	ctx context.Context, storage, first, last int, name string,
) ([]device.PhonebookEntry, error) {
	r, err := d.fields(ctx, 2, "sim.readPhonebook", storage, first, last, name)
	if err != nil {
		return nil, err
	}
	var all []device.PhonebookEntry
	for i := range r.sub(1) {
		e := r.sub(1).sub(i)
		all = append(all, device.PhonebookEntry{Index: e.num(0, 0), Name: e.str(1), Number: e.str(2)})
	}
	return all, nil
}

// WritePhonebook evaluates sim.writePhonebook(storage, index, name, number).
func (d *Device) WritePhonebook(ctx context.Context, storage int, e device.PhonebookEntry) error {
	return d.do(ctx, "sim.writePhonebook", storage, e.Index, e.Name, e.Number)
}
