package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/pflag"

	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/serial"
	"quecstar/harness/session"
	network "quecstar/harness/wire"
)

// wireFlags say how to open the port of a module.
type wireFlags struct {
	baud      int
	reconnect time.Duration
	trace     string
	connect   time.Duration // for a connection over the network; 0 is the package's own
	history   session.History
}

func (w *wireFlags) add(f *pflag.FlagSet) {
	f.IntVar(&w.baud, "baud", 0, "speed of the port; 115200, or what the module is found at")
	durationFlag(f, &w.reconnect, "reconnect", "how long the port may stay away, such as while a module restarts")
	f.StringVar(&w.trace, "trace", "", "log every byte of the port to this `file` (mode 0600, secrets masked)")
}

// wire is an open port with what must be closed behind it.
type wire struct {
	serial.Port
	sim     *session.Sim    // the virtual module on the other end; nil for a real one
	history session.History // of its prompt
	closers []io.Closer
}

// Close closes the port and what is behind it.
func (w *wire) Close() error {
	errs := []error{w.Port.Close()}
	for _, c := range w.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// open opens a port: "sim" is that of a virtual module which lives as long as it. A device's kind in
// front of the name, as in repl:auto, is taken off.
func (w wireFlags) open(p *process, ctx context.Context, name string, role serial.Role) (*wire, error) {
	name = session.PortName(name)
	out := &wire{history: w.history}
	o := serial.Options{Role: role, Baud: w.baud, Reconnect: w.reconnect, Timeout: w.connect,
		OnLost: func(err error) { say(p, "%v; waiting %v for it to come back", err, w.reconnect) },
		OnBack: func(name string) { say(p, "the port is back: %s", name) }}
	if w.trace != "" {
		f, err := session.CreateOutput("--trace", w.trace, nil)
		if err != nil {
			return nil, usageError{err}
		}
		out.closers, o.Trace = append(out.closers, f), f
	}
	port, err := out.connect(p, ctx, name, o)
	if err != nil {
		for _, c := range out.closers {
			err = errors.Join(err, c.Close())
		}
		if errors.Is(err, device.ErrConfig) {
			return nil, usageError{err}
		}
		return nil, err
	}
	if name != port.Name() && out.sim == nil {
		say(p, "using %s", port.Name())
	}
	out.Port = port
	return out, nil
}

// connect opens the port; that of a virtual module is a connection in memory.
func (w *wire) connect(p *process, ctx context.Context, name string, o serial.Options) (serial.Port, error) {
	if name != "sim" {
		return serial.Open(ctx, name, o)
	}
	sim, err := session.NewSim(session.SimOptions{Scratch: &p.scratch, History: w.history})
	if err != nil {
		return nil, err
	}
	w.sim, w.closers = sim, append(w.closers, sim)
	here, there := network.Pipe(network.Options{})
	sim.Serve(there, o.Role)
	return serial.OpenConn(here, name, o), nil
}

// say writes a line of ours to standard error; with --json it is a note.
func say(p *process, format string, args ...any) {
	if p.lines != nil {
		p.lines.Show(event.Event{Layer: event.Harness, Kind: event.Note, Text: fmt.Sprintf(format, args...)})
		return
	}
	_, _ = fmt.Fprintf(p.stderr, "quecstar: "+format+"\n", args...)
}
