package check_test

import (
	"flag"
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
	c := check.New(builtins.All(), []string{"dlms"})
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

func TestPaths(t *testing.T) {
	c := check.New(builtins.All(), nil)
	all, files, err := c.Paths([]string{"testdata"})
	if err != nil || files != 8 || len(all) == 0 {
		t.Errorf("%d findings in %d files: %v", len(all), files, err)
	}
	if s := check.Summary(all, files); !strings.HasPrefix(s, "8 files, ") || !strings.Contains(s, "syntax (error)") {
		t.Errorf("summary %q", s)
	}
	if _, _, err := c.Paths([]string{"testdata/none"}); err == nil {
		t.Error("no error for a path that is not there")
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
	for _, want := range []string{"absent: f", "absent: none", "all                            1         1       0      2"} {
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
	// In a tree any file may be the main script.
	all, files, err = check.New(builtins.All(), nil).Paths([]string{dir})
	if err != nil || files != 7 || len(all) != len(want) { // fourth is found, and aside imports abc
		t.Errorf("%d files, error %v, findings %v", files, err, all)
	}
}
