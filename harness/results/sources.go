package results

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"quecstar/harness/report"
)

// Bounds of what is kept of files.
const (
	sourceBytes  = 256 << 10 // of one; longer ones are left out
	sourcesBytes = 16 << 20  // of all
)

// Sources are the test files and scripts that the events of a run name. They are told at its end, when all secrets are
// known that stand in them. The zero value is ready for use.
type Sources struct {
	mu      sync.Mutex
	files   map[string]bool
	secrets map[string]bool
}

// Add notes files, as they are named from the root.
func (s *Sources) Add(names []string) {
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

// Hide has a secret left out.
func (s *Sources) Hide(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.secrets == nil {
		s.secrets = map[string]bool{}
	}
	s.secrets[secret] = true
}

// Tell writes the files, which are named from root. One that cannot be read any more is left out: a report is one
// without it, too.
func (s *Sources) Tell(root string, to *Stream) {
	texts := s.Texts(root)
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		to.Write(Line{Kind: SourceOf, Source: &Source{File: name, Text: texts[name]}})
	}
}

// Texts are the files by their names, as far as they can be read.
func (s *Sources) Texts(root string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	mask := report.NewMasker(slices.Collect(maps.Keys(s.secrets)))
	left := sourcesBytes
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		path := name
		if !filepath.IsAbs(name) {
			path = filepath.Join(root, filepath.FromSlash(name))
		}
		text, ok := readSource(path)
		if left -= len(text); !ok || left < 0 {
			continue
		}
		out[name] = mask.Text(Clean(text))
	}
	return out
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
