package script

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.starlark.net/starlark"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds a test's run; it is reached only when a test fails.
const patience = 20 * time.Second

// output is a buffer that goroutines share, and that tells when it has grown.
type output struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	grew chan struct{}
}

func newOutput() *output { return &output{grew: make(chan struct{}, 1)} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.grew <- struct{}{}:
	default:
	}
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// await waits until the output holds a text.
func (o *output) await(t testing.TB, text string) {
	t.Helper()
	deadline := time.After(patience)
	for !strings.Contains(o.String(), text) {
		select {
		case <-o.grew:
		case <-deadline:
			t.Fatalf("never printed %q, but %q", text, o.String())
		}
	}
}

// bench is a module of the tests: threads, callbacks and blocking.
func bench() *Module {
	return &Module{Name: "bench", Doc: "for tests", Funcs: []Func{
		{Name: "spawn", Params: "fn, daemon=False", Call: func(c *Call) (any, error) {
			var fn starlark.Callable
			daemon := false
			if err := c.Unpack(&fn, &daemon); err != nil {
				return nil, err
			}
			_, err := c.Interp.Go("worker", daemon, func(t *Thread) error {
				_, err := t.Invoke(fn)
				return err
			})
			return nil, err
		}},
		{Name: "callback", Params: "fn, *args", Call: func(c *Call) (any, error) {
			done := make(chan struct{})
			args := make([]any, len(c.Rest))
			for i, a := range c.Rest {
				args[i] = a
			}
			fn, in := c.Args[0], c.Interp
			go func() { defer close(done); in.Callback("callback", fn, args...) }()
			return nil, c.Block(func(ctx context.Context) error {
				select {
				case <-done:
					return nil
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			})
		}},
		{Name: "block", Call: func(c *Call) (any, error) {
			return nil, c.Block(func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) })
		}},
		{Name: "sleep", Params: "s", Call: func(c *Call) (any, error) {
			var d time.Duration
			if err := c.Unpack(&d); err != nil {
				return nil, err
			}
			return nil, c.Sleep(d)
		}},
		{Name: "echo", Params: "a, b=2, *rest", Call: func(c *Call) (any, error) { return List{c.Args[0], c.Given(1), c.Rest}, nil }},
		{Name: "kinds", Call: func(*Call) (any, error) {
			return Dict{{"n", nil}, {"b", true}, {"i", int64(1) << 40}, {"f", 1.5}, {"s", "é"}, {"y", []byte("b")}, {"l", List{1, "x"}}, {"t", Tuple{false}}, {"d", 1500 * time.Millisecond}}, nil
		}},
		{Name: "fails", Call: func(*Call) (any, error) { return nil, Raise("OSError", "it %s: %w", "broke", errCause) }},
	}}
}

var errCause = errors.New("the cause")

// run runs a script of the test.
func run(t testing.TB, name, text string, o Options, while func(in *Interp, out *output)) (string, string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	write(t, path, text)
	return runFile(t, path, o, while)
}

