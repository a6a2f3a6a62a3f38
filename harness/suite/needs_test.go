package suite

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNeeds: a test is skipped, with the reason, where what it needs is missing; what nothing can have is an error.
func TestNeeds(t *testing.T) {
	for _, x := range []struct {
		needs, device, bench string
		wants                string // of the reason; "" for a test that runs
		live                 bool
	}{
		{needs: "module", device: "direct", wants: "needs module: on direct"},
		{needs: "module", device: "at:sim"},
		{needs: "module.power", device: "direct"},
		{needs: "module.power", device: "repl:sim", wants: "no supply"},
		{needs: "module.power", device: "at:/dev/none", wants: "a real module"},
		{needs: "module.surroundings", device: "at:/dev/none", wants: "real module"},
		{needs: "module.faults", device: "direct", wants: "only at:sim"},
		{needs: "virtual-time", device: "direct", live: true, wants: "time is real"},
		{needs: "cloud", device: "direct", live: true, wants: "--live"},
		{needs: "bench.relay", device: "direct", wants: "does not list relay"},
		{needs: "bench.relay", device: "direct", bench: "capabilities = [\"relay\"]\n"},
	} {
		o := Options{Root: t.TempDir(), Env: noEnv, Live: x.live}
		text := "def test_a():\n    check(True)\nmark(test_a, needs = \"" + x.needs + "\", devices = \"" + x.device + "\")\n"
		for name, text := range map[string]string{"a_test.star": text, "bench.toml": x.bench} {
			if err := os.WriteFile(filepath.Join(o.Root, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		tests, err := Collect(t.Context(), "a_test.star", o)
		if err != nil {
			t.Fatal(err)
		}
		r := Run(context.Background(), tests[0], 1, o, nil)
		switch {
		case x.wants == "" && r.Verdict != Passed:
			t.Errorf("%v: %s: %s %v", x, r.Verdict, r.Reason, r.Problems)
		case x.wants != "" && (r.Verdict != Skipped || !strings.Contains(r.Reason, x.wants)):
			t.Errorf("%v: %s: %s; want %q", x, r.Verdict, r.Reason, x.wants)
		}
	}
	o := Options{Root: t.TempDir(), Env: noEnv}
	text := "def test_a():\n    check(True)\nmark(test_a, needs = \"module.pwer\")\n"
	if err := os.WriteFile(filepath.Join(o.Root, "a_test.star"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Collect(t.Context(), "a_test.star", o); err == nil || !strings.Contains(err.Error(),
		"did you mean module.power?") {
		t.Errorf("%v", err)
	}
}
