package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"quecstar/builtins"
	"quecstar/harness/check"
	"quecstar/harness/columns"
	"quecstar/harness/runner"
	"quecstar/harness/suite"
)

type checkFlags struct {
	json, api, names, verbose, quiet bool
}

func newCheck(p *process) *cobra.Command {
	var o checkFlags
	c := &cobra.Command{
		Use:   "check [flags] PATH...",
		Short: "list what of Python files would not run",
		Long: `List, without running them, what of Python files would not run on this host, or what a module's
MicroPython would refuse: file:line:col: severity: what, and what to use in its place. A PATH
is a file or a tree of .py files; the files that they import are looked at, too, and of a .star
file the syntax. What a script is prepared for, by try and except ImportError or by hasattr, is a
note. The same finding at several places is printed once, with the places below it.

With --api the PATH is a list of the vendor's names, one a line: module, kind, name and
parameters with tabs between. It is compared with what quecstar has: implemented, simulated,
refused (returns the vendor's failure code) or absent.

Exit status: 0 no errors, whatever the warnings; 1 errors; 2 a path is not there.`,
		Example: `  quecstar check my_device.py
  quecstar check --json src/ >findings.jsonl
  quecstar check --api --names vendor_names.tsv`,
		Args: exactly(1, "a path"),
		RunE: func(_ *cobra.Command, args []string) error { return runCheck(p, args, o) },
	}
	c.Flags().BoolVar(&o.json, "json", false,
		"one finding a line, as JSON; with --api, one module; on standard error events (see quecstar schema)")
	c.Flags().BoolVar(&o.api, "api", false, "compare a list of the vendor's names with quecstar's")
	c.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "all places of a finding, however many")
	c.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "errors alone, without warnings, notes and what they come to")
	c.Flags().BoolVar(&o.names, "names", false, "with --api, list the names that are refused or absent")
	return c
}

// errFindings gives the exit status; the findings have been printed.
var errFindings = errors.New("there are errors")

func runCheck(p *process, args []string, o checkFlags) error {
	c := check.New(builtins.All(), builtins.Later())
	c.Given = given()
	if o.api {
		return checkAPI(p, c, args, o)
	}
	progress := p.newProgress(func(n int64) string { return fmt.Sprint(n) })
	c.Looked = func(files, known int) { progress.at(int64(files), int64(known), "files looked at") }
	all, files, unread := c.Paths(args)
	progress.end()
	failed := slices.ContainsFunc(all, isError)
	shown := all
	if o.quiet {
		shown = slices.DeleteFunc(slices.Clone(all), func(f check.Finding) bool { return !isError(f) })
	}
	if err := showFindings(p, shown, o); err != nil {
		return err
	}
	if !o.quiet {
		p.sum(check.Summary(all, files))
	}
	if unread != nil {
		return usageError{unread}
	}
	if failed {
		return errFindings
	}
	return nil
}

// given tells what files have without an import: what any script has, such as help, and test files what tests have.
func given() func(file, name string) bool {
	names := map[string]bool{}
	for _, m := range builtins.All() {
		for _, name := range m.Builtins {
			names[name] = true
		}
	}
	return func(file, name string) bool {
		return names[name] || runner.IsTestFile(file) && slices.Contains(suite.Module().Builtins, name)
	}
}

func isError(f check.Finding) bool { return f.Severity == check.Error }

// showFindings prints findings for people, or one a line for programs.
func showFindings(p *process, all []check.Finding, o checkFlags) error {
	if !o.json {
		return printFindings(p.stdout, all, o.verbose, p.colours(p.page()))
	}
	for _, f := range all {
		line, err := json.Marshal(f)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(p.stdout, "%s\n", line); err != nil {
			return err
		}
	}
	return nil
}

// sum writes what the findings come to.
func (p *process) sum(text string) {
	if p.lines != nil {
		say(p, "%s", text)
		return
	}
	if width := p.terminal(); width > 0 {
		text = strings.Join(columns.Fold(text, width-1), "\n")
	}
	_, _ = fmt.Fprintln(p.stderr, text)
}

func checkAPI(p *process, c *check.Checker, args []string, o checkFlags) error {
	for _, path := range args {
		f, err := os.Open(path)
		if err != nil {
			return usageError{err}
		}
		all, err := c.API(f)
		_ = f.Close() // only read
		if err != nil {
			return usageError{fmt.Errorf("%s: %w", path, err)}
		}
		if o.json {
			for _, module := range all {
				if err := json.NewEncoder(p.stdout).Encode(module); err != nil {
					return err
				}
			}
			continue
		}
		if err := check.PrintAPI(p.stdout, all, o.names); err != nil {
			return err
		}
	}
	return nil
}
