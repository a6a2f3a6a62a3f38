package queciot

import (
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What a script sends is told on the run's stream, and that no server is reached.
func TestEvents(t *testing.T) {
	r := scripttest.Source(t, "e.py", `
import quecIot
quecIot.init()
quecIot.setProductinfo("p1", "s")
quecIot.setConnmode(1)
quecIot.phymodelReport(1, {3: [1, 2.5]})
`, scripttest.Options{Modules: []*script.Module{Module()}})
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	var got []string
	events, _ := r.Events.Since(0)
	for _, e := range events {
		if e.Kind == Sent {
			got = append(got, e.Text)
		}
	}
	if len(got) != 2 || got[0] != "product p1 is taken for connected: iot-south.quectel.com:1883 is not reached" || got[1] != "model {3: [1, 2.5]}" {
		t.Errorf("events %q", got)
	}
}
