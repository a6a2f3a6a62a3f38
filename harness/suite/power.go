package suite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"quecstar/harness/event"
	"quecstar/harness/script"
	"quecstar/harness/session"
	"quecstar/harness/wire"
)

// powerCut is that the module of a device has no supply for a time.
type powerCut struct {
	off  time.Duration
	dark *wire.Fault // nothing of the device reaches anyone meanwhile: no word of goodbye
}

// errPowerCut is why a run ends whose module has no supply any more.
var errPowerCut = errors.New("the module has no power")

// powerCycle cuts the supply of the device's module for a time. A script that runs on the module, as on direct, ends
// where it is, and starts again behind it with the files that there are; one that runs beside it meets a module
// that is away.
func (d *device) powerCycle(off time.Duration) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.run
	switch {
	case d.over():
		return fmt.Errorf("%s has ended: %s", d.name, d.outcome())
	case r.off != nil:
		return fmt.Errorf("%s has no power already", d.name)
	}
	if why := noPower(d.kind); why != "" {
		return errors.New(why)
	}
	d.w.log.add(d.name, event.Event{Layer: event.Harness, Kind: ordered, Text: "no power for " + off.String()}, nil)
	if m := r.sess.Virtual(); m != nil {
		m.PowerCycle(off)
		return nil
	}
	r.off = &powerCut{off, &wire.Fault{Kind: "down"}}
	if err := d.link.Put(r.off.dark); err != nil {
		return err
	}
	r.cut(errPowerCut)
	return nil
}

// runOnce runs the script until it ends, or its module loses its supply, which is errPowerCut.
func (d *device) runOnce() error {
	r := d.now()
	defer r.cut(nil)
	err := r.sess.Run(r.ctx)
	d.flush()
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.off != nil && errors.Is(err, errPowerCut) {
		return errPowerCut
	}
	return err
}

// restart waits for the supply, and makes the run that begins then.
func (d *device) restart(ctx context.Context, o session.Options) error {
	cut := d.now().off
	err := script.HostClock{}.Sleep(ctx, cut.off)
	cut.dark.Remove()
	if err != nil {
		return err
	}
	d.flash.Restart()
	if err := d.prepare(ctx, o); err != nil {
		return err
	}
	d.w.log.add(d.name, event.Event{Layer: event.Harness, Kind: event.Start, Text: d.script + " starts again"}, nil)
	return nil
}

// powerCycleCall is module.power_cycle(off="2s").
func powerCycleCall(c *script.Call) (any, error) {
	off, err := duration(orText(c.Args[0], "2s"), "off")
	if err != nil {
		return nil, err
	}
	d, err := c.Self.(*module).device()
	if err == nil {
		err = d.powerCycle(off)
	}
	if err != nil {
		return nil, script.Raise("OSError", "power_cycle: %w", err)
	}
	return nil, nil
}
