package suite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestManyTests: in a file of many tests each is what it is in a file of few, wherever its function was moved to.
func TestManyTests(t *testing.T) {
	for _, x := range []struct{ file, head, one, tail string }{
		{"a_test.star", "LIMIT = 7\ndef helper(x):\n    return x + LIMIT\n",
			"def test_%d(t, n = LIMIT):\n    check(helper(%d) == n + %d)\n",
			"def test_named():\n    check(True)\nmark(test_named, tags = \"x\")\ndef test_fails():\n    check(1 == 2)\n"},
		{"a_test.py", "LIMIT = 7\ndef helper(x):\n    return x + LIMIT\n",
			"@mark(tags='y')\ndef test_%d(t, n=LIMIT):\n    assert helper(%d) == n + %d\n",
			"@mark(tags='x')\ndef test_named():\n    assert True\ndef test_fails():\n    assert 1 == 2\n"},
	} {
		var b strings.Builder
		b.WriteString(x.head)
		for i := range 2*atATime - 1 {
			fmt.Fprintf(&b, x.one, i, i, i)
		}
		b.WriteString(x.tail)
		o := Options{Root: t.TempDir(), Env: noEnv}
		if err := os.WriteFile(filepath.Join(o.Root, x.file), []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		tests, err := Collect(t.Context(), x.file, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(tests) != 2*atATime+1 || tests[0].Name != "test_0" || tests[len(tests)-1].Name != "test_fails" {
			t.Errorf("%s: %d tests, from %s to %s", x.file, len(tests), tests[0].Name, tests[len(tests)-1].Name)
		}
		for _, one := range tests {
			r := Run(t.Context(), one, 1, o, nil)
			switch {
			case one.Name == "test_fails":
				lines := strings.Count(b.String(), "\n")
				if r.Verdict != Failed || r.Problems[0].Line != lines {
					t.Errorf("%s: %s: %v; want line %d", one.ID, r.Verdict, r.Problems, lines)
				}
			case r.Verdict != Passed:
				t.Errorf("%s: %s: %v", one.ID, r.Verdict, r.Problems)
			case one.Name == "test_named" && (len(one.Tags) != 1 || one.Tags[0] != "x"):
				t.Errorf("%s: tags %v", one.ID, one.Tags)
			}
		}
	}
}
