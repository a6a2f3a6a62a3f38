package quecgnss

import (
	"flag"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/builtins/gnss"
	"quecstar/builtins/scripttest"
	"quecstar/builtins/utime"
	"quecstar/harness/script"
)

var _ = flag.Bool("update", false, "write the golden files")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestScripts(t *testing.T) {
	scripttest.Golden(t, "testdata", func(*testing.T, string) scripttest.Options {
		return scripttest.Options{Modules: []*script.Module{Module(), utime.Module(), {Name: "bench", Doc: "What the test does.", Funcs: gnss.Control()}}, Now: func() time.Time { return time.Date(2026, 5, 17, 8, 30, 15, 0, time.UTC) }}
	})
}
