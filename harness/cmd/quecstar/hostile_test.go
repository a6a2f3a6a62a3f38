//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hostile are scripts that ask for too much, and how each ends: with an exit status and a text on
// standard error. Those that would run for ever have the status of a deadline. Where an operation and the watch
// of the memory may each be the first to see that there is too much, either of their texts, a | between, will do.
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
	{"doubled str", "x = 'a' * 1000\nwhile True: x += x", 1, "MemoryError|memory limit"},
	{"width", "x = '%1000000000d' % 1", 1, "ValueError"},
	{"format width", "x = '{:1000000000}'.format(1)", 1, "ValueError"},
	{"format of much", "x = ('{0}' * 10**4).format('a' * 10**5)", 1, "MemoryError|memory limit"},
	{"percent of much", "x = ('%s' * 10**4) % tuple(['a' * 10**5] * 10**4)", 1, "MemoryError|memory limit"},
	{"join", "x = ('a' * 10**6).join(['b'] * 10**5)", 1, "MemoryError"},
	{"replace", "x = ('a' * 10**6).replace('a', 'b' * 10**6)", 1, "MemoryError"},
	{"center", "x = 'a'.center(10**11)", 1, "MemoryError"},
	{"bytes", "x = bytes(10**11)", 1, "MemoryError"},
	{"doubled bytearray", "x = bytearray(1000)\nwhile True: x.extend(x)", 1, "MemoryError|memory limit"},
	{"strings kept, whatever is caught", "x = []\nwhile True:\n  try: x.append('a' * 10**6 + str(len(x)))\n  except MemoryError: pass", 1, "memory limit"},

	// Containers.
	{"repeated list", "x = [0] * 10**10", 1, "MemoryError"},
	{"repeated tuple", "n = 10**10\nx = n * (0,)", 1, "MemoryError"},
	{"doubled list", "x = [0] * 1000\nwhile True: x.extend(x)", 1, "MemoryError|memory limit"},
	{"list of a range", "x = list(range(10**12))", 1, "MemoryError"},
	{"set of a range", "x = set(range(10**12))", 1, "MemoryError|memory limit"},
	{"dict of a range", "x = dict.fromkeys(range(10**12))", 1, "MemoryError|memory limit"},
	{"set that grows", "x, i = set(), 0\nwhile True:\n  x.add(i)\n  i += 1", 1, "MemoryError|memory limit"},
	{"dict of ints that grows", "x, i = {}, 0\nwhile True:\n  x[i] = 0\n  i += 1", 1, "MemoryError|memory limit"},
	{"dict comprehension", "x = {i: 0 for i in range(10**12)}", 1, "MemoryError|memory limit"},
	{"set comprehension", "x = {i for i in range(10**12)}", 1, "MemoryError|memory limit"},
	{"dict that is updated", "x = {i: 0 for i in range(10**5)}\nn = 1\nwhile True:\n  x.update({i + n: 0 for i in x})\n  n *= 2", 1, "MemoryError|memory limit"},
	{"dict | dict", "x = {i: 0 for i in range(10**5)}\nn = 1\nwhile True:\n  x |= {i + n: 0 for i in x}\n  n *= 2", 1, "MemoryError|memory limit"},
	{"set of sets", "x = {i for i in range(10**5)}\ny = []\nwhile True: y.append(x | set())", 1, "MemoryError|memory limit"},
	{"items kept", "x = {i: 0 for i in range(10**5)}\ny = []\nwhile True: y.append(list(x.items()))", 1, "MemoryError|memory limit"},
	{"small literal times a list", "x = [0] * 10**6\ny = x * 1000", 1, "MemoryError"},
	{"small literal times a tuple", "x = (0,) * 10**6\ny = 999 * x", 1, "MemoryError"},
	{"list + list", "x = [0] * 1000\nwhile True: x = x + x", 1, "MemoryError|memory limit"},
	{"list of appended ints", "x = []\nwhile True: x.append(len(x))", 1, "MemoryError|memory limit"},
	{"slices", "x = [0] * 10**6\ny = []\nwhile True: y.append(x[1:])", 1, "MemoryError|memory limit"},
	{"sorted", "x = [0] * (1 << 22)\ny = []\nwhile True: y.append(sorted(x))", 1, "MemoryError|memory limit"},
	{"deque", "import ucollections\nx = ucollections.deque((), 10**9)\nwhile True: x.append('a' * 10**4)", 1, "MemoryError|memory limit"},
	{"heap", "import uheapq\nx = []\nwhile True: uheapq.heappush(x, 0)", 1, "MemoryError|memory limit"},
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
	{"repr of a deep namedtuple", "from ucollections import namedtuple\nP = namedtuple('P', ('a',))\nx = P(1)\n" +
		"for i in range(10**5): x = P(x)\nrepr(x)", 1, "maximum recursion depth"},
	{"repr of a deep slice", "class G:\n  def __getitem__(s, i): return i\ng = G()\nx = g[1:2]\n" +
		"for i in range(10**5): x = g[x:None]\nrepr(x)", 1, "maximum recursion depth"},
	{"repr of a deep view", "x = {}.items()\nfor i in range(10**5): x = {1: x}.items()\nrepr(x)", 1, "maximum recursion depth"},
	{"a chain of __getattr__", "class D:\n  def __init__(s, x): s.x = x\n  def __getattr__(s, n): return getattr(s.x, n)\n" +
		"x = 1\nfor i in range(10**5): x = D(x)\nx.y", 1, "maximum recursion depth"},
	{"a chain of closures", "def m(f): return lambda: f()\nx = lambda: 1\nfor i in range(10**5): x = m(x)\nx()", 1, "maximum recursion depth"},
	{"slice of an instance", "class A: pass\nA()[1:2]", 1, "TypeError: 'A' object isn't subscriptable"},
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
	{"sub", "import ure\nure.sub('a', 'b' * 10**4, 'a' * 10**4)", 1, "MemoryError|memory limit"},

	{"string of a str that grows", "s = 'a'\nwhile True: s = s + s + str(len(s))", 1, "MemoryError|memory limit"},
	{"ljust", "x = 'a'.ljust(10**11) if hasattr('', 'ljust') else 'a' * 10**11", 1, "MemoryError"},
	{"precision", "x = '%.1000000000f' % 1.0", 1, "ValueError"},
	{"f-string width", "w = 10**9\nx = f'{1:{w}}'", 1, "ValueError"},
	{"set of tuples", "x = set()\nwhile True: x.add((len(x),) * 100)", 1, "MemoryError|memory limit"},
	{"dict that grows", "x = {}\nwhile True: x[len(x)] = [0] * 1000", 1, "MemoryError|memory limit"},
	{"dict that its loop extends", "x = {0: 0}\nwhile True:\n  for k in list(x): x[k + len(x)] = [0] * 1000", 1, "memory limit"},
	{"comprehension", "x = [[0] * 1000 for i in range(10**12)]", 1, "memory limit"},
	{"pow with a modulus", "while True: pow(3, 10**9, 10**9 + 7)", 3, "deadline"},
	{"repeated list in a variable", "x = [0]\nn = 1 << 28\ny = x * n", 1, "MemoryError"},
	{"list repeated in place", "x = [0]\nx *= 1 << 28", 1, "MemoryError"},
	{"append of nothing", "x = []\nwhile True: x.append(0)", 1, "MemoryError"},
	{"squares", "x = 3\nwhile True: x = x * x", 1, "MemoryError"},
	{"base64", "import ubinascii\nx = b'a' * 10**6\nwhile True: x = ubinascii.b2a_base64(x)", 1, "MemoryError|memory limit"},
	{"hexlify with a separator", "import ubinascii\nx = b'a' * (60 << 20)\nx = ubinascii.hexlify(x, ':')", 1, "MemoryError"},
	{"unhexlify", "import ubinascii\nx = b'6' * (60 << 20)\nx = ubinascii.unhexlify(x)", 1, "MemoryError"},
	{"a2b_base64", "import ubinascii\nx = b'6' * (60 << 20)\nx = ubinascii.a2b_base64(x)", 1, "MemoryError"},
	{"hex", "x = (b'a' * (60 << 20)).hex()\nx = x.encode()\nx = x.hex()", 1, "MemoryError"},
	{"upper", "x = []\nwhile True: x.append(('a' * (20 << 20)).upper())", 1, "MemoryError"},
	{"zfill", "x = '1'.zfill(10**11)", 1, "MemoryError"},
	{"repr of a list of long strs", "x = ['a' * 10**6] * 10**4\nrepr(x)", 1, "MemoryError"},
	{"appended bytes", "x = bytearray()\nwhile True: x += b'a' * 10**6", 1, "MemoryError"},
	{"bytearrays kept", "x = []\nwhile True: x.append(bytearray(50 << 20))", 1, "MemoryError"},
	{"json of much", "import ujson\nx = ['a' * 10**6] * 10**4\nujson.dumps(x)", 1, "MemoryError|memory limit"},
	{"hexlify", "import ubinascii\nx = b'a' * 10**6\nwhile True: x = ubinascii.hexlify(x)", 1, "MemoryError|memory limit"},
	{"struct", "import ustruct\nustruct.pack('1000000000s', b'a')", 1, "Error"},
	{"array", "import array\nx = array.array('i', [0])\nwhile True: x.extend(x)", 1, "MemoryError|memory limit"},
	{"json depth of dicts", "import ujson\nujson.loads('{\"a\":' * 10**5)", 1, "ValueError"},
	{"json of a shared list", "import ujson\nx = [1]\nfor i in range(60): x = [x, x]\nujson.dumps(x)", 1, "MemoryError|memory limit"},
	{"repr of a shared list", "x = [1]\nfor i in range(60): x = [x, x]\nrepr(x)", 1, "MemoryError|memory limit"},
	{"compiled pattern", "import ure\nure.compile('(' * 10**5)", 1, "Error"},
	{"split at white space", "x = ('a ' * 10**7).split()", 1, "MemoryError"},
	{"rsplit", "x = ('a,' * 10**7).rsplit(',', 10**7)", 1, "MemoryError"},
	{"rsplit at white space", "x = ('a ' * 10**7).rsplit(None, 10**7)", 1, "MemoryError"},
	{"splitlines", "x = ('a\\n' * 10**7).splitlines()", 1, "MemoryError"},
	{"split of bytes", "x = (b'a,' * 10**6 * 2).split(b',')\ny = [x] + [(b'a,' * 10**6 * 2).split(b',')]", 1, "MemoryError"},
	{"split", "x = ('a ' * 10**7).split(' ')", 1, "MemoryError|memory limit"},
	{"endless timers", "import osTimer, utime\nt = []\nwhile True:\n  x = osTimer()\n  x.start(1, 1, lambda a: None)\n  t.append(x)", 3, "deadline"},
	{"queue", "import queue\nq = queue.Queue()\nq.get()", 3, "deadline"},
	{"StringIO", "import uio\nf = uio.StringIO()\nwhile True: f.write('a' * 10**6)", 1, "MemoryError|memory limit"},
	{"standard input", "import usys\nusys.stdin.read()\nwhile True: pass", 3, "deadline"},
	{"imports itself", "import x", 0, ""},

	// Starlark.
	{"starlark: repeated list", "x = [0] * (1 << 28)", 1, "x.star\", line 1"},
	{"starlark: repeated by the left", "x = (1 << 28) * [0]", 1, "more than one operation makes"},
	{"starlark: repeated str", "x = 'a' * (1 << 30)", 1, "more than one operation makes"},
	{"starlark: repeated by a huge int", "x = 'a' * (1 << 100)", 1, "more than one operation makes"},
	{"starlark: repeated in place", "x = [[0]]\nx[0] *= 1 << 28", 1, "more than one operation makes"},
	{"starlark: s += s", "s = 'a' * 1000\nwhile True: s += s", 1, "more than one operation makes"},
	{"starlark: s = s + s", "s = 'a' * 1000\nwhile True: s = s + s", 1, "more than one operation makes"},
	{"starlark: list += list", "x = [0] * 1000\nwhile True: x += x", 1, "more than one operation makes"},
	{"starlark: extend", "x = [0] * 1000\nwhile True: x.extend(x)", 1, "more than one operation makes"},
	{"starlark: extend by a range", "x = []\nx.extend(range(1 << 40))", 1, "more than one operation makes"},
	{"starlark: replace", "x = ('a' * (1 << 20)).replace('a', 'b' * 4096)", 1, "more than one operation makes"},
	{"starlark: join", "x = ('a' * (1 << 20)).join(['b'] * 4096)", 1, "more than one operation makes"},
	{"starlark: format", "x = ('{0}' * 10000).format('a' * 100000)", 1, "more than one operation makes"},
	{"starlark: percent", "x = ('%s' * 10000) % tuple(['a' * 100000] * 10000)", 1, "more than one operation makes"},
	{"starlark: percent of floats", "x = '%f' * (1 << 21) % tuple([1e308] * (1 << 21))", 1, "more than one operation makes"},
	{"starlark: print of a shared tuple", "x = (1,)\nfor i in range(60): x = (x, x)\nprint(x)", 1, "more than one operation makes"},
	{"starlark: shared structs in a text", "x = 1\nfor i in range(60): x = struct(a = x, b = x)\n'{}'.format(x)", 1, "more than one operation makes"},
	{"starlark: repr of a deep list", "x = []\nfor i in range(100000): x = [x]\nrepr(x)", 1, "maximum recursion depth"},
	{"starlark: a method that is asked for by name", "f = getattr('a' * (1 << 20), 'replace')\nf('a', 'b' * 4096)", 1, "more than one operation makes"},
	{"starlark: zip of ranges", "x = zip(*[range(1 << 21)] * 100)", 1, "memory limit"},
	{"starlark: enumerate", "x = []\nwhile True: x.append(enumerate(range(1 << 20)))", 1, "memory limit"},
	{"starlark: slices", "x = list(range(1 << 20))\ny = []\nwhile True: y.append(x[1:])", 1, "memory limit"},
	{"starlark: items", "x = {i: 0 for i in range(1 << 18)}\ny = []\nwhile True: y.append(x.items())", 1, "memory limit"},
	{"starlark: append of nothing", "x = []\nwhile True: x.append(0)", 1, "memory limit"},
	{"starlark: split", "x = ('a,' * (1 << 24)).split(',')", 1, "memory limit"},
	{"starlark: squares", "x = 3\nwhile True: x = x * x", 1, "more than the"},
	{"starlark: text of a shared list", "x = [1]\nfor i in range(60): x = [x, x]\nx = str(x)", 1, "more than one operation makes"},
	{"starlark: comparison of shared lists", "x = [1]\ny = [1]\nfor i in range(60):\n  x = [x, x]\n  y = [y, y]\nx == y", 1, "recursion depth"},
	{"starlark: json", "x = [1]\nfor i in range(60): x = [x, x]\njson.encode(x)", 1, "memory allocation failed|memory limit"},
	{"starlark: strings kept", "x = []\nwhile True: x.append('a' * 1000000 + str(len(x)))", 1, "memory limit"},
	{"starlark: dict", "x = {}\nwhile True: x[len(x)] = [0] * 1000", 1, "memory limit"},
	{"starlark: dict of ints", "x = {}\ni = 0\nwhile True:\n  x[i] = 0\n  i += 1", 1, "memory limit"},
	{"starlark: dict comprehension", "x = {i: 0 for i in range(1 << 40)}", 1, "memory limit"},
	{"starlark: setdefault", "x = {}\ni = 0\nwhile True:\n  x.setdefault(i)\n  i += 1", 1, "memory limit"},
	{"starlark: set", "x = set()\ni = 0\nwhile True:\n  x.add(i)\n  i += 1", 1, "memory limit"},
	{"starlark: set of a range", "x = set(range(1 << 22))", 1, "memory limit"},
	{"starlark: dict | dict", "x = {i: 0 for i in range(100000)}\nn = 1\nwhile True:\n  x |= {i + n: 0 for i in x}\n  n *= 2", 1, "memory limit"},
	{"starlark: update", "x = {i: 0 for i in range(100000)}\nn = 1\nwhile True:\n  x.update({i + n: 0 for i in x})\n  n *= 2", 1, "memory limit"},
	{"starlark: print", "while True: print()", 3, "deadline"},
	{"starlark: nested brackets", "x = " + strings.Repeat("[", 500000), 2, "nests too deep"},
	{"starlark: nested operators", "x = " + strings.Repeat("-", 500000) + "1", 2, "nests too deep"},
	{"starlark: a chain of operators", "x = 1" + strings.Repeat(" + 1", 100000), 2, "too long"},
	{"starlark: a chain of elif", "if 0: pass\n" + strings.Repeat("elif 0: pass\n", 100000) + "1 // 0", 3, "deadline"},
	{"starlark: a large literal", "x = [" + strings.Repeat("1,", 300000) + "]\nprint(len(x))\n1 // 0", 1, "division by zero"},
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
	{"a file with a hole", "f = open('/usr/a', 'w')\nf.seek(10**12)\nf.write('x')", 1, "OSError: 28"},
	{"many files", "for i in range(10**5): open('/usr/a%d' % i, 'w').close()", 1, "OSError: 28"},
	{"nested folders", "import uos\nfor i in range(10**5):\n  uos.mkdir('d')\n  uos.chdir('d')", 1, "OSError: 36"},
	{"a FIFO", "open('/usr/fifo')", 1, "[Errno 19]"},
	{"a FIFO to write", "open('/usr/fifo', 'r+')", 1, "OSError"},
	{"an imported FIFO", "import fifo", 1, "ImportError"},
	{"a file without an end", "open('/usr/hole').read()", 1, "MemoryError"},
	{"a large file", "f = open('/usr/a', 'w')\nwhile True: f.write('x' * 10**6)", 1, "OSError: 28"},
}

