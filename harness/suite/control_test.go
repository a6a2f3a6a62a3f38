package suite

import (
	"os"
	"path/filepath"
	"testing"
)

// TestControlAtOnce: what is around a module can be changed as soon as its script was started.
func TestControlAtOnce(t *testing.T) {
	lamp := filepath.Join(t.TempDir(), "lamp.py")
	text := "import machine, utime\nutime.sleep(1)\nprint(machine.Pin(5, machine.Pin.IN).read())\n"
	if err := os.WriteFile(lamp, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	r := runText(t, "a_test.star", `
def test_a(start):
    lamp = start("`+filepath.ToSlash(lamp)+`")
    lamp.module.pin_level(5, 1)
    expect(lamp, printed("1"))
`)
	if r.Verdict != Passed {
		t.Errorf("%s: %v", r.Verdict, r.Problems)
	}
}
