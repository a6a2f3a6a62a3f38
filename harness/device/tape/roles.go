package tape

import (
	"context"
	"time"

	"quecstar/harness/device"
)

var (
	_ device.Identity  = (*Device)(nil)
	_ device.Power     = (*Device)(nil)
	_ device.Clock     = (*Device)(nil)
	_ device.SIM       = (*Device)(nil)
	_ device.PIN       = (*Device)(nil)
	_ device.Phonebook = (*Device)(nil)
	_ device.Network   = (*Device)(nil)
	_ device.Radio     = (*Device)(nil)
	_ device.DataCall  = (*Device)(nil)
	_ device.SMS       = (*Device)(nil)
	_ device.Calls     = (*Device)(nil)
	_ device.Location  = (*Device)(nil)
)

// IMEI is that of the role Identity.
func (d *Device) IMEI(ctx context.Context) (string, error) {
	return ask(d, ctx, "IMEI", func(r device.Identity) (string, error) { return r.IMEI(ctx) })
}

// Model is that of the role Identity.
func (d *Device) Model(ctx context.Context) (string, error) {
	return ask(d, ctx, "Model", func(r device.Identity) (string, error) { return r.Model(ctx) })
}

// SerialNumber is that of the role Identity.
func (d *Device) SerialNumber(ctx context.Context) (string, error) {
	return ask(d, ctx, "SerialNumber", func(r device.Identity) (string, error) { return r.SerialNumber(ctx) })
}

// Firmware is that of the role Identity.
func (d *Device) Firmware(ctx context.Context) (string, error) {
	return ask(d, ctx, "Firmware", func(r device.Identity) (string, error) { return r.Firmware(ctx) })
}

// ProductID is that of the role Identity.
func (d *Device) ProductID(ctx context.Context) (string, error) {
	return ask(d, ctx, "ProductID", func(r device.Identity) (string, error) { return r.ProductID(ctx) })
}

// MAC is that of the role Identity.
func (d *Device) MAC(ctx context.Context) (string, error) {
	return ask(d, ctx, "MAC", func(r device.Identity) (string, error) { return r.MAC(ctx) })
}

// PowerDown is that of the role Power.
func (d *Device) PowerDown(ctx context.Context) error {
	return do(d, ctx, "PowerDown", func(r device.Power) error { return r.PowerDown(ctx) })
}

// Restart is that of the role Power.
func (d *Device) Restart(ctx context.Context) error {
	return do(d, ctx, "Restart", func(r device.Power) error { return r.Restart(ctx) })
}

// PowerOnReason is that of the role Power.
func (d *Device) PowerOnReason(ctx context.Context) (int, error) {
	return ask(d, ctx, "PowerOnReason", func(r device.Power) (int, error) { return r.PowerOnReason(ctx) })
}

// PowerDownReason is that of the role Power.
func (d *Device) PowerDownReason(ctx context.Context) (int, error) {
	return ask(d, ctx, "PowerDownReason", func(r device.Power) (int, error) { return r.PowerDownReason(ctx) })
}

// Voltage is that of the role Power.
func (d *Device) Voltage(ctx context.Context) (int, error) {
	return ask(d, ctx, "Voltage", func(r device.Power) (int, error) { return r.Voltage(ctx) })
}

// NetworkTime is that of the role Clock.
func (d *Device) NetworkTime(ctx context.Context) (time.Time, error) {
	return ask(d, ctx, "NetworkTime", func(r device.Clock) (time.Time, error) { return r.NetworkTime(ctx) })
}

// SIMStatus is that of the role SIM.
func (d *Device) SIMStatus(ctx context.Context) (device.SIMStatus, error) {
	return ask(d, ctx, "SIMStatus", func(r device.SIM) (device.SIMStatus, error) { return r.SIMStatus(ctx) })
}

// IMSI is that of the role SIM.
func (d *Device) IMSI(ctx context.Context) (string, error) {
	return ask(d, ctx, "IMSI", func(r device.SIM) (string, error) { return r.IMSI(ctx) })
}

// ICCID is that of the role SIM.
func (d *Device) ICCID(ctx context.Context) (string, error) {
	return ask(d, ctx, "ICCID", func(r device.SIM) (string, error) { return r.ICCID(ctx) })
}

// PhoneNumber is that of the role SIM.
func (d *Device) PhoneNumber(ctx context.Context) (string, error) {
	return ask(d, ctx, "PhoneNumber", func(r device.SIM) (string, error) { return r.PhoneNumber(ctx) })
}

// SIMCommand is that of the role SIM.
func (d *Device) SIMCommand(ctx context.Context, slot int, cmd string) (string, error) {
	return ask(d, ctx, "SIMCommand", func(r device.SIM) (string, error) { return r.SIMCommand(ctx, slot, cmd) }, slot, cmd)
}

