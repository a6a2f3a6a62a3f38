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
			"def test_%d(t):\n    check(helper(%d) == LIMIT + %d)\n",
			"def test_named():\n    check(True)\nmark(test_named, tags = \"x\")\ndef test_fails():\n    check(1 == 2)\n"},
		{"a_test.py", "LIMIT = 7\ndef helper(x):\n    return x + LIMIT\n",
			"def test_%d(t):\n    assert helper(%d) == LIMIT + %d\n",
			"@mark(tags='x')\ndef test_named():\n    assert True\ndef test_fails():\n    assert 1 == 2\n"},
	} {
		var b strings.Builder
		b.WriteString(x.head)
		for i := range 2*atATime - 1 {
			fmt.Fprintf(&b, x.one, i, i, i)
		}
		b.WriteString(x.tail)
		o := Options{Root: t.TempDir(), Env: noEnv}
		write(t, o, x.file, b.String())
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

// TestManyTestsMissed: what a file of many tests may do with them it may do still, when all of them are the same.
func TestManyTestsMissed(t *testing.T) {
	for _, x := range []struct{ name, file, head, one, tail string }{
		{"a default value is that of its place", "a_test.py", "limit = 1\n", "def test_%d(n=limit):\n    assert n == 1\n",
			"limit = 2\ndef test_this(n=limit):\n    assert n == 2\n"},
		{"a default value that names what is gone", "a_test.py", "limit = 1\n",
			"def test_%d(n=limit):\n    assert n == 1\n", "del limit\ndef test_this():\n    assert True\n"},
		{"a keyword's default value", "a_test.py", "limit = 1\n", "def test_%d(*, n=limit):\n    assert n == 1\n",
			"limit = 2\ndef test_this():\n    assert True\n"},
		{"a decorator that counts", "a_test.py", "all = []\ndef noted(f):\n    all.append(f)\n    return f\n",
			"@noted\ndef test_%d():\n    assert True\n", "def test_this():\n    assert len(all) == 70, len(all)\n"},
		{"globals", "a_test.py", "", plainPy, "def test_this():\n    assert 'test_0' in globals()\n"},
		{"locals, at the top", "a_test.py", "", plainPy,
			"n = len([k for k in locals() if k.startswith('test_')])\ndef test_this():\n    assert n == 70, n\n"},
		{"dir", "a_test.py", "", plainPy, "names = dir()\ndef test_this():\n    assert 'test_69' in names\n"},
		{"exec", "a_test.py", "", plainPy, "def test_this():\n    exec('te' 'st_0()')\n    assert True\n"},
		{"eval", "a_test.py", "", plainPy, "def test_this():\n    assert callable(eval('te' + 'st_%d' % 7))\n"},
		{"the main module", "a_test.py", "", plainPy,
			"import __main__ as me\ndef test_this():\n    assert callable(getattr(me, 'test_' + str(3)))\n"},
		{"the builtins by another name", "a_test.py", "", plainPy,
			"import builtins\ndef test_this():\n    assert 'test_0' in getattr(builtins, 'glo' + 'bals')()\n"},
		{"a function that is defined within another", "a_test.py", "", "def test_%d():\n    assert False\n",
			"def make():\n    global test_0\n    def test_0():\n        assert True\nmake()\n" +
				"def test_this():\n    assert True\n"},
		{"a default value, in Starlark", "a_test.star", "counted = []\ndef count():\n    counted.append(1)\n    return 1\n",
			"def test_%d(n = count()):\n    check(n == 1)\n", "n = len(counted)\ndef test_this():\n    check(n == 70)\n"},
		{"a loaded file of many", "a_test.star", "load('b.star', 'test_0', that = 'test_this')\n", "",
			"def test_this():\n    test_0()\n    check(that() == 'of b')\n"},
	} {
		t.Run(x.name, func(t *testing.T) {
			o := Options{Root: t.TempDir(), Env: noEnv}
			write(t, o, x.file, x.head+many(x.one)+x.tail)
			write(t, o, "b.star", many("def test_%d():\n    check(True)\n")+"def test_this():\n    return 'of b'\n")
			tests, err := Collect(t.Context(), x.file, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range tests {
				if one.Name != "test_0" && one.Name != "test_this" {
					continue
				}
				if r := Run(t.Context(), one, 1, o, nil); r.Verdict != Passed {
					t.Errorf("%s: %s: %v", one.Name, r.Verdict, r.Problems)
				}
			}
		})
	}
}

const plainPy = "def test_%d():\n    assert True\n"

// many is 70 times a text that has %d.
func many(one string) string {
	if one == "" {
		return ""
	}
	var b strings.Builder
	for i := range 70 {
		fmt.Fprintf(&b, one, i)
	}
	return b.String()
}

func write(t *testing.T, o Options, file, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(o.Root, file), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
