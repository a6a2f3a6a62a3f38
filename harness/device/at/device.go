package at

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/hook"
)

// Options says how to talk to a module. The zero value is useful.
type Options struct {
	// Name is the device's name, such as "at:/dev/ttyUSB2"; "at" where it is empty.
	Name string
	// Events takes what happens; nil means nobody listens. No secret is in any event.
	Events event.Sink
	// SetBaud changes the port's speed while the module's is looked for; nil keeps the port's.
	SetBaud func(baud int) error
	// Patience is how long the module may take to answer at all, which covers a boot; 15 s where it
	// is 0.
	Patience time.Duration
	// URCPort is what AT+QURCCFG calls this port: "usbat", "usbmodem" or "uart1". Where it is empty,
	// and URCs go to one port only, they are asked to go to all while the device is open.
	URCPort string
	// Reach says whether the module may connect to a host, with an error that says why not; nil lets
	// it reach every host.
	Reach func(host string, port int) error
	// Buffered receives MQTT messages in the module's five buffers rather than in URCs.
	Buffered bool
}

// Device is a module behind AT commands.
type Device struct {
	e    *Engine
	opts Options

	mu       sync.Mutex
	clients  [mqttClients]*client
	sockets  [socketCount]*conn
	dialects map[string]string // what a command's test form printed
	restore  string            // what AT+QURCCFG said before
	closed   bool

	opening  gate          // whoever is inside makes a connection, whose URCs look like answers about another
	gone     chan struct{} // closed when the port ended and who waits for something was told
	watching sync.WaitGroup

	onSIM hook.Hooks[device.SIMEvent]
	onReg hook.Hooks[device.Registration]
	onPDP hook.Hooks[device.PDPEvent]
	onSMS hook.Hooks[device.SMSArrival]
}

var (
	_ device.Device   = (*Device)(nil)
	_ device.Identity = (*Device)(nil)
	_ device.SIM      = (*Device)(nil)
	_ device.PIN      = (*Device)(nil)
	_ device.Network  = (*Device)(nil)
	_ device.Radio    = (*Device)(nil)
	_ device.DataCall = (*Device)(nil)
	_ device.Power    = (*Device)(nil)
	_ device.Clock    = (*Device)(nil)
	_ device.MQTT     = (*Device)(nil)
	_ device.SMS      = (*Device)(nil)
	_ device.Sockets  = (*Device)(nil)
	_ device.Leaving  = (*Device)(nil)
)

// Open takes a port over and finds the module on it. The error is of class device.ErrUnreachable,
// says what came instead of an answer, and what to try; the port is closed then.
func Open(ctx context.Context, port io.ReadWriteCloser, o Options) (*Device, error) {
	if o.Name == "" {
		o.Name = "at"
	}
	if o.Patience == 0 {
		o.Patience = 15 * time.Second
	}
	d := &Device{e: NewEngine(port, o.Name), opts: o, dialects: map[string]string{}, gone: make(chan struct{})}
	d.e.recover, d.e.returned = d.begin, d.returned
	if err := d.e.inTurn(ctx, d.begin); err != nil {
		return nil, errors.Join(err, d.e.Close())
	}
	d.listen()
	d.watching.Go(d.watch)
	if d.e.unmarked {
		d.warn(o.Name + ": the module refuses AT+CMEE?;+CMEE=?, by which late answers are told from others: the first one " +
			"will end the run")
	}
	return d, nil
}

// watch waits for the end of the port, and ends then what the device has open: nothing comes of it any
// more, and what came before is handed out.
func (d *Device) watch() {
	<-d.e.told
	d.dropAll(d.e.Err())
	if errors.Is(d.e.Err(), device.ErrGone) {
		close(d.gone)
	}
}

// Gone is closed when the port ended for good and who waits for something of the module was told.
func (d *Device) Gone() <-chan struct{} { return d.gone }

// Err says why the port ended; nil while it lasts.
func (d *Device) Err() error { return d.e.Err() }

// Name returns the name of the options.
func (d *Device) Name() string { return d.opts.Name }

// Engine is what the device talks through.
func (d *Device) Engine() *Engine { return d.e }

// goodbye bounds what a device says before it closes its port.
const goodbye = 5 * time.Second

