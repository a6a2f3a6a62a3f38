package suite

import "testing"

// TestDevicesOnce: a device that stands twice in a mark is one test, as IDs are of one test each.
func TestDevicesOnce(t *testing.T) {
	o := Options{Root: t.TempDir(), Env: noEnv}
	write(t, o, "a_test.star", "suite(devices = [\"direct\", \"at:sim\", \"direct\"])\ndef test_a():\n    check(True)\n"+
		"def test_b():\n    check(True)\nmark(test_b, devices = [\"at:sim\", \"at:sim\"])\n")
	tests, err := Collect(t.Context(), "a_test.star", o)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, one := range tests {
		got = append(got, one.ID)
	}
	want := []string{"a_test.star::test_a[direct]", "a_test.star::test_a[at:sim]", "a_test.star::test_b"}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("%q, want %q", got, want)
	}
}
