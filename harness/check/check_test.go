package check_test

import (
	"flag"
	"os"
	"path/filepath"
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

func TestPaths(t *testing.T) {
	c := check.New(builtins.All(), nil)
	all, files, err := c.Paths([]string{"testdata"})
	if err != nil || files != 3 || len(all) == 0 {
		t.Errorf("%d findings in %d files: %v", len(all), files, err)
	}
	if s := check.Summary(all, files); !strings.HasPrefix(s, "3 files, ") || !strings.Contains(s, "syntax (error)") {
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
	for _, want := range []string{"absent: f", "absent: none", "total                          1         1       0      2", "4 names: 25% implemented, 25% simulated, 0% refused, 50% absent"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if _, err := c.API(strings.NewReader("no tabs here\n")); err == nil {
		t.Error("no error for a line without tabs")
	}
}
