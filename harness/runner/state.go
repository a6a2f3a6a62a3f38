package runner

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"quecstar/harness/results"
	"quecstar/harness/suite"
)

// StateFolder is where a root keeps what the next run may ask of this one.
const StateFolder = ".quecstar"

// lastName is the file of verdicts and times, a test.end line of package results for each test.
const lastName = "last.jsonl"

// past is what is known of a test from before.
type past struct {
	Verdict suite.Verdict
	Took    time.Duration // of the wall's clock
}

// history is what is known of tests by ID.
type history map[string]past

// readHistory reads results, or what a run remembered. Rounds of one test count as one, which failed where one did.
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
	path := statePath(root)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return history{}, nil
	}
	return readHistory(path)
}

// remember writes what is known now, in one go: who reads it meanwhile reads all of the old or of the new.
func remember(root string, now history) error {
	all, err := remembered(root)
	if err != nil {
		all = history{} // it is of no use any more
	}
	for id, p := range now {
		all[id] = p
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, id := range sortedKeys(all) {
		p := all[id]
		l := results.Line{V: results.Version, At: time.Now().UTC(), Kind: results.TestEnd, Test: id, Attempt: 1, Verdict: p.Verdict,
			Result: &suite.Result{Verdict: p.Verdict, Real: p.Took}}
		if err := enc.Encode(l); err != nil {
			return err
		}
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
	_, err = f.Write(b.Bytes())
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
