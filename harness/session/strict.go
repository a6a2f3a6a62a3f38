package session

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"quecstar/harness/event"
	"quecstar/harness/report"
	"quecstar/harness/script"
)

// StrictError is that a run with Options.Strict passed, but not without warnings.
type StrictError struct {
	// Warnings are their texts, each once; More is how many others there were.
	Warnings []string
	More     int
}

// Error lists the warnings, one a line.
func (e *StrictError) Error() string {
	lines := e.Warnings
	if e.More > 0 {
		lines = append(lines[:len(lines):len(lines)], fmt.Sprintf("and %d more", e.More))
	}
	return "--strict: the script passed, but there were warnings:\n  " + strings.Join(lines, "\n  ")
}

// mostWarnings is how many warnings are listed.
const mostWarnings = 50

// warnings collects what a run was warned of.
type warnings struct {
	mu   sync.Mutex
	list StrictError
}

// hear is a listener of the stream of events.
func (w *warnings) hear(e event.Event) {
	if e.Kind != event.Warning && e.Kind != event.Failure {
		return
	}
	text := e.Text
	if e.Topic != "" {
		text += " (" + e.Topic + ")"
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, old := range w.list.Warnings {
		if old == text {
			return
		}
	}
	if len(w.list.Warnings) < mostWarnings {
		w.list.Warnings = append(w.list.Warnings, text)
	} else {
		w.list.More++
	}
}

// err is a *StrictError if there were warnings, which hold no secrets.
func (w *warnings) err(secrets []string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.list.Warnings) == 0 {
		return nil
	}
	out := &StrictError{More: w.list.More}
	mask := report.NewMasker(secrets)
	for _, text := range w.list.Warnings {
		out.Warnings = append(out.Warnings, mask.Text(text))
	}
	return out
}

// passed reports whether a script ended as it should, also by sys.exit(0).
func passed(err error) bool {
	var exit *script.Exit
	return err == nil || errors.As(err, &exit) && exit.Code == 0
}
