package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	"quecstar/harness/results"
	"quecstar/harness/suite"
)

// StateFolder is where a root keeps what the next run may ask of this one.
const StateFolder = ".quecstar"

// lastName is the file of verdicts and times: a history in JSON. Lines of package results would do as well, and took
// a tenth of the time of 1,000 empty tests to read and write.
const lastName = "last.json"

// past is what is known of a test from before.
type past struct {
	Verdict suite.Verdict `json:"verdict"`
	Took    time.Duration `json:"took"` // of the wall's clock
}

// history is what is known of tests by ID.
type history map[string]past

// readHistory reads results. Rounds of one test count as one, which failed where one did.
func readHistory(path string) (history, error) {
	h := history{}
	ids := map[string]string{}
	_, err := results.ReadFile(path, func(l *results.Line) error {
		if l.Kind == results.TestStart && l.About != nil {
			ids[l.Test] = l.About.ID
		}
		if l.Kind != results.TestEnd || l.Verdict == "" || l.Result == nil {
			return nil
		}
		id := l.Test
		if known := ids[l.Test]; known != "" {
			id = known
		}
		h.add(id, past{l.Verdict, l.Result.Real})
		return nil
	})
	return h, err
}

func (h history) add(id string, p past) {
	if old, ok := h[id]; ok && old.Verdict.Bad() {
		p.Verdict = old.Verdict
	}
	h[id] = p
}

func statePath(root string) string { return filepath.Join(root, StateFolder, lastName) }

// remembered is the history of a root; empty where there was no run yet.
func remembered(root string) (history, error) {
	h := history{}
	text, err := os.ReadFile(statePath(root))
	if errors.Is(err, os.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &h); err != nil {
		return nil, fmt.Errorf("%s: %w", statePath(root), err)
	}
	return h, nil
}

// remember writes what is known now, in one go: who reads it meanwhile reads all of the old or of the new.
func remember(root string, now history) error {
	all, err := remembered(root)
	if err != nil || all == nil {
		all = history{} // it is of no use any more
	}
	maps.Copy(all, now)
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	path := statePath(root)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	// Results of a folder are no part of a project.
	ignore := filepath.Join(filepath.Dir(path), ".gitignore")
	if _, err := os.Stat(ignore); errors.Is(err, os.ErrNotExist) {
		if err := os.WriteFile(ignore, []byte("*\n"), 0o644); err != nil {
			return err
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), lastName+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}
