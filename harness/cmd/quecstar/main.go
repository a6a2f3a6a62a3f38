// Command quecstar runs scripts written for Quectel's QuecPython modules, with this host as the
// device, and tests them.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/debug"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"quecstar/harness/report"
)

// process is everything that the program has of its operating system.
type process struct {
	args    []string
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
	env     func(name string) string
	signals <-chan os.Signal // SIGINT, SIGTERM and SIGHUP
	exit    func(status int) // ends the process at once
	// limitMemory has garbage collected so that the process stays below so many bytes, where it can.
	limitMemory func(bytes uint64)
	// terminal reports the width of standard error's terminal; 0 when it is none.
	terminal func() int
	// page reports the width of standard output's terminal; 0 when it is none.
	page func() int
	// teletype is that a terminal understands no control sequences.
	teletype bool
	// program is the file of this program, for processes of its own kind.
	program func() (string, error)
	// lines take, with --json, all that would be text on standard error; nil without.
	lines *report.Lines
	// shown is the timeline, if there is one, which may have lines to write yet.
	shown *report.Timeline

	*ending // made by run
}

// garbagePercent is how much garbage there may be to what is held before it is collected. Scripts make
// much garbage and hold little, so that Go's 100 has them collect all the time.
const garbagePercent = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	p := &process{args: os.Args[1:], stdin: os.Stdin, env: os.Getenv, signals: notify(), exit: os.Exit,
		terminal: widthOf(os.Stderr), page: widthOf(os.Stdout), program: os.Executable,
		limitMemory: func(bytes uint64) { debug.SetMemoryLimit(int64(bytes)) }}
	p.teletype = p.env("TERM") == "dumb" || p.terminal() > 0 && !understandsControls(os.Stderr) ||
		p.page() > 0 && !understandsControls(os.Stdout)
	p.stdout, p.stderr = &unread{os.Stdout, p.endNow}, &unread{os.Stderr, p.endNow}
	os.Exit(run(p))
}

// widthOf tells how wide a file is that is a terminal.
func widthOf(f *os.File) func() int {
	return func() int {
		width, _, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return 0
		}
		return width
	}
}

// run runs the command line and returns the exit status.
func run(p *process) int {
	p.ending = &ending{}
	defer p.listen()()
	defer p.disarm()
	root := newRoot(p)
	root.SetArgs(p.args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	if asksForJSON(root, p.args) {
		p.lines = &report.Lines{W: p.stderr}
	}
	err := root.ExecuteContext(context.Background())
	if p.shown != nil {
		_ = p.shown.Err() // who cares has asked
	}
	tell(p, err)
	p.sayExit(err)
	return statusOf(err)
}

func newRoot(p *process) *cobra.Command {
	root := &cobra.Command{
		Use:   "quecstar",
		Short: "run and test QuecPython scripts, with or without a module",
		Long: `quecstar runs scripts written for Quectel's QuecPython modules: .py files as they
are, and .star files in Starlark. This host is the device; the cloud that the script names
is answered on this machine by an embedded Huawei IoTDA, unless --live.

Exit status: 0 passed; 1 the script raised; 2 the command line or a file is wrong;
3 a deadline passed; 4 the device or the cloud could not be reached; 130 interrupted.
A script that ends itself with sys.exit(n) gives n.`,
		// A mistyped command gets a suggestion.
		SuggestionsMinimumDistance: 2,

		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noSuchCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		text := goNumber.ReplaceAllString(err.Error(), "want a number")
		text = goRange.ReplaceAllString(text, "the number is too large, or too small")
		return usageError{fmt.Errorf("%s; see '%s --help'", text, c.CommandPath())}
	})
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { p.help(c) })
	root.AddCommand(newRun(p), newTest(p), newReport(p), newInit(p), newCheck(p), newPort(p), newDoc(p), newStubs(),
		newPorts(p), newAT(p), newFS(p), newREPL(p), newSim(p), newCloud(p), newSchema(p), newVersion(p))
	return root
}

// What Go's own library says of a flag's value that is no number, and of one that is beyond its type.
var (
	goNumber = regexp.MustCompile(`strconv\.\w+: parsing ".*": invalid syntax`)
	goRange  = regexp.MustCompile(`strconv\.\w+: parsing ".*": value out of range`)
)

func noSuchCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "see 'quecstar --help'"
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("did you mean 'quecstar %s'?", near[0])
	}
	return usageError{fmt.Errorf("unknown command %q; %s", args[0], hint)}
}

// usageError is an error of the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exactly wants n arguments and says which.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < n {
			return usageError{fmt.Errorf("%s wants %s; see '%s --help'", c.CommandPath(), what, c.CommandPath())}
		}
		return nil
	}
}

// none wants no arguments.
func none(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s takes no argument, but was given %q", c.CommandPath(), args[0])}
	}
	return nil
}
