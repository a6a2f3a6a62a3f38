package python

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/python/runtime"
)

// execute runs source text and returns what it printed and the exception that it ended with.
func execute(t testing.TB, name, text string) (string, *object.Raised) {
	t.Helper()
	prog, err := Compile(Source{Filename: name, Text: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	rt := runtime.NewRuntime(runtime.Options{Stdout: &out, Compile: compileCode})
	defer rt.Close()
	thread := &starlark.Thread{Name: name}
	rt.Attach(thread)
	rt.SetThread(thread)
	err = prog.Run(thread, rt, rt.NewModule("__main__", name))
	if err == nil {
		return out.String(), nil
	}
	raised := rt.Exception(err)
	if raised == nil {
		t.Fatal(err)
	}
	return out.String(), raised
}

// code is compiled text of exec, eval and compile.
type code struct {
	*Program
	result string // the variable that eval's value is in
}

func (c code) Run(t *starlark.Thread, rt *runtime.Runtime, m *runtime.Module) (starlark.Value, error) {
	if err := c.Program.Run(t, rt, m); err != nil || c.result == "" {
		return starlark.None, err
	}
	v := m.Get(c.result)
	m.Unset(c.result)
	return v, nil
}

func compileCode(text, file, mode string) (runtime.Code, error) {
	src, c := Source{Filename: file, Text: []byte(text), Single: mode == "single"}, code{}
	var err error
	if mode == "eval" {
		c.result = "eval result"
		c.Program, err = CompileExpression(src, c.result)
	} else {
		c.Program, err = Compile(src)
	}
	if err != nil {
		return nil, &object.Error{Class: "SyntaxError", Args: []starlark.Value{object.NewStr(err.Error())}}
	}
	return c, nil
}

// TestGolden runs scripts whose expected output CPython 3.11 or MicroPython 1.27 wrote; where the two
// differ, it is MicroPython's.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.py")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(path + ".out")
			if err != nil {
				t.Fatal(err)
			}
			got, raised := execute(t, path, string(text))
			if raised != nil {
				t.Error(raised.Traceback())
			}
			compareLines(t, got, string(want))
		})
	}
}

func compareLines(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "<nothing>", "<nothing>"
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Errorf("line %d\n got %s\nwant %s", i+1, a, b)
		}
	}
}

// TestDroppedGenerators: what a loop leaves unfinished is ended, with its cleaning up, while the script
// goes on.
func TestDroppedGenerators(t *testing.T) {
	out, raised := execute(t, "x.py", `
ended = [0]

def endless():
    try:
        while True:
            yield 1
    finally:
        ended[0] += 1

begun = 0
while not ended[0] and begun < 1000000:
    begun += 1
    for x in endless():
        break
print(ended[0] > 0)
`)
	if raised != nil || out != "True\n" {
		t.Errorf("printed %q, raised %v", out, raised)
	}
}

