package dialect

import (
	"strings"
	"testing"

	"go.starlark.net/starlark"
)

// Python's syntax in a .star file is named with its place and with what to write.
func TestPythonSyntaxIsExplained(t *testing.T) {
	for _, c := range []struct{ text, at, want string }{
		{"def f():\n    try:\n        g()\n    except OSError as e:\n        pass\n", "2:5", "Starlark has no try: call the function by attempt; see 'quecstar doc attempt', or name the file .py"},
		{"except OSError:\n    pass\n", "1:1", "no try"},
		{"'''doc\n'''\ntry:\n    pass\n", "3:1", "no try"},
		{"# try\nx = 'class' # import\nraise OSError(1)\n", "3:1", "no raise: use fail(text)"},
		{"class A:\n    pass\n", "1:1", "no class"}, {"x = 1; class A: pass\n", "1:8", "no class"},
		{"import utime\n", "1:1", "no import"}, {"from a import b\n", "1:1", "no import"},
		{"with open('x') as f:\n    pass\n", "1:1", "no with"},
		{"def f():\n    yield 1\n", "2:5", "no yield"}, {"f = lambda: (yield)\n", "1:14", "no yield"},
		{"async def f():\n    pass\n", "1:1", "no async"}, {"def f():\n    await g()\n", "2:5", "no async"},
		{"x = 1\nif x is None:\n    pass\n", "2:6", "no is: write =="}, {"y = 1 if 2 is not None else 3\n", "1:12", "no is"},
		{"f = lambda x: x is None\n", "1:17", "no is"},
		{"def f():\n    global x\n", "2:5", "no global"}, {"def f():\n    nonlocal x\n", "2:5", "no global or nonlocal"},
		{"del x[1]\n", "1:1", "no del"}, {"assert 1 == 1\n", "1:1", "no assert"}, {"assert x, 'no'\n", "1:1", "no assert"},
		{"match x:\n    case 1:\n        pass\n", "1:1", "no match"}, {"print 'x'\n", "1:1", "no print or exec without brackets"},
		{"if 0 < x < 3:\n    pass\n", "1:10", "no comparisons in a chain"}, {"a = 1 == 2 == 3\n", "1:12", "no comparisons in a chain"},
		{"x = 2 ** 3\n", "1:7", "no operator **"}, {"if (n := 3):\n    pass\n", "1:7", "no operator :="},
		{"@foo\ndef f():\n    pass\n", "1:1", "no decorators"},
		{"x: int = 1\n", "1:2", "no annotations"}, {"def f(x: int):\n    pass\n", "1:8", "no annotations"}, {"def f() -> int:\n    pass\n", "1:9", "no annotations"},
		{"x = {1, 2}\n", "1:7", "no sets in braces"}, {"a, *b = [1, 2]\n", "1:4", "no starred targets"},
		{"while False:\n    pass\nelse:\n    pass\n", "3:1", "no else behind a loop"},
		{"x = sum(y for y in [1])\n", "1:11", "no generator expressions"}, {"a = b = 1\n", "1:7", "no assignments in a chain"},
		{"x = \"a\" \"b\"\n", "1:9", "no joining of strings"}, {"x = (\"a\"\n  \"b\")\n", "2:3", "no joining of strings"},
		{"print(f\"a{x}\")\n", "1:8", "no f-strings"}, {"y = rf'a'\n", "1:7", "no f-strings"}, {"x = u'a'\n", "1:6", "no u-strings"},
		{"def f():\n    ...\n", "2:5", "no ..."}, {"x = 1_000\n", "1:5", "no digits with _"}, {"def f(a, /):\n    pass\n", "1:10", "no parameters by position only"},
		{"x.try = 1\n", "1:3", `"try" is a reserved word`}, {"f(class=1)\n", "1:3", `"class" is a reserved word`},
		{"x = 'é' + f'a'\n", "1:12", "no f-strings"}, // columns count characters
	} {
		got := explained(c.text)
		if !strings.HasPrefix(got, "a.star:"+c.at+": ") || !strings.Contains(got, c.want) {
			t.Errorf("%q: %s, want it at %s with %q", c.text, got, c.at, c.want)
		}
	}
}

func explained(text string) string {
	_, _, err := starlark.SourceProgramOptions(Options(), "a.star", text, func(string) bool { return false })
	if err == nil {
		return "no error"
	}
	return Explain([]byte(text), err, func(name string) string {
		if name == "utime" {
			return "is elsewhere"
		}
		return ""
	}).Error()
}

// What is no syntax of Python either keeps the parser's own words.
func TestOtherErrorsStay(t *testing.T) {
	for text, want := range map[string]string{
		"x = (1\n": "a.star:2:1: got end of file, want ')'", "a = 1 if 2\n": "a.star:1:7: conditional expression without else clause",
		"if 1:\n    pass\nelse if 2:\n    pass\n": "a.star:3:8: got if, want ':'", "return 3\n": "a.star:1:1: return statement not within a function",
		"if 1\n    pass\n": "a.star:2:1: got newline, want ':'", "x = 1 +\n": "a.star:1:8: got newline, want primary expression",
	} {
		if got := explained(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// Names of Python's, and those that the caller knows, are explained; others are not.
func TestNamesAreExplained(t *testing.T) {
	got := explained("x = isinstance(1, 2)\ny = ValueError\nz = utime\nw = foo\n")
	for _, want := range []string{"a.star:1:5: undefined: isinstance, a name of Python: ", "a.star:2:5: undefined: ValueError, a name of Python: ", "'quecstar doc attempt'",
		"a.star:3:5: undefined: utime: is elsewhere", "a.star:4:5: undefined: foo"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nhas no %q", got, want)
		}
	}
}

// No text makes the hints fail.
func FuzzExplain(f *testing.F) {
	f.Add("x = f'a'\n")
	f.Add("try:\n\"\"\"\n")
	f.Fuzz(func(_ *testing.T, text string) { explained(text) })
}
