package repl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// Device is a module with QuecPython firmware, each call of which is evaluated in its prompt.
// Changes are found by asking again, as firmware calls functions of its own only: of messages and data connections
// what it called them with, of all else whether it has changed.
type Device struct {
	c    *Client
	name string
	poll poller

	reach  func(host string, port int) error
	events event.Sink

	mu       sync.Mutex
	sessions int // of MQTT, how many there were
	sockets  int // how many there were
	open     []*mqttSession
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
	_ device.SMS       = (*Device)(nil)
	_ device.Power     = (*Device)(nil)
	_ device.Clock     = (*Device)(nil)
	_ device.Leaving   = (*Device)(nil)
)

// DefaultPoll is how often changes are looked for while somebody listens.
const DefaultPoll = 2 * time.Second

// NewDevice makes a device of a client, which it closes at Close. Its name is "repl:" and the port.
// Poll is how often it looks for changes; 0 means DefaultPoll.
func NewDevice(c *Client, poll time.Duration) *Device {
	if poll <= 0 {
		poll = DefaultPoll
	}
	d := &Device{c: c, name: "repl:" + c.opts.Name}
	d.poll.every = poll
	return d
}

// Name returns "repl:" and the port.
func (d *Device) Name() string { return d.name }

// Client returns the client, for files and code.
func (d *Device) Client() *Client { return d.c }

// Gone is closed when the module's port is gone for good.
func (d *Device) Gone() <-chan struct{} { return d.c.Gone() }

// Err says why; nil while it is there.
func (d *Device) Err() error { return d.c.Err() }

// Close leaves raw mode, closes the port and waits for callbacks; it must not be called from one.
func (d *Device) Close() error {
	d.poll.close()
	d.endSessions()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := d.c.take(ctx); err == nil {
		_ = d.c.leave(ctx) // a module that is gone has no mode to leave
		d.c.give()
	}
	return d.c.Close()
}

// call evaluates a function of a module of the vendor's. The vendor's -1 is an error of class
// ErrNotReady, and a function that the firmware does not have one of class ErrUnsupported.
func (d *Device) call(ctx context.Context, fn string, args ...any) (any, error) {
	module, rest, _ := strings.Cut(fn, ".")
	text := make([]string, len(args))
	for i, a := range args {
		text[i] = pythonOf(a)
	}
	v, err := d.c.Eval(ctx, module+"."+rest+"("+strings.Join(text, ",")+")", "import "+module)
	var remote *RemoteError
	switch {
	case errors.As(err, &remote) && (remote.Type == "ImportError" || remote.Type == "AttributeError"):
		return nil, fmt.Errorf("%s: %w by the module's firmware: %w", fn, device.ErrUnsupported, err)
	case errors.As(err, &remote):
		return nil, fmt.Errorf("%s: %w", fn, err)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", fn, err)
	case v == int64(-1):
		return nil, fmt.Errorf("%s: %w: the module returned -1", fn, device.ErrNotReady)
	}
	return v, nil
}

func pythonOf(a any) string {
	switch a := a.(type) {
	case string:
		return quote(a)
	case bool:
		if a {
			return "1"
		}
		return "0"
	}
	return fmt.Sprint(a)
}

// do calls a function whose result is 0.
func (d *Device) do(ctx context.Context, fn string, args ...any) error {
	_, err := d.call(ctx, fn, args...)
	return err
}

func (d *Device) text(ctx context.Context, fn string, args ...any) (string, error) {
	v, err := d.call(ctx, fn, args...)
	if err != nil {
		return "", err
	}
	switch v := v.(type) {
	case string:
		return v, nil
	case int64:
		return fmt.Sprint(v), nil
	}
	return "", odd(fn, v)
}

func (d *Device) number(ctx context.Context, fn string, args ...any) (int, error) {
	v, err := d.call(ctx, fn, args...)
	if err != nil {
		return 0, err
	}
	n, ok := v.(int64)
	if !ok {
		return 0, odd(fn, v)
	}
	return int(n), nil
}

// fields calls a function that returns a tuple or list of at least n.
func (d *Device) fields(ctx context.Context, n int, fn string, args ...any) (record, error) {
	v, err := d.call(ctx, fn, args...)
	if err != nil {
		return nil, err
	}
	r, ok := asRecord(v)
	if !ok || len(r) < n {
		return nil, odd(fn, v)
	}
	return r, nil
}

func odd(fn string, v any) error {
	return fmt.Errorf("%s: %w: the module's answer is of another form than documented: %s", fn, device.ErrUnsupported,
		excerpt(fmt.Sprint(v)))
}

// record is a tuple or list.
type record []any

func asRecord(v any) (record, bool) {
	switch v := v.(type) {
	case Tuple:
		return record(v), true
	case List:
		return record(v), true
	}
	return nil, false
}

// num is a field as a number; what is missing or none is other.
func (r record) num(i, other int) int {
	if i < len(r) {
		if n, ok := r[i].(int64); ok {
			return int(n)
		}
	}
	return other
}

// str is a field as text.
func (r record) str(i int) string {
	if i >= len(r) || r[i] == nil {
		return ""
	}
	if s, ok := r[i].(string); ok {
		return s
	}
	return fmt.Sprint(r[i])
}

// sub is a field that is a tuple or list itself.
func (r record) sub(i int) record {
	if i >= len(r) {
		return nil
	}
	s, _ := asRecord(r[i])
	return s
}
