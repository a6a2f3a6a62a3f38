package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"quecstar/builtins"
	"quecstar/harness/check"
)

type checkFlags struct {
	json, api, names bool
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
note.

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
	c.Flags().BoolVar(&o.names, "names", false, "with --api, list the names that are refused or absent")
	return c
}

// errFindings gives the exit status; the findings have been printed.
var errFindings = errors.New("there are errors")

func runCheck(p *process, args []string, o checkFlags) error {
	c := check.New(builtins.All(), builtins.Later())
	if o.api {
		return checkAPI(p, c, args, o)
	}
	all, files, unread := c.Paths(args)
	failed := false
	for _, f := range all {
		failed = failed || f.Severity == check.Error
		line := []byte(f.String())
		if o.json {
			var err error
			if line, err = json.Marshal(f); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(p.stdout, "%s\n", line); err != nil {
			return err
		}
	}
	p.sum(check.Summary(all, files))
	if unread != nil {
		return usageError{unread}
	}
	if failed {
		return errFindings
	}
	return nil
}

// sum writes what the findings come to.
func (p *process) sum(text string) {
	if p.lines != nil {
		say(p, "%s", text)
		return
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