// SIMDetection is that of the role SIM.
func (d *Device) SIMDetection(ctx context.Context) (device.SIMDetection, error) {
	return ask(d, ctx, "SIMDetection", func(r device.SIM) (device.SIMDetection, error) { return r.SIMDetection(ctx) })
}

// SetSIMDetection is that of the role SIM.
func (d *Device) SetSIMDetection(ctx context.Context, s device.SIMDetection) error {
	return do(d, ctx, "SetSIMDetection", func(r device.SIM) error { return r.SetSIMDetection(ctx, s) }, s)
}

// SIMSlot is that of the role SIM.
func (d *Device) SIMSlot(ctx context.Context) (int, error) {
	return ask(d, ctx, "SIMSlot", func(r device.SIM) (int, error) { return r.SIMSlot(ctx) })
}

// SwitchSIM is that of the role SIM.
func (d *Device) SwitchSIM(ctx context.Context, slot int) error {
	return do(d, ctx, "SwitchSIM", func(r device.SIM) error { return r.SwitchSIM(ctx, slot) }, slot)
}

// EnablePIN is that of the role PIN.
func (d *Device) EnablePIN(ctx context.Context, pin string) error {
	return do(d, ctx, "EnablePIN", func(r device.PIN) error { return r.EnablePIN(ctx, pin) }, hidden)
}

// DisablePIN is that of the role PIN.
func (d *Device) DisablePIN(ctx context.Context, pin string) error {
	return do(d, ctx, "DisablePIN", func(r device.PIN) error { return r.DisablePIN(ctx, pin) }, hidden)
}

// VerifyPIN is that of the role PIN.
func (d *Device) VerifyPIN(ctx context.Context, pin string) error {
	return do(d, ctx, "VerifyPIN", func(r device.PIN) error { return r.VerifyPIN(ctx, pin) }, hidden)
}

// ChangePIN is that of the role PIN.
func (d *Device) ChangePIN(ctx context.Context, old, pin string) error {
	return do(d, ctx, "ChangePIN", func(r device.PIN) error { return r.ChangePIN(ctx, old, pin) }, hidden, hidden)
}

// UnblockPIN is that of the role PIN.
func (d *Device) UnblockPIN(ctx context.Context, puk, pin string) error {
	return do(d, ctx, "UnblockPIN", func(r device.PIN) error { return r.UnblockPIN(ctx, puk, pin) }, hidden, hidden)
}

// ReadPhonebook is that of the role Phonebook.
func (d *Device) ReadPhonebook(ctx context.Context, storage, first, last int, name string) ([]device.PhonebookEntry, error) {
	return ask(d, ctx, "ReadPhonebook", func(r device.Phonebook) ([]device.PhonebookEntry, error) {
		return r.ReadPhonebook(ctx, storage, first, last, name)
	}, storage, first, last, name)
}

// WritePhonebook is that of the role Phonebook.
func (d *Device) WritePhonebook(ctx context.Context, storage int, e device.PhonebookEntry) error {
	return do(d, ctx, "WritePhonebook", func(r device.Phonebook) error { return r.WritePhonebook(ctx, storage, e) }, storage, e)
}

// Registration is that of the role Network.
func (d *Device) Registration(ctx context.Context) (device.Registration, error) {
	return ask(d, ctx, "Registration", func(r device.Network) (device.Registration, error) { return r.Registration(ctx) })
}

// Signal is that of the role Network.
func (d *Device) Signal(ctx context.Context) (device.Signal, error) {
	return ask(d, ctx, "Signal", func(r device.Network) (device.Signal, error) { return r.Signal(ctx) })
}

// Cells is that of the role Network.
func (d *Device) Cells(ctx context.Context) ([]device.Cell, error) {
	return ask(d, ctx, "Cells", func(r device.Network) ([]device.Cell, error) { return r.Cells(ctx) })
}

// Operator is that of the role Network.
func (d *Device) Operator(ctx context.Context) (device.Operator, error) {
	return ask(d, ctx, "Operator", func(r device.Network) (device.Operator, error) { return r.Operator(ctx) })
}

// Function is that of the role Radio.
func (d *Device) Function(ctx context.Context) (int, error) {
	return ask(d, ctx, "Function", func(r device.Radio) (int, error) { return r.Function(ctx) })
}

// SetFunction is that of the role Radio.
func (d *Device) SetFunction(ctx context.Context, level int, reboot bool) error {
	return do(d, ctx, "SetFunction", func(r device.Radio) error { return r.SetFunction(ctx, level, reboot) }, level, reboot)
}

// SetNetworkMode is that of the role Radio.
func (d *Device) SetNetworkMode(ctx context.Context, mode int, roaming bool) error {
	return do(d, ctx, "SetNetworkMode", func(r device.Radio) error { return r.SetNetworkMode(ctx, mode, roaming) }, mode, roaming)
}

