package check_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quecstar/builtins"
	"quecstar/harness/check"
)

var update = flag.Bool("update", false, "write the golden files")

// Each script of testdata has its findings beside it.
func TestGolden(t *testing.T) {
	c := check.New(builtins.All(), builtins.Later())
	files, err := filepath.Glob("testdata/*.py")
	if err != nil || len(files) < 3 {
		t.Fatalf("scripts: %v, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, f := range c.File(file, text) {
			b.WriteString(f.String() + "\n")
		}
		want := file + ".out"
		if *update {
			if err := os.WriteFile(want, []byte(b.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		golden, err := os.ReadFile(want)
		if err != nil {
			t.Fatal(err)
		}
		if b.String() != string(golden) {
			t.Errorf("%s: findings\n%s\nwant\n%s", file, b.String(), golden)
		}
	}
}

// TestWanted: each line of a script has the findings that its comment wants, "# want: a | b", and the
// others have none.
func TestWanted(t *testing.T) {
	c := check.New(builtins.All(), []string{"lvgl"})
	files, err := filepath.Glob("testdata/want/*.py")
	if err != nil || len(files) < 5 {
		t.Fatalf("scripts: %v, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := map[int][]string{}
		for _, f := range c.File(file, text) {
			found[f.Line] = append(found[f.Line], strings.SplitN(f.String(), ": ", 2)[1])
		}
		for i, line := range strings.Split(string(text), "\n") {
			var want []string
			if _, w, ok := strings.Cut(line, "# want: "); ok {
				want = strings.Split(w, " | ")
			}
			got := found[i+1]
			same := len(got) == len(want)
			for k := 0; same && k < len(want); k++ {
				same = strings.Contains(got[k], want[k])
			}
			if !same {
				t.Errorf("%s:%d: found %q, want %q", file, i+1, got, want)
			}
		}
	}
}

// TestColumns: a finding stands at the name that it is about.
func TestColumns(t *testing.T) {
	c := check.New(builtins.All(), nil)
	for text, col := range map[string]int{
		"import utime\nx = (1, utime.slep(1))":       15,
		"import utime\nutime.sleep(1, 2)":            7,
		"x = 1\nif x: print('é' 'é', 'x'.zfill(3))":  28,
		"x = 1\n\t\nx = 'abc'.  zfill(3)":            0,
		"import utime\nfrom utime import time, slep": 25,
	} {
		found := c.File("x.py", []byte(text+"\n"))
		if len(found) != 1 || col > 0 && (found[0].Line != 2 || found[0].Col != col) {
			t.Errorf("%q: %v, want column %d", text, found, col)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestPaths walks a tree: hidden folders, other files, folders called x.py and broken links are no
// reason to stop.
func TestPaths(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.py"), "import threading\n")
	write(t, filepath.Join(dir, "deep", "er", "b.py"), "x = = 1\n")
	write(t, filepath.Join(dir, "latin.py"), "x = '\xe9'\n")
	write(t, filepath.Join(dir, "bom.py"), "\ufeffimport utime\r\nutime.slep(1)\r\n")
	write(t, filepath.Join(dir, ".hidden", "c.py"), "x = = 1\n")
	write(t, filepath.Join(dir, "d.py", "e.py"), "pass\n")
	write(t, filepath.Join(dir, "notes.txt"), "x = = 1\n")
	if err := os.Symlink("gone.py", filepath.Join(dir, "link.py")); err != nil {
		t.Fatal(err)
	}
	c := check.New(builtins.All(), nil)
	all, files, err := c.Paths([]string{dir})
	var kinds []string
	for _, f := range all {
		kinds = append(kinds, strings.TrimPrefix(f.File, dir+"/")+" "+f.Kind)
	}
	want := "[a.py import bom.py api deep/er/b.py syntax latin.py syntax link.py file]"
	if got := fmt.Sprint(kinds); err != nil || files != 6 || got != want {
		t.Errorf("%s in %d files, %v, want %s", got, files, err, want)
	}
	if s := check.Summary(all, files); s != "6 files, 5 findings: 1 api (error), 1 file (error), 1 import (error), 2 syntax (error)" {
		t.Errorf("summary %q", s)
	}
	all, files, err = c.Paths([]string{filepath.Join(dir, "none"), filepath.Join(dir, "a.py")})
	if err == nil || files != 1 || len(all) != 1 {
		t.Errorf("a path that is not there: %v, and %d findings in %d files", err, len(all), files)
	}
}

// TestStarlark: of a Starlark file the syntax is checked.
func TestStarlark(t *testing.T) {
	c := check.New(builtins.All(), nil)
	if found := c.File("x.star", []byte("def f():\n  return 1\nwhile f() > 2:\n  pass\n")); len(found) > 0 {
		t.Errorf("a right file: %v", found)
	}
	if found := c.File("x.star", []byte("x = 1\nimport y\n")); len(found) != 1 || found[0].Line != 2 || found[0].Kind != "syntax" {
		t.Errorf("a wrong file: %v", found)
	}
}

func TestAPI(t *testing.T) {
	c := check.New(builtins.All(), nil)
	all, err := c.API(strings.NewReader("# names\nutime\tfunction\tsleep\t(s)\nutime\tfunction\tnone\t()\nsms\tfunction\tsendTextMsg\t()\nnomod\tfunction\tf\t()\n"))
	if err != nil || len(all) != 3 {
		t.Fatalf("%v %v", all, err)
	}
	var b strings.Builder
	if err := check.PrintAPI(&b, all, true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"absent: f", "absent: none", "total                          1         1       0      2", "4 names: 25% implemented, 25% simulated, 0% refused, 50% absent"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if _, err := c.API(strings.NewReader("no tabs here\n")); err == nil {
		t.Error("no error for a line without tabs")
	}
}

// A file is checked with what it imports, however it says so, and each file once.
func TestPathsFollowImports(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"main.py":        "import usr.first\nfrom usr import second\nfrom usr.pack.third import f\nfrom usr import nothing\n",
		"first.py":       "import main, utimer\n",
		"second.py":      "import first, threading\n",
		"pack/third.py":  "from .fourth import g\nfrom . import fifth\nfrom .sixth import h\ndef f(): pass\n",
		"pack/fourth.py": "import pickle\ndef g(): pass\n",
		"pack/fifth.py":  "import copy\nfrom pack.fourth import g\nimport fourth\n",
		"aside.py":       "import abc\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, files, err := check.New(builtins.All(), nil).Paths([]string{filepath.Join(dir, "main.py")})
	if err != nil || files != 6 {
		t.Errorf("%d files, error %v", files, err)
	}
	var got []string
	for _, f := range all {
		rel, err := filepath.Rel(dir, f.File)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, rel+": "+f.What)
	}
	want := []string{
		"main.py: no module usr.nothing, and no such file beside the script",
		"first.py: no module utimer, and no such file beside the script",
		"second.py: no module threading on a module: it is CPython's",
		"pack/third.py: no module sixth in pack",
		"pack/fourth.py: no module pickle on a module: it is CPython's",
		"pack/fifth.py: no module copy on a module: it is CPython's",
		"pack/fifth.py: no module fourth, and no such file beside the script",
	}
	if !slices.Equal(got, want) {
		t.Errorf("findings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// In a tree any file may be the main script, and what lies above it is found.
	all, files, err = check.New(builtins.All(), nil).Paths([]string{dir})
	if err != nil || files != 7 || len(all) != len(want) { // fourth is found, and aside imports abc
		t.Errorf("%d files, error %v, findings %v", files, err, all)
	}
}
