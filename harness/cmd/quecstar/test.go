package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"quecstar/harness/results"
	"quecstar/harness/runner"
	"quecstar/harness/script"
	"quecstar/harness/session"
	"quecstar/harness/suite"
)

// testFlags are those of quecstar test.
type testFlags struct {
	runner.Options
	outputs

	shard      string
	retryOn    []string
	repeat     int
	seeds      int
	runTimeout time.Duration
	ui         string
	list       bool
	watch      bool
	flakyFails bool
	worker     bool
}

func newTest(p *process) *cobra.Command {
	t := &testFlags{}
	c := &cobra.Command{
		Use:   "test [flags] [PATH...]",
		Short: "run suites of tests",
		Long: `Run the tests of *_test.star and *_test.py files: each function test_*, on each of its devices and
for each of its cases. A PATH is a folder, a file, FILE::TEST, FILE::TEST[CASE,DEVICE] or FILE:LINE; without
one it is this folder. The vendor's own test files, which print NAME:: INFO||result_case:: True; for each case, are
suites of these cases.

Each test runs in a worker process, one at a time: what ends or holds up the process is an error of that test
alone. Tests of a module on a port wait for each other, also for those of other runs on this machine.

-k takes words, and, or, not and parentheses: "mqtt and not (slow or sms)" looks for the words in the IDs that
--list prints, in any case. --tag takes the same of tags.

--shard 2/5 runs the second of five parts, put together so that all take as long by --durations, or else have
as many tests; --shard auto reads the variables of GitLab, CircleCI, Buildkite, Azure and Kubernetes. quecstar
report merge makes one of the parts' results.

--record FOLDER writes a tape of each module's dialogue with a test and with each script that it starts; --replay
FOLDER, with the flags of that run but --live, plays them without the module: a script that does something else
than it did fails, and the failure says where on the tape.

A test that fails and passes when it is run again is flaky, which is a pass unless --fail-on-flaky. Classes of
--retry-on are ` + classList() + `.

--ui prints a link to a page that lists the tests, shows how they are getting on and what happened in each, and runs
all, those that failed, or one again, with its seed or with others; with --watch, what a change of a file concerns,
too. Its button End ends with the status of the last round, Ctrl-C with 130. Files of results have the last round.

Exit status: 0 all passed; 1 a test failed; 2 the command line or a file is wrong; 3 the run's time was up;
4 no module could be had; 130 interrupted.`,
		Example: `  quecstar test scripts/suites
  quecstar test 'iotda_test.star::test_command_is_answered[at:sim]' --seed 7
  quecstar test -k 'mqtt and not slow' --device direct,at:sim
  quecstar test --retries 2 --retry-on link,port,timeout --output results
  quecstar test --seeds 100 --fail-fast reconnect_test.star
  quecstar test --shard auto --durations last/results.jsonl --output results
  quecstar test --watch
  quecstar test --ui scripts/suites`,
		RunE: func(c *cobra.Command, args []string) error {
			if t.worker {
				return work(p, c.Context())
			}
			t.Paths = args
			if err := t.settle(p, c.Flags()); err != nil {
				return err
			}
			return t.run(p, c.Context())
		},
	}
	t.add(c.Flags())
	return c
}

