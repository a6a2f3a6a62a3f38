package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"quecstar/harness/bench"
	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/livepage/modulepage"
	"quecstar/harness/report"
	"quecstar/harness/serial"
	"quecstar/harness/session"
)

// simFlags are those of quecstar sim.
type simFlags struct {
	bench, links, tcpAT, tcpREPL string
	portAT, portREPL             string
	api, ui                      string
	commands, messages           []string
	live                         bool
	view                         viewFlags
}

const simKeys = `Keys, each behind Enter:
  u  unplug the ports          p  plug them in again
  r  reboot                    o  switch off or on
  l  lose the registration     s  take the SIM card out
  e  refuse the next command (+CME ERROR: 3; "e 14" with another number)
  d  drop the next URC         n  a line of noise
  w  a slow line, 9600 baud ("w 115200" with another speed)
  m NUMBER TEXT  a short message comes
  h  these keys                q  end
l, s and w again put it right.`

func newSim(p *process) *cobra.Command {
	var o simFlags
	c := &cobra.Command{
		Use:   "sim",
		Short: "a virtual module: AT and REPL ports for any tool",
		Long: `Run a virtual module until Ctrl-C or the key q. It prints the paths of its two ports, which any
program opens as a serial port: one answers AT commands, one is a QuecPython prompt with files. On
systems without Linux's pseudo-terminals they are TCP ports of this host, or with --port-at and
--port-repl serial ports: one end of a pair, such as com0com makes on Windows, or of a cable. Its
network is this host, where the embedded IoTDA answers for Huawei's hosts, unless --live. The
commands of the bench, or of --command and --message, are sent on each connection of the device;
those of quecstar run never come here. A script that is run against it is told --live, as for any
module that is not in its own process.

With --ui it prints a link to a page that shows the module: pins, signal, SIM card, messages, calls, place,
display, its ports as consoles and what travels, and lets a person change each. All that is done there, or
by a key that is not about the ports, is an action of a bench: the page writes it down as a bench file.

` + simKeys,
		Example: `  quecstar sim
  quecstar sim --ui
  quecstar sim --links /tmp/module &
  quecstar at /tmp/module/at ATI
  quecstar sim --links /tmp/module --command 'switch={"on": true}' &
  quecstar run --device at:/tmp/module/at --live my_device.py`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error { return runSim(p, c.Context(), o) },
	}
	f := c.Flags()
	f.StringVar(&o.bench, "bench", "", "the bench file, whose [device] and [sim] say what the module is")
	f.StringVar(&o.links, "links", "", "keep links named at and repl to the ports in this `folder` while they are there")
	f.StringVar(&o.tcpAT, "tcp-at", "", "serve the AT port at this TCP `address`, too")
	f.StringVar(&o.tcpREPL, "tcp-repl", "", "serve the REPL port at this TCP `address`, too")
	f.StringVar(&o.portAT, "port-at", "", "be the AT port on this serial `port`, in place of a pseudo-terminal")
	f.StringVar(&o.portREPL, "port-repl", "", "be the REPL port on this serial `port`, in place of a pseudo-terminal")
	f.StringArrayVar(&o.commands, "command", nil,
		"a command that the cloud sends whenever the device is active, as `NAME=JSON` or SERVICE:NAME=JSON; may be repeated")
	f.StringArrayVar(&o.messages, "message", nil,
		"a message, text or JSON, that the cloud sends on messages/down; may be repeated")
	f.StringVar(&o.api, "api", "", "serve the application API of the embedded IoTDA at this `address`, such as "+
		"127.0.0.1:8080")
	f.StringVar(&o.ui, "ui", "", "serve the live page of the module at this loopback `address`, and print its link")
	f.Lookup("ui").NoOptDefVal = "127.0.0.1:0"
	f.BoolVar(&o.live, "live", false, "let the module reach the hosts that it is told to")
	o.view.add(f)
	return c
}

// simulation is a running virtual module with its ports.
type simulation struct {
	p *process
	o simFlags
	*session.Sim

	mu      sync.Mutex
	plugged bool
	links   links
	work    sync.WaitGroup
}

