package check

import (
	"bufio"
	"fmt"
	"io"
	"sort"
	"strings"
)

// Coverage is how much of a vendor's list of names a module of ours has.
type Coverage struct {
	Module                                  string
	Implemented, Simulated, Refused, Absent []string
}

// API compares a list with our modules: lines of module, kind, name and parameters with tabs between,
// # in front of a comment. A module may be written module.Class.
func (c *Checker) API(list io.Reader) ([]Coverage, error) {
	by := map[string]*Coverage{}
	lines := bufio.NewScanner(list)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) < 3 {
			return nil, fmt.Errorf("line %d has no tabs: module, kind, name and parameters are wanted", n)
		}
		module, sub, _ := strings.Cut(f[0], ".")
		name := f[2]
		if sub != "" && !strings.HasPrefix(name, sub+".") {
			name = sub + "." + name
		}
		cov := by[module]
		if cov == nil {
			cov = &Coverage{Module: module}
			by[module] = cov
		}
		c.count(cov, module, name)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	out := make([]Coverage, 0, len(by))
	for _, cov := range by {
		out = append(out, *cov)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Module < out[j].Module })
	return out, nil
}

func (c *Checker) count(cov *Coverage, module, name string) {
	s := c.modules[module]
	if s == nil {
		cov.Absent = append(cov.Absent, name)
		return
	}
	st := s.offers(name)
	if class, ok := strings.CutSuffix(name, ".__init__"); ok {
		st = s.offers(class)
	}
	if class, _, ok := strings.Cut(name, "."); ok && st == missing && s.has(class) == refused {
		st = refused
	}
	switch {
	case st == refused:
		cov.Refused = append(cov.Refused, name)
	case st == missing:
		cov.Absent = append(cov.Absent, name)
	case st == simulated, s.simulated:
		cov.Simulated = append(cov.Simulated, name)
	default:
		cov.Implemented = append(cov.Implemented, name)
	}
}

// PrintAPI writes the coverage as a table, with the names that are refused or absent when asked.
func PrintAPI(w io.Writer, all []Coverage, names bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%-20s %11s %9s %7s %6s\n", "module", "implemented", "simulated", "refused", "absent")
	var total [4]int
	for _, c := range all {
		n := [4]int{len(c.Implemented), len(c.Simulated), len(c.Refused), len(c.Absent)}
		fmt.Fprintf(&b, "%-20s %11d %9d %7d %6d\n", c.Module, n[0], n[1], n[2], n[3])
		for i := range n {
			total[i] += n[i]
		}
		if names && len(c.Refused) > 0 {
			fmt.Fprintf(&b, "    refused: %s\n", strings.Join(c.Refused, " "))
		}
		if names && len(c.Absent) > 0 {
			fmt.Fprintf(&b, "    absent: %s\n", strings.Join(c.Absent, " "))
		}
	}
	fmt.Fprintf(&b, "%-20s %11d %9d %7d %6d\n", "all", total[0], total[1], total[2], total[3])
	_, err := io.WriteString(w, b.String())
	return err
}
