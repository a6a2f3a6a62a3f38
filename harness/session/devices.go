package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"quecstar/harness/device"
	"quecstar/harness/device/at"
	"quecstar/harness/device/direct"
	"quecstar/harness/device/repl"
	"quecstar/harness/event"
	"quecstar/harness/report"
	"quecstar/harness/serial"
)

// kinds are the kinds of device, with what is behind the colon.
var kinds = map[string]string{"direct": "", "at": "which port? at:PORT, where PORT is a path, auto, sim, tcp://host:port or rfc2217://host:port",
	"repl": "which port? repl:PORT, where PORT is a path, auto, sim, tcp://host:port or rfc2217://host:port",
	"tape": "which file? tape:FILE, as --record FILE wrote it"}

// CheckKind is an error for what names no kind of device.
func CheckKind(kind string) error {
	name, port, _ := strings.Cut(kind, ":")
	wants, known := kinds[name]
	switch {
	case !known:
		return fmt.Errorf("%q: there is no such kind of device; direct, at:PORT, repl:PORT and tape:FILE are", kind)
	case wants != "" && port == "":
		return fmt.Errorf("%s: %s", kind, wants)
	case wants == "" && kind != name:
		return fmt.Errorf("%s: %s is this host and takes nothing behind a colon", kind, name)
	}
	return nil
}

// openDevice opens what the options, or the bench, name as the device.
func (s *Session) openDevice(ctx context.Context) error {
	kind := s.opts.Device
	if kind == "" {
		kind = s.bench.Device.Kind
	}
	s.hosts = newHosts(s)
	kind = orDefault(kind, "direct")
	if err := CheckKind(kind); err != nil {
		return fmt.Errorf("--device %w", err)
	}
	name, port, _ := strings.Cut(kind, ":")
	if s.opts.Remote && name != "repl" {
		return fmt.Errorf("--remote: the script runs on a module with QuecPython: use it with --device repl:PORT, not with %q", kind)
	}
	switch name {
	case "at":
		return s.openPort(ctx, kind, port, serial.AT, func(p serial.Port) error { return s.openAT(ctx, kind, p) })
	case "repl":
		return s.openPort(ctx, kind, port, serial.REPL, func(p serial.Port) error { return s.openREPL(ctx, kind, p) })
	case "tape":
		return s.openTape(port)
	}
	return s.openDirect()
}

func (s *Session) openDirect() error {
	d, err := s.newDirect(s.Events.Emit)
	if err != nil {
		return err
	}
	s.device, s.controlled, s.local = d, d, true
	s.hosts.identify(d.Config().IMEI)
	return nil
}

// newDirect makes the bench's device.
func (s *Session) newDirect(events event.Sink) (*direct.Device, error) {
	d, err := direct.New(directConfig(s.bench.Device), direct.Options{Events: events, Resolve: s.hosts.resolve, Reach: s.hosts.reach, Now: s.clock.Now})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", orDefault(s.bench.Path, "device"), err)
	}
	return d, nil
}

// openPort opens a port for a device; "sim" is that of a virtual module in this process.
func (s *Session) openPort(ctx context.Context, kind, name string, role serial.Role, use func(serial.Port) error) error {
	if name == "sim" {
		path, err := s.startSim(role)
		if err != nil {
			return err
		}
		name = path
	}
	o := serial.Options{Role: role, Baud: s.opts.Baud, Reconnect: s.opts.Reconnect,
		OnLost: func(err error) { s.warn("%v; waiting %v for it to come back", err, s.opts.Reconnect) },
		OnBack: func(name string) { s.note("the port is back: %s", name) }}
	if s.opts.Trace != "" {
		f, err := s.create("--trace", s.opts.Trace)
		if err != nil {
			return err
		}
		o.Trace, o.Hide = f, report.NewMasker(s.bench.Secrets()).Text
	}
	p, err := serial.Open(ctx, name, o)
	if err != nil {
		return err
	}
	if p.Name() != name {
		s.early = append(s.early, "the module's port is "+p.Name())
	}
	return use(p)
}

func (s *Session) warn(format string, args ...any) {
	s.Events.Emit(event.Event{Layer: event.Harness, Kind: event.Warning, Text: fmt.Sprintf(format, args...)})
}

func (s *Session) note(format string, args ...any) {
	s.Events.Emit(event.Event{Layer: event.Harness, Kind: event.Note, Text: fmt.Sprintf(format, args...)})
}

// openAT finds the module on a port.
func (s *Session) openAT(ctx context.Context, kind string, p serial.Port) error {
	o := at.Options{Name: kind, Events: s.Events.Emit, Reach: s.reachByModule, URCPort: s.bench.Device.URCPort, Buffered: s.bench.Device.Buffered}
	if s.opts.Baud == 0 && !strings.Contains(p.Name(), "://") && s.sim == nil {
		o.SetBaud = p.SetBaud
	}
	d, err := at.Open(ctx, p, o)
	if err != nil {
		return err
	}
	s.device, s.leaving = d, d
	return s.identify(ctx, d)
}

// openREPL gets the prompt of the module on a port.
func (s *Session) openREPL(ctx context.Context, kind string, p serial.Port) error {
	o := repl.Options{Name: strings.TrimPrefix(kind, "repl:")}
	if s.sim != nil {
		o.Pace = -1 // a pseudo-terminal holds back by itself
	}
	c := repl.New(p, o)
	if err := c.Enter(ctx); err != nil {
		return errors.Join(fmt.Errorf("%w: %s: %w", device.ErrUnreachable, kind, err), c.Close())
	}
	d := repl.NewDevice(c, 0)
	d.Reach(s.reachByModule)
	d.Listen(s.Events.Emit)
	s.device, s.leaving = d, d
	return s.identify(ctx, d)
}

// identify asks a module for its IMEI, which is that of the bench's device at the embedded cloud. A real
// module that runs the script itself does not reach the embedded cloud, and is not asked.
func (s *Session) identify(ctx context.Context, d device.Identity) error {
	if s.sim != nil {
		s.hosts.identify(s.sim.inside.Config().IMEI)
		return nil
	}
	if s.opts.Remote {
		return nil
	}
	imei, err := d.IMEI(ctx)
	if errors.Is(err, device.ErrLost) || errors.Is(err, device.ErrTimeout) {
		return err
	}
	s.hosts.identify(imei) // "" where the firmware does not tell
	return nil
}

// reachByModule says whether a real module may connect to a host: it does so over its own network,
// where no embedded server answers.
func (s *Session) reachByModule(host string, port int) error {
	if s.sim != nil || s.opts.Live || s.bench.Hosts[host] == "live" {
		return nil
	}
	return fmt.Errorf("%w: %w: the module would connect to %s over its own network, where the embedded cloud is not; allow it with --live, or with %q = \"live\" in [hosts] of the bench",
		device.ErrUnreachable, device.ErrNotAllowed, host, host)
}

// closeAll closes what the run opened beside its device, the last first.
func closeAll(closers []io.Closer) error {
	var errs []error
	for i := len(closers) - 1; i >= 0; i-- {
		errs = append(errs, closers[i].Close())
	}
	return errors.Join(errs...)
}
