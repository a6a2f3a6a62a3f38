package direct

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/hook"
)

var _ device.SMS = (*Device)(nil)

// The kinds of event about short messages; Text is the number, Payload the message's text.
const (
	SMSSent    event.Kind = "sms.sent"
	SMSArrived event.Kind = "sms.arrived"
)

// smsSizes are how many messages the storages hold, as in the example of the vendor's
// documentation of sms.getSaveLoc.
var smsSizes = map[string]int{"SM": 50, "ME": 180, "MT": 230}

// smsCenter is the service centre's number, as in the example of the vendor's documentation of
// sms.getCenterAddr.
const smsCenter = "+8613800551500"

// mailbox is the state of the short message service.
type mailbox struct {
	mu     sync.Mutex
	use    [3]string // read and delete, write and send, receive
	stored map[string]map[int]device.SMSMessage
	sent   []device.SMSMessage
	center string
	fail   error
	hooks  hook.Hooks[device.SMSArrival]
}

func newMailbox() *mailbox {
	return &mailbox{use: [3]string{"ME", "ME", "ME"}, center: smsCenter,
		stored: map[string]map[int]device.SMSMessage{"SM": {}, "ME": {}}}
}

// on says why the module cannot reach the mobile network; nil when it can.
func (d *Device) on(what string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	reg := d.registration().Voice.State
	if reg.Ready() {
		return nil
	}
	return fmt.Errorf("%s: %w: the module is not registered: state %d", what, device.ErrNotReady, reg)
}

// SendSMS notes the message and emits it as an event.
func (d *Device) SendSMS(_ context.Context, number, text string, _ bool) error {
	if !dialable(number) || text == "" {
		return fmt.Errorf("%w: SMS to %q with %d bytes: want a number and a text", device.ErrConfig, number, len(text))
	}
	if err := d.on("SMS to " + number); err != nil {
		return err
	}
	box := d.mailbox
	box.mu.Lock()
	if err := box.fail; err != nil {
		box.mu.Unlock()
		return err
	}
	box.sent = append(box.sent, device.SMSMessage{Index: len(box.sent), Number: number, Text: text, Time: d.opts.Now(),
		Sent: true})
	box.mu.Unlock()
	d.emit(event.Event{Kind: SMSSent, Text: number, Payload: []byte(text)})
	return nil
}

// dialable reports whether number is one to call: digits, "*" and "#", perhaps behind a "+", and at
// most 20 characters.
func dialable(number string) bool {
	plain := strings.TrimPrefix(number, "+")
	return plain != "" && len(number) <= 20 && strings.Trim(plain, "0123456789*#") == ""
}

// SentSMS returns the messages that the module sent, in order.
func (d *Device) SentSMS() []device.SMSMessage {
	box := d.mailbox
	box.mu.Lock()
	defer box.mu.Unlock()
	return append([]device.SMSMessage(nil), box.sent...)
}

// SetSMSFailure has the network refuse the module's messages with an error; nil ends that.
func (d *Device) SetSMSFailure(err error) {
	box := d.mailbox
	box.mu.Lock()
	defer box.mu.Unlock()
	box.fail = err
}

// ArriveSMS brings a message to the module, as the network does. It fails with ErrNotReady when the
// module is not registered or the storage is full.
func (d *Device) ArriveSMS(number, text string) error {
	what := "SMS from " + number
	if err := d.on(what); err != nil {
		return err
	}
	box := d.mailbox
	box.mu.Lock()
	name := box.use[2]
	index, ok := box.free(name)
	if ok {
		box.stored[box.home(name)][index] = device.SMSMessage{Index: index, Number: number, Text: text, Time: d.networkNow()}
	}
	box.mu.Unlock()
	if !ok {
		return fmt.Errorf("%s: %w: the storage %s is full", what, device.ErrNotReady, name)
	}
	d.emit(event.Event{Kind: SMSArrived, Text: number, Payload: []byte(text)})
	box.hooks.TellIn(&d.told, device.SMSArrival{Storage: name, Index: index})
	return nil
}

// networkNow is the time that the service centre stamps.
func (d *Device) networkNow() time.Time {
	d.mu.Lock()
	offset := d.state.clockOffset
	d.mu.Unlock()
	return d.opts.Now().Add(offset).In(d.cfg.Zone)
}

// home is where a storage keeps messages; "MT" is a view of both, and writes to the module.
func (b *mailbox) home(name string) string {
	if name == "MT" {
		return "ME"
	}
	return name
}

// free returns the first index that is not taken.
func (b *mailbox) free(name string) (int, bool) {
	for i := range smsSizes[b.home(name)] {
		if _, taken := b.stored[b.home(name)][i]; !taken {
			return i, true
		}
	}
	return 0, false
}

// SMSMessages lists the messages of the first storage.
func (d *Device) SMSMessages(context.Context) ([]device.SMSMessage, error) {
	box := d.mailbox
	box.mu.Lock()
	defer box.mu.Unlock()
	var out []device.SMSMessage
	for _, m := range box.stored[box.home(box.use[0])] {
		out = append(out, m)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Index < out[j].Index })
	return out, nil
}

// DeleteSMS deletes one message, or all.
func (d *Device) DeleteSMS(_ context.Context, index int) error {
	box := d.mailbox
	box.mu.Lock()
	defer box.mu.Unlock()
	in := box.stored[box.home(box.use[0])]
	if index < 0 {
		clear(in)
		return nil
	}
	if _, ok := in[index]; !ok {
		return fmt.Errorf("delete SMS %d: %w: there is none in %s", index, device.ErrNotReady, box.use[0])
	}
	delete(in, index)
	return nil
}

// SMSStorages returns the three places with how full they are.
func (d *Device) SMSStorages(context.Context) ([3]device.SMSStorage, error) {
	box := d.mailbox
	box.mu.Lock()
	defer box.mu.Unlock()
	var out [3]device.SMSStorage
	for i, name := range box.use {
		used := len(box.stored[name])
		if name == "MT" {
			used = len(box.stored["SM"]) + len(box.stored["ME"])
		}
		out[i] = device.SMSStorage{Name: name, Used: used, Size: smsSizes[name]}
	}
	return out, nil
}

// SetSMSStorages chooses the three places among "SM", "ME" and "MT".
func (d *Device) SetSMSStorages(_ context.Context, read, write, receive string) error {
	use := [3]string{read, write, receive}
	for _, name := range use {
		if smsSizes[name] == 0 {
			return fmt.Errorf(`%w: SMS storage %q: want "SM", "ME" or "MT"`, device.ErrConfig, name)
		}
	}
	box := d.mailbox
	box.mu.Lock()
	defer box.mu.Unlock()
	box.use = use
	return nil
}

// SMSCenter returns the number of the service centre.
func (d *Device) SMSCenter(context.Context) (string, error) {
	box := d.mailbox
	box.mu.Lock()
	defer box.mu.Unlock()
	return box.center, nil
}

// SetSMSCenter sets it.
func (d *Device) SetSMSCenter(_ context.Context, number string) error {
	if !dialable(number) {
		return fmt.Errorf("%w: service centre %q: want a number of at most 20 characters", device.ErrConfig, number)
	}
	box := d.mailbox
	box.mu.Lock()
	defer box.mu.Unlock()
	box.center = number
	return nil
}

// OnSMS has f called when a message has come.
func (d *Device) OnSMS(f func(device.SMSArrival)) (stop func()) { return d.mailbox.hooks.Add(f) }
