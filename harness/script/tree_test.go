package script

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTree: what a script imports or loads lies in its own tree, whatever dots and symbolic links say.
func TestTree(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{"out/x.py": "X = 1\n", "out/x.star": "X = 1\n", "out/pack/__init__.py": "", "out/pack/y.py": "",
		"in/own.py": "X = 2\n", "in/own.star": "X = 2\n", "in/deep/back.star": "load(\"../own.star\", \"X\")\nY = X\n"} {
		write(t, filepath.Join(root, name), text)
	}
	for link, to := range map[string]string{"link.py": "../out/x.py", "pack": "../out/pack", "outer": "../out", "link.star": "../out/x.star",
		"inner.py": "own.py", "inner.star": "own.star"} {
		if err := os.Symlink(to, filepath.Join(root, "in", link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("in", filepath.Join(root, "by-link")); err != nil {
		t.Fatal(err)
	}
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, text, want string }{
		{"x.py", "import link", "can't import link: it is ROOT/out/x.py, outside of the script's tree ROOT/in;"},
		{"x.py", "from usr import link", "can't import usr.link: it is ROOT/out/x.py, outside"},
		{"x.py", "import usr.link", "can't import usr.link: it is"},
		{"x.py", "import pack", "can't import pack: it is ROOT/out/pack"},
		{"x.py", "import outer.x", "can't import outer: it is ROOT/out,"},
		{"x.py", "import inner, own\nprint(inner.X, own.X)", "2 2\n"},
		{"x.star", `load("../out/x.star", "X")`, "cannot load ../out/x.star: it is ROOT/out/x.star, outside of the script's tree ROOT/in;"},
		{"x.star", `load("deep/../../out/none.star", "X")`, "outside of the script's tree"},
		{"x.star", `load("link.star", "X")`, "cannot load link.star: it is ROOT/out/x.star, outside"},
		{"x.star", `load("outer/x.star", "X")`, "cannot load outer/x.star: it is ROOT/out/x.star, outside"},
		{"x.star", "load(\"deep/back.star\", \"Y\")\nload(\"inner.star\", \"X\")\nprint(X, Y)", "2 2\n"},
		{"x.star", `load("none.star", "X")`, "cannot load none.star: "},
	}
	for _, tt := range tests {
		for _, folder := range []string{"in", "by-link"} {
			path := filepath.Join(root, folder, tt.name)
			write(t, path, tt.text+"\n")
			out, _, err := runFile(t, path, Options{}, nil)
			if err != nil {
				out = Traceback(err)
			}
			out = strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(out, real, "ROOT"), root, "ROOT"), "by-link", "in")
			if !strings.Contains(out, tt.want) {
				t.Errorf("%s in %s: %s, want %q", tt.text, folder, out, tt.want)
			}
		}
	}
}

// TestHollowFolder: a folder with nothing of Python in it is a module only where no file is.
func TestHollowFolder(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{"up.py": "X = 'up'\n", "demo/up/notes.txt": "", "demo/beside.py": "X = 'beside'\n", "demo/beside/notes.txt": "",
		"demo/lib/low.py": "X = 'low'\n", "demo/low/notes.txt": "", "near.py": "X = 'up'\n", "demo/near/deep.py": "X = 'near'\n", "demo/only/notes.txt": "",
		"demo/main.py": "from usr import up, beside, low, only\nimport usr.near.deep, beside as b\nprint(up.X, beside.X, low.X, usr.near.deep.X, b.X, only)\n"} {
		write(t, filepath.Join(root, name), text)
	}
	out, _, err := runFile(t, filepath.Join(root, "demo/main.py"), Options{}, nil)
	if want := "up beside low near beside <module 'usr.only'>\n"; err != nil || out != want {
		t.Errorf("printed %q, want %q: %v", out, want, Traceback(err))
	}
}

// TestArgumentsTraceback: a call with wrong arguments is the caller's mistake, and the function that did not
// begin to run is not in the traceback.
func TestArgumentsTraceback(t *testing.T) {
	head := "class C:\n    def m(self, x): pass\nclass D:\n    def __init__(self, x): pass\ndef f(a, *, b=1):\n    pass\n"
	for _, call := range []string{"f()", "f(1, 2)", "f(1, c=2)", "f(1, a=1)", "D()", "C().m()", "(lambda x: x)()", "f(1)\nf()"} {
		_, _, err := runFile(t, scriptFile(t, "x.py", head+call+"\n"), Options{}, nil)
		trace := Traceback(err)
		if !strings.Contains(trace, "TypeError: ") || strings.Count(trace, "  File ") != 1 || !strings.Contains(trace, "in <module>\n") {
			t.Errorf("%s: %s", call, trace)
		}
	}
	_, _, err := runFile(t, scriptFile(t, "x.py", "def f(): g(1)\ndef g(): pass\nf()\n"), Options{}, nil)
	if trace := Traceback(err); !strings.Contains(trace, "line 1, in f\nTypeError: function takes 0 positional arguments but 1 were given\n") {
		t.Errorf("%s", trace)
	}
	_, _, err = runFile(t, scriptFile(t, "x.star", "def f(): g(1)\ndef g(): pass\nf()\n"), Options{}, nil)
	if trace := Traceback(err); !strings.Contains(trace, "line 1, in f\nError: function g accepts no arguments (1 given)\n") {
		t.Errorf("%s", trace)
	}
}

func scriptFile(t testing.TB, name, text string) string {
	path := filepath.Join(t.TempDir(), name)
	write(t, path, text)
	return path
}
