package script

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// star runs a Starlark program and returns its output and its error with the traceback.
func star(t *testing.T, text string) (out, failed string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.star")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	in := New(Options{Stdout: &b})
	if err := in.Run(context.Background(), path); err != nil {
		failed = Traceback(err) + err.Error()
	}
	return b.String(), failed
}

// TestGuardsAreNotNoticed: the operators that are guarded do what Starlark's own do.
func TestGuardsAreNotNoticed(t *testing.T) {
	out, failed := star(t, `
a = [1]
b = a
a += (2, 3)
print(b, a == b)
def f(x, *args, k = 1 + 2 * 3, **kw):
    x += args
    return x + [k] * 2 if len(args) < 9 else lambda y = 2 * len(args): y + 1
print(f([0], 1, 2), f([0], k = 4 * 5, *[1] * 2), f([], *range(9))())
d = {"k" + "ey": [c * 2 + "." for c in ("a" + "b").elems() if c + c != "bb"]}
d["key"] += ["x" * 3]
d["key"][0] *= 2
s = struct(n = d["key"][1:1 + 1] + [-(2 * 3)])
print(d, s.n, (1 + 2) * 3.5, b"a" + b"b", (1,) * 2 + (3,), 2 * "ab", "ab" * -1, 1 << 3, 7 % 4)
n = 2
n *= 3
n += 1
n -= n * 2
print(n, 1 << 500 and (1 << 100) * (1 << 100) == 1 << 200)
x = {"a": 1}
x |= {"b": 2}
print(x, not 1 * 0, [i + j for i in range(2) for j in [i * 2]])
`)
	want := `[1, 2, 3] True
[0, 1, 2, 7, 7] [0, 1, 1, 20, 20] 19
{"key": ["aa.aa.", "xxx"]} ["xxx", -6] 10.5 ab (1, 1, 3) abab  8 3
-7 True
{"a": 1, "b": 2} True [0, 3]
`
	if out != want || failed != "" {
		t.Errorf("%s\n%s\nwant\n%s", out, failed, want)
	}
}

// TestGuardErrors: a value that is too large is an error at its line, and other errors are Starlark's.
func TestGuardErrors(t *testing.T) {
	for text, want := range map[string]string{
		"def f(n):\n    return [0] * n\nf(1 << 28)":          "line 2, in f\nError: a list of more than 4194304 elements is more than one operation makes",
		"x = 1 << 28\ny = x * 'a'":                           "line 2, in <module>\nError: a string of more than 67108864 bytes",
		"x = 'a' + 1\n":                                      "unknown binary op: string + int",
		"x = {} * {}\n":                                      "unknown binary op: dict * dict",
		"x = [1]\nx += 1\n":                                  "unknown binary op: list + int",
		"x = [1]\ndef f():\n    x += [2]\nf()":               "local variable x referenced before assignment",
		"x = [1]\nfor i in x:\n    x += [i]\n":               "during iteration",
		"x = " + strings.Repeat("(", 5000) + "1":             "nests too deep",
		"x = " + strings.Repeat("not ", 20000) + "1":         "nests too deep",
		"x = ('" + strings.Repeat("(", 60000) + "' # (((\n1": "got int literal",
	} {
		if _, failed := star(t, text); !strings.Contains(failed, want) {
			t.Errorf("%.60q: %s\nwant %s", text, failed, want)
		}
	}
}

// TestSourceIsRegular: a script is a file of a sensible size.
func TestSourceIsRegular(t *testing.T) {
	for name, want := range map[string]string{"/dev/zero": "is no regular file", ".": "is a folder", "none.py": "no such file"} {
		if _, err := readSource(name, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

// TestEarlyInterrupt: an interrupt that comes before the script's first step is not lost.
func TestEarlyInterrupt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.py")
	if err := os.WriteFile(path, []byte("while True: pass\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	in := New(Options{})
	in.Interrupt()
	if err := in.Run(t.Context(), path); !errors.Is(err, ErrInterrupted) {
		t.Errorf("%v", err)
	}
}
