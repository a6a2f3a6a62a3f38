package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"quecstar/harness/results"
	"quecstar/harness/suite"
)

func testJSON(t *suite.Test) string {
	text, _ := json.Marshal(t) // of strings and numbers
	return string(text)
}

func newReport(p *process) *cobra.Command {
	o := &outputs{}
	c := &cobra.Command{
		Use:   "report FILE",
		Short: "show recorded results, or write them in another form",
		Long: `Show the results that quecstar test --output wrote: FILE is results.jsonl or its folder. Other forms
are written as by quecstar test.

Exit status: 0 all passed; 1 a test failed, or the results end before the run did.`,
		Example: `  quecstar report results
  quecstar report results --html report.html
  quecstar report results --junit-strict junit.xml --slowest 10
  quecstar report merge shard-1 shard-2 shard-3 -o results`,
		Args: exactly(1, "results"),
		RunE: func(_ *cobra.Command, args []string) error { return showResults(p, o, args[0]) },
	}
	o.add(c.Flags())
	c.AddCommand(newMerge(p))
	return c
}

func newMerge(p *process) *cobra.Command {
	o := &outputs{}
	partial := false
	c := &cobra.Command{
		Use:   "merge FOLDER...",
		Short: "make one of the results of a plan's shards",
		Long: `Make one of the results of the shards that quecstar test --shard N/OF ran. Shards of different plans, the
same twice, a missing one and one that was cut off are refused; --partial takes what is there of the latter two, and
the results say so.`,
		Example: `  quecstar report merge shard-1 shard-2 shard-3 -o results --junit junit.xml`,
		Args:    exactly(1, "the results of shards"),
		RunE:    func(_ *cobra.Command, args []string) error { return mergeResults(p, o, args, partial) },
	}
	f := c.Flags()
	f.StringVarP(&o.folder, "output", "o", "", "write results.jsonl, report.html and junit.xml to this `folder`")
	f.BoolVar(&partial, "partial", false, "merge although a shard is missing or was cut off")
	o.add(f)
	return c
}

// showResults has views show a stream.
func showResults(p *process, o *outputs, name string) error {
	o.read = filepath.Dir(results.Path(name))
	s, err := o.open(p)
	if err != nil {
		return err
	}
	tally := &tally{}
	s.Views = append(s.Views, tally)
	began := false
	cut, err := results.ReadFile(name, func(l *results.Line) error {
		if !began && l.Kind != results.RunStart {
			return errors.New("it does not begin with a run")
		}
		began = true
		s.Write(*l)
		return nil
	})
	if err == nil && !began {
		err = fmt.Errorf("%s: there are no results in it", results.Path(name))
	}
	if err != nil {
		return errors.Join(usageError{err}, o.close())
	}
	if cut {
		say(p, "%s: its last line was cut off and is left out", results.Path(name))
	}
	if err := o.finish(s); err != nil {
		return err
	}
	return tally.verdict()
}

func mergeResults(p *process, o *outputs, names []string, partial bool) error {
	tally := &tally{}
	var s *results.Stream
	open := func() (_ *results.Stream, err error) {
		if s, err = o.open(p); err == nil {
			s.Views = append(s.Views, tally)
		}
		return s, err
	}
	if err := results.Merge(names, partial, o.folder, open, func(gap string) { say(p, "%s", gap) }); err != nil {
		return errors.Join(usageError{err}, o.close())
	}
	if err := o.finish(s); err != nil {
		return err
	}
	return tally.verdict()
}

// tally is a view that knows whether all passed.
type tally struct{ bad bool }

// Begin implements results.View.
func (t *tally) Begin(*results.Line) {}

// Done implements results.View.
func (t *tally) Done(c *results.Case) { t.bad = t.bad || c.Verdict.Bad() }

// End implements results.View.
func (t *tally) End(l *results.Line) error {
	t.bad = t.bad || l == nil || l.End.NotRun > 0
	return nil
}

func (t *tally) verdict() error {
	if t.bad {
		return errNotPassed{statusFailed}
	}
	return nil
}