func runSim(p *process, ctx context.Context, o simFlags) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer p.onSignal(func() { cancel(errQuit) }, cancel)()
	next, done, err := simLines(p, ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	b := &bench.Bench{}
	if o.bench != "" {
		if b, err = bench.Load(o.bench, p.env); err != nil {
			return &session.SetupError{Err: err}
		}
	}
	events := &event.Stream{}
	mask := report.NewMasker(b.Secrets())
	switch {
	case p.lines != nil:
		p.lines.Hide(mask)
		events.Listen(p.lines.Show)
	case !o.view.quiet:
		events.Listen(o.view.timeline(p, mask).Show)
	}
	v, err := session.NewSim(session.SimOptions{Bench: b, Live: o.live, Events: events, Commands: o.commands,
		Messages: o.messages, API: o.api, Scratch: &p.scratch})
	if err != nil {
		return err
	}
	s := &simulation{p: p, o: o, Sim: v, links: links{folder: o.links}}
	defer func() { err = errors.Join(err, s.links.remove(), v.Close()); s.work.Wait() }()
	end, err := o.serveUI(p, modulepage.Options{Module: v, Events: events, Mask: mask, Plug: s})
	if err != nil {
		return err
	}
	defer end()
	if err := s.Plug(ctx); err != nil {
		return err
	}
	for _, r := range s.roles() {
		stop, err := s.listen(r)
		if err != nil {
			return err
		}
		defer stop()
	}
	return s.keys(ctx, next)
}

// serveUI serves the page where it is asked for.
func (o simFlags) serveUI(p *process, options modulepage.Options) (end func(), err error) {
	if o.ui == "" {
		return func() {}, nil
	}
	options.Addr = o.ui
	page, err := modulepage.Serve(options)
	if err != nil {
		return nil, usageError{fmt.Errorf("--ui: %w", err)}
	}
	_, _ = fmt.Fprintf(p.stdout, "ui   %s\n", page.URL())
	return func() { _ = page.Close() }, nil
}

// simLines returns what reads lines: on a terminal an editor, which what is printed does not garble.
func simLines(p *process, ctx context.Context) (next func(context.Context) (string, error), done func() error, err error) {
	e, err := p.newEditor("sim> ", "sim", nil)
	if err != nil {
		return nil, nil, err
	}
	if e == nil {
		return lineReader(whenInForeground(ctx, p.stdin)), func() error { return nil }, nil
	}
	p.stdout = e
	if p.terminal() > 0 {
		p.stderr = e
	}
	return func(ctx context.Context) (string, error) {
		line, err := e.next(ctx)
		if errors.Is(err, io.EOF) { // Ctrl-D
			err = errCleared
		}
		return line, err
	}, e.end, nil
}

// errQuit is that the user ended the simulation.
var errQuit = errors.New("ended")

// simPort is where one of the module's two ports is.
type simPort struct {
	role serial.Role
	name string // in what is printed, and of its link
	path string // of the serial port that it is on; "" is a pseudo-terminal
	tcp  string // the address that it is served at, too; "" is none
}

// pseudo reports whether this system has pseudo-terminals that programs open as serial ports.
const pseudo = runtime.GOOS == "linux"

// roles are the module's ports: one that is to be nowhere is served by TCP.
func (s *simulation) roles() []simPort {
	all := []simPort{{serial.AT, "at", s.o.portAT, s.o.tcpAT}, {serial.REPL, "repl", s.o.portREPL, s.o.tcpREPL}}
	for i, r := range all {
		if !pseudo && r.path == "" && r.tcp == "" {
			all[i].tcp = "127.0.0.1:0"
		}
	}
	return all
}

// Plugged reports whether the module has its ports.
func (s *simulation) Plugged() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.plugged
}

// Unplug takes the ports away, as pulling the USB cable does; the module goes on.
func (s *simulation) Unplug() error {
	s.mu.Lock()
	s.plugged = false
	err := s.links.remove()
	s.mu.Unlock()
	s.Sim.Unplug()
	return err
}

// Plug gives the module its ports and prints their paths.
func (s *simulation) Plug(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plugged {
		return nil
	}
	for _, r := range s.roles() {
		path, err := s.attach(ctx, r)
		if err != nil {
			return err
		}
		if path == "" {
			continue
		}
		_, _ = fmt.Fprintf(s.p.stdout, "%-4s %s\n", r.name, path)
		if err := s.links.point(r.name, path); err != nil {
			return err
		}
	}
	s.plugged = true
	return nil
}

// attach gives the module a port and returns its path; none where it is served by TCP alone.
func (s *simulation) attach(ctx context.Context, r simPort) (path string, err error) {
	switch {
	case r.path != "":
		port, err := serial.Open(ctx, r.path, serial.Options{})
		if errors.Is(err, device.ErrConfig) {
			return "", usageError{err}
		}
		if err != nil {
			return "", err
		}
		s.Serve(port, r.role)
		return r.path, nil
	case !pseudo:
		return "", nil
	}
	path, _, err = s.Attach(r.role)
	return path, err
}

