package suite

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLeases: a test has the leases of its fixtures, and of those that they use.
func TestLeases(t *testing.T) {
	o := Options{Root: t.TempDir(), Env: noEnv}
	text := `
def _station():
    return {"id": "station_3", "secret": "0123456789"}
station = fixture(_station, scope = "file", lease = "station-3")
def _meter(station):
    return station["id"] + "_meter"
meter = fixture(_meter, lease = ["meter", "module:/dev/ttyUSB2"])
def test_free():
    check(True)
def test_station(station):
    check(station["id"] == "station_3")
def test_meter(meter, station):
    check(meter == "station_3_meter")
`
	if err := os.WriteFile(filepath.Join(o.Root, "a_test.star"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	tests, err := Collect(t.Context(), "a_test.star", o)
	if err != nil || len(tests) != 3 {
		t.Fatal(tests, err)
	}
	for i, want := range [][]string{nil, {"station-3"}, {"meter", "module:/dev/ttyUSB2", "station-3"}} {
		if !slices.Equal(tests[i].Leases, want) {
			t.Errorf("%s: %q", tests[i].ID, tests[i].Leases)
		}
		if r := Run(t.Context(), tests[i], 1, o, nil); r.Verdict != Passed {
			t.Errorf("%s: %s: %v", tests[i].ID, r.Verdict, r.Problems)
		}
	}
}

// TestBadLeases: what cannot be leased, and what is not tidied up.
func TestBadLeases(t *testing.T) {
	for _, x := range []struct{ file, text, wants string }{
		{"a_test.star", "f = fixture(lambda: 1, lease = \"\")\ndef test_a(f):\n    check(f)\n", `lease "": want the name`},
		{"a_test.star", "f = fixture(lambda: 1, lease = \"module:\")\ndef test_a(f):\n    check(f)\n", `lease "module:"`},
		{"a_test.star", "f = fixture(lambda: 1, lease = [])\ndef test_a(f):\n    check(f)\n", "names nothing"},
		{"a_test.star", "f = fixture(lambda: 1, lease = 5)\ndef test_a(f):\n    check(f)\n",
			"lease should be a list of str"},
		{"a_test.py", "@fixture(lease='a')\ndef f():\n    yield 1\n    raise OSError(5)\ndef test_a(f):\n    assert f\n", "EIO"},
		{"a_test.py", "@fixture(scope='file', lease='a')\ndef f():\n    yield 1\ndef test_a(f):\n    assert f\n",
			"f of scope \"file\" yields"},
		{"a_test.py", "@fixture(scope='file', lease='a')\ndef f(start):\n    return start\ndef test_a(f):\n    assert f\n",
			"what is wider than a test is data alone"},
	} {
		problems := collectOrRun(t, x.file, x.text)
		if len(problems) == 0 || !strings.Contains(problems[0].Text, x.wants) {
			t.Errorf("%s: %+v; want %q", x.text, problems, x.wants)
		}
		if x.wants == "EIO" && (problems[0].Phase != "teardown" || problems[0].Fixture != "fixture f") {
			t.Errorf("%+v", problems[0])
		}
	}
}

// collectOrRun is what is wrong with a file, or with its first test.
func collectOrRun(t *testing.T, name, text string) []Problem {
	t.Helper()
	o := Options{Root: t.TempDir(), Env: noEnv}
	if err := os.WriteFile(filepath.Join(o.Root, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	tests, err := Collect(t.Context(), name, o)
	if err != nil {
		return []Problem{{Text: err.Error()}}
	}
	return Run(t.Context(), tests[0], 1, o, nil).Problems
}
