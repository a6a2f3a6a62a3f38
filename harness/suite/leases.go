package suite

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/script"
)

// leasesOf are the names of what a fixture has a lease of.
func leasesOf(v starlark.Value) ([]string, error) {
	if v == nil || v == starlark.None {
		return nil, nil
	}
	names, err := texts(v, "lease")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if strings.TrimSpace(name) == "" || name == "module:" {
			return nil, script.Raise("ValueError", "lease %q: want the name of what one test at a time may use, "+
				"such as \"station-3\" or \"module:/dev/ttyUSB2\"", name)
		}
	}
	if len(names) == 0 {
		return nil, script.Raise("ValueError", "lease names nothing: leave it out")
	}
	return names, nil
}

// leased is what the fixtures of a function, and those that they use, have leases of.
func leased(fn *starlark.Function, g script.Globals) []string {
	var out []string
	seen := map[string]bool{}
	var look func(fn *starlark.Function)
	look = func(fn *starlark.Function) {
		for _, name := range params(fn) {
			v, _ := g.Get(name)
			f, ok := selfOf(v).(*fixture)
			if !ok || seen[name] || builtinFixtures[name] != nil {
				continue
			}
			seen[name] = true
			out = append(out, f.leases...)
			if of, ok := f.fn.(*starlark.Function); ok {
				look(of)
			}
		}
	}
	look(fn)
	slices.Sort(out)
	return slices.Compact(out)
}
