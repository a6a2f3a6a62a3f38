package suite

import (
	"strings"
	"testing"
)

// TestMistakes: what a test file does wrong is told in the words of its author, where it is.
func TestMistakes(t *testing.T) {
	for _, x := range []struct{ name, file, text, wants string }{
		{"a case without an argument", "a_test.py",
			"@cases(a=dict(x=1, y=2), b=dict(x=1))\ndef test_a(x, y):\n    assert x < y\n",
			"test_a: the case b gives no y, as others do, and there is no such fixture"},
		{"a case with one too many", "a_test.py", "@cases(a=dict(x=1, z=2))\ndef test_a(x):\n    assert x\n",
			"test_a: the case a gives 'z', which it does not take"},
		{"a case without a name", "a_test.py", "@cases(**{'': dict(x=1)})\ndef test_a(x):\n    assert x\n",
			`"" is no name for a case`},
		{"a fixture of one letter", "a_test.star", "def test_a(y):\n    check(y)\n", "test_a: there is no fixture y"},
		{"a golden file elsewhere", "a_test.star", "def test_a(t):\n    t.golden(\"../../evil.txt\", \"x\")\n",
			`"../../evil.txt": want the name of a file beneath testdata`},
		{"a script that is not there", "a_test.star", "def test_a(start):\n    start(\"nope.py\")\n",
			"start: nope.py: file does not exist"},
		{"a device that nobody knows", "a_test.star", "def test_a(cloud):\n    cloud.kick(\"nobody\")\n",
			"cloud.kick: device nobody: the device does not exist"},
		{"a script of nearly that name", "a_test.star", "def test_a(start):\n    start(\"a_tests.star\")\n",
			"start: a_tests.star: file does not exist; did you mean a_test.star?"},
		{"a method of nearly that name", "a_test.py", "def test_a(cloud):\n    cloud.comand('x')\n",
			"'Cloud' object has no attribute 'comand'; did you mean command?"},
		{"a method of nothing near", "a_test.py", "def test_a(cloud):\n    cloud.xyzzy('x')\n",
			"'Cloud' object has no attribute 'xyzzy'"},
		{"a function of the module", "a_test.py", "def test_a(module):\n    module.adc_voltag(1, 2)\n",
			"'Module' object has no attribute 'adc_voltag'; did you mean adc_voltage?"},
		{"one name in front of an error", "a_test.star",
			"def test_a(rand):\n    rand.int(5, 1)\n", "Error: rand.int: 5 is above 1"},
	} {
		t.Run(x.name, func(t *testing.T) {
			problems := collectOrRun(t, x.file, x.text)
			if len(problems) == 0 || !strings.Contains(problems[0].Text, x.wants) {
				t.Errorf("%+v; want %q", problems, x.wants)
			}
			meant := strings.Contains(x.wants, "did you mean")
			if len(problems) > 0 && strings.Contains(problems[0].Text, "did you mean") != meant {
				t.Errorf("%+v", problems)
			}
		})
	}
}

// TestEndlessRecursionIsFolded: of frames that repeat a few are shown.
func TestEndlessRecursionIsFolded(t *testing.T) {
	for file, text := range map[string]string{
		"a_test.star": "def f():\n    return f()\ndef test_a():\n    f()\n",
		"a_test.py":   "def f():\n    return f()\ndef test_a():\n    f()\n",
	} {
		p := collectOrRun(t, file, text)
		if len(p) == 0 || strings.Count(p[0].Traceback, "\n") > 12 || !strings.Contains(p[0].Traceback, "repeated") {
			t.Errorf("%s: %+v", file, p)
		}
	}
}