// Band is that of the role Radio.
func (d *Device) Band(ctx context.Context, rat int) (uint64, error) {
	return ask(d, ctx, "Band", func(r device.Radio) (uint64, error) { return r.Band(ctx, rat) }, rat)
}

// SetBand is that of the role Radio.
func (d *Device) SetBand(ctx context.Context, rat int, mask uint64) error {
	return do(d, ctx, "SetBand", func(r device.Radio) error { return r.SetBand(ctx, rat, mask) }, rat, mask)
}

// ResetBands is that of the role Radio.
func (d *Device) ResetBands(ctx context.Context) error {
	return do(d, ctx, "ResetBands", func(r device.Radio) error { return r.ResetBands(ctx) })
}

// Timer is that of the role Radio.
func (d *Device) Timer(ctx context.Context, name string) (string, error) {
	return ask(d, ctx, "Timer", func(r device.Radio) (string, error) { return r.Timer(ctx, name) }, name)
}

// PDPContext is that of the role DataCall.
func (d *Device) PDPContext(ctx context.Context, id int) (device.PDP, error) {
	return ask(d, ctx, "PDPContext", func(r device.DataCall) (device.PDP, error) { return r.PDPContext(ctx, id) }, id)
}

// SetPDPContext is that of the role DataCall.
func (d *Device) SetPDPContext(ctx context.Context, id int, p device.PDP) error {
	return do(d, ctx, "SetPDPContext", func(r device.DataCall) error { return r.SetPDPContext(ctx, id, p) }, id, p)
}

// SetAutoActivate is that of the role DataCall.
func (d *Device) SetAutoActivate(ctx context.Context, id int, on bool) error {
	return do(d, ctx, "SetAutoActivate", func(r device.DataCall) error { return r.SetAutoActivate(ctx, id, on) }, id, on)
}

// SetAutoConnect is that of the role DataCall.
func (d *Device) SetAutoConnect(ctx context.Context, id int, on bool) error {
	return do(d, ctx, "SetAutoConnect", func(r device.DataCall) error { return r.SetAutoConnect(ctx, id, on) }, id, on)
}

// SetDNS is that of the role DataCall.
func (d *Device) SetDNS(ctx context.Context, id int, dns1, dns2 string) error {
	return do(d, ctx, "SetDNS", func(r device.DataCall) error { return r.SetDNS(ctx, id, dns1, dns2) }, id, dns1, dns2)
}

// Activate is that of the role DataCall.
func (d *Device) Activate(ctx context.Context, id int) error {
	return do(d, ctx, "Activate", func(r device.DataCall) error { return r.Activate(ctx, id) }, id)
}

// Deactivate is that of the role DataCall.
func (d *Device) Deactivate(ctx context.Context, id int) error {
	return do(d, ctx, "Deactivate", func(r device.DataCall) error { return r.Deactivate(ctx, id) }, id)
}

// PDPInfo is that of the role DataCall.
func (d *Device) PDPInfo(ctx context.Context, id int) (device.PDPInfo, error) {
	return ask(d, ctx, "PDPInfo", func(r device.DataCall) (device.PDPInfo, error) { return r.PDPInfo(ctx, id) }, id)
}

// SendSMS is that of the role SMS.
func (d *Device) SendSMS(ctx context.Context, number, text string, ucs2 bool) error {
	return do(d, ctx, "SendSMS", func(r device.SMS) error { return r.SendSMS(ctx, number, text, ucs2) }, number, text, ucs2)
}

// SMSMessages is that of the role SMS.
func (d *Device) SMSMessages(ctx context.Context) ([]device.SMSMessage, error) {
	return ask(d, ctx, "SMSMessages", func(r device.SMS) ([]device.SMSMessage, error) { return r.SMSMessages(ctx) })
}

// DeleteSMS is that of the role SMS.
func (d *Device) DeleteSMS(ctx context.Context, index int) error {
	return do(d, ctx, "DeleteSMS", func(r device.SMS) error { return r.DeleteSMS(ctx, index) }, index)
}

// SMSStorages is that of the role SMS.
func (d *Device) SMSStorages(ctx context.Context) ([3]device.SMSStorage, error) {
	return ask(d, ctx, "SMSStorages", func(r device.SMS) ([3]device.SMSStorage, error) { return r.SMSStorages(ctx) })
}

// SetSMSStorages is that of the role SMS.
func (d *Device) SetSMSStorages(ctx context.Context, read, write, receive string) error {
	return do(d, ctx, "SetSMSStorages", func(r device.SMS) error { return r.SetSMSStorages(ctx, read, write, receive) }, read, write, receive)
}

// SMSCenter is that of the role SMS.
func (d *Device) SMSCenter(ctx context.Context) (string, error) {
	return ask(d, ctx, "SMSCenter", func(r device.SMS) (string, error) { return r.SMSCenter(ctx) })
}

