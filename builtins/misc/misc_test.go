package misc

import (
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/thread"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Restarting the module ends the script, whichever thread does, with nothing behind the call run.
func TestRestartEndsTheScript(t *testing.T) {
	for _, call := range []string{"powerRestart", "powerDown"} {
		for _, where := range []string{"go()", "_thread.start_new_thread(go, ())\n    while True:\n        pass"} {
			r := scripttest.Source(t, "r.py", strings.NewReplacer("CALL", call, "WHERE", where).Replace(`
import _thread
from misc import Power
def go():
    print('before')
    try:
        Power.CALL()
    finally:
        print('behind')
try:
    WHERE
except BaseException:
    print('caught')
`), scripttest.Options{Modules: []*script.Module{Module(), thread.Module()}})
			var exit *script.Exit
			ended := errors.Is(r.Err, script.ErrRestart)
			if call == "powerDown" {
				ended = errors.As(r.Err, &exit) && exit.Code == 0
			}
			if !ended || r.Stdout != "before\n" {
				t.Errorf("%s by %s: printed %q, error %v", call, where, r.Stdout, r.Err)
			}
		}
	}
}
