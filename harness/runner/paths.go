package runner

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"quecstar/harness/spell"
	"quecstar/harness/suite"
)

// UsageError is that what was asked for cannot be: nothing was run.
type UsageError struct{ Text string }

// Error says what.
func (e *UsageError) Error() string { return e.Text }

func usage(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }

// selection is a file with what is wanted of it: all where there is neither a name nor a line.
type selection struct {
	file string // as tests tell it: with slashes, from the root
	name string // a function, or a function with its cases in brackets
	line int    // in a test, or above it
	arg  string // as it was given
}

// IsTestFile reports whether a folder's file is taken for a suite.
func IsTestFile(name string) bool {
	return strings.HasSuffix(name, "_test.star") || strings.HasSuffix(name, "_test.py")
}

// expand turns arguments into selections, in their order. Each file of a folder is there once.
func expand(root string, args []string) ([]selection, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	var all []selection
	seen := map[string]bool{}
	for _, arg := range args {
		more, err := expandOne(root, arg)
		if err != nil {
			return nil, err
		}
		for _, s := range more {
			if key := fmt.Sprintf("%s::%s:%d", s.file, s.name, s.line); !seen[key] {
				seen[key] = true
				all = append(all, s)
			}
		}
	}
	return all, nil
}

func expandOne(root, arg string) ([]selection, error) {
	path, name, line, err := splitArg(root, arg)
	if err != nil {
		return nil, err
	}
	full := path
	if !filepath.IsAbs(full) {
		full = filepath.Join(root, path)
	}
	info, err := os.Stat(full)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, usage("%s: no such file or folder%s", path, near(full))
		}
		return nil, usage("%v", err)
	}
	if !info.IsDir() {
		if ext := filepath.Ext(path); ext != ".star" && ext != ".py" {
			return nil, usage("%s: a suite ends in .star or .py", path)
		}
		if line > 0 {
			text, err := os.ReadFile(full)
			if err != nil {
				return nil, usage("%v", err)
			}
			if n := 1 + bytes.Count(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")); line > n {
				return nil, usage("%s: the file has %d lines", arg, n)
			}
		}
		return []selection{{told(root, full), name, line, arg}}, nil
	}
	if name != "" || line > 0 {
		return nil, usage("%s is a folder: which of its files?", path)
	}
	files, err := walk(full)
	if err != nil {
		return nil, usage("%v", err)
	}
	var all []selection
	for _, f := range files {
		all = append(all, selection{file: told(root, f), arg: arg})
	}
	return all, nil
}

// splitArg takes FILE::TEST and FILE:LINE apart. What is there under its whole name is a path.
func splitArg(root, arg string) (path, name string, line int, err error) {
	full := arg
	if !filepath.IsAbs(full) {
		full = filepath.Join(root, arg)
	}
	if _, err := os.Stat(full); err == nil {
		return arg, "", 0, nil
	}
	if path, name, ok := strings.Cut(arg, "::"); ok {
		if name == "" {
			return "", "", 0, usage("%s: which test? %s::TEST", arg, path)
		}
		return path, name, 0, nil
	}
	if i := strings.LastIndexByte(arg, ':'); i > 0 {
		if n, err := strconv.Atoi(arg[i+1:]); err == nil && n > 0 {
			return arg[:i], "", n, nil
		}
	}
	return arg, "", 0, nil
}

// told is how a file is named: from the root where it is beneath, with slashes.
func told(root, full string) string {
	if rel, err := filepath.Rel(root, full); err == nil {
		full = rel
	}
	return filepath.ToSlash(full)
}

// near is a hint at a file beside one that is not there.
func near(path string) string {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if like := spell.Nearest(filepath.Base(path), names); like != "" {
		return fmt.Sprintf("; did you mean %s?", like)
	}
	return ""
}

// apart are folders whose files are no suites of the folder above them.
var apart = []string{"node_modules", "__pycache__", "venv", "testdata"}

// walk lists the test files beneath a folder, by name.
func walk(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && path != dir && (strings.HasPrefix(name, ".") || slices.Contains(apart, name)):
			return fs.SkipDir
		case !d.IsDir() && IsTestFile(name):
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// picks reports whether a selection wants a test. The tests are those of its file, by line.
func (s selection) picks(t *suite.Test, tests []suite.Test) bool {
	switch {
	case s.name != "":
		rest := strings.TrimPrefix(t.ID, t.File+"::")
		return t.Name == s.name || rest == s.name
	case s.line > 0:
		at := 0
		for i := range tests {
			if l := tests[i].Line; l <= s.line && l > at {
				at = l
			}
		}
		return t.Line == at && at > 0
	}
	return true
}

// nearTest is a hint at a test like the one that is not there.
func nearTest(s selection, tests []suite.Test) string {
	if s.name == "" {
		return " at or above that line"
	}
	var names []string
	for i := range tests {
		names = append(names, tests[i].Name)
	}
	name, _, _ := strings.Cut(s.name, "[")
	if like := spell.Nearest(name, names); like != "" && like != name {
		return fmt.Sprintf("; did you mean %s::%s?", s.file, like)
	}
	if slices.Contains(names, name) {
		return fmt.Sprintf(" in its cases and devices; --list %s::%s shows them", s.file, name)
	}
	return ""
}
