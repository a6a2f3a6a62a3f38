package misc

import (
	"errors"
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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
