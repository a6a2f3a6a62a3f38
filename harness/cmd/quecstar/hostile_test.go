package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// hostile are scripts that ask for too much, and how each ends: with an exit status and a text on
// standard error. Those that would run for ever have the status of a deadline; "emory" is a MemoryError
// or the memory limit, whichever comes first.
var hostile = []struct {
	name, text string
	status     int
	want       string
}{
	// Source text.
	{"nested brackets", "x = " + strings.Repeat("[", 50000) + strings.Repeat("]", 50000), 2, "too many nested"},
	{"nested operators", "x = " + strings.Repeat("-", 50000) + "1", 2, "too many nested"},
	{"nested blocks", nested("if 1:", 300), 2, "too many levels of indentation"},
	{"a chain of operators", "x = 1" + strings.Repeat(" + 1", 100000), 2, "too long"},
	{"a large literal", "x = [" + strings.Repeat("1,", 300000) + "]\nprint(len(x))\n1 // 0", 1, "ZeroDivisionError"},
	{"exec of much text", "exec('x=1\\n' * 10**7)", 1, "MemoryError"},
	{"eval of nested text", "eval('[' * 10**5)", 1, "SyntaxError"},
	{"exec without an end", "s = 'exec(s)'\nexec(s)", 1, "RuntimeError: maximum recursion depth exceeded"},

	// Integers.
	{"power", "x = 10**10**8", 1, "MemoryError"},
	{"shift", "n = 10**9\nx = 1 << n", 1, "MemoryError"},
	{"shift by a huge int", "x = 1 << (1 << 70)", 1, "MemoryError"},
	{"digits", "x = int('9' * 10**7)", 1, "MemoryError"},
	{"factorial", "x = 1\nfor i in range(1, 10**7): x *= i", 3, "deadline"},
	{"to_bytes", "(1).to_bytes(10**11, 'big')", 1, "ValueError"},
	{"exit status", "import usys\nusys.exit(10**30)", 1, ""},

	// Strings and bytes.
	{"repeated str", "x = 'a' * 10**10", 1, "MemoryError"},
	{"repeated by a huge int", "x = b'a' * 10**30", 1, "MemoryError"},
	{"doubled str", "x = 'a' * 1000\nwhile True: x += x", 1, "emory"},
	{"width", "x = '%1000000000d' % 1", 1, "ValueError"},
	{"format width", "x = '{:1000000000}'.format(1)", 1, "ValueError"},
	{"format of much", "x = ('{0}' * 10**4).format('a' * 10**5)", 1, "emory"},
	{"percent of much", "x = ('%s' * 10**4) % tuple(['a' * 10**5] * 10**4)", 1, "emory"},
	{"join", "x = ('a' * 10**6).join(['b'] * 10**5)", 1, "MemoryError"},
	{"replace", "x = ('a' * 10**6).replace('a', 'b' * 10**6)", 1, "MemoryError"},
	{"center", "x = 'a'.center(10**11)", 1, "MemoryError"},
	{"bytes", "x = bytes(10**11)", 1, "MemoryError"},
	{"doubled bytearray", "x = bytearray(1000)\nwhile True: x.extend(x)", 1, "emory"},
	{"strings kept, whatever is caught", "x = []\nwhile True:\n  try: x.append('a' * 10**6 + str(len(x)))\n  except MemoryError: pass", 1, "memory limit"},

	// Containers.
	{"repeated list", "x = [0] * 10**10", 1, "MemoryError"},
	{"repeated tuple", "n = 10**10\nx = n * (0,)", 1, "MemoryError"},
	{"doubled list", "x = [0] * 1000\nwhile True: x.extend(x)", 1, "emory"},
	{"list of a range", "x = list(range(10**12))", 1, "MemoryError"},
	{"set of a range", "x = set(range(10**12))", 1, "memory limit"},
	{"dict of a range", "x = dict.fromkeys(range(10**12))", 1, "memory limit"},
	{"appended for ever", "x = []\nwhile True: x.append([0] * 1000)", 1, "memory limit"},
	{"a list that its loop extends", "x = [0]\nfor i in x: x.append([0] * 1000)", 1, "memory limit"},
	{"sum of a range", "sum(range(10**15))", 3, "deadline"},
	{"zip of ranges", "all(zip(range(10**15), range(10**15)))", 3, "deadline"},

	// Recursion.
	{"function", "def f(): return f()\nf()", 1, "RuntimeError: maximum recursion depth exceeded"},
	{"__getattr__", "class A:\n  def __getattr__(self, n): return getattr(self, n + 'x')\nA().x", 1, "maximum recursion depth"},
	{"__repr__", "class A:\n  def __repr__(self): return repr(self)\nprint(A())", 1, "maximum recursion depth"},
	{"__eq__", "class A:\n  def __eq__(self, o): return self == o\nA() == A()", 1, "maximum recursion depth"},
	{"__hash__", "class A:\n  def __hash__(self): return hash(self)\n{A(): 1}", 1, "maximum recursion depth"},
	{"property", "class A:\n  @property\n  def x(self): return self.x\nA().x", 1, "maximum recursion depth"},
	{"sort key", "def k(x): return sorted([1, 2], key=k)\nk(1)", 1, "maximum recursion depth"},
	{"generator", "def g(): yield from g()\nlist(g())", 1, "maximum recursion depth"},
	{"chain of generators", "x = [1]\nfor i in range(10**4): x = (a for a in x)\nlist(x)", 1, "maximum recursion depth"},
	{"json of a list in itself", "import ujson\nx = []\nx.append(x)\nujson.dumps(x)", 1, "maximum recursion depth exceeded"},
	{"nested json", "import ujson\nujson.loads('[' * 10**5)", 1, "ValueError"},
	{"repr of a deep list", "x = []\nfor i in range(10**4): x = [x]\nprint(x)", 1, "maximum recursion depth"},
	{"== of lists in themselves", "x = []\nx.append(x)\ny = []\ny.append(y)\nx == y", 1, "maximum recursion depth"},

	// What does not end.
	{"generator to list", "def g():\n  while True: yield [0] * 1000\nlist(g())", 1, "memory limit"},
	{"generator to sum", "def g():\n  while True: yield 1\nsum(g())", 3, "deadline"},
	{"loop in __hash__", "class A:\n  def __hash__(self):\n    while True: pass\n{A(): 1}", 3, "deadline"},
	{"loop that catches all", "while True:\n  try:\n    while True: pass\n  except BaseException: pass", 3, "deadline"},
	{"finally that goes on", "while True:\n  try: 1 // 0\n  finally: continue", 3, "deadline"},
	{"generator that cannot be closed", "def g():\n  try: yield 1\n  finally:\n    while True: pass\nx = g()\nnext(x)\nx.close()", 3, "deadline"},
	{"steps that take long", "x = 'a' * 10**6\nwhile True: x.find('a' * 10**5 + 'b')", 3, "deadline"},
	{"sleep", "import utime\nutime.sleep(10**9)", 3, "deadline"},
	{"lock", "import _thread\nl = _thread.allocate_lock()\nl.acquire()\nl.acquire()", 3, "deadline"},
	{"print", "while True: print()", 3, "deadline"},
	{"regular expression", "import ure\nure.match('(a*)*b', 'a' * 40)", 1, "RuntimeError"},
	{"sub", "import ure\nure.sub('a', 'b' * 10**4, 'a' * 10**4)", 1, "emory"},

	// Starlark.
	{"starlark: list of a range", "x = list(range(1 << 40))", 1, "elements are more than"},
	{"starlark: sorted range", "x = sorted(range(1 << 40), reverse=True)", 1, "elements are more than"},
	{"starlark: recursion", "def f(): return f()\nf()", 1, "maximum recursion depth"},
	{"starlark: kept lists", "x = []\nwhile True: x.append([0] * 1000)", 1, "memory limit"},
	{"starlark: loop", "while True: pass", 3, "deadline"},
	{"starlark: sleep", "sleep(10 << 30)", 3, "deadline"},
	{"starlark: short lists", "print(sorted(range(3)), max([1, 2]), list(enumerate([1])), set([1]) == set([1]), 1 // 0)", 1, "division by zero"},

	// The host's own.
	{"threads", "import _thread, utime\ntry:\n  for i in range(10**6): _thread.start_new_thread(utime.sleep, (1000,))\nexcept OSError: pass", 3, "deadline"},
	{"busy threads", "import _thread\ndef f():\n  while True: pass\nfor i in range(20): _thread.start_new_thread(f, ())\nf()", 3, "deadline"},
	{"files", "l = []\nwhile True: l.append(open('/usr/a%d' % len(l), 'w'))", 1, "OSError: 24"},
	{"a large file", "f = open('/usr/a', 'w')\nwhile True: f.write('x' * 10**6)", 1, "OSError: 28"},
}

func nested(head string, depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + head + "\n")
	}
	return b.String() + strings.Repeat(" ", depth) + "pass"
}

// TestHostile: scripts that ask for too much end by themselves, with the documented status.
func TestHostile(t *testing.T) {
	bench := file(t, "bench.toml", "[limits]\nmemory_mb = 80\n")
	for _, tt := range hostile {
		t.Run(tt.name, func(t *testing.T) {
			timeout := "20s"
			if tt.status == statusDeadline {
				timeout = "150ms"
			}
			script := filepath.Join(t.TempDir(), "x.py")
			if strings.HasPrefix(tt.name, "starlark: ") {
				script = strings.TrimSuffix(script, "py") + "star"
			}
			writeFile(t, script, tt.text+"\n")
			c := launch("run", "--bench", bench, "--timeout", timeout, script)
			if status := c.wait(t, c.status); status != tt.status || !strings.Contains(c.err.String(), tt.want) {
				t.Errorf("exit status %d, want %d with %q:\n%.2000s", status, tt.status, tt.want, c.err)
			}
		})
	}
}