func classList() string {
	var names []string
	for _, c := range suite.Classes {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

func (t *testFlags) add(f *pflag.FlagSet) {
	s := &t.Suite
	f.StringVarP(&t.Keyword, "keyword", "k", "", "run those whose ID has these words: an `EXPR` of and, or, not, ( )")
	f.StringVar(&t.Tags, "tag", "", "run those with these tags: an `EXPR`, too")
	f.BoolVar(&t.list, "list", false, "print the IDs of what would run, and run nothing")
	f.BoolVar(&t.LastFailed, "last-failed", false, "run those that failed the last time; all where none did")
	f.BoolVar(&t.FailedFirst, "failed-first", false, "run those that failed the last time first")
	f.StringVar(&t.shard, "shard", "", "run one part of the tests: `N/OF`, auto or auto/OF")
	f.BoolVar(&t.ByTest, "shard-by-test", false, "let tests of one file go to different parts")
	f.StringVar(&t.Durations, "durations", "", "results, or a folder with them, whose times --shard goes by")
	f.IntVarP(&t.Jobs, "jobs", "j", 0, "how many tests run at once; one a processor when left out")
	f.Uint64Var(&t.Seed, "seed", 1, "what tests leave to chance; the same seed gives the same run")
	f.IntVar(&t.repeat, "repeat", 1, "run each test this often")
	f.IntVar(&t.seeds, "seeds", 0, "run each test with this many seeds, from --seed on")
	f.IntVar(&t.Retries, "retries", 0, "run a test that failed again, this often at most")
	f.StringSliceVar(&t.retryOn, "retry-on", nil, "the `CLASS`es of failure for which; all when left out")
	f.BoolVar(&t.FailFast, "fail-fast", false, "begin no further test behind the first failure")
	f.BoolVar(&t.flakyFails, "fail-on-flaky", false, "exit with status 1 for a flaky test, too")
	f.BoolVar(&t.watch, "watch", false, "run again what a change of a file concerns, until Ctrl-C")
	f.StringVar(&t.ui, "ui", "",
		"serve a page to see tests run and run them from, at `ADDR` of this machine or, with the flag alone, at a free port")
	f.Lookup("ui").NoOptDefVal = "127.0.0.1:0"
	f.StringSliceVar(&s.Devices, "device", nil, "on which `DEVICE`s those tests run that name none: "+deviceForms())
	f.StringVar(&s.Bench, "bench", "", "the bench file; without it bench.toml is looked for beside a test file and upwards")
	f.BoolVar(&s.Trust, "trust", false, trustHelp)
	f.StringVar(&s.Clock, "clock", "", "virtual or real; virtual where the device allows it when left out")
	durationFlag(f, &s.Timeout, "timeout", "how long a test may take by its clock; 2m when left out")
	durationFlag(f, &s.SetupTimeout, "setup-timeout", "how long a fixture may take; 30s when left out")
	durationFlag(f, &s.TeardownTimeout, "teardown-timeout", "how long all that tidies up may take; 30s when left out")
	durationFlag(f, &t.runTimeout, "run-timeout", "end the run after this long, with exit status 3")
	durationFlag(f, &t.Lease, "lease-timeout", "how long to wait for a module that another run has; 10m when left out")
	f.BoolVar(&s.Live, "live", false, "let scripts reach the hosts that they name")
	f.BoolVar(&s.Update, "update", false, "write golden files anew")
	f.StringVar(&s.Record, "record", "", "write tapes of what modules say, by AT and at the prompt, to this `folder`")
	f.StringVar(&s.Replay, "replay", "", "play the tapes of this `folder` in the modules' place")
	f.StringVar(&t.folder, "output", "",
		"write results.jsonl, report.html, junit.xml and what tests attach to this `folder`, as it goes")
	f.BoolVar(&t.Events, "events", false, "keep the events of tests that passed, too")
	f.BoolVar(&s.TraceCalls, "trace-calls", false, "have the events tell every call of a builtin by a started script")
	t.outputs.add(f)
	f.BoolVar(&t.worker, "worker", false, "run tests that standard input names")
	_ = f.MarkHidden("worker") // it was added a line above
}

// settle checks the flags and fills in the options.
func (t *testFlags) settle(p *process, f *pflag.FlagSet) error {
	wrong := func(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }
	var err error
	if t.Shard, err = runner.ParseShard(t.shard, p.env); err != nil {
		return err
	}
	for _, name := range t.retryOn {
		if !slices.Contains(suite.Classes, suite.Class(name)) {
			return wrong("--retry-on %s: the classes are %s", name, classList())
		}
		t.RetryOn = append(t.RetryOn, suite.Class(name))
	}
	for i, d := range t.Suite.Devices {
		if err := session.CheckKind(d); err != nil {
			return wrong("--device %w", err)
		}
		if slices.Contains(t.Suite.Devices[:i], d) {
			return wrong("--device %s: it is there twice, and each test is run once on a device; see --repeat", d)
		}
	}
	if t.Shard.Of == 0 && (t.Durations != "" || t.ByTest) {
		return wrong("--durations and --shard-by-test say how to share the tests: they are for --shard")
	}
	if c := t.Suite.Clock; c != "" && c != "virtual" && c != "real" {
		return wrong("--clock %s: there is virtual and real", c)
	}
	if t.repeat < 1 || t.seeds < 0 || t.Jobs < 0 || t.Retries < 0 || t.slowest < 0 {
		return wrong("--repeat wants at least 1, and --seeds, --jobs, --retries and --slowest no negative number")
	}
	if t.seeds > 0 && t.repeat > 1 {
		return wrong("--repeat and --seeds: one of the two, as --seeds runs each test that often")
	}
	if t.Rounds = t.repeat; t.seeds > 0 {
		t.Rounds, t.Vary = t.seeds, true
	}
	if t.Suite.Record != "" && (t.Suite.Replay != "" || t.repeat > 1 || t.seeds > 1) {
		return wrong("--record is not for --replay, --repeat and --seeds: a test has one tape")
	}
	if t.Suite.Record != "" && t.ui != "" {
		return wrong("--record is not for --ui, which runs a test again and again: a test has one tape")
	}
	if err := t.tapeFolders(); err != nil {
		return usageError{err}
	}
	if t.Suite.Live && t.Suite.Replay != "" {
		return wrong("--live is not for --replay: a tape reaches no host")
	}
	if (t.watch || t.ui != "") && (t.list || t.shard != "" || t.printsOn()) {
		return wrong("--watch and --ui go on until they are ended: " +
			"they are not for --list, --shard and forms on standard output")
	}
	if t.Suite.Root, err = os.Getwd(); err != nil {
		return err
	}
	program, err := p.program()
	if err != nil {
		return err
	}
	t.Worker, t.Env = []string{program, "test", "--worker"}, p.env
	t.Note = func(text string) { say(p, "%s", text) }
	t.Version, t.Flags = versionText(), againFlags(f)
	t.Live = p.page() > 0 && !p.teletype && !t.printsOn() && !t.quiet || t.ui != ""
	t.Events = t.Events || t.ui != ""
	return nil
}

// tapeFolders makes the folder of --record, and looks for that of --replay.
func (t *testFlags) tapeFolders() error {
	if folder := t.Suite.Record; folder != "" && !t.list {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("--record: %w", err)
		}
	}
	if folder := t.Suite.Replay; folder != "" {
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			return fmt.Errorf("--replay %s: there is no such folder of tapes", folder)
		}
	}
	return nil
}

