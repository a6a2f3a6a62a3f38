package results

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"quecstar/harness/suite"
)

// part is what is known of a stream before it is merged.
type part struct {
	name string
	run  Run
	at   time.Time
	end  *End // nil where it was cut off
}

// Merge writes the streams of a plan's shards as one. It refuses streams of different plans, the same shard
// twice, one that was cut off, and a missing one: the latter two unless partial. Notes tells what is not whole.
// Attachments are copied to a folder, which is none of the shards'; "" leaves them where they are. The stream that is
// written to is opened when nothing is refused any more.
func Merge(names []string, partial bool, folder string, open func() (*Stream, error), notes func(string)) error {
	for _, name := range names {
		if folder != "" && filepath.Clean(Path(name)) == filepath.Join(folder, Name) {
			return fmt.Errorf("%s is one of the shards: results cannot be merged into it", name)
		}
	}
	parts, err := survey(names)
	if err != nil {
		return err
	}
	run, gaps, err := join(parts)
	if err != nil {
		return err
	}
	if len(gaps) > 0 && !partial {
		return fmt.Errorf("%s; --partial merges what is there", strings.Join(gaps, "; "))
	}
	for _, g := range gaps {
		notes(g)
	}
	out, err := open()
	if err != nil {
		return err
	}
	began := parts[0].at
	for _, p := range parts {
		if p.at.Before(began) {
			began = p.at
		}
	}
	out.Write(Line{At: began, Kind: RunStart, Run: &run})
	return pour(parts, run, gaps, began, folder, out, notes)
}

// survey reads how streams begin and end.
func survey(names []string) ([]part, error) {
	var parts []part
	for _, name := range names {
		p := part{name: name}
		begun := false
		cut, err := ReadFile(name, func(l *Line) error {
			switch {
			case l.Kind == RunStart && l.Run != nil && !begun:
				p.run, p.at, begun = *l.Run, l.At, true
			case !begun:
				return fmt.Errorf("it does not begin with a run")
			case l.Kind == RunEnd:
				p.end = l.End
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if !begun {
			return nil, fmt.Errorf("%s: there are no results in it", Path(name))
		}
		if cut {
			p.end = nil
		}
		parts = append(parts, p)
	}
	slices.SortStableFunc(parts, func(a, b part) int { return a.run.Shard - b.run.Shard })
	return parts, nil
}

// join is what the merged run says first, and what is missing of it.
func join(parts []part) (run Run, gaps []string, err error) {
	first := parts[0]
	run = first.run
	run.Shard, run.Tests, run.ID, run.Host = 0, 0, "", ""
	if first.run.Of == 0 {
		return run, nil, fmt.Errorf("%s is no shard: there is nothing to merge it with", first.name)
	}
	seen := map[int]string{}
	for _, p := range parts {
		switch other := seen[p.run.Shard]; {
		case p.run.Plan != first.run.Plan || p.run.Of != first.run.Of:
			return run, nil, fmt.Errorf("%s is of plan %s and %s of plan %s: "+
				"shards of different tests, seeds or recorded durations do not fit together",
				p.name, p.run.Plan, first.name, first.run.Plan)
		case other != "":
			return run, nil, fmt.Errorf("%s and %s are both shard %d of %d", other, p.name, p.run.Shard, p.run.Of)
		}
		seen[p.run.Shard] = p.name
		run.Tests += p.run.Tests
		run.Merged = append(run.Merged, p.run.ID)
		run.ID += p.run.ID[:min(len(p.run.ID), 8)]
		if p.end == nil {
			gaps = append(gaps, fmt.Sprintf("%s was cut off before its end", p.name))
		} else if p.end.NotRun > 0 {
			gaps = append(gaps, fmt.Sprintf("%s has %s that was not run", p.name, count(p.end.NotRun, "test")))
		}
	}
	for n := 1; n <= run.Of; n++ {
		if seen[n] == "" {
			run.Missing = append(run.Missing, n)
			gaps = append(gaps, fmt.Sprintf("shard %d of %d is missing", n, run.Of))
		}
	}
	return run, gaps, nil
}

// pour copies the lines of tests, and counts them.
func pour(parts []part, run Run, gaps []string, began time.Time, folder string, out *Stream, notes func(string)) error {
	end := End{Verdicts: map[suite.Verdict]int{}, Why: strings.Join(gaps, "; ")}
	at, done := began, 0
	for _, p := range parts {
		_, err := ReadFile(p.name, func(l *Line) error {
			if l.At.After(at) {
				at = l.At
			}
			if l.Kind == RunStart || l.Kind == RunEnd {
				return nil
			}
			if l.Verdict != "" {
				end.Verdicts[l.Verdict]++
				done++
			}
			if l.Result != nil {
				if err := carry(l.Result, filepath.Dir(Path(p.name)), folder); err != nil {
					notes(err.Error())
				}
			}
			out.Write(*l)
			return nil
		})
		if err != nil {
			return err
		}
	}
	end.NotRun, end.Took = run.Tests-done, at.Sub(began)
	out.Write(Line{At: at, Kind: RunEnd, End: &end})
	return nil
}