// catalog has the module bench, and more.
func catalog(t testing.TB, more ...*Module) *Catalog {
	t.Helper()
	c, err := NewCatalog(append(more, bench()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func runFile(t testing.TB, path string, o Options, while func(in *Interp, out *output)) (string, string, error) {
	t.Helper()
	out, errs := newOutput(), newOutput()
	o.Stdout, o.Stderr = out, errs
	if o.Catalog == nil {
		o.Catalog = catalog(t)
	}
	in := New(o)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ended := make(chan struct{})
	if while != nil {
		go func() { defer close(ended); while(in, out) }()
	} else {
		close(ended)
	}
	err := in.Run(ctx, path)
	<-ended
	return out.String(), errs.String(), err
}

// TestThreadsShareOneInterpreter: threads that never block all get on, and lose no update.
func TestThreadsShareOneInterpreter(t *testing.T) {
	text := `
import bench
d = {"n": 0}
l = []
def work():
    for i in range(2000):
        d["n"] += 1
        l.append(i)
for i in range(20):
    bench.spawn(work)
while len(l) < 40000:
    pass
print(d["n"], len(l))
`
	out, errs, err := run(t, "x.py", text, Options{}, nil)
	if err != nil || out != "40000 40000\n" {
		t.Fatalf("%v %s %s %s", err, out, errs, Traceback(err))
	}
}

// TestCallbackIsNotStarved: a callback gets its turn while the main program computes.
func TestCallbackIsNotStarved(t *testing.T) {
	text := `
import bench
seen = []
def wake():
    bench.callback(lambda v: seen.append(v), 7)
bench.spawn(wake)
n = 0
while not seen:
    n += 1
print(seen)
`
	if out, errs, err := run(t, "x.py", text, Options{}, nil); err != nil || out != "[7]\n" {
		t.Fatalf("%v %s %s", err, out, errs)
	}
}

// TestThreadErrors end the thread alone, with its traceback.
func TestThreadErrors(t *testing.T) {
	text := `
import bench
def bad():
    raise ValueError("in thread")
bench.spawn(bad)
bench.callback(bad)
bench.sleep(0.001)
print("main goes on")
`
	out, errs, err := run(t, "x.py", text, Options{}, nil)
	if err != nil || out != "main goes on\n" {
		t.Fatalf("%v %s", err, out)
	}
	for _, want := range []string{"Unhandled exception in worker", "Unhandled exception in callback", "line 4, in bad", "ValueError: in thread"} {
		if !strings.Contains(errs, want) {
			t.Errorf("no %q in %s", want, errs)
		}
	}
}

// TestRunWaitsForThreads, but not for daemons.
func TestRunWaitsForThreads(t *testing.T) {
	text := `
import bench
def late():
    bench.sleep(0.02)
    print("late")
bench.spawn(late)
bench.spawn(bench.block, daemon=True)
print("main")
`
	if out, errs, err := run(t, "x.py", text, Options{}, nil); err != nil || out != "main\nlate\n" {
		t.Fatalf("%v %q %s", err, out, errs)
	}
}

func TestInterrupt(t *testing.T) {
	catching := "import bench\ntry:\n    print('begin')\n    %s\nexcept KeyboardInterrupt:\n    print('caught')\nfinally:\n    print('finally')\nprint('on')\n"
	for name, body := range map[string]string{"while it blocks": "bench.block()", "while it computes": "while True: pass"} {
		out, errs, err := run(t, "x.py", fmt.Sprintf(catching, body), Options{}, func(in *Interp, out *output) {
			out.await(t, "begin")
			in.Interrupt()
		})
		if err != nil || out != "begin\ncaught\nfinally\non\n" {
			t.Errorf("%s: %v %q %s", name, err, out, errs)
		}
	}
	for name, file := range map[string][2]string{"python": {"x.py", "import bench\nprint('begin')\nbench.block()\n"},
		"starlark": {"x.star", "print('begin')\nbench.block()\n"}, "starlark loop": {"y.star", "print('begin')\nwhile True:\n    pass\n"}} {
		out, _, err := run(t, file[0], file[1], Options{}, func(in *Interp, out *output) {
			out.await(t, "begin")
			in.Interrupt()
		})
		if !errors.Is(err, ErrInterrupted) || out != "begin\n" || !strings.Contains(Traceback(err), "line ") {
			t.Errorf("%s: %v %q %q", name, err, out, Traceback(err))
		}
	}
}

// TestDeadline cannot be caught, and runs no handler.
func TestDeadline(t *testing.T) {
	text := "import bench\ntry:\n    print('begin')\n    %s\nexcept BaseException:\n    print('caught')\nfinally:\n    print('finally')\n"
	for _, body := range []string{"bench.block()", "while True: pass"} {
		path := filepath.Join(t.TempDir(), "x.py")
		write(t, path, fmt.Sprintf(text, body))
		out := newOutput()
		in := New(Options{Catalog: catalog(t), Stdout: out})
		ctx, cancel := context.WithCancelCause(context.Background())
		ended := make(chan error)
		go func() { ended <- in.Run(ctx, path) }()
		out.await(t, "begin")
		cancel(ErrDeadline)
		var err error
		select {
		case err = <-ended:
		case <-time.After(patience):
			t.Fatal("it does not end")
		}
		if !errors.Is(err, ErrDeadline) || out.String() != "begin\n" {
			t.Errorf("%s: %v %q", body, err, out.String())
		}
	}
}

func TestLimits(t *testing.T) {
	_, _, err := run(t, "x.py", "while True: pass\n", Options{StepLimit: 50_000}, nil)
	if !errors.Is(err, ErrSteps) {
		t.Errorf("steps: %v", err)
	}
	for name, text := range map[string]string{"x.py": "def f(n):\n    return f(n + 1)\nf(0)\n", "y.py": "class A:\n    def __getattr__(self, n):\n        return self.x\nA().y\n",
		"z.py": "class A:\n    def __repr__(self):\n        return repr(self)\nA()\nprint(A())\n", "x.star": "def f(n):\n    return f(n + 1)\nf(0)\n"} {
		_, _, err := run(t, name, text, Options{}, nil)
		var failure *Failure
		if !errors.As(err, &failure) || !strings.Contains(failure.Traceback, "maximum recursion depth exceeded") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestExit(t *testing.T) {
	for text, want := range map[string]int{"raise SystemExit(3)": 3, "raise SystemExit": 0, "raise SystemExit('why')": 1,
		"try:\n    raise SystemExit(4)\nexcept Exception:\n    pass": 4} {
		_, _, err := run(t, "x.py", text+"\n", Options{}, nil)
		var exit *Exit
		if !errors.As(err, &exit) || exit.Code != want {
			t.Errorf("%s: %v, want %d", text, err, want)
		}
	}
}

// What is in no package cannot import relatively: the main script, whatever it is called, and a module
// of no folder.
func TestRelativeImportOutsideOfPackage(t *testing.T) {
	for _, name := range []string{"main.py", "__init__.py"} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "helper.py"), "value = 1\n")
		write(t, filepath.Join(dir, "lone.py"), "from .helper import value\n")
		write(t, filepath.Join(dir, "pack/inner.py"), "from ..helper import value\n")
		write(t, filepath.Join(dir, name), `
for line in ("from .helper import value", "from . import helper", "import lone", "import pack.inner"):
    try:
        exec(line)
    except ImportError as e:
        print(e)
`)
		out, _, err := runFile(t, filepath.Join(dir, name), Options{}, nil)
		if want := strings.Repeat("can't perform relative import\n", 4); err != nil || out != want {
			t.Errorf("%s printed %q, want %q; error %v", name, out, want, err)
		}
	}
}

// A script in a package beneath /usr, run by itself: usr is not its package, which is not imported.
func TestUsrAbovePackage(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "lib.py"), "x = 'lib'\n")
	write(t, filepath.Join(dir, "pack/__init__.py"), "print('package')\n")
	write(t, filepath.Join(dir, "pack/near.py"), "y = 'near'\n")
	write(t, filepath.Join(dir, "pack/main.py"), "import usr.lib\nprint(usr.lib.x)\nfrom usr.pack.near import y\nprint(y)\n")
	out, _, err := runFile(t, filepath.Join(dir, "pack/main.py"), Options{}, nil)
	if err != nil || out != "lib\npackage\nnear\n" {
		t.Errorf("printed %q, error %v", out, err)
	}
}

