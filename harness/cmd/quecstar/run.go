package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"quecstar/harness/cloud"
	"quecstar/harness/livepage/runpage"
	"quecstar/harness/results"
	"quecstar/harness/script"
	"quecstar/harness/session"
)

// trustHelp is what --trust says of itself.
const trustHelp = "let a bench file that was found, not named by --bench, reach ports, files, hosts and the " +
	"environment, and raise limits"

func newRun(p *process) *cobra.Command {
	o := session.Options{}
	var view viewFlags
	var compare string
	c := &cobra.Command{
		Use:   "run [flags] FILE [ARG...]",
		Short: "run one script",
		Long: `Run one script, a .py file of QuecPython as it is or a .star file, with this host as the
device. What the script prints goes to standard output, untouched; what happens on the way
goes to standard error as a timeline. What stands behind FILE is the script's, its sys.argv[1:],
whatever it looks like; "--" in front of FILE says that this is meant where one looks like a flag
of quecstar's.

A host name of Huawei IoTDA is answered on this machine by an embedded IoTDA, every other
MQTT host by a plain embedded broker; --live lets the script reach the hosts that it names.
localhost and the addresses of loopback are this machine itself.

With --upgrade the embedded IoTDA offers the device new software, as its batch task of an upgrade
does: it asks for the version, names a package and its digest, and waits until the device reports
the new version. A script that restarts the module begins again, behind the files that it left: what
it wrote over its own file, /usr/NAME.py, runs then in its place.

Commands that got no answer are listed at the end. With --strict they, and every other warning,
fail the run with exit status 1 and a list of them.

A tape of --record is text. It has the times that the script was told and the seed of its random
numbers, and gives both to the script again with --device tape:FILE. Edited by hand, "*" in a call
or in a payload that is JSON stands for any value, and a line "ignore NAME, NAME" has the fields
of these names not compared. A tape of a script with threads is played best with --tape-timing.

With --json every line of standard error is an event as JSON: also what the script prints, which
goes to standard output nevertheless, errors and tracebacks. The last line is the exit event, with
the exit status. "quecstar schema" prints the JSON Schema of a line.

The kinds of device, with the flags that are for them alone:
` + deviceTable(),
		Example: `  quecstar run scripts/samples/huawei_iotda.py
  quecstar run --command 'switch={"on": true}' my_device.py
  quecstar run --upgrade 1.1=scripts/samples/updates/ota_meter.py scripts/samples/ota_meter.py
  quecstar run --ui my_device.py
  quecstar run --timeout 60s --json suite_step.star 2>events.jsonl
  quecstar run --live --bench lab/bench.toml my_device.py
  quecstar run --device at:sim my_device.py
  quecstar run --device repl:auto --remote my_device.py
  quecstar run --record lab.tape --device at:/dev/ttyUSB2 --live my_device.py
  quecstar run --compare direct repl:auto --live my_device.py`,
		Args:        exactly(1, "a script"),
		Annotations: map[string]string{argumentsAreOwn: ""},
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("timeout") && o.Timeout == 0 {
				o.Timeout = -1 // also where the bench has one
			}
			if compare != "" && (view.html != "" || view.ui != "") {
				return usageError{errors.New("--html and --ui are for one run, and --compare makes two")}
			}
			if compare != "" {
				pair, err := parseComparison(c, compare, args, &o)
				if err != nil {
					return err
				}
				sayArguments(p, c.Flags(), pair.args)
				return pair.run(p, c.Context(), o, view)
			}
			o.Script, o.Args = args[0], args[1:]
			sayArguments(p, c.Flags(), args)
			return runShown(p, c.Context(), o, view)
		},
	}
	f := c.Flags()
	f.SetInterspersed(false) // what follows FILE is the script's
	f.StringVar(&o.Bench, "bench", "", "the bench file; without it bench.toml is looked for beside the script and upwards")
	f.BoolVar(&o.Trust, "trust", false, trustHelp)
	f.StringVar(&o.Device, "device", "",
		"what answers for the module: "+deviceForms()+"; PORT is a path, auto, sim (a virtual module), tcp://host:port or "+
			"rfc2217://host:port")
	f.BoolVar(&o.Remote, "remote", false, "with --device repl:PORT, run the script on the module itself")
	f.BoolVar(&o.RemoveUploads, "remove-uploads", false,
		"with --remote, remove the files that were uploaded when the script has ended")
	f.StringVar(&o.Record, "record", "", "write a tape of the device's dialogue to this `file`")
	f.BoolVar(&o.TapeTiming, "tape-timing", false, "play a tape with the waits of its recording")
	f.IntVar(&o.Baud, "baud", 0, "speed of the device's port; 115200, or what the module is found at")
	durationFlag(f, &o.Reconnect, "reconnect", "how long the device's port may stay away, such as while a module restarts")
	f.StringVar(&o.Trace, "trace", "", "log every byte of the device's port to this `file` (mode 0600, secrets masked)")
	f.StringVar(&compare, "compare", "",
		"run on two devices, `A B`, and show where output, events and end differ; no difference is a pass where both runs "+
			"passed and there was something to compare")
	f.StringArrayVar(&o.Commands, "command", nil,
		"a command that the cloud sends once the device is active, as `NAME=JSON` or SERVICE:NAME=JSON; may be repeated")
	f.StringArrayVar(&o.Messages, "message", nil,
		"a message, text or JSON, that the cloud sends on messages/down; may be repeated")
	f.StringArrayVar(&o.Upgrades, "upgrade", nil,
		"what the cloud upgrades the device to, over the air, as `VERSION=FILE` or firmware:VERSION=FILE; the run ends when "+
			"the device reports the version, and fails where it does not; may be repeated")
	f.StringVar(&o.API, "api", "", "serve the application API of the embedded IoTDA at this `address`, such as "+
		"127.0.0.1:8080, while the script runs")
	durationFlag(f, &o.Timeout, "timeout",
		"end the run after this long, such as 90s or 90, with exit status 3; the bench's, or none, when left out")
	f.BoolVar(&o.Live, "live", false, "let the script reach the hosts that it names")
	f.Uint64Var(&o.StepLimit, "steps", 0, "end the run after so many steps of the interpreter; 0 means no limit")
	f.Uint64Var(&o.Seed, "seed", 0, "make the script's random numbers repeatable")
	f.BoolVar(&o.Strict, "strict", false,
		"fail the run for a warning: a command without an answer, a publish that the cloud dropped, a payload outside of "+
			"the product model, what could not be checked")
	f.StringVar(&view.html, "html", "", "write a page of the run for a browser to this `file`: what travelled, with the "+
		"script's lines that sent it")
	f.StringVar(&view.ui, "ui", "", "serve a page on which to watch the run, and the cloud behind it, at `ADDR` of this "+
		"machine or, with the flag alone, at a free port; it stays until Ctrl-C, and can run the script again")
	f.Lookup("ui").NoOptDefVal = "127.0.0.1:0"
	view.add(f)
	return c
}

