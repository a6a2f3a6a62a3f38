package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/at"
	"quecstar/harness/device/direct"
	"quecstar/harness/device/repl"
	"quecstar/harness/event"
	"quecstar/harness/report"
	"quecstar/harness/serial"
	"quecstar/harness/wire"
)

func openDirect(_ context.Context, s *Session, _ target) (opened, error) {
	d, err := s.newDirect(s.Events.Emit)
	if err != nil {
		return opened{}, err
	}
	s.hosts.identify(d.Config().IMEI)
	return opened{device: d, controlled: d, local: true}, nil
}

// newDirect makes the bench's device.
func (s *Session) newDirect(events event.Sink) (*direct.Device, error) {
	d, err := direct.New(directConfig(s.bench.Device),
		direct.Options{Events: events, Resolve: s.hosts.resolve, Reach: s.hosts.reach,
			Now: s.clock.Now, Network: s.opts.Network})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", orDefault(s.bench.Path, "device"), err)
	}
	return d, nil
}

// line is the port of a device.
type line struct {
	serial.Port
	far    opened // what is known of the device on the other end
	imei   string // of it; "" is to be asked for
	pseudo bool   // a pseudo-terminal, which has no speed and holds back by itself
}

// openPort opens the port of a device and has use find the device on it; "sim" is that of a virtual module in
// this process.
func openPort(
	role serial.Role, use func(context.Context, *Session, target, line) (opened, error),
) func(context.Context, *Session, target) (opened, error) {
	return func(ctx context.Context, s *Session, t target) (opened, error) {
		var l line
		name := t.operand
		if name == "sim" {
			m, err := s.startSim()
			if err != nil {
				return opened{}, err
			}
			here, there := wire.Pipe(s.lineTimes())
			m.serve(there, role)
			l.far = opened{controlled: m.module.Surroundings(), local: true, virtual: m.module, lag: settle}
			l.imei, l.pseudo = m.inside.Config().IMEI, true
			if l.Port, err = s.overConn(here, name, role); err != nil {
				return opened{}, err
			}
			return use(ctx, s, t, l)
		}
		var err error
		if l.Port, err = s.openSerial(ctx, name, role); err != nil {
			return opened{}, err
		}
		return use(ctx, s, t, l)
	}
}

// lineTimes are those of the line to a virtual module. Where time stands still while code runs, a line without
// any would leave the order of what happens on both its ends to the scheduler: it has about those of a port on USB,
// by a chance that the seed fixes.
func (s *Session) lineTimes() wire.Options {
	if s.opts.StepTime == 0 {
		return wire.Options{}
	}
	return wire.Options{Seed: s.opts.Seed, Latency: 250 * time.Microsecond, Jitter: 100 * time.Microsecond}
}

// overConn is the port at the end of a connection to a virtual module.
func (s *Session) overConn(conn net.Conn, name string, role serial.Role) (serial.Port, error) {
	o, err := s.serialOptions(role)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return s.tapped(serial.OpenConn(conn, name, o)), nil
}

// serialOptions are those of the run for its port.
func (s *Session) serialOptions(role serial.Role) (serial.Options, error) {
	o := serial.Options{Role: role, Baud: s.opts.Baud, Reconnect: s.opts.Reconnect,
		OnLost: func(err error) { s.warn("%v; waiting %v for it to come back", err, s.opts.Reconnect) },
		OnBack: func(name string) { s.note("the port is back: %s", name) }}
	if s.opts.Trace != "" {
		f, err := s.create("--trace", s.opts.Trace)
		if err != nil {
			return o, err
		}
		o.Trace, o.Hide = f, report.NewMasker(s.bench.Secrets()).Text
	}
	return o, nil
}

// openSerial opens a port with the options of the run.
func (s *Session) openSerial(ctx context.Context, name string, role serial.Role) (serial.Port, error) {
	o, err := s.serialOptions(role)
	if err != nil {
		return nil, err
	}
	p, err := serial.Open(ctx, name, o)
	if err != nil {
		return nil, err
	}
	p = s.tapped(p)
	if p.Name() != name {
		s.early = append(s.early, "the module's port is "+p.Name())
	}
	return p, nil
}

func (s *Session) warn(format string, args ...any) {
	s.Events.Emit(event.Event{Layer: event.Harness, Kind: event.Warning, Text: fmt.Sprintf(format, args...)})
}

func (s *Session) note(format string, args ...any) {
	s.Events.Emit(event.Event{Layer: event.Harness, Kind: event.Note, Text: fmt.Sprintf(format, args...)})
}

// openAT finds the module on a port.
func openAT(ctx context.Context, s *Session, t target, l line) (opened, error) {
	o := at.Options{Name: t.name, Events: s.Events.Emit, Reach: s.reachByModule, URCPort: s.bench.Device.URCPort,
		Buffered: s.bench.Device.Buffered}
	if s.opts.Baud == 0 && !strings.Contains(l.Name(), "://") && !l.pseudo {
		o.SetBaud = l.SetBaud
	}
	d, err := at.Open(ctx, l.Port, o)
	if err != nil {
		return opened{}, err
	}
	out := l.far
	out.device, out.leaving = d, d
	return out, s.identify(ctx, l, d)
}

// openREPL gets the prompt of the module on a port.
func openREPL(ctx context.Context, s *Session, t target, l line) (opened, error) {
	o := repl.Options{Name: t.operand}
	if l.pseudo {
		o.Pace = -1
	}
	c := repl.New(l.Port, o)
	if err := c.Enter(ctx); err != nil {
		return opened{}, errors.Join(fmt.Errorf("%w: %s: %w", device.ErrUnreachable, t.name, err), c.Close())
	}
	d := repl.NewDevice(c, 0)
	d.Reach(s.reachByModule)
	d.Hear(s.Events.Emit)
	out := l.far
	out.device, out.leaving, out.prompt = d, d, c
	return out, s.identify(ctx, l, d)
}

// identify asks a module for its IMEI, which is that of the bench's device at the embedded cloud. A real
// module that runs the script itself does not reach the embedded cloud, and is not asked.
func (s *Session) identify(ctx context.Context, l line, d device.Identity) error {
	if l.imei != "" {
		s.hosts.identify(l.imei)
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

// reachByModule says whether a module may connect to a host: a real one does so over its own network, where no
// embedded server answers.
func (s *Session) reachByModule(host string, port int) error {
	if s.local || s.opts.Live || s.bench.Hosts[host] == "live" {
		return nil
	}
	return fmt.Errorf("%w: %w: the module would connect to %s over its own network, where the embedded cloud is not; "+
		"allow it with --live, or with %q = \"live\" in [hosts] of the bench",
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