// listen serves a port over TCP.
func (s *simulation) listen(r simPort) (stop func(), err error) {
	if r.tcp == "" {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", r.tcp)
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", r.tcp, err)}
	}
	_, _ = fmt.Fprintf(s.p.stdout, "%-4s tcp://%s\n", r.name, l.Addr())
	s.work.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // closed at the end
			}
			s.Serve(conn, r.role)
		}
	})
	return func() { _ = l.Close() }, nil
}

// keys does what keys say until the end.
func (s *simulation) keys(ctx context.Context, next func(context.Context) (string, error)) error {
	for {
		line, err := next(ctx)
		switch {
		case errors.Is(err, errCleared):
			return nil
		case errors.Is(err, io.EOF): // no keys: it runs until a signal
			<-ctx.Done()
			return s.ended(context.Cause(ctx))
		case err != nil:
			return s.ended(err)
		}
		key, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if key == "q" {
			return nil
		}
		if text := s.key(ctx, key, rest); text != "" {
			say(s.p, "%s", text)
		}
	}
}

// ended is nil for an end of the user's making.
func (s *simulation) ended(err error) error {
	if errors.Is(err, errQuit) {
		return nil
	}
	return err
}

// key does what a key says, and tells what was done.
func (s *simulation) key(ctx context.Context, key, rest string) string {
	switch key {
	case "":
		return ""
	case "u":
		if err := s.Unplug(); err != nil {
			return err.Error()
		}
		return "unplugged"
	case "p":
		if err := s.Plug(ctx); err != nil {
			return err.Error()
		}
		return "plugged in"
	case "r":
		return s.act(ctx, "rebooting", "module_restart", true)
	case "o":
		if s.Off() {
			return s.act(ctx, "switched on", "module_power", int64(1))
		}
		return s.act(ctx, "switched off", "module_power", int64(0))
	case "l":
		return s.registration(ctx)
	case "s":
		return s.card(ctx)
	case "e":
		return s.refuse(ctx, rest)
	case "d":
		return s.act(ctx, "the next URC will be lost", "urc_lost", map[string]any{})
	case "n":
		return s.act(ctx, "noise", "line_noise", map[string]any{})
	case "w":
		return s.speed(ctx, rest)
	case "m":
		number, text, _ := strings.Cut(rest, " ")
		return s.act(ctx, "a message came", "sms_arrives", map[string]any{"number": number, "text": text})
	}
	return simKeys
}

// act has something happen around the module as an action of a bench does, and says what was done.
func (s *simulation) act(ctx context.Context, done, function string, value any) string {
	if err := s.Act(ctx, bench.NewAction(function, value)); err != nil {
		return err.Error()
	}
	return done
}

func (s *simulation) registration(ctx context.Context) string {
	reg, err := s.Device().Registration(ctx)
	if err != nil {
		return err.Error()
	}
	if reg.Data.State.Ready() {
		return s.act(ctx, "registration lost", "network_registration", "searching")
	}
	return s.act(ctx, "registered", "network_registration", "home")
}

func (s *simulation) card(ctx context.Context) string {
	status, err := s.Device().SIMStatus(ctx)
	if err != nil {
		return err.Error()
	}
	if status == device.SIMAbsent {
		return s.act(ctx, "SIM card in", "sim_card", "ready")
	}
	return s.act(ctx, "SIM card out", "sim_card", "absent")
}

func (s *simulation) refuse(ctx context.Context, rest string) string {
	code := int64(3)
	if _, err := fmt.Sscan(rest, &code); err != nil && rest != "" {
		return fmt.Sprintf("e %s: want a number", rest)
	}
	return s.act(ctx, fmt.Sprintf("the next command will be refused: +CME ERROR: %d", code), "at_refused",
		map[string]any{"code": code})
}

func (s *simulation) speed(ctx context.Context, rest string) string {
	baud := int64(9600)
	if _, err := fmt.Sscan(rest, &baud); err != nil && rest != "" {
		return fmt.Sprintf("w %s: want a speed", rest)
	}
	if s.LineSpeed() != 0 {
		return s.act(ctx, "full speed", "line_speed", int64(0))
	}
	return s.act(ctx, fmt.Sprintf("%d baud", baud), "line_speed", baud)
}
