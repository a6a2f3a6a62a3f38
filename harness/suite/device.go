package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"quecstar/harness/bench"
	"quecstar/harness/event"
	"quecstar/harness/flash"
	"quecstar/harness/script"
	"quecstar/harness/session"
	"quecstar/harness/wire"
)

// device is a script that the test started, with what it runs on.
type device struct {
	w      *world
	name   string
	kind   string                 // what answers for the module, such as at:sim
	script string                 // as the test named it
	known  atomic.Pointer[string] // its id at the cloud
	imei   string
	link   *wire.Link
	flash  flash.Kept // the script's files
	cancel context.CancelCauseFunc
	done   chan struct{}
	tape   string // that is recorded; "" where none is
	err    error  // how it ended; read behind done
	cursor int
	at     *everything // its port; nil where it has none

	mu     sync.Mutex
	run    *running
	rest   [2][]byte // of a line that is not whole, of both outputs
	writer [2]string // FILE:LINE of who began it
}

// running is one run of a device's script; it has another one behind each power cycle.
type running struct {
	sess  *session.Session
	begun chan struct{} // closed once it has begun
	ctx   context.Context
	cut   context.CancelCauseFunc // ends ctx
	off   *powerCut               // why it ended; nil for another reason. device.mu guards it
}

// start is how a device is started.
type start struct {
	script   string
	args     []string
	name     string
	kind     string
	identity *identity
	files    map[string][]byte // by the script's own paths
	folder   string            // that holds them; "" for a new one
	adjust   func(b *bench.Bench)
	seed     uint64
}

// startDevice runs a script as a device.
func (w *world) startDevice(s start) (*device, error) {
	w.mu.Lock()
	n := len(w.devices) + 1
	if s.name == "" {
		s.name = "device"
		if n > 1 {
			s.name = fmt.Sprintf("device%d", n)
		}
	}
	for _, d := range w.devices {
		if d.name == s.name {
			w.mu.Unlock()
			return nil, script.Raise("ValueError", "start: there is a device called %q already", s.name)
		}
	}
	w.mu.Unlock()
	d := &device{w: w, name: s.name, kind: s.kind, script: s.script, done: make(chan struct{}), link: w.net.Link(s.name)}
	folder, err := w.place(s.files)
	if err != nil {
		return nil, fmt.Errorf("start: %s: %w", s.script, err)
	}
	s.folder = folder
	var ctx context.Context
	ctx, d.cancel = context.WithCancelCause(w.ctx)
	o, err := d.options(s, n)
	if err == nil {
		err = d.prepare(ctx, o)
	}
	if err != nil {
		d.cancel(nil)
		return nil, fmt.Errorf("start: %s: %w", s.script, err)
	}
	w.mu.Lock()
	w.devices = append(w.devices, d)
	for _, f := range w.faults {
		f.cover(d.link)
	}
	w.closers = append(w.closers, d.flash.Close)
	w.mu.Unlock()
	go d.live(ctx, o)
	return d, nil
}

// prepare makes the device's next run.
func (d *device) prepare(ctx context.Context, o session.Options) error {
	r := &running{begun: make(chan struct{})}
	r.ctx, r.cut = context.WithCancelCause(ctx)
	begun := sync.OnceFunc(func() { close(r.begun) })
	o.Begin = func(*script.Interp, *script.Thread) error {
		begun()
		return nil
	}
	var err error
	if r.sess, err = session.New(ctx, o); err != nil {
		r.cut(nil)
		return err
	}
	d.w.hide(r.sess.Secrets()...)
	r.sess.Events.Listen(d.hear)
	d.mu.Lock()
	d.run = r
	d.mu.Unlock()
	return nil
}

// now is the device's run of the moment.
func (d *device) now() *running {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.run
}

func (d *device) options(s start, n int) (session.Options, error) {
	path := d.w.path(s.script)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return session.Options{}, fmt.Errorf("%w%s", fs.ErrNotExist, nearFile(path))
	}
	ready, err := d.w.bench(path)
	if err != nil {
		return session.Options{}, err
	}
	o := session.Options{Ready: ready, Cache: &programs, Script: path, Args: s.args, Device: s.kind, Timeout: -1,
		Seed: d.w.seed + uint64(n), Network: d.link, Cloud: d.w.cloud, Broker: d.w.plain, Live: d.w.opts.Live,
		Stdout: io.Discard, Stderr: io.Discard, Env: d.w.env, Loaded: d.w.reads, Flash: &d.flash,
		TraceCalls: d.w.opts.TraceCalls}
	if d.w.virtual {
		o.StepTime = stepTime
	}
	o.Adjust = func(b *bench.Bench) {
		b.Commands = nil // the test orders what the cloud sends
		if n > 1 && b.Device.IMEI == "" {
			b.Device.IMEI = imei(n)
		}
		if s.identity != nil {
			s.identity.apply(b)
		}
		if s.folder != "" {
			b.Files = s.folder
		}
		if s.adjust != nil {
			s.adjust(b)
		}
		d.imei = b.Device.IMEI
	}
	if d.kind != "direct" {
		d.at = &everything{source: d.name + portSuffix, port: d}
		o.Lines = func(fromModule bool, text []byte) {
			kind := atSent
			if fromModule {
				kind = atGot
			}
			d.w.log.add(d.at.source, event.Event{Layer: event.Device, Kind: kind, Payload: bytes.Clone(text)}, nil)
		}
	}
	o.Identified = func(id string) { d.known.Store(&id) }
	d.tape, err = d.w.onTape(&o, d.name)
	return o, err
}

