package print_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/python"
	"quecstar/harness/python/runtime"
)

var update = flag.Bool("update", false, "write the golden files")

// run runs a program and returns what it printed, and the exception that ended it.
func run(t *testing.T, name string, text []byte, ported bool) string {
	t.Helper()
	prog, err := python.Compile(python.Source{Filename: name, Text: text, Ported: ported})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	rt := runtime.NewRuntime(runtime.Options{Stdout: &out})
	defer rt.Close()
	thread := &starlark.Thread{Name: name}
	rt.Attach(thread)
	rt.SetThread(thread)
	if err = prog.Run(thread, rt, rt.NewModule("__main__", name)); err != nil {
		raised := rt.Exception(err)
		if raised == nil {
			t.Fatal(err)
		}
		out.WriteString("raised " + raised.Error() + "\n")
	}
	return out.String()
}

// TestGolden ports the files of testdata, compares with what is expected, and runs both.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.py")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, got := portFile(t, path)
			golden := strings.TrimSuffix(path, ".py") + ".star"
			if *update {
				if err := os.WriteFile(golden, got, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s differs; run go test ./harness/python/print -update and look at it:\n%s", golden, got)
			}
			same(t, text, got)
		})
	}
}

// TestSameOutput runs the scripts of other packages as they are and ported.
func TestSameOutput(t *testing.T) {
	paths, err := filepath.Glob("../testdata/*.py")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, ported := portFile(t, path)
			same(t, text, ported)
		})
	}
}

func portFile(t *testing.T, path string) (text, ported []byte) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ported, err = python.Port(filepath.Base(path), text)
	if err != nil {
		t.Fatal(err)
	}
	opts := &syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true, Recursion: true}
	if _, err := opts.Parse("ported", ported, 0); err != nil {
		t.Fatal(err)
	}
	again, err := python.Port(filepath.Base(path), text)
	if err != nil || !bytes.Equal(ported, again) {
		t.Errorf("a second port differs: %v", err)
	}
	return text, ported
}

func same(t *testing.T, text, ported []byte) {
	t.Helper()
	want, got := run(t, "x", text, false), run(t, "x", ported, true)
	if got != want {
		t.Errorf("the original prints\n%s\nported it prints\n%s\nthe port is\n%s", want, got, ported)
	}
}