// TestImports: neighbours, packages, usr, cycles, and what is missing or broken.
func TestImports(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"helper.py":       "import bench\nprint('helper runs')\nvalue = 1\ndef bump():\n    global value\n    value += 1\n    return value\n",
		"pkg/__init__.py": "from . import inner\nname = 'pkg'\n", "pkg/inner.py": "deep = 'inner'\n", "plain/leaf.py": "x = 'leaf'\n",
		"a.py": "import b\nx = 'a'\n", "b.py": "import a\ny = 'b'\n", "broken.py": "x = = 1\n", "raises.py": "def f():\n    1 / 0\nf()\n",
		"main.py": `
import helper
import usr.helper
from usr import helper as h3
from usr.helper import bump, value
import pkg.inner, plain.leaf as leaf
from pkg import name
import a
print(helper.value, bump(), helper.value, value, pkg.inner.deep, leaf.x, name, a.b.y)
helper.value = 10
print(bump(), h3.bump(), helper is usr.helper)
from helper import *
print(bump())
for bad in ("nosuch", "broken", "raises", "pkg.nosuch", "helper.value"):
    try:
        exec("import " + bad)
    except Exception as e:
        print(type(e).__name__)
try:
    from helper import nothing
except ImportError as e:
    print(e)
import raises
`,
	} {
		write(t, filepath.Join(dir, name), text)
	}
	out, _, err := runFile(t, filepath.Join(dir, "main.py"), Options{}, nil)
	head := "helper runs\nhelper runs\n1 2 1 1 inner leaf pkg b\n3 4 False\n11\n"
	if !strings.HasPrefix(out, head) {
		t.Errorf("printed\n%s\nwant at the beginning\n%s", out, head)
	}
	tail := "ImportError\nSyntaxError\nZeroDivisionError\nImportError\nImportError\ncan't import name 'nothing' from 'helper'\n"
	if !strings.HasSuffix(out, tail) {
		t.Errorf("printed\n%s\nwant at the end\n%s", out, tail)
	}
	var failure *Failure
	if !errors.As(err, &failure) || !strings.Contains(failure.Traceback, "raises.py\", line 2, in f\n") {
		t.Errorf("%v\n%s", err, Traceback(err))
	}
}

