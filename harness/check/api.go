package check

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Coverage is how much of a vendor's list of names a module of ours has.
type Coverage struct {
	Module      string   `json:"module"`
	Implemented []string `json:"implemented,omitempty"`
	Simulated   []string `json:"simulated,omitempty"`
	Refused     []string `json:"refused,omitempty"`
	Absent      []string `json:"absent,omitempty"`
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
	for _, module := range slices.Sorted(maps.Keys(by)) {
		out = append(out, *by[module])
	}
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

// percent is a share with one digit; what is there is never shown as nothing, nor what lacks a bit as all.
func percent(n, of int) string {
	if of == 0 {
		return "0%"
	}
	share := float64(n) * 100 / float64(of)
	if n > 0 {
		share = max(share, 0.1)
	}
	if n < of {
		share = min(share, 99.9)
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", share), ".0") + "%"
}

// PrintAPI writes the coverage as a table with a line a module and a total; list adds the names that are
// refused or absent.
func PrintAPI(w io.Writer, all []Coverage, list bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%-20s %11s %9s %7s %6s\n", "module", "implemented", "simulated", "refused", "absent")
	var total [4]int
	for _, c := range all {
		n := [4]int{len(c.Implemented), len(c.Simulated), len(c.Refused), len(c.Absent)}
		fmt.Fprintf(&b, "%-20s %11d %9d %7d %6d\n", c.Module, n[0], n[1], n[2], n[3])
		for i := range n {
			total[i] += n[i]
		}
		if list && len(c.Refused) > 0 {
			fmt.Fprintf(&b, "    refused: %s\n", strings.Join(c.Refused, " "))
		}
		if list && len(c.Absent) > 0 {
			fmt.Fprintf(&b, "    absent: %s\n", strings.Join(c.Absent, " "))
		}
	}
	fmt.Fprintf(&b, "%-20s %11d %9d %7d %6d\n", "total", total[0], total[1], total[2], total[3])
	names := total[0] + total[1] + total[2] + total[3]
	fmt.Fprintf(&b, "%d names: %s implemented, %s simulated, %s refused, %s absent\n", names,
		percent(total[0], names), percent(total[1], names), percent(total[2], names), percent(total[3], names))
	_, err := io.WriteString(w, b.String())
	return err
}
