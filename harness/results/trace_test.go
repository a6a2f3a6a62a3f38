package results

import (
	"bytes"
	"encoding/json"
	"testing"
)

// TestTraceJSON: it is one JSON document in which each event is a slice of a named thread, and each message a flow that
// has both ends, in their order.
func TestTraceJSON(t *testing.T) {
	var b bytes.Buffer
	play(t, &Stream{Views: []View{&TraceJSON{W: &b}}}, nasty())
	var doc struct {
		TraceEvents []struct {
			Name, Ph string
			Ts       float64
			Dur      float64
			Pid, Tid int
			ID       int
			Args     map[string]any
		}
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	slices, named := 0, map[[2]int]bool{}
	begins, ends := map[int]float64{}, map[int]float64{}
	for _, e := range doc.TraceEvents {
		switch e.Ph {
		case "M":
			named[[2]int{e.Pid, e.Tid}] = true
		case "X":
			slices++
			if !named[[2]int{e.Pid, e.Tid}] || e.Dur <= 0 {
				t.Errorf("%+v", e)
			}
		case "s":
			begins[e.ID] = e.Ts
		case "f":
			ends[e.ID] = e.Ts
		default:
			t.Errorf("phase %q", e.Ph)
		}
	}
	if len(begins) != 202 || len(ends) != 202 || slices < 420 { // connect, the report, and 200 reports
		t.Errorf("%d flows, %d ends, %d slices", len(begins), len(ends), slices)
	}
	for id, at := range begins {
		if ends[id] <= at {
			t.Errorf("flow %d goes from %v to %v", id, at, ends[id])
		}
	}
}
