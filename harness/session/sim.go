package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"quecstar/harness/bench"
	"quecstar/harness/device/direct"
	"quecstar/harness/event"
	"quecstar/harness/flash"
	"quecstar/harness/serial"
	"quecstar/harness/vmodule"
)

// sim is a virtual module of this process with its ports.
type sim struct {
	inside *direct.Device
	module *vmodule.Module
	work   sync.WaitGroup
}

// Close ends the module.
func (m *sim) Close() error {
	err := m.module.Close()
	m.work.Wait()
	return errors.Join(err, m.inside.Close())
}

// startSim makes the virtual module of a run.
func (s *Session) startSim() (*sim, error) {
	m, err := s.newSim(s.bench.Sim)
	if err == nil {
		s.closers = append(s.closers, m)
	}
	return m, err
}

// newSim makes a virtual module that is the bench's device.
func (s *Session) newSim(b bench.Sim) (*sim, error) {
	events := s.Events.Emit
	if s.opts.Script != "" && !s.opts.Remote {
		events = s.untold
	}
	inside, err := s.newDirect(events)
	if err != nil {
		return nil, err
	}
	module := vmodule.New(vmodule.Options{Device: inside, Behaviour: vmodule.Behaviour{
		QuotedPublish: b.QuotedPublish, OpenPublish: b.OpenPublish, NoReceiveLength: b.NoReceiveLength, NoMQTT: b.NoMQTT,
		URCPort:             b.URCPort,
		StatAfterDisconnect: b.StatAfterDisc, EarlyResult: b.EarlyResult, GluedURC: b.GluedURC,
		ReplyDelay: time.Duration(b.ReplyDelay), ReplyJitter: time.Duration(b.ReplyJitter), Seed: b.Seed,
		Autobaud: b.Autobaud, FixedEcho: b.FixedEcho, EchoesPayload: b.EchoesPayload,
		Prompt: vmodule.Prompt{NoPaste: b.NoRawPaste, Deaf: time.Duration(b.Deaf), DropsInput: b.DropsInput,
			Refuse: b.Refuse, SilentExec: b.SilentExec,
			Recent: s.opts.Recent, HistorySize: s.opts.HistorySize, Remember: s.opts.Remember,
			Settings: s.settings(), StepTime: s.opts.StepTime}}})
	return &sim{inside: inside, module: module}, nil
}

// untold passes on what the device on the virtual module's port does not tell already.
func (s *Session) untold(e event.Event) {
	switch e.Kind {
	case event.Connect, event.Refused, event.Disconnect, event.Subscribe, event.Publish, event.Receive, event.Failure:
	default:
		s.Events.Emit(e)
	}
}

// serve answers on a connection until it ends.
func (m *sim) serve(conn io.ReadWriteCloser, role serial.Role) {
	m.work.Go(func() {
		if role == serial.REPL {
			_ = m.module.ServeREPL(conn) // an end of the other side's making
			return
		}
		_ = m.module.ServeAT(conn, "usbat")
	})
}

// SimOptions says what quecstar sim plays.
type SimOptions struct {
	// Bench is the bench file; "" is none.
	Bench *bench.Bench
	// Live lets the module reach the hosts that it is told to.
	Live bool
	// Commands, Messages and API are those of Options. They are sent on each connection of the device.
	Commands, Messages []string
	API                string
	// Events takes what happens; nil is nobody.
	Events *event.Stream
	// Scratch is that of Options.
	Scratch *flash.Scratch
	// History is of the lines that are typed at the module's prompt.
	History
}

// History is what the prompt of a virtual module remembers of an earlier run, and who hears what it is to remember
// of this one; the fields are those of vmodule.Prompt. The zero value is a module's own.
type History struct {
	Recent      []string
	HistorySize int
	Remember    func(line string)
}

// Sim is a virtual module that other programs talk to, with the embedded cloud behind it.
type Sim struct {
	*vmodule.Module
	s        *Session
	m        *sim
	schedule *unattended
	acts     acts
	lines    atomic.Pointer[func(fromModule bool, text []byte)]

	stop    context.CancelFunc // of what the cloud does
	sending sync.WaitGroup
}

// NewSim makes a virtual module, around which the schedule of the bench begins. Close must be called. The error is
// a *SetupError.
func NewSim(o SimOptions) (*Sim, error) {
	if o.Bench == nil {
		o.Bench = &bench.Bench{}
	}
	if o.Events == nil {
		o.Events = &event.Stream{}
	}
	s := newSession(o.Events, Options{Live: o.Live, Commands: o.Commands, Messages: o.Messages, API: o.API,
		Scratch: o.Scratch, History: o.History})
	s.bench = o.Bench
	s.hosts = newHosts(s)
	m, err := s.newSim(o.Bench.Sim)
	if err != nil {
		return nil, &SetupError{err}
	}
	s.hosts.identify(m.inside.Config().IMEI)
	v := &Sim{Module: m.module, s: s, m: m, stop: func() {}}
	s.controlled, s.local = m.module.Surroundings(), true
	s.schedule.prompt = m.module.Interp
	for _, step := range []func() error{s.checkSchedule, s.chooseCommands, s.placeCommands, v.serveAPI} {
		if err := step(); err != nil {
			return nil, errors.Join(&SetupError{err}, m.Close(), s.hosts.close())
		}
	}
	s.tellEarly()
	v.acts.start(s.clock.Now())
	if v.schedule, err = s.runUnattended(); err != nil {
		return nil, errors.Join(err, m.Close(), s.hosts.close())
	}
	ctx, stop := context.WithCancel(context.Background())
	v.stop = stop
	v.sending.Go(func() { s.hosts.sendOnEveryConnection(ctx, s.commands) })
	return v, nil
}

func (v *Sim) serveAPI() error {
	if v.s.opts.API == "" {
		return nil
	}
	return v.s.hosts.serveAPI(v.s.opts.API)
}

// Attach gives the module a port on a new pseudo-terminal and returns its path, and the port's end.
func (v *Sim) Attach(role serial.Role) (path string, ended <-chan struct{}, err error) {
	master, path, err := serial.Pty()
	if err != nil {
		return "", nil, fmt.Errorf("virtual module: %w", err)
	}
	return path, v.Serve(serial.KeepOpen(master), role), nil
}

// Serve answers on a connection, and closes the channel when it ended.
func (v *Sim) Serve(conn io.ReadWriteCloser, role serial.Role) (ended <-chan struct{}) {
	done := make(chan struct{})
	if role == serial.AT {
		conn = v.overheard(conn)
	}
	v.m.serve(&announced{ReadWriteCloser: conn, done: done}, role)
	return done
}

// announced is a connection whose closing is told.
type announced struct {
	io.ReadWriteCloser
	done chan struct{}
	once sync.Once
}

// Close closes the connection.
func (a *announced) Close() error {
	err := a.ReadWriteCloser.Close()
	a.once.Do(func() { close(a.done) })
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}

// Close ends the module and what is behind it.
func (v *Sim) Close() error {
	v.stop()
	err := errors.Join(v.schedule.Close(), v.m.Close())
	v.sending.Wait()
	return errors.Join(err, v.s.hosts.close())
}
