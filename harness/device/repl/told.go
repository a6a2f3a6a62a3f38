package repl

import (
	"context"
	"errors"
	"fmt"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// toldPoll is how often the module is asked what its firmware called functions with.
const toldPoll = time.Second

// toldHelper is what the module gets for the callbacks of its firmware: a list of what they were called with, of
// which this side takes what it has not heard. It keeps to Python 3.4, and to 64 entries where nobody asks.
const toldHelper = `
class _qs_Told:
    def __init__(self):
        self.got = []
        self.taken = 0
    def add(self, args):
        self.got.append(args)
        if len(self.got) > 64:
            self.got.pop(0)
            self.taken += 1
    def take(self, n):
        while self.taken < n and self.got:
            self.got.pop(0)
            self.taken += 1
        return (self.taken, list(self.got))
_qs_told = {}
`

// firmwareTells has the firmware's function setter, such as sms.setCallback, call one that notes its argument on
// the module, of which one at a time can be set.
func (d *Device) firmwareTells(ctx context.Context, module, setter string) error {
	helped, err := d.c.Eval(ctx, "'_qs_told' in globals()") // a module that restarted has it no more
	if err == nil && helped != true {
		err = d.c.Exec(ctx, toldHelper, nil)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", setter, err)
	}
	key := "_qs_told[" + quote(setter) + "]"
	err = d.c.Exec(ctx, fmt.Sprintf("import %s\n%s=_qs_Told()\n%s(%s.add)\n", module, key, setter, key), nil)
	var remote *RemoteError
	if errors.As(err, &remote) && (remote.Type == "ImportError" || remote.Type == "AttributeError") {
		return fmt.Errorf("%s: %w by the module's firmware: %w", setter, device.ErrUnsupported, err)
	}
	return err
}

// hear calls f, on a goroutine of its own, with each tuple or list that the firmware calls the function with that
// module.setCallback sets. The error is that the firmware does not take one.
func (d *Device) hear(module string, f func(record)) (stop func(), err error) {
	setter := module + ".setCallback"
	ctx, cancel := context.WithTimeout(context.Background(), d.c.opts.EnterTimeout)
	defer cancel()
	if err := d.firmwareTells(ctx, module, setter); err != nil {
		return nil, err
	}
	return d.poll.run(func(ctx context.Context) { d.hearLoop(ctx, module, setter, f) }), nil
}

func (d *Device) hearLoop(ctx context.Context, module, setter string, f func(record)) {
	tick := time.NewTicker(toldPoll)
	defer tick.Stop()
	heard := 0 // the module keeps them until it is told that they arrived
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		v, err := d.c.Eval(ctx, fmt.Sprintf("_qs_told[%s].take(%d)", quote(setter), heard))
		var remote *RemoteError
		if errors.As(err, &remote) { // it restarted, and knows of nobody who listens
			heard, err = 0, d.firmwareTells(ctx, module, setter)
		}
		told, ok := asRecord(v)
		if err != nil || !ok || ctx.Err() != nil {
			continue
		}
		heard = told.num(0, heard)
		for _, one := range told.sub(1) {
			heard++
			if r, ok := asRecord(one); ok {
				f(r)
			}
		}
	}
}

// unheard tells that nobody will hear of something, as the firmware cannot tell.
func (d *Device) unheard(err error) {
	d.events.Emit(event.Event{Layer: event.Device, Kind: event.Warning,
		Text: err.Error() + ": the callback is never called"})
}
