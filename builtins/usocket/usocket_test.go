package usocket

import (
	"context"
	"errors"
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/thread"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The end of the run is no error of the network, which a script may catch to try again.
func TestEndOfRunIsNotCaught(t *testing.T) {
	ctx, end := context.WithCancelCause(context.Background())
	cause := errors.New("the test ends the run")
	control := &script.Module{Name: "control", Funcs: []script.Func{{Name: "end", Call: func(*script.Call) (any, error) {
		end(cause)
		return nil, nil
	}}}}
	r := scripttest.Source(t, "e.py", `
import usocket, _thread, control
ready = []
def receive():
    s = usocket.socket(usocket.AF_INET, usocket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 0))
    ready.append(s)
    if len(ready) == 30:
        control.end()
    for _ in range(10):
        try:
            s.recvfrom(100)
        except Exception as e:
            print("caught", repr(e))
for _ in range(30):
    _thread.start_new_thread(receive, ())
`, scripttest.Options{Modules: []*script.Module{Module(), thread.Module(), control}, Context: ctx})
	if r.Stdout != "" || !errors.Is(r.Err, cause) {
		t.Errorf("printed %q, error %v", r.Stdout, r.Err)
	}
}
