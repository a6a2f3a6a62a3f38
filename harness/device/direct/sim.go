package direct

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"quecstar/harness/device"
)

// SIMStatus returns the card's state.
func (d *Device) SIMStatus(context.Context) (device.SIMStatus, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.simStatus(), nil
}

// simStatus is what programs see: without radio the card has no power. The caller holds mu.
func (d *Device) simStatus() device.SIMStatus {
	if d.state.function == 0 {
		return device.SIMUnknown
	}
	return d.state.sim
}

// IMSI returns the subscriber's number.
func (d *Device) IMSI(context.Context) (string, error) {
	return d.onCard("IMSI", func() string { return d.state.imsi })
}

// ICCID returns the card's number.
func (d *Device) ICCID(context.Context) (string, error) {
	return d.onCard("ICCID", func() string { return d.state.iccid })
}

// PhoneNumber returns the configured number.
func (d *Device) PhoneNumber(context.Context) (string, error) {
	return d.onCard("phone number", func() string { return d.cfg.PhoneNumber })
}

// SetProfile has the card be another one, as an eSIM is whose profile changes; "" leaves it without any,
// which is like no card.
func (d *Device) SetProfile(iccid, imsi string) {
	d.change(func(s *state) {
		s.iccid, s.imsi = iccid, imsi
		switch {
		case iccid == "":
			s.sim = device.SIMAbsent
		case s.sim == device.SIMAbsent:
			s.sim = device.SIMReady
		}
	})
}

// onCard returns what is stored on the card if it can be read; read is called with mu held.
func (d *Device) onCard(what string, read func() string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.simStatus(); s != device.SIMReady {
		return "", fmt.Errorf("%s: %w: the SIM card's status is %d, not 1", what, device.ErrNotReady, s)
	}
	value := read()
	if value == "" {
		return "", fmt.Errorf("%s: %w: the card does not know it", what, device.ErrNotReady)
	}
	return value, nil
}

// SIMCommand answers the one command that programs send to see whether a card is there: STATUS
// (class A0, instruction F2), with "success". Others are ErrUnsupported.
func (d *Device) SIMCommand(_ context.Context, slot int, cmd string) (string, error) {
	if _, err := d.onCard("SIM command", func() string { return cmd }); err != nil {
		return "", err
	}
	if slot != 0 || !strings.HasPrefix(strings.ToUpper(cmd), "A0F2") {
		return "", fmt.Errorf("SIM command %s in slot %d: %w on this device", cmd, slot, device.ErrUnsupported)
	}
	return "9000", nil
}

// SIMDetection returns the settings for changing cards.
func (d *Device) SIMDetection(context.Context) (device.SIMDetection, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state.detection, nil
}

// SetSIMDetection keeps the settings.
func (d *Device) SetSIMDetection(_ context.Context, s device.SIMDetection) error {
	if s.Level != 0 && s.Level != 1 {
		return fmt.Errorf("%w: level %d: want 0 or 1", device.ErrConfig, s.Level)
	}
	d.change(func(st *state) { st.detection = s })
	return nil
}

// SIMSlot returns 0: the device has one card.
func (d *Device) SIMSlot(context.Context) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state.slot, nil
}

// SwitchSIM fails: there is no other card.
func (d *Device) SwitchSIM(_ context.Context, slot int) error {
	return fmt.Errorf("switch to SIM slot %d: %w: the device has one card, in slot 0", slot, device.ErrNotReady)
}

// OnSIM has f called when a card comes or goes.
func (d *Device) OnSIM(f func(device.SIMEvent)) (stop func()) { return d.onSIM.Add(f) }

// EnablePIN has the card ask for its PIN from the next start on.
func (d *Device) EnablePIN(_ context.Context, pin string) error {
	return d.withPIN(pin, func(s *state) { s.pinEnabled = true })
}

// DisablePIN has the card ask for its PIN no more.
func (d *Device) DisablePIN(_ context.Context, pin string) error {
	return d.withPIN(pin, func(s *state) { s.pinEnabled = false })
}

// VerifyPIN opens the card.
func (d *Device) VerifyPIN(_ context.Context, pin string) error {
	return d.withPIN(pin, func(*state) {})
}

// ChangePIN sets another PIN.
func (d *Device) ChangePIN(_ context.Context, old, pin string) error {
	if !digits(pin) || len(pin) > 15 {
		return fmt.Errorf("%w: a PIN has up to 15 digits", device.ErrConfig)
	}
	return d.withPIN(old, func(s *state) { s.pin = pin })
}

// withPIN checks a PIN, counting wrong ones, and acts when it is right.
func (d *Device) withPIN(pin string, act func(*state)) error {
	var err error
	d.change(func(s *state) {
		switch {
		case s.sim != device.SIMReady && s.sim != device.SIMPIN:
			err = fmt.Errorf("PIN: %w: the SIM card's status is %d", device.ErrNotReady, s.sim)
		case pin != s.pin:
			s.pinTries--
			if s.pinTries <= 0 {
				s.sim = device.SIMPUK
			}
			err = fmt.Errorf("PIN: %w: %d tries left", device.ErrRefused, max(s.pinTries, 0))
		default:
			s.pinTries, s.sim = 3, device.SIMReady
			act(s)
		}
	})
	return err
}

// UnblockPIN opens a card that had three wrong PINs; ten wrong PUKs block it for good.
func (d *Device) UnblockPIN(_ context.Context, puk, pin string) error {
	var err error
	d.change(func(s *state) {
		switch {
		case s.sim != device.SIMPUK:
			err = fmt.Errorf("PUK: %w: the SIM card's status is %d, not 3", device.ErrNotReady, s.sim)
		case puk != s.puk:
			s.pukTries--
			if s.pukTries <= 0 {
				s.sim = device.SIMBlocked
			}
			err = fmt.Errorf("PUK: %w: %d tries left", device.ErrRefused, max(s.pukTries, 0))
		default:
			s.pin, s.pinTries, s.pukTries, s.sim = pin, 3, 10, device.SIMReady
		}
	})
	return err
}

// ReadPhonebook returns entries in the order of their index.
func (d *Device) ReadPhonebook(
	_ context.Context, storage, first, last int, name string,
) ([]device.PhonebookEntry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []device.PhonebookEntry
	for _, e := range d.state.phonebooks[storage] {
		byName := first == 0 && strings.HasPrefix(e.Name, name)
		if byName || first > 0 && e.Index >= first && e.Index <= last {
			out = append(out, e)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Index < out[j].Index })
	return out, nil
}

// WritePhonebook keeps one entry.
func (d *Device) WritePhonebook(_ context.Context, storage int, e device.PhonebookEntry) error {
	if e.Index < 1 || e.Index > 500 || storage < 0 || storage > 15 {
		return fmt.Errorf("%w: phone book %d, index %d: want 0 to 15 and 1 to 500", device.ErrConfig, storage, e.Index)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state.phonebooks[storage] == nil {
		d.state.phonebooks[storage] = map[int]device.PhonebookEntry{}
	}
	if e.Number == "" {
		delete(d.state.phonebooks[storage], e.Index)
		return nil
	}
	d.state.phonebooks[storage][e.Index] = e
	return nil
}

// PINEnabled reports whether the card asks for its PIN when the module starts.
func (d *Device) PINEnabled() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state.pinEnabled
}