// deviceForms lists how the kinds of device are written, the default with what it is.
func deviceForms() string {
	kinds := session.Kinds()
	text := fmt.Sprintf("%s (%s)", kinds[0].Form(), kinds[0].Help)
	for i, k := range kinds[1:] {
		sep := ", "
		if i == len(kinds)-2 {
			sep = " or "
		}
		text += sep + k.Form()
	}
	return text
}

// deviceTable is the kinds of device, one a line, for people.
func deviceTable() string {
	var lines []string
	for _, k := range session.Kinds() {
		text := fmt.Sprintf("  %-10s %s", k.Form(), k.Help)
		if len(k.Flags) > 0 {
			text += "\n             --" + strings.Join(k.Flags, " --")
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n")
}

// sayArguments says which arguments of the script look like flags of ours: a script that takes no notice
// of --timeout runs for ever. A "--" in front of the script says that they are meant.
func sayArguments(p *process, f *pflag.FlagSet, args []string) {
	if f.ArgsLenAtDash() == 0 {
		return
	}
	for i, arg := range args[1:] {
		name, _, valued := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		var flag *pflag.Flag
		switch {
		case strings.HasPrefix(arg, "--"):
			flag = f.Lookup(name)
		case len(arg) == 2 && arg[0] == '-':
			flag = f.ShorthandLookup(name)
		}
		if flag == nil {
			continue
		}
		meant := arg
		if flag.NoOptDefVal == "" && !valued && i+2 < len(args) {
			meant += " " + args[i+2]
		}
		say(p, "%s stands behind %s and is an argument of the script: quecstar's own flags stand in front, as in quecstar "+
			"run %s %s (write -- %s if it is meant so)",
			arg, args[0], meant, args[0], args[0])
	}
}

// runShown runs a script, and shows it on a live page where one is asked for: behind the end of the script the page
// stays, and may have it run again, until the user ends it. The error is that of the last run.
func runShown(p *process, ctx context.Context, o session.Options, view viewFlags) error {
	if view.ui == "" {
		return runKept(p, ctx, o, view)
	}
	live, err := runpage.Serve(runpage.Options{Addr: view.ui, Script: o.Script, Device: o.Device})
	if err != nil {
		return usageError{fmt.Errorf("--ui: %w", err)}
	}
	defer func() { _ = live.Close() }()
	say(p, "live page %s", live.URL())
	view.live = live
	for {
		err := runKept(p, ctx, o, view)
		p.endAfter(0) // its time is over with the run
		if p.signalCame() || ctx.Err() != nil {
			return err
		}
		if err != nil {
			tell(p, err)
		}
		say(p, "the script ended; the live page stays until Ctrl-C")
		if !wanted(p, ctx, live) {
			if err != nil {
				err = toldError{err}
			}
			return err
		}
	}
}

// wanted waits until the script is to be run again; false is that the user ends it.
func wanted(p *process, ctx context.Context, live *runpage.Page) bool {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer p.onSignal(func() { cancel(errQuit) }, cancel)()
	select {
	case <-live.Again():
		return true
	case <-ctx.Done():
		return false
	}
}

// runKept runs a script, keeps what happens for pages that show it, and writes the file of one where that is asked for.
func runKept(p *process, ctx context.Context, o session.Options, view viewFlags) error {
	if view.html == "" && view.live == nil {
		return runScript(p, ctx, o, view)
	}
	stream := &results.Stream{}
	closePage := func() error { return nil }
	if view.html != "" {
		f, err := os.Create(view.html)
		if err != nil {
			return usageError{fmt.Errorf("--html: %w", err)}
		}
		closePage = f.Close
		stream.Views = append(stream.Views, &results.HTML{W: f, Single: true})
	}
	root, _ := os.Getwd() // without it files are named from the root of all
	view.page = &results.Single{Stream: stream, Root: root, Script: o.Script, Device: o.Device, Version: versionText(),
		Seed: o.Seed}
	if view.live != nil {
		view.page.Told = view.live.Tell
	}
	view.page.Begin()
	var once sync.Once
	finish := func(cause error) (lost error) {
		once.Do(func() {
			view.page.End(cause)
			lost = errors.Join(append(stream.Close(), closePage())...)
		})
		return lost
	}
	defer p.atEnd(func(cause error) { _ = finish(cause) })()
	o.Loaded = view.page.Read
	if o.Device != "" && o.Device != "direct" {
		o.Lines = view.page.Line
	}
	err := runScript(p, ctx, o, view)
	if lost := finish(err); lost != nil {
		err = errors.Join(err, fmt.Errorf("--html %s: %w", view.html, lost))
	}
	if view.live != nil {
		view.live.End(view.page.Result(err))
	}
	return err
}

// runScript runs a script until it ends, a deadline passes or the user ends it.
func runScript(p *process, ctx context.Context, o session.Options, view viewFlags) error {
	o.TraceCalls = view.calls
	if o.Remote && !view.quiet {
		o.Uploading = p.newProgress(sized).files(0)
	}
	o.Stdin, o.Stdout, o.Stderr, o.Env = p.stdin, p.stdout, p.stderr, p.env
	if p.lines != nil {
		o.Stderr = io.Discard // what a script writes there is an event
	}
	o.Scratch, o.GiveUp = &p.scratch, p.giveUp
	p.endAfter(o.Timeout)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var running atomic.Pointer[session.Session]
	interrupt := func() {
		if s := running.Load(); s != nil && !o.Remote {
			s.Interrupt()
			return
		}
		cancel(script.ErrInterrupted) // while the device is opened, or the module runs the script
	}
	defer p.onSignal(interrupt, cancel)()
	if view.live != nil {
		view.live.Begin(runpage.Run{Texts: view.page.Texts, Stop: interrupt, Cloud: func() *cloud.Cloud {
			if s := running.Load(); s != nil {
				return s.Cloud()
			}
			return nil
		}})
	}
	s, err := session.New(ctx, o)
	if err != nil {
		return err
	}
	p.limitMemory(s.MemoryLimit())
	p.endAfter(s.Timeout())
	show := view.attach(p, s)
	running.Store(s)
	err = s.Run(ctx)
	var strict *session.StrictError
	if text := s.Unanswered(); show == nil && text != "" && !errors.As(err, &strict) {
		say(p, "%s", text) // where nobody was warned
	}
	if show != nil && show.Err() != nil {
		err = errors.Join(err, fmt.Errorf("standard error: %w", show.Err()))
	}
	return err
}