// SetSMSCenter is that of the role SMS.
func (d *Device) SetSMSCenter(ctx context.Context, number string) error {
	return do(d, ctx, "SetSMSCenter", func(r device.SMS) error { return r.SetSMSCenter(ctx, number) }, number)
}

// Dial is that of the role Calls.
func (d *Device) Dial(ctx context.Context, number string) error {
	return do(d, ctx, "Dial", func(r device.Calls) error { return r.Dial(ctx, number) }, number)
}

// Answer is that of the role Calls.
func (d *Device) Answer(ctx context.Context) error {
	return do(d, ctx, "Answer", func(r device.Calls) error { return r.Answer(ctx) })
}

// HangUp is that of the role Calls.
func (d *Device) HangUp(ctx context.Context) error {
	return do(d, ctx, "HangUp", func(r device.Calls) error { return r.HangUp(ctx) })
}

// SendDTMF is that of the role Calls.
func (d *Device) SendDTMF(ctx context.Context, tones string, length time.Duration) error {
	return do(d, ctx, "SendDTMF", func(r device.Calls) error { return r.SendDTMF(ctx, tones, length) }, tones, length)
}

// NMEA is that of the role Location.
func (d *Device) NMEA(ctx context.Context) (string, error) {
	return ask(d, ctx, "NMEA", func(r device.Location) (string, error) { return r.NMEA(ctx) })
}

// CellPosition is that of the role Location.
func (d *Device) CellPosition(ctx context.Context) (device.Position, error) {
	return ask(d, ctx, "CellPosition", func(r device.Location) (device.Position, error) { return r.CellPosition(ctx) })
}

// WiFiPosition is that of the role Location.
func (d *Device) WiFiPosition(ctx context.Context) (device.Position, error) {
	return ask(d, ctx, "WiFiPosition", func(r device.Location) (device.Position, error) { return r.WiFiPosition(ctx) })
}

// WiFiScan is that of the role Location.
func (d *Device) WiFiScan(ctx context.Context) ([]device.AccessPoint, error) {
	return ask(d, ctx, "WiFiScan", func(r device.Location) ([]device.AccessPoint, error) { return r.WiFiScan(ctx) })
}

// OnSIM is that of the role SIM.
func (d *Device) OnSIM(f func(device.SIMEvent)) (stop func()) {
	return hear(d, "OnSIM", func(r device.SIM, f func(device.SIMEvent)) func() { return r.OnSIM(f) }, f)
}

// OnRegistration is that of the role Network.
func (d *Device) OnRegistration(f func(device.Registration)) (stop func()) {
	return hear(d, "OnRegistration", func(r device.Network, f func(device.Registration)) func() { return r.OnRegistration(f) }, f)
}

// OnPDP is that of the role DataCall.
func (d *Device) OnPDP(f func(device.PDPEvent)) (stop func()) {
	return hear(d, "OnPDP", func(r device.DataCall, f func(device.PDPEvent)) func() { return r.OnPDP(f) }, f)
}

// OnSMS is that of the role SMS.
func (d *Device) OnSMS(f func(device.SMSArrival)) (stop func()) {
	return hear(d, "OnSMS", func(r device.SMS, f func(device.SMSArrival)) func() { return r.OnSMS(f) }, f)
}

// OnCall is that of the role Calls.
func (d *Device) OnCall(f func(device.Call)) (stop func()) {
	return hear(d, "OnCall", func(r device.Calls, f func(device.Call)) func() { return r.OnCall(f) }, f)
}

// OnDTMF is that of the role Calls.
func (d *Device) OnDTMF(f func(string)) (stop func()) {
	return hear(d, "OnDTMF", func(r device.Calls, f func(string)) func() { return r.OnDTMF(f) }, f)
}

// hidden stands for a secret on a tape.
const hidden = "***"

// mode is the result of NetworkMode.
type mode struct {
	Mode    int
	Roaming bool
}

// NetworkMode is that of the role Radio.
func (d *Device) NetworkMode(ctx context.Context) (int, bool, error) {
	m, err := ask(d, ctx, "NetworkMode", func(r device.Radio) (m mode, err error) {
		m.Mode, m.Roaming, err = r.NetworkMode(ctx)
		return m, err
	})
	return m.Mode, m.Roaming, err
}

// current is the result of CurrentCall.
type current struct {
	Call device.Call
	OK   bool
}

// CurrentCall is that of the role Calls.
func (d *Device) CurrentCall(ctx context.Context) (device.Call, bool, error) {
	c, err := ask(d, ctx, "CurrentCall", func(r device.Calls) (c current, err error) {
		c.Call, c.OK, err = r.CurrentCall(ctx)
		return c, err
	})
	return c.Call, c.OK, err
}
