package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"quecstar/harness/report"
	"quecstar/harness/results"
)

func newSchema(p *process) *cobra.Command {
	return &cobra.Command{
		Use:   "schema [results]",
		Short: "print the JSON Schema of the lines that --json writes",
		Long: `Print the JSON Schema of an event, as every line is that a command with --json writes to
standard error; with "results" that of a line of results, which quecstar test --json writes to standard output.`,
		ValidArgs: []string{"results"},
		RunE: func(_ *cobra.Command, args []string) error {
			text := report.Schema
			switch {
			case len(args) == 1 && args[0] == "results":
				text = results.Schema
			case len(args) > 0:
				return usageError{fmt.Errorf("quecstar schema %s: there are schemas of events, without a name, and of results", args[0])}
			}
			_, err := fmt.Fprint(p.stdout, text)
			return err
		},
	}
}

// argumentsAreOwn annotates a command whose flags end at its first argument.
const argumentsAreOwn = "arguments are the script's"

// asksForJSON reports whether a command line has --json, also one that is wrong: what is wrong with it is
// an event, too.
func asksForJSON(root *cobra.Command, args []string) bool {
	c, rest, err := root.Find(args)
	if err != nil || c.Flags().Lookup("json") == nil || c.Flags().Lookup("json").Value.Type() != "bool" {
		return false // or what --json writes is no stream of events
	}
	var asked anything
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	c.Flags().VisitAll(func(flag *pflag.Flag) {
		var v pflag.Value = new(anything)
		if flag.Name == "json" {
			v = &asked
		}
		f.VarPF(v, flag.Name, flag.Shorthand, "").NoOptDefVal = flag.NoOptDefVal
	})
	_, own := c.Annotations[argumentsAreOwn]
	f.SetInterspersed(!own)
	f.ParseErrorsAllowlist.UnknownFlags = true
	f.SetOutput(io.Discard)
	err = f.Parse(rest)
	if f.Changed("compare") && f.NArg() > 0 {
		err = errors.Join(err, f.Parse(f.Args()[1:]))
	}
	return asked == "true" || err != nil && slices.Contains(rest, "--json")
}

// anything is a flag that takes every value.
type anything string

func (a *anything) Set(text string) error { *a = anything(text); return nil }
func (a *anything) String() string        { return string(*a) }
func (a *anything) Type() string          { return "string" }
