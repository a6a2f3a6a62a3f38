package runner

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"quecstar/harness/report"
	"quecstar/harness/results"
	"quecstar/harness/suite"
)

// Bounds of what is kept of files.
const (
	sourceBytes  = 256 << 10 // of one; longer ones are left out
	sourcesBytes = 16 << 20  // of all
)

// sources are the test files and scripts that the events of a run name. They are told at its end, when all secrets are
// known that stand in them.
type sources struct {
	mu      sync.Mutex
	files   map[string]bool
	secrets map[string]bool
}

// add notes files, as they are named from the root.
func (s *sources) add(names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files == nil {
		s.files = map[string]bool{}
	}
	for _, name := range names {
		if isScript(name) {
			s.files[name] = true
		}
	}
}

// hide has a secret left out.
func (s *sources) hide(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.secrets == nil {
		s.secrets = map[string]bool{}
	}
	s.secrets[secret] = true
}

// tell writes the files. One that cannot be read any more is left out: a report is one without it, too.
func (s *sources) tell(o *suite.Options, to *results.Stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mask := report.NewMasker(slices.Collect(maps.Keys(s.secrets)))
	left := sourcesBytes
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		path := name
		if !filepath.IsAbs(name) {
			path = filepath.Join(o.Root, filepath.FromSlash(name))
		}
		text, ok := readSource(path)
		if left -= len(text); !ok || left < 0 {
			continue
		}
		to.Write(results.Line{Kind: results.SourceOf, Source: &results.Source{File: name, Text: mask.Text(results.Clean(text))}})
	}
}

// readSource reads a file that is not longer than may be kept.
func readSource(path string) (text string, ok bool) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return "", false
	}
	f, err := os.Open(path)
	if err != nil {
		return "", false
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, sourceBytes+1))
	return string(data), err == nil && len(data) <= sourceBytes
}

func isScript(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".py" || ext == ".star"
}