// imei is a valid IMEI of a test's n-th device: its last digit is the check digit (3GPP TS 23.003, annex B).
func imei(n int) string {
	body := fmt.Sprintf("86860405%06d", n)
	sum := 0
	for i, c := range body {
		d := int(c - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return body + fmt.Sprint((10-sum%10)%10)
}

// live runs the device's script, again behind each power cycle, and tells how it ended.
func (d *device) live(ctx context.Context, o session.Options) {
	defer close(d.done)
	defer d.w.log.wake()
	err := d.runOnce()
	for err == errPowerCut { //nolint:errorlint // a mark, never wrapped
		if err = d.restart(ctx, o); err == nil {
			err = d.runOnce()
		}
	}
	if d.tape != "" && (errors.Is(err, errTestOver) || errors.Is(err, errStopped)) {
		err = errors.Join(err, stopTape(d.tape))
	}
	d.err = err
	e := event.Event{Layer: event.Script, Kind: event.Exit, Text: "the script ended", Status: 0}
	var exit *script.Exit
	switch {
	case err == nil:
	case errors.As(err, &exit):
		e.Status, e.Text = exit.Code, fmt.Sprintf("the script ended with status %d", exit.Code)
	case errors.Is(err, errTestOver), errors.Is(err, errStopped):
		e.Status, e.Text = -1, "stopped by the test"
	default:
		e.Status, e.Text, e.Traceback = 1, err.Error(), script.Traceback(err)
	}
	d.w.log.add(d.name, e, nil)
}

// failed reports whether its script ended with an exception.
func (d *device) failed() bool {
	var exit *script.Exit
	return d.over() && d.err != nil && !errors.As(d.err, &exit) && !errors.Is(d.err, errTestOver) &&
		!errors.Is(d.err, errStopped)
}

// control calls a function of the module quecstar in the device's own run, once that has begun.
func (d *device) control(ctx context.Context, name string, args []any, named script.Dict) (any, error) {
	r := d.now()
	select {
	case <-r.begun:
		return r.sess.Control(ctx, name, args, named)
	case <-d.done:
		return nil, fmt.Errorf("%s has ended: %s", d.name, d.outcome())
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// errStopped is why a device ends that the test stops.
var errStopped = errors.New("stopped by the test")

// id is the device's at the cloud; "" where that is not known.
func (d *device) id() string {
	if id := d.known.Load(); id != nil {
		return *id
	}
	return ""
}

func (d *device) stop() { d.cancel(errStopped) }

// over reports whether nothing can come of the device any more.
func (d *device) over() bool {
	select {
	case <-d.done:
		return true
	default:
		return false
	}
}

// hear takes what the device's run tells: output by whole lines.
func (d *device) hear(e event.Event) {
	switch e.Kind {
	case event.Output:
		d.lines(0, e)
	case event.ErrorOutput:
		d.lines(1, e)
	case event.Start:
	default:
		if e.Kind == event.Connect && e.Layer == event.Device && d.id() == "" {
			id := deviceOf(e.Device)
			d.known.Store(&id)
		}
		d.w.log.add(d.name, e, nil)
	}
}

func (d *device) lines(which int, e event.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.rest[which]) == 0 {
		d.writer[which] = e.Where
	}
	d.rest[which] = append(d.rest[which], e.Payload...)
	for {
		i := bytes.IndexByte(d.rest[which], '\n')
		if i < 0 && len(d.rest[which]) < 64<<10 {
			return
		}
		if i < 0 {
			i = len(d.rest[which]) - 1
		}
		text := bytes.TrimSuffix(d.rest[which][:i+1], []byte("\n"))
		d.tell(which, e.Time, bytes.TrimSuffix(text, []byte("\r")))
		d.rest[which] = d.rest[which][i+1:]
	}
}

// flush tells what has no end of line.
func (d *device) flush() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for which, rest := range d.rest {
		if len(rest) > 0 {
			d.tell(which, time.Now(), rest)
		}
		d.rest[which] = nil
	}
}

func (d *device) tell(which int, at time.Time, text []byte) {
	e := event.Event{Time: at, Layer: event.Script, Kind: line, Payload: bytes.Clone(text), Where: d.writer[which]}
	if which == 1 {
		e.Text = "stderr"
	}
	d.w.log.add(d.name, e, nil)
}

// deviceOf is the device's id in a client id of IoTDA, {device id}_{type}_{check}_{time stamp}.
func deviceOf(clientID string) string {
	parts := bytes.Split([]byte(clientID), []byte("_"))
	if len(parts) < 4 {
		return clientID
	}
	return string(bytes.Join(parts[:len(parts)-3], []byte("_")))
}
