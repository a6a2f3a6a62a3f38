package direct

import (
	"context"
	"fmt"
	"sync"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/hook"
	"quecstar/harness/wire"
)

// Options says what surrounds the device. The zero value reaches the real network and tells nobody.
type Options struct {
	// Events takes what happens; nil means nobody listens. No secret is in any event.
	Events event.Sink
	// Resolve says where a host name is answered; the real network when nil.
	Resolve Resolver
	// Reach says where sockets go; everywhere when nil.
	Reach Reach
	// Now is the host's clock; time.Now when nil.
	Now func() time.Time
	// Network is what connections and sockets go over; this host's when nil.
	Network wire.Network
}

// Device is this host in the role of a module.
type Device struct {
	cfg  Config
	opts Options

	mu       sync.Mutex
	state    state
	sessions map[*session]struct{}
	memories map[string]*memory // of sessions that are not clean, by server and client id
	closed   bool

	work sync.WaitGroup // of sessions

	onSIM hook.Hooks[device.SIMEvent]
	onReg hook.Hooks[device.Registration]
	onPDP hook.Hooks[device.PDPEvent]
	told  hook.Queue // what who wants to hear is called by

	said sync.Map // texts of notes and warnings that were given already

	mailbox *mailbox
	place   place
	phone   phone
}

var (
	_ device.Device    = (*Device)(nil)
	_ device.Identity  = (*Device)(nil)
	_ device.SIM       = (*Device)(nil)
	_ device.PIN       = (*Device)(nil)
	_ device.Phonebook = (*Device)(nil)
	_ device.Network   = (*Device)(nil)
	_ device.Radio     = (*Device)(nil)
	_ device.DataCall  = (*Device)(nil)
	_ device.Power     = (*Device)(nil)
	_ device.Clock     = (*Device)(nil)
	_ device.MQTT      = (*Device)(nil)
)

// New makes a device. The error is of class device.ErrConfig and says which field is wrong.
func New(c Config, o Options) (*Device, error) {
	cfg, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Network = wire.Or(o.Network)
	d := &Device{cfg: cfg, opts: o, sessions: map[*session]struct{}{}, memories: map[string]*memory{},
		mailbox: newMailbox()}
	d.state = newState(cfg)
	return d, nil
}

// Name returns "direct".
func (d *Device) Name() string { return "direct" }

// Close ends every connection and waits for callbacks that run. It must not be called from one.
func (d *Device) Close() error {
	d.mu.Lock()
	d.closed = true
	open := d.openSessions()
	d.mu.Unlock()
	for _, s := range open {
		_ = s.Close()
	}
	d.work.Wait()
	d.told.Close()
	return nil
}

// Settle waits until every function that wants to hear of what has happened so far has heard of it. It
// must not be called from one of them.
func (d *Device) Settle(ctx context.Context) error {
	done := make(chan struct{})
	d.told.Do(func() { close(done) })
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Config returns the configuration with its defaults filled in.
func (d *Device) Config() Config { return d.cfg }

// IMEI returns 15 digits.
func (d *Device) IMEI(context.Context) (string, error) { return d.cfg.IMEI, nil }

// Model returns the type of module.
func (d *Device) Model(context.Context) (string, error) { return d.cfg.Model, nil }

// SerialNumber returns the serial number.
func (d *Device) SerialNumber(context.Context) (string, error) { return d.cfg.SerialNumber, nil }

// Firmware returns the firmware's version.
func (d *Device) Firmware(context.Context) (string, error) { return d.cfg.Firmware, nil }

// ProductID returns the maker's name for the product.
func (d *Device) ProductID(context.Context) (string, error) { return d.cfg.ProductID, nil }

// MAC returns the hardware address; ErrNotReady when the configuration has none.
func (d *Device) MAC(context.Context) (string, error) {
	if d.cfg.MAC == "" {
		return "", fmt.Errorf("MAC address: %w: this module has none (the bench can give it one)", device.ErrNotReady)
	}
	return d.cfg.MAC, nil
}

// PowerDown tells that the module went off; ending the script is the caller's.
func (d *Device) PowerDown(context.Context) error {
	d.emit(event.Event{Kind: event.Note, Text: "the script switched the module off"})
	d.dropSessions("the module was switched off")
	return nil
}

// Restart tells that the module reboots; ending the script is the caller's.
func (d *Device) Restart(context.Context) error {
	d.emit(event.Event{Kind: event.Note, Text: "the script restarted the module"})
	d.dropSessions("the module restarted")
	return nil
}

// PowerOnReason returns the configured code.
func (d *Device) PowerOnReason(context.Context) (int, error) { return d.cfg.PowerOnReason, nil }

// PowerDownReason returns the configured code.
func (d *Device) PowerDownReason(context.Context) (int, error) { return d.cfg.PowerDownReason, nil }

// Voltage returns the supply voltage in millivolts, the configured one until SetVoltage.
func (d *Device) Voltage(context.Context) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state.voltage, nil
}

// NetworkTime returns the host's time, shifted as configured, in the network's zone.
func (d *Device) NetworkTime(context.Context) (time.Time, error) {
	d.mu.Lock()
	offset, ready := d.state.clockOffset, d.registration().Data.State.Ready()
	d.mu.Unlock()
	if !ready {
		return time.Time{}, fmt.Errorf("network time: %w: the module is not registered", device.ErrNotReady)
	}
	return d.opts.Now().Add(offset).In(d.cfg.Zone), nil
}

func (d *Device) emit(e event.Event) {
	e.Layer = event.Device
	d.opts.Events.Emit(e)
}

// once emits what was not said before.
func (d *Device) once(e event.Event) {
	if _, given := d.said.LoadOrStore(e.Text, true); !given {
		d.emit(e)
	}
}