// againFlags are the flags that a run of one of the tests needs, too.
func againFlags(f *pflag.FlagSet) string {
	var out []string
	for _, name := range []string{"device", "bench", "trust", "clock", "timeout", "setup-timeout", "teardown-timeout",
		"live", "replay"} {
		flag := f.Lookup(name)
		if flag == nil || !flag.Changed {
			continue
		}
		switch v := flag.Value.(type) {
		case pflag.SliceValue:
			out = append(out, "--"+name+" "+results.Quote(strings.Join(v.GetSlice(), ",")))
		default:
			if v.String() == flag.DefValue {
				continue
			}
			if on, err := strconv.ParseBool(v.String()); err == nil && v.Type() == "bool" {
				if on {
					out = append(out, "--"+name)
				}
				continue
			}
			out = append(out, "--"+name+" "+results.Quote(v.String()))
		}
	}
	return strings.Join(out, " ")
}

// errNotPassed is that tests did not pass, which was told.
type errNotPassed struct{ status int }

func (e errNotPassed) Error() string { return "tests did not pass" }

func (t *testFlags) run(p *process, ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer p.onSignal(func() { cancel(script.ErrInterrupted) }, cancel)()
	if t.runTimeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, t.runTimeout, fmt.Errorf("%w: %v", script.ErrDeadline, t.runTimeout))
		defer stop()
		p.endAfter(t.runTimeout)
	}
	if t.watch || t.ui != "" {
		return t.rounds(p, ctx)
	}
	progress := p.newProgress(func(n int64) string { return fmt.Sprint(n) })
	t.Collecting = func(files, of int) { progress.at(int64(files), int64(of), "test files read") }
	plan, err := runner.NewPlan(ctx, &t.Options)
	progress.end()
	if err != nil {
		return err
	}
	defer plan.Close()
	if t.list {
		return t.show(p, plan)
	}
	return t.once(p, ctx, plan)
}