// TestCorners ports what is easily got wrong, and runs it.
func TestCorners(t *testing.T) {
	tests := []struct{ name, text string }{
		{"a method of a builtin's name", "class A:\n  def len(self): return len([1])\nprint(A().len(), A.__name__)\n"},
		{"the name of the helpers", "py = 1\nlocal = 2\ncls = 3\ndef f():\n  try:\n    y = py\n  finally:\n    pass\n  return y\nprint(f(), local, cls)\n"},
		{"load is a keyword", "import json\ndef load(x):\n  return json.loads(x)\nclass B:\n  pass\nb = B()\nb.load = load\nprint(b.load('[1]'), load('2'))\n"},
		{"variables load", "def f(load, *, n=(lambda load: load)(2)):\n  def g():\n    nonlocal load\n    load += 1\n    return load\n  return g(), load, n\ndef h():\n  global load\n  load = 5\nprint(f(1))\nh()\nprint(load)\nclass C: pass\nc = C()\nc.load = [1]\nd = c.load\nc.load += [2]\nprint(c.load, d)\nif (load := 6) > 5: print(load)\nfor load in range(2): pass\nprint(load, [load for load in 'ab'])\ntry:\n  1 / 0\nexcept ZeroDivisionError as load:\n  print(load)\n"},
		{"a method load", "class C:\n  def load(self): return 1\n  def again(self): return self.load() + C.load(self)\ndef f(c):\n  try:\n    load = c.again()\n  finally:\n    pass\n  return load\nprint(f(C()))\n"},
		{"load in place", "class A: pass\nA.load = [1]\nl = A.load\nA.load += [2]\nA.load *= 2\nprint(A.load, l)\n"},
		{"a parameter load", "class C:\n  def set(self, load=1, *a): return load + 1, a\ndef f(load): return load\nprint(C().set(load=3), C().set(), f(2), (lambda load: load)(load=4))\n"},
		{"a class body between a function and the module", "x = 'module'\nlen_ = len\ndef f(x, len):\n  class A:\n    y = x\n    x = 'class'\n    z = x\n    n = len('abc')\n    len = 5\n    if x: w = x + y\n  return A.y, A.x, A.z, A.n, A.len, A.w, x, len\nprint(f('function', 2))\n"},
		{"nothing to unpack", "[] = []\nfor [] in [[], ()]: print('round')\ntry:\n  [] = [1]\nexcept ValueError as e: print('too many')\n"},
		{"except with names of the script", "class E(Exception): pass\ndef f(x):\n  try:\n    raise x\n  except (E, KeyError) as e:\n    return repr(e)\n  except:\n    return 'other'\nprint(f(E(1)), f(KeyError(2)), f(ValueError()))\n"},
		{"a part's name in a closure", "def f():\n  out = []\n  for i in range(3):\n    try:\n      k = i * 2\n      out.append(lambda: k)\n    except ValueError:\n      pass\n  return [g() for g in out]\nprint(f())\n"},
		{"async", "class A:\n  async def __aenter__(self): return 5\n  async def __aexit__(self, *a): print('left')\nasync def f(x):\n  async with A() as a:\n    return a + x\nasync def g():\n  return await f(1)\nc = g()\ntry:\n  c.send(None)\nexcept StopIteration as e:\n  print(e.args)\n"},
		{"import that may be missing", "try:\n  import nothing_here as m\nexcept ImportError:\n  m = None\ndef f(): return m\nprint(m, f())\n"},
		{"exec", "x = 1\nexec('x = 2; y = 3')\nprint(x, y, 'x' in globals())\n"},
		{"keyword arguments", "def f(a, *r, b=1, **k): return a, r, b, sorted(k.items())\nprint(f(1, *[2, 3], b=4, **{'c': 5}), f(*[1], 2, **{'x': 1}, **{'y': 2}))\n"},
		{"a name kept over rounds", "def f():\n  for i in range(3):\n    try:\n      if i == 0: x = 5\n      print(x)\n    except Exception as e:\n      print(repr(e))\nf()\n"},
		{"a name bound in a part", "def f():\n  try:\n    x = 1\n  except ValueError:\n    x = 2\n  return x\nprint(f())\n"},
		{"an exception's name is gone", "def f():\n  e = 1\n  try:\n    1 // 0\n  except ZeroDivisionError as e:\n    print(e)\n  try:\n    print(e)\n  except NameError:\n    print('gone')\nf()\n"},
		{"break out of try", "for i in range(5):\n  try:\n    if i == 2: break\n    if i == 1: continue\n    print(i)\n  finally:\n    print('f')\nelse:\n  print('else')\n"},
		{"return out of with in a loop", "class M:\n  def __enter__(self): return 1\n  def __exit__(self, *a): print('exit')\ndef f():\n  while True:\n    with M() as m:\n      for k in range(3):\n        if k == m: return k\nprint(f())\n"},
		{"global in nested functions", "x = 1\ndef f():\n  x = 2\n  def g():\n    global x\n    x += 10\n    return x\n  return g(), x\nprint(f(), x)\n"},
		{"nonlocal", "def f(n):\n  def g():\n    nonlocal n\n    n += 1\n    return n\n  return g\ng = f(3)\nprint(g(), g())\n"},
		{"global def that is decorated", "def twice(f): return lambda x: f(f(x))\ndef make():\n  global g\n  @twice\n  def g(x): return x + 1\nmake()\nprint(g(1))\n"},
		{"property with setter", "class A:\n  def __init__(self): self.v = 1\n  @property\n  def x(self): return self.v\n  @x.setter\n  def x(self, v): self.v = v * 2\na = A()\na.x = 4\nprint(a.x)\n"},
		{"generator with try", "def g(n):\n  try:\n    while n:\n      n -= 1\n      got = yield n\n      if got: print('got', got)\n  finally:\n    print('end')\nit = g(3)\nprint(next(it), it.send('a'), list(it))\n"},
		{"lazy generator expression", "def p(x):\n  print('p', x)\n  return x\nprint(any(p(x) for x in [0, 1, 2]))\nprint(sum(x * x for x in range(4) if x))\n"},
		{"chain with calls", "def p(x):\n  print(x)\n  return x\nprint(p(1) < p(0) < p(5), 1 < p(2) <= 2)\n"},
		{"f-strings", "x = 1.5\nw = 8\nprint(f'{x:{w}.2f}|{{}}|{x!r:>5}|{\"a\" + \"b\"}')\n"},
		{"stars", "a, *b, c = range(5)\nprint(a, b, c, [*b, 1, *'xy'], (*b,), {**{'a': 1}, 'b': 2}, max(*b, *[9]))\n"},
		{"locals of a class", "class A:\n  y = 1\n  print(sorted(k for k in locals() if k[0] != '_'), locals()['y'])\n"},
		{"== of classes derived from a module's", "import ucollections\nclass E(ucollections.OrderedDict): pass\na, b = E(), E()\na['x'] = b['x'] = 1\nprint(a == b, a is b)\n"},
		{"targets of several kinds", "def p(x):\n  print(x)\n  return x\na = [[0, 0], 0]\ni, (j, [k, *l]), a[1], a[0][0:1] = 1, (2, 'xyz'), 3, [p(4)]\na[p(0)][p(0):], i = [p(5)], p(6)\nprint(a, i, j, k, l)\nx = [1, 2]\nx[-1:] = [3, (4,)]\nprint(x)\n"},
		{"slices and del", "x = list(range(6))\nx[1:3] = [9]\ndel x[0], x[-1:]\nd = {1: 2}\ndel d[1]\nprint(x, d)\n"},
		{"is and ==", "a = []\nb = a\nprint(a is b, a is not [], None is None, 1 == True, a is None)\n"},
		{"walrus", "def f(l):\n  while (n := len(l)) > 1:\n    l.pop()\n  return n\nprint(f([1, 2, 3]), [y := 1, y + 1])\n"},
		{"power in place", "x = 3\nx **= 2\nd = {'a': 2}\nd['a'] **= 3\nprint(x, d, 2 ** -1)\n"},
		{"uncaught", "def f():\n  raise KeyError('k')\nprint(1)\nf()\n"},
		{"class body", "k = 1\nclass A:\n  k = k + 1\n  for i in range(2):\n    k += i\n  class B:\n    z = k\n  def m(self): return k\nprint(A.k, A.B.z, A().m())\n"},
		{"super", "class A:\n  def __init__(self, x): self.x = x\nclass B(A):\n  def __init__(self):\n    super().__init__(5)\nprint(B().x)\n"},
		{"literals", "print(0xff, 1_000, 1e3, .5, b'\\xff\\n', 'a\\tb\"\\'', r'\\d', '''x\n\"\"y\"''', '\\x07é', 10**20)\n"},
		{"precedence", "a = 2\nprint((a + 1) * 3, -(a + 1), (not a) == False, (a if a else 1) + 1, (lambda: 3)(), (1, 2)[a - 1], -a ** 2, (a, a)[0], not (a and 0), 1 - (2 - 3))\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ported, err := python.Port("x.py", []byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			same(t, []byte(tt.text), ported)
		})
	}
}

// TestRefused wants a place and a reason of what cannot be ported, and no text.
func TestRefused(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no Python", "x = = 1\n", "x.py:1:5:"},
		{"what does not run", "x = lambda: lambda: (yield)\n", "x.py:1:13: a lambda of this kind inside another one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := python.Port("x.py", []byte(tt.text))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || out != nil {
				t.Errorf("got %v and %q, want %q", err, out, tt.want)
			}
			var p *python.SyntaxError
			if strings.Contains(tt.want, "cannot be ported") && !errors.As(err, &p) {
				t.Errorf("%T is no *SyntaxError", err)
			}
		})
	}
}
