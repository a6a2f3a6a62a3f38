// Package session puts one run together: bench file, cloud, device and interpreter.
package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"quecstar/builtins"
	"quecstar/harness/bench"
	"quecstar/harness/board"
	"quecstar/harness/cloud"
	"quecstar/harness/cloud/plain"
	"quecstar/harness/device"
	"quecstar/harness/device/direct"
	"quecstar/harness/device/repl"
	"quecstar/harness/device/tape"
	"quecstar/harness/event"
	"quecstar/harness/flash"
	"quecstar/harness/report"
	"quecstar/harness/script"
	"quecstar/harness/vmodule"
	"quecstar/harness/wire"
)

// Options says what to run and with what. Script must be given.
type Options struct {
	// Script is the file, Args its sys.argv behind its own name.
	Script string
	Args   []string
	// Bench is the bench file; "" looks beside the script and upwards.
	Bench string
	// Trust lets a bench file that was found do what one may that Bench names: reach ports, files and hosts
	// beyond those of the script, and raise its limits.
	Trust bool
	// Device is what answers for the module; "" takes the bench's, and without one "direct".
	Device string
	// Commands are what the cloud sends, as NAME=JSON or SERVICE:NAME=JSON, instead of the bench's.
	Commands []string
	// Messages are what the cloud sends on messages/down behind the commands: JSON, or else text.
	Messages []string
	// Upgrades are what the cloud upgrades the device to once it is active, as VERSION=FILE or KIND:VERSION=FILE, where
	// KIND is software or firmware; the run ends behind them. A device that does not come to report the version fails
	// the run.
	Upgrades []string
	// API serves the embedded IoTDA's application API at this address; "" does not.
	API string
	// Timeout ends the run; 0 takes the bench's, and less than 0 is none.
	Timeout time.Duration
	// Live lets the script reach the hosts that it names.
	Live bool
	// StepLimit and Seed are those of script.Options.
	StepLimit, Seed uint64
	// Remote runs the script on the module itself; the device is one with a Python prompt.
	Remote bool
	// Uploading hears how far the upload of a file is; may be nil.
	Uploading func(repl.Progress)
	// RemoveUploads removes, behind a remote run, the files that it uploaded.
	RemoveUploads bool
	// Record is the file to write a tape of the device's dialogue to; "" writes none.
	Record string
	// TapeTiming plays a tape with the waits of its recording.
	TapeTiming bool
	// Baud is the speed of the device's port; 0 is the usual one, looked for where that is possible.
	Baud int
	// Reconnect is how long the device's port may stay away, such as while a module restarts.
	Reconnect time.Duration
	// Trace is the file to log the bytes of the device's port to; "" logs none.
	Trace string
	// TraceCalls adds an event for every call of a builtin.
	TraceCalls bool
	// Strict makes every warning a failure of the run: a command without an answer, a publish that the
	// embedded IoTDA dropped or that does not fit its model, what could not be checked.
	Strict bool
	// Network is what the device reaches, and where the embedded servers are; this host's when nil.
	Network wire.Network
	// Cloud and Broker give what answers as the embedded IoTDA and as the plain broker, when it is first
	// needed; the caller closes them. Those that are nil are the run's own.
	Cloud  func() (*cloud.Cloud, error)
	Broker func() (*plain.Broker, error)
	// Catalog is what scripts can import or have predeclared; that of builtins when nil. Suite is that of
	// script.Options.
	Catalog *script.Catalog
	Suite   *script.Suite
	// Ready is the bench, when it was read already: Bench is not looked at then. It is not changed.
	Ready *bench.Bench
	// Cache is that of script.Options.
	Cache *script.Cache
	// Adjust changes the bench when it has been read; Identified is told the id of the bench's device at the
	// cloud, "" for none, when the device is open. Both may be nil.
	Adjust     func(b *bench.Bench)
	Identified func(id string)
	// Lines is told what travels on the device's port, by lines without their ends, without passwords. May be nil.
	Lines func(fromModule bool, text []byte)
	// Begin is called, with the interpreter lock held, before the script's first statement. May be nil.
	Begin func(in *script.Interp, t *script.Thread) error
	// StepTime is that of script.Options.
	StepTime time.Duration

	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Scratch makes the folders of the run's files; nil makes them so that only the run's end removes them.
	Scratch *flash.Scratch
	// Flash keeps the script's files for later runs, which its Restart has begin as a module that starts again; the
	// caller closes it. Nil ends them with the run.
	Flash *flash.Kept
	// History is that of SimOptions.
	History
	// GiveUp is that of script.Options.
	GiveUp func(cause error)
	// Loaded is that of script.Options.
	Loaded func(path string)
	// Env looks up environment variables.
	Env func(string) string
}

