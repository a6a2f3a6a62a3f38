package runner

import (
	"slices"
	"time"

	"quecstar/harness/results"
)

// Planned are the runs of a plan, in their order; took are how long its tests are thought to take, by ID, see Expected.
func (p *Plan) Planned(took map[string]time.Duration) []results.Planned {
	out := make([]results.Planned, len(p.entries))
	for i, e := range p.entries {
		out[i] = results.Planned{Key: e.key, Test: e.test, Broken: e.broken != nil, Took: took[e.test.ID]}
	}
	return out
}

// files are the test files of a plan, each once.
func (p *Plan) files() []string {
	var names []string
	for _, e := range p.entries {
		names = append(names, e.test.File)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
