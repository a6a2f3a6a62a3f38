package direct

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"quecstar/harness/device"
)

// Registration returns the module's place in the network.
func (d *Device) Registration(context.Context) (device.Registration, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.registration(), nil
}

// Signal derives all values from the CSQ: RSSI is 2*CSQ-113 dBm (3GPP TS 27.007, 8.5).
func (d *Device) Signal(context.Context) (device.Signal, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := device.Signal{CSQ: d.state.csq, RSSI: 99, BitErrors: 99, RSCP: 255, EcNo: 255,
		LTERSSI: 99, RSRP: 99, RSRQ: 255, CQI: 255, SINR: 255}
	if d.state.function != 1 || s.CSQ == 99 {
		s.CSQ = 99
		return s, nil
	}
	s.LTERSSI = max(2*s.CSQ-113, -140)
	s.RSRP = max(s.LTERSSI-25, -140)
	s.RSRQ, s.CQI, s.SINR = -8, 10, min(s.CSQ-10, 40)
	return s, nil
}

// Cells returns what SetCells set, else the serving cell and one neighbour; nothing without radio.
func (d *Device) Cells(ctx context.Context) ([]device.Cell, error) {
	sig, err := d.Signal(ctx)
	if err != nil || sig.CSQ == 99 {
		return nil, err
	}
	d.mu.Lock()
	set := slices.Clone(d.state.cells)
	d.mu.Unlock()
	if set != nil {
		return set, nil
	}
	// The operator's numbers are digits: newly made devices check the IMSI they come from.
	mcc, _ := strconv.Atoi(d.cfg.Operator.MCC)
	mnc, _ := strconv.Atoi(d.cfg.Operator.MNC)
	serving := device.Cell{RAT: device.LTE, CID: d.cfg.CID, MCC: mcc, MNC: mnc, LAC: d.cfg.LAC,
		ARFCN: 1850, Phys: 401, RSSI: sig.RSRP, RSRQ: sig.RSRQ, SINR: sig.SINR}
	other := serving
	other.Kind, other.CID, other.Phys, other.RSSI = 2, d.cfg.CID+1, 402, max(sig.RSRP-12, -140)
	return []device.Cell{serving, other}, nil
}

// Operator returns who runs the network; ErrNotReady while not registered.
func (d *Device) Operator(context.Context) (device.Operator, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.registration().Data.State.Ready() {
		return device.Operator{}, fmt.Errorf("operator: %w: the module is not registered", device.ErrNotReady)
	}
	return d.cfg.Operator, nil
}

// OnRegistration has f called when the registration changes.
func (d *Device) OnRegistration(f func(device.Registration)) (stop func()) { return d.onReg.Add(f) }

// Function returns the level of +CFUN.
func (d *Device) Function(context.Context) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state.function, nil
}

// SetFunction changes the level; a reboot ends connections and returns to level 1.
func (d *Device) SetFunction(ctx context.Context, level int, reboot bool) error {
	if level != 0 && level != 1 && level != 4 {
		return fmt.Errorf("%w: function level %d: want 0, 1 or 4", device.ErrConfig, level)
	}
	d.change(func(s *state) { s.function = level })
	if reboot {
		d.change(func(s *state) { s.function = 1 })
		return d.Restart(ctx)
	}
	return nil
}

// NetworkMode returns what was set; at first the vendor's 8, GSM and LTE automatically.
func (d *Device) NetworkMode(context.Context) (mode int, roaming bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state.netMode, d.state.roaming, nil
}

// SetNetworkMode keeps the vendor's number of the preferred technologies.
func (d *Device) SetNetworkMode(_ context.Context, mode int, roaming bool) error {
	if mode < 0 || mode > 21 {
		return fmt.Errorf("%w: network mode %d: want 0 to 21", device.ErrConfig, mode)
	}
	d.change(func(s *state) { s.netMode, s.roaming = mode, roaming })
	return nil
}

// Band returns the bands of a technology.
func (d *Device) Band(_ context.Context, rat int) (uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	mask, ok := d.state.bands[rat]
	if !ok {
		return 0, fmt.Errorf("%w: bands of technology %d: %s has 0 (GSM) and 1 (LTE)", device.ErrConfig, rat, d.cfg.Model)
	}
	return mask, nil
}

// SetBand sets the bands of a technology.
func (d *Device) SetBand(ctx context.Context, rat int, mask uint64) error {
	if _, err := d.Band(ctx, rat); err != nil {
		return err
	}
	d.change(func(s *state) { s.bands[rat] = mask })
	return nil
}

// ResetBands returns to the bands that the module was made for.
func (d *Device) ResetBands(context.Context) error {
	d.change(func(s *state) { s.bands = defaultBands() })
	return nil
}

// Timer returns plausible values of an LTE network.
func (d *Device) Timer(_ context.Context, name string) (string, error) {
	values := map[string]string{"T3402": "720", "T3412": "3240", "T3324": "0", "eDRX": "0",
		"PTW": "0", "qRxLevMin": "-64", "reject": "0"}
	v, ok := values[name]
	if !ok {
		return "", fmt.Errorf("network value %q: %w on this device", name, device.ErrUnsupported)
	}
	return v, nil
}
