package direct

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/hook"
)

var _ device.Calls = (*Device)(nil)

// The kinds of event about voice calls; Text is the other side's number, or the tones.
const (
	CallDialed   event.Kind = "call.dialed"
	CallArrived  event.Kind = "call.arrived"
	CallAnswered event.Kind = "call.answered"
	CallEnded    event.Kind = "call.ended"
	CallDTMF     event.Kind = "call.dtmf"
)

// phone is the state of voice calls.
type phone struct {
	mu     sync.Mutex
	call   device.Call
	busy   bool // call is one
	callee device.Callee
	hooks  hook.Hooks[device.Call]
	tones  hook.Hooks[string]
}

// move puts the call into a state if it is in one that from accepts, and tells.
func (d *Device) move(what string, to device.CallState, from ...device.CallState) error {
	p := &d.phone
	p.mu.Lock()
	ok := p.busy && len(from) == 0
	for _, s := range from {
		ok = ok || p.busy && p.call.State == s
	}
	if !ok {
		p.mu.Unlock()
		return fmt.Errorf("%s: %w: there is no such call", what, device.ErrNotReady)
	}
	p.call.State = to
	p.busy = to != device.CallReleased
	c := p.call
	p.mu.Unlock()
	d.tellCall(c)
	return nil
}

func (d *Device) tellCall(c device.Call) {
	switch c.State {
	case device.CallDialing:
		d.emit(event.Event{Kind: CallDialed, Text: c.Number})
	case device.CallIncoming:
		d.emit(event.Event{Kind: CallArrived, Text: c.Number})
	case device.CallActive:
		d.emit(event.Event{Kind: CallAnswered, Text: c.Number})
	case device.CallReleased:
		d.emit(event.Event{Kind: CallEnded, Text: c.Number})
	}
	d.phone.hooks.TellIn(&d.told, c)
}

// begin makes a call.
func (d *Device) begin(what string, c device.Call) error {
	if !dialable(c.Number) {
		return fmt.Errorf("%w: %s: want a number of at most 20 characters", device.ErrConfig, what)
	}
	if err := d.on(what); err != nil {
		return err
	}
	p := &d.phone
	p.mu.Lock()
	if p.busy {
		p.mu.Unlock()
		return fmt.Errorf("%s: %w: there is a call already", what, device.ErrNotReady)
	}
	c.ID = 1
	p.call, p.busy = c, true
	p.mu.Unlock()
	d.tellCall(c)
	return nil
}

// Dial calls a number; what the other side then does is SetCallee's.
func (d *Device) Dial(_ context.Context, number string) error {
	what := "call to " + number
	if err := d.begin(what, device.Call{Number: number, State: device.CallDialing}); err != nil {
		return err
	}
	p := &d.phone
	p.mu.Lock()
	callee := p.callee
	p.mu.Unlock()
	if callee == device.CalleeBusy {
		return d.move(what, device.CallReleased)
	}
	if err := d.move(what, device.CallAlerting, device.CallDialing); err != nil || callee == device.CalleeRings {
		return err
	}
	return d.AnswerRemote()
}

// Answer takes the call that comes in.
func (d *Device) Answer(context.Context) error {
	return d.move("answer", device.CallActive, device.CallIncoming)
}

// HangUp ends the call.
func (d *Device) HangUp(context.Context) error { return d.move("hang up", device.CallReleased) }

// CurrentCall returns the call, if there is one.
func (d *Device) CurrentCall(context.Context) (device.Call, bool, error) {
	p := &d.phone
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.call, p.busy, nil
}

// SendDTMF emits the tones as an event.
func (d *Device) SendDTMF(ctx context.Context, tones string, _ time.Duration) error {
	c, ok, _ := d.CurrentCall(ctx)
	if !ok || c.State != device.CallActive {
		return fmt.Errorf("DTMF: %w: no call is active", device.ErrNotReady)
	}
	if !dtmf(tones) {
		return fmt.Errorf("%w: DTMF %q: want 1 to 32 of 0-9, A-D, * and #", device.ErrConfig, tones)
	}
	d.emit(event.Event{Kind: CallDTMF, Text: tones})
	return nil
}

func dtmf(tones string) bool {
	return tones != "" && len(tones) <= 32 && strings.Trim(tones, "0123456789ABCD*#") == ""
}

// SetCallee says what the other side does when the module calls.
func (d *Device) SetCallee(c device.Callee) {
	p := &d.phone
	p.mu.Lock()
	defer p.mu.Unlock()
	p.callee = c
}

// Callee is what SetCallee set.
func (d *Device) Callee() device.Callee {
	p := &d.phone
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.callee
}

// ArriveCall has a number call the module.
func (d *Device) ArriveCall(number string) error {
	return d.begin("call from "+number, device.Call{Number: number, Incoming: true, State: device.CallIncoming})
}

// AnswerRemote has the other side answer the module's call.
func (d *Device) AnswerRemote() error {
	return d.move("the other side's answer", device.CallActive, device.CallDialing, device.CallAlerting)
}

// HangUpRemote has the other side end the call.
func (d *Device) HangUpRemote() error {
	return d.move("the other side's hanging up", device.CallReleased)
}

// ArriveDTMF has the other side of an active call send tones.
func (d *Device) ArriveDTMF(tones string) error {
	c, ok, _ := d.CurrentCall(context.Background())
	if !ok || c.State != device.CallActive || !dtmf(tones) {
		return fmt.Errorf("DTMF %q from the other side: %w: want 1 to 32 of 0-9, A-D, * and # during an active call", tones,
			device.ErrNotReady)
	}
	d.phone.tones.TellIn(&d.told, tones)
	return nil
}

// OnCall has f called when the call changes.
func (d *Device) OnCall(f func(device.Call)) (stop func()) { return d.phone.hooks.Add(f) }

// OnDTMF has f called with the other side's tones.
func (d *Device) OnDTMF(f func(string)) (stop func()) { return d.phone.tones.Add(f) }