// SetupError is that a run could not begin: the command line or the bench file is wrong.
type SetupError struct{ Err error }

// Error says what is wrong.
func (e *SetupError) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong.
func (e *SetupError) Unwrap() error { return e.Err }

// Session is one run.
type Session struct {
	// Events is the stream of what happens; listen to it before Run.
	Events *event.Stream

	opened   // the device
	opts     Options
	bench    *bench.Bench
	commands []bench.Command // of the cloud
	hosts    *hosts
	interp   atomic.Pointer[script.Interp] // the present one
	flash    *flash.Kept                   // of a script that starts again
	seed     uint64                        // of the script's random numbers; 0 for any
	early    []string                      // notes of New, where nobody listens yet
	clock    script.Clock                  // of the script, the events and a device on this host
	board    *board.Board
	warned   warnings

	unwatch    func() // has nobody watch any more whether the device goes away
	released   bool   // the device is closed
	unanswered string // behind the run
	upgrades   upgrades
	schedule   *schedule
	closers    []io.Closer // what else to close behind the run
	ender      ender       // ends the run with a cause
	until      time.Time   // when the run ends, with what came before it; zero for never
}

// ender ends a run with a cause, or one that has not begun as soon as it does.
type ender struct {
	mu    sync.Mutex
	end   context.CancelCauseFunc // nil before the run
	cause error
}

func (e *ender) begin(end context.CancelCauseFunc) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.end = end; e.cause != nil {
		end(e.cause)
	}
}

// end ends the run.
func (s *Session) end(cause error) {
	s.ender.mu.Lock()
	defer s.ender.mu.Unlock()
	if s.ender.end == nil {
		s.ender.cause = cause
		return
	}
	s.ender.end(cause)
}

// New prepares a run and opens its device, within Options.Timeout. The error is a *SetupError, or of class
// device.ErrUnreachable or script.ErrDeadline.
func New(ctx context.Context, o Options) (*Session, error) {
	s := newSession(&event.Stream{}, o)
	open := func() error {
		ctx, cancel := s.limited(ctx)
		defer cancel()
		return s.openDevice(ctx)
	}
	for _, step := range []func() error{s.loadBench, s.checkSchedule, s.chooseCommands, open, s.placeCommands,
		s.readUpgrades, s.record, s.makeInterp} {
		if err := step(); err != nil {
			return nil, errors.Join(setupError(err), s.abandon())
		}
	}
	return s, nil
}

func newSession(events *event.Stream, o Options) *Session {
	s := &Session{Events: events, opts: o, seed: o.Seed, clock: script.HostClock{}, flash: o.Flash}
	if s.flash == nil {
		s.flash = &flash.Kept{}
	}
	s.opts.Stdout = &printed{o.Stdout, event.Output, events.Emit, s.place}
	s.opts.Stderr = &printed{o.Stderr, event.ErrorOutput, events.Emit, nil}
	s.board = board.New(func(text string) {
		events.Emit(event.Event{Layer: event.Builtin, Kind: event.Board,
			Text: text})
	})
	s.schedule = &schedule{s: s}
	events.Listen(s.warned.hear)
	return s
}

// place is the script's statement that runs now, which has the interpreter's lock; "" where none is run here.
func (s *Session) place() string {
	in := s.interp.Load()
	if in == nil {
		return ""
	}
	return in.Place()
}

// setupError gives an error of New its class.
func setupError(err error) error {
	if errors.Is(err, device.ErrUnreachable) || errors.Is(err, script.ErrInterrupted) || errors.Is(err,
		script.ErrDeadline) {
		return err
	}
	return &SetupError{err}
}

// abandon closes what a run opened that does not come about.
func (s *Session) abandon() error {
	err := s.closeDevice()
	if s.hosts != nil {
		err = errors.Join(err, s.hosts.close())
	}
	return err
}

// closeDevice closes the device with what was opened beside it.
func (s *Session) closeDevice() error {
	if s.released {
		return nil
	}
	s.released = true
	var err error
	if s.device != nil {
		err = s.device.Close()
	}
	return errors.Join(err, closeAll(s.closers))
}