// once runs a plan.
func (t *testFlags) once(p *process, ctx context.Context, plan *runner.Plan) error {
	out, err := t.perform(p, ctx, plan, true)
	if out == nil {
		return err
	}
	if ctx.Err() != nil {
		tell(p, err)
		return context.Cause(ctx)
	}
	if err != nil {
		return err
	}
	return t.status(out)
}

// expect finds out how long the tests of a plan may take, where that is shown.
func (t *testFlags) expect(plan *runner.Plan) {
	if !t.Live {
		return
	}
	var err error
	if t.expected, t.total, err = plan.Expected(t.Suite.Root); err != nil {
		t.Note(fmt.Sprintf("%v: the time that is left is not told by the last run", err))
	}
}

// perform runs a plan and writes its results, to GitHub where that is all that is run; views show it, too.
func (t *testFlags) perform(p *process, ctx context.Context, plan *runner.Plan, github bool, views ...results.View) (
	*runner.Outcome, error) {
	t.expect(plan)
	stream, err := t.open(p)
	if err != nil {
		return nil, err
	}
	if github {
		if err := t.github(p, stream); err != nil {
			return nil, errors.Join(err, t.outputs.close())
		}
	}
	stream.Views = append(stream.Views, views...)
	t.Stream, t.Store = stream, t.store
	finish := sync.OnceValue(func() error { return t.finish(stream) })
	defer p.atEnd(func(error) { _ = finish() })()
	out, err := runner.Run(ctx, plan, &t.Options)
	return out, errors.Join(err, finish())
}

// status is an error for what did not pass.
func (t *testFlags) status(out *runner.Outcome) error {
	bad := out.Bad()
	switch {
	case out.Broken > 0:
		return errNotPassed{statusUsage}
	case bad > out.NoDevice, out.NotRun > 0, t.flakyFails && out.Verdicts[suite.Flaky] > 0:
		return errNotPassed{statusFailed}
	case out.NoDevice > 0:
		return errNotPassed{statusUnreachable}
	}
	return nil
}

// show lists the tests of a plan.
func (t *testFlags) show(p *process, plan *runner.Plan) error {
	for _, test := range plan.Tests() {
		line := test.ID
		if t.json != "" {
			line = testJSON(&test)
		}
		if _, err := fmt.Fprintln(p.stdout, line); err != nil {
			return err
		}
	}
	broken := plan.Broken()
	for _, b := range broken {
		say(p, "%s", strings.TrimSpace(b.Text))
	}
	if len(broken) > 0 {
		return errNotPassed{statusUsage}
	}
	return nil
}

// work is a worker process. What a library prints must not come between its lines, and Ctrl-C is its parent's.
func work(p *process, ctx context.Context) error {
	out := p.stdout
	os.Stdout = os.Stderr
	signal.Ignore(os.Interrupt)
	return runner.Work(ctx, p.stdin, out, engine, p.env, p.endNow)
}
