package python

import (
	"fmt"
	"strings"
)

// Unsupported is one construct that does not run yet.
type Unsupported struct {
	Filename  string
	Line, Col int // counted from 1
	What      string
}

// UnsupportedError lists every construct of a file that does not run yet.
type UnsupportedError struct {
	List []Unsupported
}

// Error has a line for each.
func (e *UnsupportedError) Error() string {
	lines := make([]string, len(e.List))
	for i, u := range e.List {
		lines[i] = fmt.Sprintf("%s:%d:%d: %s is not supported yet", u.Filename, u.Line, u.Col, u.What)
	}
	return strings.Join(lines, "\n")
}
