package results

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSourcesAreThoseOfTheRun: files are told as they were when the run met them, without secrets that were known
// later, and none that nobody asked for; what cannot be read, or is too much, is left out.
func TestSourcesAreThoseOfTheRun(t *testing.T) {
	s := &Sources{Root: t.TempDir()}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(s.Root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a_test.py", "first hunter2")
	write("b_test.py", "nobody asks")
	write("late.py", "late")
	s.Meet([]string{"a_test.py", "b_test.py", "late.py", "gone.py", "data.bin"})
	write("a_test.py", "second hunter2")
	write("dev.py", "dev")
	write("long.py", strings.Repeat("x", sourceBytes+1))
	s.Add([]string{"a_test.py", "dev.py", "gone.py", "long.py"})
	s.Hide("hunter2")
	got := s.Texts()
	if len(got) != 2 || !strings.HasPrefix(got["a_test.py"], "first ") || strings.Contains(got["a_test.py"], "hunter2") ||
		got["dev.py"] != "dev" {
		t.Errorf("the texts are %q", got)
	}
	var lines []Line
	stream := &Stream{Views: []View{heard{&lines}}}
	s.Tell(stream)
	if len(lines) != 2 || lines[0].Source.File != "a_test.py" {
		t.Errorf("told are %v", lines)
	}
}

// heard is a View that notes the sources.
type heard struct{ lines *[]Line }

func (heard) Begin(*Line)     {}
func (heard) Done(*Case)      {}
func (heard) End(*Line) error { return nil }

func (h heard) Read(s *Source) { *h.lines = append(*h.lines, Line{Source: s}) }
