package parse

import (
	"os"
	"strings"
	"testing"
)

func TestErrors(t *testing.T) {
	for src, want := range map[string]string{
		"x = (1,\n":                 "was never closed",
		"def f(:\n  pass\n":         "1:6: '(' was never closed",
		"if x\n  y\n":               "1:5: invalid syntax: expected ':'",
		"f() = 1\n":                 "can't assign to a function call",
		"1 + 1 = 2\n":               "can't assign to an operator",
		"del f()\n":                 "can't delete a function call",
		"  x = 1\n":                 "unexpected indent",
		"if 1:\n    x\n  y\n":       "unindent doesn't match",
		"if 1:\nx\n":                "expected an indented block",
		"x = 'abc\n":                "1:5: unterminated string literal",
		"x = '''abc\n":              "1:5: unterminated string literal",
		"x = 0777\n":                "invalid number 0777",
		"x = 1__0\n":                "invalid number",
		"x = 1if y else 2\n":        "invalid number 1if: MicroPython wants a space behind the number",
		"x = [1, 2)\n":              "closing ')' doesn't match opening '['",
		"x = 1)\n":                  "unmatched ')'",
		"f(a=1, 2)\n":               "positional argument follows keyword argument",
		"f(**a, 2)\n":               "keyword argument unpacking",
		"f(a=1, a=2)\n":             "keyword argument repeated: a",
		"def f(a, a): pass\n":       `argument "a" is there twice`,
		"def f(a=1, b): pass\n":     "non-default argument follows default argument",
		"f'{x'\n":                   "f-string: expecting '}'",
		"f'{}'\n":                   "f-string: empty expression",
		"f'{x!q}'\n":                "f-string: invalid conversion",
		"f'}'\n":                    "single '}'",
		"*a, *b = c\n":              "multiple *x",
		"b'é'\n":                    "ASCII",
		"x = $\n":                   "invalid character '$'",
		"x ? y\n":                   "invalid character '?'",
		"'\\x1'\n":                  "hexadecimal",
		"try:\n  x\n":               "expected 'except' or 'finally'",
		"x = = y\n":                 "invalid syntax",
		"(x for x in y, 1)\n":       "expected ')'",
		"f(x for x in y, 1)\n":      "must be parenthesized",
		"print 'hello'\n":           "invalid syntax",
		strings.Repeat("(", 300):    "too many nested",
		strings.Repeat("-", 300):    "too many nested",
		strings.Repeat("x.", 6000):  "too long",
		strings.Repeat("x+", 6000):  "too long",
		strings.Repeat("not ", 300): "too many nested",
	} {
		_, err := Module(src, Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: error %v, want %q", src, err, want)
		}
	}
}

func TestAccepted(t *testing.T) {
	for _, src := range []string{
		"", "\n", "#c", "x", "x;", "x;y\n", "x = 1_000 + 0x_ff + 1e3 + 1.5j",
		"f'{x}' f\"{y!r:>{w}}\" 'z'", "f'{x=}{{}}'", "f'{a[\"b\"]}{d[1:2]}{lambda_}'", "f'''{\nx\n}'''",
		"(y := 5)", "if (n := f()) > 1: pass", "[y for x in z if (y := x)]", "x: int", "x: int = 5", "a.b: str = 1",
		"async def f():\n  await x\n  async for i in y: pass\n  async with a as b, c: pass\n  return [i async for i in z]",
		"f(*a, *b, x, **c, d=1, **e)", "{**a, 'b': 1, **c}", "[*a, *b]", "class A(B, *c, metaclass=D): x = 1",
		"def f(a, b=1, *args, c, d=2, **kw) -> int: pass", "def f(a, /, b, *, c): pass", "lambda: (yield)", "lambda *a, **k: 0",
		"x[1:2, ::3, ...]", "x[()]", "x[:]", "x[a:=1]", "with (a as b, c as d): pass", "with (a): pass", "with (a, b): pass",
		"return_ = 1 if x else 2", "a = b = c, d = e", "a, *b = c", "for a, *b in c: pass", "del a, b[0], c.d, (e, f)",
		"try:\n  pass\nexcept (A, B) as e:\n  pass\nelse:\n  pass\nfinally:\n  pass", "from . import a", "from ...b.c import (d as e, f,)",
		"import a.b.c as d, e", "@a.b(c)\n@d\ndef f(): pass", "x = yield\ny = yield from z", "assert x, y", "raise A from b",
		"if x:\n\ty\nelif z:\n        w\nelse:\n\tv", "x = \\\n  1", "x = (1\n  + 2)", "'a' \"b\" '''c'''", "not x is not y not in z",
		"x if y else z if a else b", "-x ** -y", "a @ b", "a @= b", "print(*a, sep='')", "nonlocal_ = 1", "ψ = 'é'",
		"while 1:\n  break\nelse:\n  pass", "x = 1 # c\n# d\n  # e\ny = 2", "if 1: a; b", "\f\nx",
	} {
		if _, err := Module(src, Options{Layout: true}); err != nil {
			t.Errorf("%q: %v", src, err)
		}
	}
}

func TestComments(t *testing.T) {
	mod, err := Module("# one\nx = 1  # two\ny = '# no'\n", Options{Layout: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(mod.Layout.Comments) != 2 || mod.Layout.Comments[0].Text != "# one" || !mod.Layout.Comments[0].Alone || mod.Layout.Comments[1].Alone || mod.Layout.Comments[1].Line != 2 {
		t.Errorf("comments %+v", mod.Layout.Comments)
	}
}

func FuzzModule(f *testing.F) {
	for _, s := range []string{"x = f'{a!r:>{b}}'", "def f(a, *, b=1): yield", "if x:\n  y\nelse:\n  z", "\"\"\"", "0x", "1e", "f'{", "x[1:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		_, _ = Module(src, Options{Layout: true})
		_, _ = Expression(src, Options{})
	})
}

func BenchmarkModule(b *testing.B) {
	text, err := os.ReadFile("../testdata/classes.py")
	if err != nil {
		b.Fatal(err)
	}
	src := strings.Repeat(string(text), 20)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, err := Module(src, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
