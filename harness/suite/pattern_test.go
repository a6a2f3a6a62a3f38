package suite

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runText runs the first test of a file that has this text.
func runText(t *testing.T, name, text string) Result {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	o := Options{Root: root, Env: func(string) string { return "" }}
	tests, err := Collect(context.Background(), name, o)
	if err != nil {
		t.Fatal(err)
	}
	return Run(context.Background(), tests[0], 1, o, nil)
}

func TestValuesAreComparedWithPatterns(t *testing.T) {
	for _, x := range []struct {
		file, line string
		fails      string // "" for a check that holds
	}{
		{"a_test.star", `check(3 == between(1, 5))`, ""},
		{"a_test.star", `check(between(1, 5) == 3)`, ""},
		{"a_test.star", `check(7 != between(1, 5))`, ""},
		{"a_test.star", `check({"a": 1, "b": 2} == has(a = between(0, 1)))`, ""},
		{"a_test.star", `check({"a": [1, {"b": "x15"}], "c": 0} == {"a": [between(0, 1), {"b": like("x*")}], "c": 0})`, ""},
		{"a_test.py", `assert [between(0, 1), ("a", b"b")] == [0, ("a", b"b")]`, ""},
		{"a_test.star", `check({"a": 1, "c": 0} != {"a": between(2, 3), "c": 0})`, ""},
		{"a_test.star", `check({"a": 7, "c": 0} == {"a": between(2, 3), "c": 0})`, `at ['a']: 7, between(2, 3)`},
		{"a_test.star", `check(all([x == between(1, 5) for x in [1, 5]]))`, ""},
		{"a_test.star", `check(not any([x != between(1, 5) for x in [1, 5]]))`, ""},
		{"a_test.star", `check(all([x != between(1, 5) for x in [1, 7]]))`, "check(all("},
		{"a_test.py", `assert all(x == between(1, 5) for x in (1, 5))`, ""},
		{"a_test.py", `assert all(x != between(1, 5) for x in (1, 7))`, "assert all("},
		{"a_test.py", `assert [b"31", b"31", b"31"] == [like("3*"), matches("^31$"), any_of("31")]`, ""},
		{"a_test.py", `assert b"31" != "31"`, ""},
		{"a_test.py", `assert 1 if "abc" == like("a*") else 0`, ""},
		{"a_test.star", `check(7 == between(1, 5))`, "left:  7"},
		{"a_test.star", `check(3 != between(1, 5))`, "left:  3"},
		{"a_test.py", `assert "T:15c" == like("T:*c")`, ""},
		{"a_test.star", `check(b'{"a": 1, "b": {"c": "x", "d": 2}}' == like({"a": between(0, 1), "b": {"c": "x"}}))`, ""},
		{"a_test.star", `check('{"a": 1, "b": 2}' == has(a = 1))`, ""},
		{"a_test.star", `check({"a": {"b": 1, "c": 2}, "d": 3} == like({"a": {"b": 1}}))`, ""},
		{"a_test.star", `check('{"a": 1}' == like({"a": 2}))`, `right: like({'a': 2})`},
		{"a_test.star", `check('{"b": 1}' == like({"a": 1}))`, "right: like("},
		{"a_test.star", `check('[{"a": 1}]' == like({"a": 1}))`, "right: like("},
		{"a_test.star", `check('{"a": 1} and more' == like({"a": 1}))`, "right: like("},
		{"a_test.star", `check('{"id": 9007199254740993}' == like({"id": 9007199254740993}))`, ""},
		{"a_test.star", `check('{"id": 9007199254740993}' == like({"id": 9007199254740992}))`, "right: like("},
		{"a_test.py", `assert b'{"a": {"x-y": 1}, "on": true}' == like({"a": {"x-y": 1}, "on": True})`, ""},
		{"a_test.py", `assert b"T:15c" == like("T:*c")`, ""},
		{"a_test.py", `assert bytearray(b"T:15c") == matches("^T:[0-9]+c$")`, ""},
		{"a_test.py", `assert b"a" == "a"`, "a bytes is not a str"},
		{"a_test.py", `assert b'{"on": false}' == like({"on": True})`, "right: like("},
		{"a_test.py", `assert b'{"a": "T:15c"}' == like({"a": like("T:*c")})`, ""},
		{"a_test.py", `assert "15c" == like("T:*c")`, "right: like("},
	} {
		r := runText(t, x.file, "def test_a():\n    "+x.line+"\n")
		if x.fails == "" {
			if r.Verdict != Passed {
				t.Errorf("%s: %s: %v", x.line, r.Verdict, r.Problems)
			}
			continue
		}
		if r.Verdict != Failed || !strings.Contains(r.Problems[0].Text, x.fails) {
			t.Errorf("%s: %s: %v; want %q", x.line, r.Verdict, r.Problems, x.fails)
		}
	}
}

// TestPayloadInJSON: what a device got is told in bytes, and matched as what it says.
func TestPayloadInJSON(t *testing.T) {
	o := Options{Root: t.TempDir(), Env: noEnv}
	write(t, o, "dev.py", `
from umqtt import MQTTClient
c = MQTTClient("dev", "broker.example", 1883)
c.set_callback(lambda topic, msg: print(topic, msg))
c.connect()
c.subscribe("down")
c.publish("down", '{"a": 1, "b": [2, {"c": 3}]}')
c.wait_msg()
`)
	write(t, o, "a_test.py", `
def test_fits(start):
    dev = start("dev.py")
    expect(dev, received("down", payload=like({"a": 1, "b": [2, {"c": 3}]})))

def test_differs(start):
    dev = start("dev.py")
    expect(dev, received("down", payload=like({"a": 2})))

def test_text(start):
    dev = start("dev.py")
    expect(dev, received("down", payload='{"a": 1, "b": [2, {"c": 3}]}'))
`)
	tests, err := Collect(t.Context(), "a_test.py", o)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "a: want 2, got 1", ""} {
		r := Run(t.Context(), tests[i], 1, o, nil)
		if want == "" && r.Verdict != Passed ||
			want != "" && (r.Verdict != Failed || !strings.Contains(r.Problems[0].Text, want)) {
			t.Errorf("%s: %s: %v; want %q", tests[i].Name, r.Verdict, r.Problems, want)
		}
	}
}
