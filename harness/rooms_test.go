// Package harness has no code of its own: README.md beside this test says what its rooms are.
package harness

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// floors are the rows of the table of rooms in README.md, from 0 at the top.
func floors(t *testing.T) map[string]int {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "| room | is |")
	if !found {
		t.Fatal("README.md has no table of rooms")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	out := map[string]int{}
	for i, row := range strings.Split(table, "\n") {
		first, _, _ := strings.Cut(strings.TrimPrefix(row, "|"), "|")
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(first, -1) {
			out[name[1]] = i
		}
	}
	return out
}

// imports are the packages of this module that each of its packages imports, by files that are no tests.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		of := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../")
		for _, i := range f.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if own, ok := strings.CutPrefix(name, "quecstar/"); ok || name == "testing" {
				out[of] = append(out[of], own)
			}
		}
		return nil
	})
	if err != nil || len(out) < 100 {
		t.Fatalf("%d packages: %v", len(out), err)
	}
	return out
}

// floor is the row of a package: that of its own name, or of the folder above it.
func floor(rows map[string]int, name string) (int, bool) {
	for name = strings.TrimPrefix(name, "harness/"); name != "."; name = filepath.ToSlash(filepath.Dir(name)) {
		if row, ok := rows[name]; ok {
			return row, true
		}
	}
	return 0, false
}

// TestImportsRunDownwards: no package imports what stands above it in the table of rooms.
func TestImportsRunDownwards(t *testing.T) {
	rows := floors(t)
	for name, list := range imports(t) {
		if isTest(list) {
			continue
		}
		from, ok := floor(rows, name)
		if !ok {
			t.Errorf("%s is not in the table of rooms", name)
		}
		for _, other := range list {
			if to, _ := floor(rows, other); to < from {
				t.Errorf("%s imports %s, which is above it", name, other)
			}
		}
	}
}

// TestBuiltinsKnowNoDevice: what a builtin asks of a device is in package device, whoever answers.
func TestBuiltinsKnowNoDevice(t *testing.T) {
	answering := regexp.MustCompile(`^harness/(device/(at|direct|repl|tape)|vmodule|serial)$`)
	for name, list := range imports(t) {
		if !strings.HasPrefix(name, "builtins") || isTest(list) {
			continue
		}
		for _, other := range list {
			if answering.MatchString(other) {
				t.Errorf("%s imports %s", name, other)
			}
		}
	}
}

// isTest reports whether a package with these imports is a help for tests.
func isTest(list []string) bool {
	for _, name := range list {
		if name == "testing" {
			return true
		}
	}
	return false
}