// Close ends every connection of the device on the module, gives back what it changed, and closes
// the port.
func (d *Device) Close() error {
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return nil
	}
	d.closed = true
	clients, sockets, restore := d.clients, d.sockets, d.restore
	d.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	for _, c := range clients {
		if c != nil {
			_ = c.Close() // a connection that is gone already needs no goodbye
		}
	}
	for _, c := range sockets {
		if c != nil {
			_ = c.Close()
		}
	}
	var err error
	if restore != "" && d.e.Err() == nil {
		_, err = d.e.Send(ctx, `AT+QURCCFG="urcport","`+restore+`"`, "")
	}
	if d.e.Err() == nil {
		// A command that was given up may ask for its payload still: nobody is left in the entry of one.
		_ = d.e.inTurn(ctx, d.e.ready)
	}
	err = errors.Join(err, d.e.Close())
	d.watching.Wait()
	return err
}

func (d *Device) emit(ev event.Event) {
	ev.Layer = event.Device
	d.opts.Events.Emit(ev)
}

// fail gives an error of a command the class that builtins know.
func fail(err error) error {
	var refusal *atcmd.Error
	if !errors.As(err, &refusal) {
		if errors.Is(err, device.ErrTimeout) || errors.Is(err, device.ErrLost) {
			return fmt.Errorf("%w: %w", device.ErrUnreachable, err)
		}
		return err
	}
	return fmt.Errorf("%w: %w", class(refusal), err)
}

// class sorts refusals.
func class(e *atcmd.Error) error {
	switch {
	case e.Kind == "CME" && (e.Code == 4 || e.Code == 58), e.Kind == "CMS" && e.Code == 303:
		return device.ErrUnsupported
	case e.Kind == "CME" && e.Code == 16: // incorrect password
		return device.ErrRefused
	case e.Kind == "CME" && e.Code == 50: // incorrect parameters
		return device.ErrConfig
	}
	return device.ErrNotReady
}

// ask sends a command and returns the information lines that begin with answer, without it.
func (d *Device) ask(ctx context.Context, text, answer string) ([]string, error) {
	r, err := d.e.Send(ctx, text, answer)
	if err != nil {
		return nil, fail(err)
	}
	lines := make([]string, len(r.Lines))
	for i, l := range r.Lines {
		lines[i] = strings.TrimPrefix(l, answer)
	}
	return lines, nil
}

// one is ask for an answer of one line.
func (d *Device) one(ctx context.Context, text, answer string) (string, error) {
	lines, err := d.ask(ctx, text, answer)
	if err != nil {
		return "", err
	}
	if len(lines) == 0 {
		return "", fmt.Errorf("%s on %s: %w: OK without an answer", Shown(text), d.opts.Name, device.ErrNotReady)
	}
	return lines[0], nil
}

// params is one, split into parameters.
func (d *Device) params(ctx context.Context, text, answer string) (atcmd.Params, error) {
	line, err := d.one(ctx, text, answer)
	if err != nil {
		return nil, err
	}
	p, err := atcmd.Parse(line)
	if err != nil {
		return nil, fmt.Errorf("%s on %s: the answer %q: %w", Shown(text), d.opts.Name, line, err)
	}
	return p, nil
}

// do sends a command of which only the result matters.
func (d *Device) do(ctx context.Context, text string) error {
	_, err := d.ask(ctx, text, "")
	return err
}

// formatted makes a command with texts in quotes: %q in the format stands for a text.
func formatted(format string, args ...any) (string, error) {
	for i, a := range args {
		s, ok := a.(string)
		if !ok {
			continue
		}
		quoted, err := atcmd.Quote(s)
		if err != nil {
			return "", fmt.Errorf("%w: %w", device.ErrConfig, err)
		}
		args[i] = verbatim(quoted)
	}
	return fmt.Sprintf(format, args...), nil
}

// verbatim prints itself where %q is asked for: it is quoted already.
type verbatim string

// Format prints the text as it is.
func (v verbatim) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, string(v)) }

// doText is do with texts: see formatted.
func (d *Device) doText(ctx context.Context, format string, args ...any) error {
	text, err := formatted(format, args...)
	if err != nil {
		return err
	}
	return d.do(ctx, text)
}
