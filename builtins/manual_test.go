package builtins_test

import (
	"os"
	"strings"
	"testing"

	"quecstar/builtins"
	"quecstar/harness/manual"
)

func newManual(t *testing.T) *manual.Manual {
	t.Helper()
	m, err := manual.New(builtins.All())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Everything that scripts see says what it is, in Go's tables and in the modules that are written in
// Python.
func TestManualIsComplete(t *testing.T) {
	for _, name := range newManual(t).Undocumented() {
		t.Errorf("%s has no doc", name)
	}
}

// The reference is what the tables say.
func TestReferenceIsGenerated(t *testing.T) {
	generated(t, "REFERENCE.md", func(string) string { return newManual(t).Markdown() })
}

// The README's table of modules is what the tables say.
func TestREADMEIsGenerated(t *testing.T) {
	generated(t, "../README.md", func(old string) string {
		const begin, end = "<!-- Written by go test ./builtins -update -->\n", "<!-- end -->"
		head, rest, ok := strings.Cut(old, begin)
		_, tail, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("the README has no lines %q and %q", begin, end)
		}
		return head + begin + newManual(t).Table() + end + tail
	})
}

// generated compares a file with what it is made to be of its old text, or writes it.
func generated(t *testing.T, path string, text func(old string) string) {
	t.Helper()
	old, err := os.ReadFile(path)
	if err != nil && !*update {
		t.Fatal(err)
	}
	want := text(string(old))
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(old) != want {
		t.Errorf("%s differs from the tables: go test ./builtins -update writes it", path)
	}
}
