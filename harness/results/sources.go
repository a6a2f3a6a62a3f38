package results

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"unique"

	"quecstar/harness/report"
)

// Bounds of what is kept of files.
const (
	sourceBytes  = 256 << 10 // of one; longer ones are left out
	sourcesBytes = 16 << 20  // of all
)

// Sources are the test files and scripts that the events of a run name, as they were when the run first met them. They
// are told at its end, when all secrets are known that stand in them. The zero value is ready for use.
type Sources struct {
	// Root is the folder that the files are named from.
	Root string

	mu      sync.Mutex
	texts   map[string]unique.Handle[string] // of rounds in which a file is the same it is there once
	bytes   int
	wanted  map[string]bool
	secrets map[string]bool
}

// Meet reads files that may be wanted later, as they are now: a person edits files while they are tested. One that
// cannot be read is left out: a report is one without it, too.
func (s *Sources) Meet(names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.meet(names)
}

func (s *Sources) meet(names []string) {
	if s.texts == nil {
		s.texts, s.wanted, s.secrets = map[string]unique.Handle[string]{}, map[string]bool{}, map[string]bool{}
	}
	for _, name := range names {
		if _, met := s.texts[name]; met || !isScript(name) {
			continue
		}
		path := name
		if !filepath.IsAbs(name) {
			path = filepath.Join(s.Root, filepath.FromSlash(name))
		}
		if text, ok := readSource(path); ok && s.bytes+len(text) <= sourcesBytes {
			s.texts[name] = unique.Make(text)
			s.bytes += len(text)
		}
	}
}

// Add has files told.
func (s *Sources) Add(names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.meet(names)
	for _, name := range names {
		s.wanted[name] = true
	}
}

// Hide has a secret left out.
func (s *Sources) Hide(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.meet(nil)
	s.secrets[secret] = true
}

// Texts are the files that are to be told, by name, without the secrets that are known by now.
func (s *Sources) Texts() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	mask := report.NewMasker(slices.Collect(maps.Keys(s.secrets)))
	out := map[string]string{}
	for name := range s.wanted {
		if text, ok := s.texts[name]; ok {
			out[name] = mask.Text(Clean(text.Value()))
		}
	}
	return out
}

// Tell writes the files.
func (s *Sources) Tell(to *Stream) {
	texts := s.Texts()
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		to.Write(Line{Kind: SourceOf, Source: &Source{File: name, Text: texts[name]}})
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