func TestTracebacks(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"functions and methods", "class A:\n  def m(self):\n    return [1][5]\ndef f():\n  for i in range(1):\n    A().m()\nf()\n", `Traceback (most recent call last):
  File "x.py", line 7, in <module>
  File "x.py", line 6, in f
  File "x.py", line 3, in m
IndexError: list index out of range
`},
		{"inside try and with", "def f():\n  try:\n    try:\n      g()\n    finally:\n      pass\n  except KeyError:\n    pass\ndef g():\n  raise ValueError('v')\nf()\n", `Traceback (most recent call last):
  File "x.py", line 11, in <module>
  File "x.py", line 4, in f
  File "x.py", line 10, in g
ValueError: v
`},
		{"during handling", "try:\n  1 / 0\nexcept ZeroDivisionError:\n  {}['k']\n", `Traceback (most recent call last):
  File "x.py", line 2, in <module>
ZeroDivisionError: divide by zero

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "x.py", line 4, in <module>
KeyError: k
`},
		{"direct cause", "def f():\n  try:\n    int('x')\n  except ValueError as e:\n    raise RuntimeError('r') from e\nf()\n", `Traceback (most recent call last):
  File "x.py", line 6, in <module>
  File "x.py", line 3, in f
ValueError: invalid syntax for integer with base 10: 'x'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "x.py", line 6, in <module>
  File "x.py", line 5, in f
RuntimeError: r
`},
		{"suppressed", "try:\n  1 / 0\nexcept ZeroDivisionError:\n  raise RuntimeError('r') from None\n", `Traceback (most recent call last):
  File "x.py", line 4, in <module>
RuntimeError: r
`},
		{"generator", "def g():\n  yield 1\n  raise ValueError('v')\nfor x in g():\n  pass\n", `Traceback (most recent call last):
  File "x.py", line 4, in <module>
  File "x.py", line 3, in g
ValueError: v
`},
		{"lambda", "f = lambda x: x.nope\nf(5)\n", `Traceback (most recent call last):
  File "x.py", line 2, in <module>
  File "x.py", line 1, in <lambda>
AttributeError: 'int' object has no attribute 'nope'
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, raised := execute(t, "x.py", tt.text)
			if raised == nil {
				t.Fatal("nothing was raised")
			}
			compareLines(t, raised.Traceback(), tt.want)
		})
	}
}

func TestSyntaxErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"x = 1\ny = = 2\n", "x.py:2:"},
		{"def f(:\n  pass\n", "x.py:1:"},
		{"if True:\nprint(1)\n", "x.py:2:"},
		{"print('a\n", "x.py:1:"},
		{"x = (1,\n", "x.py:"},
		{"a\x00b\n", "x.py:1:1: source code contains a null byte"},
		{"ok = 1\n\xff\n", "x.py:2:1: is not UTF-8"},
		{strings.Repeat("(", 500) + strings.Repeat(")", 500), "x.py:1:201: too many nested parentheses"},
		{"return 5\n", "x.py:1:1: return outside function"},
		{"nonlocal x\n", "x.py:1:1: can't declare nonlocal in outer code"},
		{"def f():\n  nonlocal x\n", "x.py:2:3: no binding for nonlocal 'x' found"},
		{"yield 1\n", "x.py:1:1: yield outside function"},
		{"def f():\n  await x\n", "x.py:2:3: await outside an async function"},
		{"x = *a\n", "x.py:1:5: can't use starred expression here"},
		{"break\n", "x.py:1:1: break outside loop"},
		{"def f():\n  from x import *\n", "x.py:2:3: import * not at module level"},
		{"class C:\n  from x import *\n", "x.py:2:3: import * not at module level"},
		{"@micropython.fast\ndef f(): pass\n", "x.py:1:13: invalid micropython decorator"},
	}
	for _, tt := range tests {
		_, err := Compile(Source{Filename: "x.py", Text: []byte(tt.text)})
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %s…", tt.text, err, tt.want)
		}
	}
}

// TestLineEndings: a file may have tabs, a byte order mark, any line ends, and none at its end.
func TestLineEndings(t *testing.T) {
	for _, text := range []string{"def f():\r\n\treturn 1\r\nprint(f())", "\xef\xbb\xbfdef f():\n\treturn 1\nprint(f())", "if 1:\r    print(1)",
		"if 1:\n\tif 1:\n        \tprint(1)\n", "s = '''\n\tkept'''\nprint(len(s) - 5)\n"} {
		if out, raised := execute(t, "x.py", text); raised != nil || out != "1\n" {
			t.Errorf("%q: %q %v", text, out, raised)
		}
	}
}

// FuzzCompile: whatever the text, an error or a program.
func FuzzCompile(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.py")
	if err != nil {
		f.Fatal(err)
	}
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range strings.SplitAfter(string(text), "\n\n") {
			f.Add(part)
		}
	}
	for _, s := range []string{"x = " + strings.Repeat("-", 5000) + "1", strings.Repeat("[", 190) + strings.Repeat("]", 190), "a" + strings.Repeat(".b", 5000),
		strings.Repeat("if 1:\n ", 100), "def f(*, a, b=1, **c): yield", "lambda: (yield)", "class A(B, metaclass=C): pass", "del (a, b), c[1:2]", "x = *a, b", "a = b = c[1:2] = 3"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		_, _ = Compile(Source{Filename: "x.py", Text: []byte(text)})
	})
}

// BenchmarkCompile compiles a file, to Starlark's code.
func BenchmarkCompile(b *testing.B) {
	benchmarkText(b, func(src Source) error {
		_, err := Compile(src)
		return err
	})
}

func benchmarkText(b *testing.B, f func(src Source) error) {
	text, err := os.ReadFile("testdata/classes.py")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for range b.N {
		if err := f(Source{Filename: "x.py", Text: text}); err != nil {
			b.Fatal(err)
		}
	}
}