func nested(head string, depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + head + "\n")
	}
	return b.String() + strings.Repeat(" ", depth) + "pass"
}

// What the process of a hostile script may take: memory is half as much again as its limit, and CPU time
// what the slowest takes many times over.
const (
	hostileMB  = 200
	hostileCPU = 60 * time.Second
)

// TestHostile: scripts that ask for too much end by themselves, each in a process of its own that stays
// within its memory and time, with the documented status and no word of Go's.
func TestHostile(t *testing.T) {
	program := plainBuild(t)
	bench := file(t, "bench.toml", fmt.Sprintf("[limits]\nmemory_mb = %d\n", hostileMB))
	for _, tt := range hostile {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			timeout := endless.String()
			if tt.status == statusDeadline {
				timeout = "300ms"
			}
			script := "x.py"
			if strings.HasPrefix(tt.name, "starlark: ") {
				script = "x.star"
			}
			dir := hostileFolder(t)
			writeFile(t, filepath.Join(dir, script), tt.text+"\n")
			r := spawn(t, dir, "run", "--bench", bench, "--timeout", timeout, script)
			r.cmd.Path = program
			r.stdin(t)
			status := r.wait(t)
			errs := r.errors()
			said := slices.ContainsFunc(strings.Split(tt.want, "|"), func(w string) bool { return strings.Contains(errs, w) })
			if status != tt.status || !said || strings.Contains(errs, "goroutine ") {
				t.Errorf("exit status %d, want %d with %q:\n%.2000s", status, tt.status, tt.want, errs)
			}
			cpu := r.cmd.ProcessState.UserTime() + r.cmd.ProcessState.SystemTime()
			t.Logf("%d MB, %v of CPU time", r.peakMB(), cpu)
			// The kernel counts what this process held when it made the child. Beside other tests that is too
			// much to tell: .ci/run has a run of this test alone, where it is not.
			most := int64(hostileMB * 3 / 2)
			if tt.name == "set comprehension" {
				// Starlark's own list, within the limit, grows by a quarter beside the old one: where no collection
				// falls into that moment both are held. (3 of 12 runs did, four at a time on two cores.)
				most = hostileMB * 9 / 4
			}
			if peak := r.peakMB(); peak > most && ownMB() < hostileMB {
				t.Errorf("it held %d MB; the limit is %d MB", peak, hostileMB)
			}
			if cpu > hostileCPU {
				t.Errorf("it took %v of CPU time", cpu)
			}
		})
	}
}

// plainBuild is the program as its users have it: a test binary may have the race detector within, which
// takes many times the memory and time.
func plainBuild(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "quecstar")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// hostileFolder is a folder with what may lie beside a script.
func hostileFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo.py"), 0o600); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "hole"), "")
	if err := os.Truncate(filepath.Join(dir, "hole"), 1<<36); err != nil {
		t.Fatal(err)
	}
	return dir
}

// peakMB is the most memory that the process held, or this one before.
func (s *spawned) peakMB() int64 {
	return s.cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10
}

// ownMB is the most memory that this process has held.
func ownMB() int {
	var self syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &self); err != nil {
		return 0
	}
	return int(self.Maxrss >> 10)
}
