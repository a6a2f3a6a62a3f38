package eventmessage

import (
	"flag"
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/thread"
	"quecstar/harness/script"
)

var _ = flag.Bool("update", false, "write the golden files")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestScripts(t *testing.T) {
	scripttest.Golden(t, "testdata", func(*testing.T, string) scripttest.Options {
		return scripttest.Options{Modules: []*script.Module{Module(), thread.Module()}}
	})
}
