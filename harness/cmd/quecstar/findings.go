package main

import (
	"fmt"
	"io"
	"strings"

	"quecstar/harness/check"
)

// mostPlaces is how many places of one finding are shown, unless all are to be seen.
const mostPlaces = 5

// finding is what is found at one place or at several.
type finding struct {
	check.Finding
	more []check.Finding // the same at other places
}

// group puts those together that say the same, in the order of their first places.
func group(all []check.Finding) []finding {
	type said struct{ severity, kind, what, use string }
	index := map[said]int{}
	var out []finding
	for _, f := range all {
		key := said{string(f.Severity), f.Kind, f.What, f.Use}
		at, ok := index[key]
		if !ok {
			index[key] = len(out)
			out = append(out, finding{Finding: f})
			continue
		}
		out[at].more = append(out[at].more, f)
	}
	return out
}

// printFindings prints each finding once, with its places behind it, each a line that editors and terminals take for a
// link; all says that of many places all are printed.
func printFindings(w io.Writer, found []check.Finding, all, colours bool) error {
	var b strings.Builder
	for _, f := range group(found) {
		b.WriteString(shownFinding(f.Finding, colours))
		if len(f.more) > 0 {
			fmt.Fprintf(&b, " (%d places)", 1+len(f.more))
		}
		b.WriteString("\n")
		for i, at := range f.more {
			if !all && i == mostPlaces-1 && len(f.more) > mostPlaces {
				fmt.Fprintf(&b, "  … and %d more (-v: all)\n", len(f.more)-i)
				break
			}
			fmt.Fprintf(&b, "  %s:%d:%d\n", at.File, at.Line, at.Col)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// shownFinding is a line of a finding, with the colour of how bad it is.
func shownFinding(f check.Finding, colours bool) string {
	text := f.String()
	if !colours {
		return text
	}
	color := map[check.Severity]string{check.Error: "\x1b[31m", check.Warning: "\x1b[33m",
		check.Note: "\x1b[2m"}[f.Severity]
	place := fmt.Sprintf("%s:%d:%d: ", f.File, f.Line, f.Col)
	rest := strings.TrimPrefix(text, place+string(f.Severity))
	return place + color + string(f.Severity) + "\x1b[0m" + rest
}