func (s *Session) loadBench() error {
	if s.opts.Ready != nil {
		own := *s.opts.Ready
		s.bench = &own
	} else {
		dir, err := filepath.Abs(filepath.Dir(s.opts.Script))
		if err != nil {
			return err
		}
		if s.bench, err = LoadBench(s.opts.Bench, dir, s.opts.Trust, s.opts.Env); err != nil {
			return err
		}
	}
	if s.opts.Adjust != nil {
		s.opts.Adjust(s.bench)
	}
	return nil
}

// LoadBench reads the bench file that a user named, or else the one that is found in dir or above it, with
// the rights of the script unless it is trusted. Without one everything is by default.
func LoadBench(named, dir string, trust bool, env func(string) string) (*bench.Bench, error) {
	if named != "" {
		return bench.Load(named, env)
	}
	path := bench.Find(dir)
	switch {
	case path == "":
		return &bench.Bench{}, nil
	case trust:
		return bench.Load(path, env)
	}
	return bench.LoadFound(path, env)
}

// limited is a context that ends when the time of the run is up, which begins with the first call.
func (s *Session) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.opts.Timeout == 0 {
		s.opts.Timeout = time.Duration(s.bench.Limits.Timeout)
	}
	if s.opts.Timeout <= 0 {
		return context.WithCancel(ctx)
	}
	if s.until.IsZero() {
		s.until = time.Now().Add(s.opts.Timeout)
	}
	return context.WithDeadlineCause(ctx, s.until, fmt.Errorf("%w: %v", script.ErrDeadline, s.opts.Timeout))
}

// Unanswered lists, behind a run, what the embedded IoTDA sent, or was to send, and got no answer to, as a
// warning has told already; "" for nothing.
func (s *Session) Unanswered() string {
	return report.NewMasker(s.Secrets()).Text(s.unanswered)
}

// Secrets are the values that must not be shown.
func (s *Session) Secrets() []string { return s.bench.Secrets() }

func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// directConfig is the device of a bench.
func directConfig(b bench.Device) direct.Config {
	c := direct.Config{IMEI: b.IMEI, Model: b.Model, SerialNumber: b.Serial, Firmware: b.Firmware, IMSI: b.IMSI,
		ICCID: b.ICCID, PhoneNumber: b.Phone, PIN: b.PIN, NoSIM: b.NoSIM, CSQ: b.CSQ, LAC: b.LAC, CID: b.Cell,
		IPv4: b.IP, APN: b.APN, Voltage: b.Voltage}
	if b.Unregistered {
		searching := device.RegSearching
		c.Registration = &searching
	}
	return c
}

// IMEI is that of the device of a bench when a script is run on this host.
func IMEI(b *bench.Bench) (string, error) {
	d, err := direct.New(directConfig(b.Device), direct.Options{})
	if err != nil {
		return "", fmt.Errorf("%s: %w", b.Path, err)
	}
	return d.Config().IMEI, d.Close()
}

// makeInterp makes the interpreter of the script's next start.
func (s *Session) makeInterp() error {
	limits := s.bench.Limits
	if s.opts.StepLimit == 0 {
		s.opts.StepLimit = limits.Steps
	}
	if s.opts.Catalog == nil {
		s.opts.Catalog = builtins.Catalog()
	}
	witness, _ := s.device.(script.Witness) // a tape
	settings := s.settings()
	settings.Flash = s.flash
	s.interp.Store(script.New(script.Options{
		Catalog: s.opts.Catalog, Suite: s.opts.Suite, Cache: s.opts.Cache, Device: s.device, Controlled: s.controlled,
		Settings: settings, Clock: s.clock, Begin: s.begin,
		Events: s.Events, TraceCalls: s.opts.TraceCalls, Stdin: s.opts.Stdin, Stdout: s.opts.Stdout, Stderr: s.opts.Stderr,
		GiveUp: s.opts.GiveUp, Loaded: s.opts.Loaded, StepTime: s.opts.StepTime,
		Args: s.opts.Args, Seed: s.seed, Witness: witness, StepLimit: s.opts.StepLimit, RecursionLimit: limits.Recursion,
		MemoryLimit: s.MemoryLimit(),
	}))
	return nil
}

// begin is what comes before the script's first statement.
func (s *Session) begin(t *script.Thread) error {
	if s.opts.Begin != nil {
		if err := s.opts.Begin(s.interp.Load(), t); err != nil {
			return err
		}
	}
	return s.schedule.begin(s.interp.Load(), t)
}

// settings are those of the interpreters of the run: its own, and that of a virtual module.
func (s *Session) settings() script.Settings {
	return script.Settings{UART: s.bench.UART, Board: s.board, Files: s.bench.FilesDir(), Scratch: s.opts.Scratch}
}

