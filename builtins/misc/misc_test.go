package misc

import (
	"errors"
	"flag"
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/machine"
	"quecstar/builtins/scripttest"
	"quecstar/builtins/utime"
	"quecstar/harness/script"
)

var _ = flag.Bool("update", false, "write the golden files")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestScripts(t *testing.T) {
	scripttest.Golden(t, "testdata", func(*testing.T, string) scripttest.Options {
		return scripttest.Options{Modules: []*script.Module{Module(), utime.Module(),
			{Name: "quecstar", Funcs: append(Control(), machine.Control()...)}}}
	})
}

// Restarting the module ends the script, with nothing behind the call run.
func TestRestartEndsTheScript(t *testing.T) {
	for _, call := range []string{"powerRestart", "powerDown"} {
		r := scripttest.Source(t, "r.py", "from misc import Power\nprint('before')\nPower."+call+"()\nprint('behind')\n",
			scripttest.Options{Modules: []*script.Module{Module()}})
		var exit *script.Exit
		if !errors.As(r.Err, &exit) || exit.Code != 0 || r.Stdout != "before\n" {
			t.Errorf("%s: printed %q, error %v", call, r.Stdout, r.Err)
		}
	}
}