// TestLoad: Starlark's load runs a neighbour once; its globals stay mutable.
func TestLoad(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"lib.star":   "print('lib runs')\nstate = []\ndef add(x):\n    state.append(x)\n    return len(state)\n",
		"other.star": "load('lib.star', 'add')\nadd('other')\ndone = True\n",
		"main.star":  "load('lib.star', 'add', s = 'state')\nload('other.star', 'done')\ndef cb(v):\n    add(v)\nbench.callback(cb, 'cb')\nprint(add('x'), s, sys.argv[1:], bench.kinds()['s'])\n",
		"none.star":  "load('missing.star', 'x')\n", "py.star": "load('lib.py', 'x')\n", "c1.star": "load('c2.star', 'x')\n", "c2.star": "load('c1.star', 'y')\n",
		"bad.star": "x = undefined_name\n", "usebad.star": "load('bad.star', 'x')\n",
	} {
		write(t, filepath.Join(dir, name), text)
	}
	out, _, err := runFile(t, filepath.Join(dir, "main.star"), Options{Args: []string{"arg"}}, nil)
	if err != nil || out != "lib runs\n3 [\"other\", \"cb\", \"x\"] [\"arg\"] é\n" {
		t.Errorf("%v %q\n%s", err, out, Traceback(err))
	}
	for name, want := range map[string]string{"none.star": "missing.star: no such file", "py.star": "load takes a .star file", "c1.star": "a cycle", "usebad.star": "undefined: undefined_name"} {
		_, _, err := runFile(t, filepath.Join(dir, name), Options{}, nil)
		if err == nil || !strings.Contains(Traceback(err)+err.Error(), want) {
			t.Errorf("%s: %v\n%s", name, err, Traceback(err))
		}
	}
}

func TestValuesAndErrorsOfBuiltins(t *testing.T) {
	text := `
import bench
k = bench.kinds()
print(k, type(k["y"]).__name__, type(k["s"]).__name__, k["b"] is True)
print(bench.echo(1), bench.echo(1, 2, 3, 4), bench.echo(b=1, a=2))
for bad in (lambda: bench.echo(), lambda: bench.echo(1, c=2), lambda: bench.kinds(1), lambda: bench.sleep("x"), lambda: bench.fails(), lambda: bench.nothing):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)
bench.fails()
`
	out, _, err := run(t, "x.py", text, Options{}, nil)
	want := `{'n': None, 'b': True, 'i': 1099511627776, 'f': 1.5, 's': '\xe9', 'y': b'b', 'l': [1, 'x'], 't': (False,), 'd': 1.5} bytes str True
[1, False, ()] [1, True, (3, 4)] [2, True, ()]
TypeError missing argument 'a'
TypeError unexpected keyword argument 'c'
TypeError takes 0 positional arguments but 1 were given
TypeError argument 's' should be a number of seconds, not str
OSError it broke: the cause
AttributeError 'module' object has no attribute 'nothing'
`
	if out != want || !errors.Is(err, errCause) {
		t.Errorf("%v\n%s\nwant\n%s", err, out, want)
	}
}

func TestFileErrors(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "x.txt"), "")
	write(t, filepath.Join(dir, "bad.py"), "x = = 1")
	write(t, filepath.Join(dir, "bad.star"), "x = y +\n")
	for _, name := range []string{"none.py", "x.txt", ".", "bad.py", "bad.star"} {
		_, _, err := runFile(t, filepath.Join(dir, name), Options{}, nil)
		var file *FileError
		if !errors.As(err, &file) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSignature(t *testing.T) {
	for _, bad := range []string{"a=1, b", "*a, b", "a, *b, c=1"} {
		if _, err := parseSignature(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	s, err := parseSignature("a, b=(1, 2), *, c, d='x,y'")
	if err != nil || strings.Join(s.names, " ") != "a b c d" || s.required != 1 || s.posMax != 2 || !s.needKw[2] || s.needKw[3] {
		t.Errorf("%+v %v", s, err)
	}
}

func BenchmarkBuiltinCall(b *testing.B) {
	text := fmt.Sprintf("import bench\ndef f():\n    for i in range(%d):\n        bench.echo(i)\nf()\n", b.N)
	if _, _, err := run(b, "x.py", text, Options{}, nil); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkCallback(b *testing.B) {
	text := fmt.Sprintf("import bench\nf = lambda v: v\nfor i in range(%d):\n    bench.callback(f, i)\n", b.N)
	if _, _, err := run(b, "x.py", text, Options{}, nil); err != nil {
		b.Fatal(err)
	}
}