// Timeout is how long the run may take; 0 or less is for ever.
func (s *Session) Timeout() time.Duration { return s.opts.Timeout }

// MemoryLimit is how many bytes this program may hold.
func (s *Session) MemoryLimit() uint64 {
	if s.bench.Limits.MemoryMB == 0 {
		return script.DefaultMemory
	}
	return s.bench.Limits.MemoryMB << 20
}

// Where says where the script is, as script.Interp.Where does; "" where that is not known at once.
func (s *Session) Where() string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return s.interp.Load().Where(ctx)
}

// Control calls a function of the module quecstar, by which the surroundings of the script's device are
// changed, in the script's run, beside the script. The error is one line.
func (s *Session) Control(ctx context.Context, function string, args []any, named script.Dict) (result any, err error) {
	_, result, err = control(ctx, s.interp.Load(), function, args, named)
	return result, err
}

// control calls a function of the module quecstar in an interpreter that runs, beside what runs there. It is not called
// where the interpreter has ended.
func control(
	ctx context.Context, in *script.Interp, function string, args []any, named script.Dict,
) (called bool, result any, err error) {
	results := make(chan any, 1)
	err = beside(ctx, in, func(t *script.Thread) error {
		result, err := in.CallModule(t, script.ControlName, function, args, named)
		results <- result
		return err
	})
	select {
	case result := <-results:
		return true, result, err
	default:
		return !errors.Is(err, errOver), nil, err
	}
}

// errOver is that an interpreter has ended.
var errOver = errors.New("the script has ended")

// beside has f called on a thread of its own of an interpreter that runs. The error is that of f, the cause of ctx's end,
// behind which f may be called yet, or errOver.
func beside(ctx context.Context, in *script.Interp, f func(t *script.Thread) error) error {
	done := make(chan error, 1)
	_, err := in.Go("control", true, func(t *script.Thread) error {
		done <- f(t)
		return nil
	})
	if err != nil {
		return err
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Cloud is the embedded IoTDA; nil as long as nothing needed it, and behind the run.
func (s *Session) Cloud() *cloud.Cloud { return s.hosts.running() }

// Virtual is the virtual module of this process behind the device's port; nil where there is none.
func (s *Session) Virtual() *vmodule.Module { return s.virtual }

// Interrupt does what Ctrl-C does on a module.
func (s *Session) Interrupt() { s.interp.Load().Interrupt() }

// Run runs the script to its end. What it returns is that of script.Interp.Run.
func (s *Session) Run(ctx context.Context) error {
	ctx, cancel := s.limited(ctx)
	defer cancel()
	s.Events.Emit(event.Event{Layer: event.Harness, Kind: event.Start, Text: s.opts.Script})
	s.tellEarly()
	if s.opts.API != "" {
		if err := s.hosts.serveAPI(s.opts.API); err != nil {
			return errors.Join(&SetupError{err}, s.abandon())
		}
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	s.ender.begin(end)
	background, stop := context.WithCancel(ctx)
	var helpers sync.WaitGroup
	helpers.Go(func() { s.hosts.sendAll(background, s.commands) })
	helpers.Go(func() { s.upgrades.make(background, s) })
	run := func() error { return s.runHere(ctx) }
	if s.opts.Remote {
		run = func() error { return s.runRemote(ctx) }
	}
	s.unwatch = s.watchDevice()
	err := s.outcome(run())
	s.unwatch()
	s.schedule.end()
	stop()
	closing := s.closeDevice()
	if s.opts.Flash == nil {
		closing = errors.Join(closing, s.flash.Close())
	}
	helpers.Wait()
	return s.finish(s.upgrades.outcome(err), errors.Join(closing, s.hosts.close()))
}

// tellEarly tells what New had to say.
func (s *Session) tellEarly() {
	for _, text := range s.early {
		s.note("%s", text)
	}
}

// finish says how a run ended: as the script did, unless that passed and something else went wrong.
func (s *Session) finish(err, closing error) error {
	s.hosts.tellUnanswered()
	var diff *tape.Difference
	var write *WriteError
	switch {
	case closing == nil, errors.As(err, &write):
	case passed(err) && (errors.As(closing, &diff) || errors.As(closing, &write)):
		err = closing // calls are left on the tape, or it was not written
	default:
		s.warn("%v", closing)
	}
	if s.opts.Strict && passed(err) {
		if strict := s.warned.err(s.Secrets()); strict != nil {
			err = strict
		}
	}
	return err
}
