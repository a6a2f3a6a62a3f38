package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/spf13/cobra"

	"quecstar/harness/script"
	"quecstar/harness/session"
)

func newRun(p *process) *cobra.Command {
	o := session.Options{}
	var view viewFlags
	var compare string
	c := &cobra.Command{
		Use:   "run [flags] FILE [ARG...]",
		Short: "run one script",
		Long: `Run one script, a .py file of QuecPython as it is or a .star file, with this host as the
device. What the script prints goes to standard output, untouched; what happens on the way
goes to standard error as a timeline. ARGs are the script's sys.argv[1:].

A host name of Huawei IoTDA is answered on this machine by an embedded IoTDA, every other
MQTT host by a plain embedded broker; --live lets the script reach the hosts that it names.`,
		Example: `  quecstar run scripts/samples/huawei_iotda.py
  quecstar run --command 'switch={"on": true}' my_device.py
  quecstar run --timeout 60s --json suite_step.star 2>events.jsonl
  quecstar run --live --bench lab/bench.toml my_device.py
  quecstar run --device at:sim my_device.py
  quecstar run --device repl:auto --remote my_device.py
  quecstar run --record lab.tape --device at:/dev/ttyUSB2 --live my_device.py
  quecstar run --compare direct repl:auto my_device.py`,
		Args: exactly(1, "a script"),
		RunE: func(c *cobra.Command, args []string) error {
			if compare != "" {
				return runCompare(p, c.Context(), o, compare, args, view)
			}
			o.Script, o.Args = args[0], args[1:]
			return runScript(p, c.Context(), o, view)
		},
	}
	f := c.Flags()
	f.SetInterspersed(false) // what follows FILE is the script's
	f.StringVar(&o.Bench, "bench", "", "the bench file; without it bench.toml is looked for beside the script and upwards")
	f.StringVar(&o.Device, "device", "", "what answers for the module: direct (this host), at:PORT, repl:PORT or tape:FILE; PORT is a path, auto, sim (a virtual module), tcp://host:port or rfc2217://host:port")
	f.BoolVar(&o.Remote, "remote", false, "with --device repl:PORT, run the script on the module itself")
	f.BoolVar(&o.RemoveUploads, "remove-uploads", false, "with --remote, remove the files that were uploaded when the script has ended")
	f.StringVar(&o.Record, "record", "", "write a tape of the device's dialogue to this `file`")
	f.BoolVar(&o.TapeTiming, "tape-timing", false, "play a tape with the waits of its recording")
	f.IntVar(&o.Baud, "baud", 0, "speed of the device's port; 115200, or what the module is found at")
	f.DurationVar(&o.Reconnect, "reconnect", 0, "how long the device's port may stay away, such as while a module restarts")
	f.StringVar(&o.Trace, "trace", "", "log every byte of the device's port to this `file`")
	f.StringVar(&compare, "compare", "", "run on two devices, `A B` in front of FILE, and show where output and events differ")
	f.StringArrayVar(&o.Commands, "command", nil, "a command that the cloud sends once the device is active, as `NAME=JSON` or SERVICE:NAME=JSON; may be repeated")
	f.StringArrayVar(&o.Messages, "message", nil, "a message, text or JSON, that the cloud sends on messages/down; may be repeated")
	f.StringVar(&o.API, "api", "", "serve the application API of the embedded IoTDA at this `address`, such as 127.0.0.1:8080, while the script runs")
	f.DurationVar(&o.Timeout, "timeout", 0, "end the run after this long, such as 90s, with exit status 3")
	f.BoolVar(&o.Live, "live", false, "let the script reach the hosts that it names")
	f.Uint64Var(&o.StepLimit, "steps", 0, "end the run after so many steps of the interpreter; 0 means no limit")
	f.Uint64Var(&o.Seed, "seed", 0, "make the script's random numbers repeatable")
	view.add(f)
	return c
}

// runScript runs a script until it ends, a deadline passes or the user ends it.
func runScript(p *process, ctx context.Context, o session.Options, view viewFlags) error {
	o.TraceCalls = view.calls
	o.Stdin, o.Stdout, o.Stderr, o.Env = p.stdin, p.stdout, p.stderr, p.env
	o.GiveUp = p.giveUp
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var running atomic.Pointer[session.Session]
	stop := p.onSignal(func() {
		if s := running.Load(); s != nil && !o.Remote {
			s.Interrupt()
			return
		}
		cancel(script.ErrInterrupted) // while the device is opened, or the module runs the script
	}, cancel)
	defer stop()
	s, err := session.New(ctx, o)
	if err != nil {
		return err
	}
	show := view.attach(p, s)
	running.Store(s)
	err = s.Run(ctx)
	if show != nil && show.Err() != nil {
		err = errors.Join(err, fmt.Errorf("standard error: %w", show.Err()))
	}
	return err
}

// giveUp ends the process of a run that cannot be ended, as one operation goes on and on.
func (p *process) giveUp(cause error) {
	p.exit(status(p, fmt.Errorf("%w; the operation under way could not be ended, so the process is", cause)))
}
