package vmodule

import (
	"context"
	_ "embed" // for the bootstrap
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"quecstar/builtins"
	"quecstar/harness/flash"
	"quecstar/harness/script"
)

// Prompt is how the REPL port behaves. The zero value is mainline MicroPython with QuecPython's
// banner and texts.
type Prompt struct {
	// Refuse answers every line with "REPL refuse", as a module does whose prompt is locked.
	Refuse bool
	// NoPaste is firmware whose raw mode does not know raw paste; PasteOff knows it and has it off.
	NoPaste, PasteOff bool
	// Deaf is how long running code hears no Ctrl-C; QuecPython's firmware of 2021 needs 1 s.
	Deaf time.Duration
	// DropsInput throws away what comes while code runs, beside Ctrl-C.
	DropsInput bool
	// NoInterrupt hears no Ctrl-C at all while code runs.
	NoInterrupt bool
	// SilentExec has example.exec ignore a file that is not there, as firmware of 2021 does.
	SilentExec bool
	// Boot is what is printed at every start; "mount.\r\n" where it is empty.
	Boot string
	// Recent are lines that were typed before, the last one first; nil is a prompt that was just switched on.
	Recent []string
	// HistorySize is how many lines the prompt remembers; 8 where it is 0.
	HistorySize int
	// Remember hears of every line that the prompt remembers; nil is nobody. It must not block.
	Remember func(line string)
	// Settings are those of the interpreter.
	Settings script.Settings
	// StepTime is that of script.Options.
	StepTime time.Duration
	// Stderr takes what the interpreter warns of; nil takes nothing.
	Stderr io.Writer
}

//go:embed bootstrap.py
var bootstrap []byte

// window is how many bytes raw paste takes before it grants more (MicroPython,
// shared/runtime/pyexec.c; the same in QuecPython's firmware).
const window = 128

// The control characters of the prompt.
const (
	ctrlA = 1
	ctrlB = 2
	ctrlC = 3
	ctrlD = 4
	ctrlE = 5
)

const (
	rawBanner = "raw REPL; CTRL-B to exit\r\n>"
	ps1       = ">>> "
	ps2       = "... "
)

// errSoftReset is Ctrl-D on an empty line, or SystemExit: the interpreter starts anew.
var errSoftReset = errors.New("soft reset")

// prompter is one REPL port.
type prompter struct {
	m     *Module
	conn  io.ReadWriteCloser
	out   *outbox
	in    *inbox
	files string // folder of the tree
	raw   bool

	typing typing // of the friendly mode
	told   string // the names that a job asked for, one a line

	jobs chan job       // to the interpreter; closed when it is to end
	ends chan completed // from it
}

// job is code to run, or a chain of names whose attributes are asked for.
type job struct {
	code        string
	interactive bool
	names       bool
}

// completed is how code ended: the text of its exception, or that it ended the interpreter.
type completed struct {
	text  string
	exit  bool
	names []string
}

// ServeREPL answers as a module's Python prompt on a connection until it ends or the module is
// closed. It closes the connection. Files lie in the folder of Behaviour.Prompt.Settings, or in one
// of the port's own.
func (m *Module) ServeREPL(conn io.ReadWriteCloser) error {
	m.mu.Lock()
	if m.ctx.Err() != nil {
		m.mu.Unlock()
		return conn.Close()
	}
	r := &prompter{m: m, conn: conn, out: newOutbox(conn, m), in: newInbox()}
	m.prompts[r] = struct{}{}
	m.work.Add(1)
	m.mu.Unlock()
	defer m.work.Done()
	defer func() {
		m.mu.Lock()
		delete(m.prompts, r)
		m.mu.Unlock()
	}()
	return r.serve()
}

func (r *prompter) close() {
	r.in.close()
	r.out.close()
	_ = r.conn.Close() // the other side may have hung up already
}

func (r *prompter) serve() error {
	var helpers sync.WaitGroup
	helpers.Go(r.read)
	helpers.Go(r.out.run)
	defer helpers.Wait()
	defer r.close()
	for first := true; ; first = false {
		err := r.life(first)
		if errors.Is(err, errHungUp) {
			return nil
		}
		if !errors.Is(err, errSoftReset) {
			return err
		}
	}
}

func (r *prompter) read() {
	buf := make([]byte, 4096)
	for {
		n, err := slowReader{r.m, r.conn}.Read(buf)
		r.in.add(buf[:n])
		if err != nil {
			r.in.close()
			return
		}
	}
}

func (r *prompter) say(text string) { r.out.put([]byte(text)) }

// life is one life of the interpreter.
func (r *prompter) life(first bool) error {
	stop, err := r.start()
	if err != nil {
		return err
	}
	defer stop()
	if !first {
		r.say("MPY: soft reboot\r\n")
	}
	boot := r.m.opts.Behaviour.Prompt.Boot
	if boot == "" {
		boot = "mount.\r\n"
	}
	r.say(boot)
	if r.raw {
		r.say(rawBanner)
	} else if err := r.autostart(); err != nil {
		return err
	}
	for {
		step := r.friendly
		if r.raw {
			step = r.rawMode
		}
		if err := step(); err != nil {
			return err
		}
	}
}

