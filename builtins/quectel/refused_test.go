package quectel_test

import (
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/quectel"
	"quecstar/builtins/scripttest"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Each function is named once, however often it is called, and each run is told anew.
func TestRefusedOnceARun(t *testing.T) {
	m := &script.Module{Name: "radio", Funcs: quectel.RefusedFuncs("there is no radio", "send(data)", "stop")}
	for range 2 {
		r := scripttest.Source(t, "r.py", "import radio\nprint(radio.send(b'1'), radio.send(b'2'), radio.stop())\n",
			scripttest.Options{Modules: []*script.Module{m}})
		if r.Err != nil || r.Stdout != "-1 -1 -1\n" {
			t.Fatalf("printed %q, error %v", r.Stdout, r.Err)
		}
		events, _ := r.Events.Since(0)
		var got []string
		for _, e := range events {
			if e.Kind == event.NotSimulated {
				got = append(got, e.Text)
			}
		}
		if len(got) != 2 || got[0] != "radio.send() fails: there is no radio" || got[1] != "radio.stop() fails: there is no radio" {
			t.Errorf("events %q", got)
		}
	}
}
