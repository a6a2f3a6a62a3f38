package suite

import (
	"path/filepath"
	"strings"
	"testing"
)

// FuzzFileName: the name is one of a file in its folder, on all systems, and no other text has it.
func FuzzFileName(f *testing.F) {
	for _, s := range []string{"", ".", "..", "test_a[at:sim,cold]#2", "a/b", `a\b`, "a=b", "a:b", "Ä", "nul\x00",
		strings.Repeat("x", 300) + ".tape", "a~b.txt", "con"} {
		f.Add(s, s+"x")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := FileName(a), FileName(b)
		if a != b && x == y {
			t.Errorf("%q and %q are both %q", a, b, x)
		}
		if len(x) > 180 || strings.ContainsAny(x, "/\\:*?\"<>|%\x00") || strings.Trim(x, ".") == "" || filepath.Base(x) != x {
			t.Errorf("%q is %q", a, x)
		}
	})
}

func TestFilePath(t *testing.T) {
	for _, x := range []struct{ file, test, want string }{
		{"a_test.py", "a_test.py::test_x[at:sim]", "a_test.py/test_x[at=sim]"},
		{"../b/a_test.py", "../b/a_test.py::test_x#2", "up/b/a_test.py/test_x#2"},
		{"/lab/a_test.py", "/lab/a_test.py::test_x", "lab/a_test.py/test_x"},
	} {
		if got := FilePath(x.file, x.test); got != x.want {
			t.Errorf("%s: %s, want %s", x.test, got, x.want)
		}
	}
}