// banner is what a prompt in the friendly mode begins with.
func (r *prompter) banner() string {
	c := r.m.dev.Config()
	return fmt.Sprintf("\r\nQuecpython v1.12 on 2026-01-01; %s with QUECTEL\r\nType \"help()\" for more "+
		"information.\r\n", c.Model)
}

// autostart runs /usr/main.py, as a module does that was not left in raw mode.
func (r *prompter) autostart() error {
	if text, ok := r.m.readFile(r.files, "/usr/main.py"); ok {
		end, err := r.execute(job{code: text})
		if err != nil {
			return err
		}
		r.say(crlf(end.text))
		if end.exit {
			return errSoftReset
		}
	}
	r.say(r.banner())
	return nil
}

// readFile reads a file of the prompt's tree, if it is there.
func (m *Module) readFile(dir, name string) (string, bool) {
	f, err := flash.New(dir, "")
	if err != nil {
		return "", false
	}
	defer f.Close()
	file, err := f.Open(name, 0)
	if err != nil {
		return "", false
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	return string(text), err == nil
}

// start makes an interpreter that waits for code. The returned function ends it.
func (r *prompter) start() (stop func(), err error) {
	p := r.m.opts.Behaviour.Prompt
	if r.files, err = r.m.filesDir(p.Settings); err != nil {
		return nil, err
	}
	settings := p.Settings
	settings.Files, settings.SilentExec = r.files, p.SilentExec
	r.jobs, r.ends = make(chan job), make(chan completed)
	catalog, err := builtins.Catalog().With(r.module())
	if err != nil {
		return nil, err
	}
	r.typing = typing{say: r.say, recent: slices.Clone(p.Recent), size: p.HistorySize, told: p.Remember, names: func(chain string) []string { return r.names(catalog, chain) }}
	in := script.New(script.Options{Catalog: catalog, Device: r.m.dev, Controlled: r.m.Surroundings(),
		Settings: settings, StepTime: r.m.opts.Behaviour.Prompt.StepTime, Stdin: r.in, Stdout: cooked{r.out}, Stderr: cooked{r.out}})
	ctx, cancel := context.WithCancel(r.m.ctx)
	done, ends := make(chan struct{}), r.ends
	r.in.onInterrupt(in.Interrupt, p)
	go func() {
		defer close(done)
		err := in.RunText(ctx, promptFile, bootstrap)
		switch {
		case err == nil || ctx.Err() != nil:
		case errors.Is(err, script.ErrRestart) || errors.As(err, new(*script.Exit)): // by misc.Power, in any thread
			_ = report(ctx, ends, completed{exit: true}) // in vain where the prompt ends
		default:
			r.out.put([]byte(crlf(err.Error() + "\n")))
			r.in.close()
		}
	}()
	return func() { cancel(); r.in.onInterrupt(nil, p); <-done }, nil
}

// promptFile is what tracebacks would call the bootstrap; its lines are taken out.
const promptFile = "<prompt>"

// filesDir is where the tree of files lies: it outlives soft resets.
func (m *Module) filesDir(settings script.Settings) (string, error) {
	if settings.Files != "" {
		return settings.Files, nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.folder == "" {
		dir, err := m.scratch().Make("quecstar-module-")
		if err != nil {
			return "", fmt.Errorf("folder for the module's files: %w", err)
		}
		m.folder = dir
	}
	return m.folder, nil
}

// module is what the bootstrap imports.
func (r *prompter) module() *script.Module {
	jobs, ends := r.jobs, r.ends
	return &script.Module{Name: "_prompt", Lang: script.Python, Doc: "What the prompt of a virtual module runs on.",
		Funcs: []script.Func{{Name: "told", Params: "text", Doc: "Takes the names that were asked for.",
			Call: func(c *script.Call) (any, error) { return nil, c.Unpack(&r.told) }},
			{Name: "serve", Params: "run, names", Doc: "Calls run with each piece of code that comes, and whether it was typed; " +
				"and names with a chain of names.", Call: func(c *script.Call) (any, error) {
				r.m.lives(c.Interp)
				for {
					var j job
					err := c.Block(func(ctx context.Context) (err error) {
						j, err = receive(ctx, jobs)
						return err
					})
					if err != nil {
						return nil, err
					}
					r.m.lives(c.Interp)
					end, err := r.run(c, j)
					if err != nil {
						return nil, err
					}
					if err := c.Block(func(ctx context.Context) error { return report(ctx, ends, end) }); err != nil {
						return nil, err
					}
				}
			}}}}
}

// names are what a chain of names may go on with; nothing where it leads nowhere.
func (r *prompter) names(catalog *script.Catalog, chain string) []string {
	if chain == importing {
		return catalog.Names(script.Python)
	}
	end, err := r.execute(job{code: chain, names: true})
	if err != nil {
		return nil // the prompt's end, which its next key tells of
	}
	return end.names
}

// run runs code, which alone hears of interrupts: one that comes as it ends is not for what is behind it.
func (r *prompter) run(c *script.Call, j job) (completed, error) {
	r.in.run(true)
	r.told = ""
	var err error
	if j.names {
		err = c.Thread.Statement(c.Args[1], j.code)
	} else {
		err = c.Thread.Statement(c.Args[0], j.code, j.interactive)
	}
	r.in.run(false)
	c.Thread.ForgetInterrupt()
	var exit *script.Exit
	switch {
	case c.Context().Err() != nil:
		return completed{}, context.Cause(c.Context())
	case errors.As(err, &exit):
		return completed{exit: true}, nil
	}
	return completed{text: withoutBootstrap(script.Traceback(err)), names: strings.Fields(r.told)}, nil
}

// lives notes the interpreter that waits for code, or was given it.
func (m *Module) lives(in *script.Interp) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.interp = in
}

// Interp returns the interpreter of the prompt that was given code last, or that began behind that; nil before there is
// one.
func (m *Module) Interp() *script.Interp {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.interp
}

func receive(ctx context.Context, jobs <-chan job) (job, error) {
	select {
	case j := <-jobs:
		return j, nil
	case <-ctx.Done():
		return job{}, context.Cause(ctx)
	}
}

func report(ctx context.Context, ends chan<- completed, end completed) error {
	select {
	case ends <- end:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// withoutBootstrap takes the bootstrap's frames out of a traceback.
func withoutBootstrap(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if !strings.Contains(line, `File "`+promptFile+`"`) {
			out.WriteString(line)
		}
	}
	return out.String()
}

// execute runs code and waits for its end.
func (r *prompter) execute(j job) (completed, error) {
	select {
	case r.jobs <- j:
	case <-r.in.ended:
		return completed{}, errHungUp
	case <-r.m.ctx.Done():
		return completed{}, errHungUp
	}
	select {
	case end := <-r.ends:
		return end, nil
	case <-r.in.ended:
		return completed{}, errHungUp
	case <-r.m.ctx.Done():
		return completed{}, errHungUp
	}
}

// rawMode is the raw mode: code up to Ctrl-D, its output, the text of its exception.
func (r *prompter) rawMode() error {
	var code []byte
	for {
		b, err := r.in.next()
		if err != nil {
			return err
		}
		switch {
		case b == ctrlA:
			code = nil
			r.say("\r\n" + rawBanner)
		case b == ctrlB:
			r.raw = false
			r.say(r.banner())
			return nil
		case b == ctrlC:
			code = nil
		case b == ctrlE && len(code) == 0:
			return r.askedToPaste()
		case b == ctrlD && len(code) == 0:
			r.say("OK\r\n")
			return errSoftReset
		case b == ctrlD:
			r.say("OK")
			return r.runRaw(string(code))
		default:
			code = append(code, b)
		}
	}
}

// runRaw runs code in raw mode.
func (r *prompter) runRaw(code string) error {
	end, err := r.execute(job{code: code})
	if err != nil {
		return err
	}
	r.say("\x04" + crlf(end.text) + "\x04")
	if end.exit {
		return errSoftReset
	}
	r.say(">")
	return nil
}

// askedToPaste is Ctrl-E in raw mode: "A" and Ctrl-A behind it ask for raw paste.
func (r *prompter) askedToPaste() error {
	p := r.m.opts.Behaviour.Prompt
	var ask [2]byte
	for i := range ask {
		b, err := r.in.next()
		if err != nil {
			return err
		}
		ask[i] = b
	}
	switch {
	case ask != [2]byte{'A', ctrlA}:
		return nil
	case p.NoPaste: // firmware that does not know it sees a Ctrl-A
		r.say("\r\n" + rawBanner)
		return nil
	case p.PasteOff:
		r.say("R\x00")
		return nil
	}
	r.say("R\x01\x80\x00\x01")
	return r.paste()
}

// paste takes code in windows: each is granted anew.
func (r *prompter) paste() error {
	var code []byte
	for left := window; ; {
		b, err := r.in.next()
		if err != nil {
			return err
		}
		switch b {
		case ctrlD:
			r.say("\x04")
			return r.runRaw(string(code))
		case ctrlC:
			r.say("\x04\x04>")
			return nil
		}
		code = append(code, b)
		if left--; left == 0 {
			left = window
			r.say("\x01")
		}
	}
}

// cooked writes text as a prompt does: line feeds with a carriage return before them.
type cooked struct{ out *outbox }

// Write writes all of p.
func (c cooked) Write(p []byte) (int, error) {
	c.out.put([]byte(crlf(string(p))))
	return len(p), nil
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
