package suite

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runText runs the first test of a file that has this text.
func runText(t *testing.T, name, text string) Result {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	o := Options{Root: root, Env: func(string) string { return "" }}
	tests, err := Collect(context.Background(), name, o)
	if err != nil {
		t.Fatal(err)
	}
	return Run(context.Background(), tests[0], 1, o, nil)
}

func TestValuesAreComparedWithPatterns(t *testing.T) {
	for _, x := range []struct {
		file, line string
		fails      string // "" for a check that holds
	}{
		{"a_test.star", `check(3 == between(1, 5))`, ""},
		{"a_test.star", `check(between(1, 5) == 3)`, ""},
		{"a_test.star", `check(7 != between(1, 5))`, ""},
		{"a_test.star", `check({"a": 1, "b": 2} == has(a = between(0, 1)))`, ""},
		{"a_test.star", `check({"a": [1, {"b": "x15"}], "c": 0} == {"a": [between(0, 1), {"b": like("x*")}], "c": 0})`, ""},
		{"a_test.py", `assert [between(0, 1), ("a", b"b")] == [0, ("a", b"b")]`, ""},
		{"a_test.star", `check({"a": 1, "c": 0} != {"a": between(2, 3), "c": 0})`, ""},
		{"a_test.star", `check({"a": 7, "c": 0} == {"a": between(2, 3), "c": 0})`, `at ['a']: 7, between(2, 3)`},
		{"a_test.star", `check(all([x == between(1, 5) for x in [1, 5]]))`, ""},
		{"a_test.star", `check(not any([x != between(1, 5) for x in [1, 5]]))`, ""},
		{"a_test.star", `check(all([x != between(1, 5) for x in [1, 7]]))`, "check(all("},
		{"a_test.py", `assert all(x == between(1, 5) for x in (1, 5))`, ""},
		{"a_test.py", `assert all(x != between(1, 5) for x in (1, 7))`, "assert all("},
		{"a_test.py", `assert [b"31", b"31", b"31"] == [like("3*"), matches("^31$"), any_of("31")]`, ""},
		{"a_test.py", `assert b"31" != "31"`, ""},
		{"a_test.py", `assert 1 if "abc" == like("a*") else 0`, ""},
		{"a_test.star", `check(7 == between(1, 5))`, "left:  7"},
		{"a_test.star", `check(3 != between(1, 5))`, "left:  3"},
		{"a_test.py", `assert "T:15c" == like("T:*c")`, ""},
		{"a_test.py", `assert "15c" == like("T:*c")`, "right: like("},
	} {
		r := runText(t, x.file, "def test_a():\n    "+x.line+"\n")
		if x.fails == "" {
			if r.Verdict != Passed {
				t.Errorf("%s: %s: %v", x.line, r.Verdict, r.Problems)
			}
			continue
		}
		if r.Verdict != Failed || !strings.Contains(r.Problems[0].Text, x.fails) {
			t.Errorf("%s: %s: %v; want %q", x.line, r.Verdict, r.Problems, x.fails)
		}
	}
}
